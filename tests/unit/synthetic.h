/*
 * synthetic - a database of made-up jobs of cogtasks, of any size, the same on every machine:
 * plausible results of networks of the four regularizers, from sums and products of random numbers.
 */
#ifndef BRAINSWEEP_TESTS_SYNTHETIC_H
#define BRAINSWEEP_TESTS_SYNTHETIC_H

#include "base/err.h"

struct synthetic {
    int lambdas; /* of each regularizer except none, at most 20 */
    int seeds;
    int arrays; /* number of done jobs with arrays, counted from the first */
    int rows;   /* likewise, jobs with rows of tables */
};

/* Makes the file, which must not exist, with a sweep "synthetic".  If there are 40 jobs or more,
   one of every 16 has diverged and one has failed. */
int synthetic_make(const char *path, const struct synthetic *size, struct err *e)
    __attribute__((warn_unused_result));

#endif
