/*
 * synthetic - a database of made-up jobs of cogtasks, of any size, the same on every machine: what
 * networks of the four regularizers might look like, from sums and products of random numbers.
 */
#ifndef BRAINSWEEP_TESTS_SYNTHETIC_H
#define BRAINSWEEP_TESTS_SYNTHETIC_H

#include "base/err.h"

struct synthetic {
    int lambdas; /* of each regularizer but none, at most 20 */
    int seeds;
    int arrays; /* jobs that have arrays: the first so many that are done */
    int rows;   /* likewise, rows of tables */
};

/* Makes the file, which is not there yet, with a sweep "synthetic".  Of every 16 jobs one has
   diverged and one failed, when there are 40 or more. */
int synthetic_make(const char *path, const struct synthetic *size, struct err *e)
    __attribute__((warn_unused_result));

#endif
