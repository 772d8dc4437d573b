#include "command.h"

#include <stdio.h>

int main(void)
{
    puts("brainsweep");
    return EXIT_DONE;
}
