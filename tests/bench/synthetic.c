/* synthetic FILE LAMBDAS SEEDS ARRAYS ROWS: makes a database of made-up jobs, see synthetic.h. */
#include "synthetic.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct err e = {0};
    if (argc != 6) {
        fprintf(stderr, "usage: synthetic FILE LAMBDAS SEEDS ARRAYS ROWS\n");
        return 1;
    }
    const struct synthetic size = {atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5])};
    if (!synthetic_make(argv[1], &size, &e))
        return 0;
    fprintf(stderr, "synthetic: %s\n", e.text);
    return 1;
}
