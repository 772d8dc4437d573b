/*
 * stats - means, ranks, and an observed value beside what chance gives.
 */
#ifndef BRAINSWEEP_STATS_H
#define BRAINSWEEP_STATS_H

#include "base/err.h"
#include "stats/optional.h"

#include <stddef.h>

/* An observed value beside the same quantity of shuffled data. */
struct baseline {
    struct optional observed;
    struct optional mean; /* of the shuffled values */
    struct optional sd;   /* of the shuffled values, with n - 1 */
    struct optional z;    /* (observed - mean) / sd; absent where the shuffled values are not near
                           normal (stats_is_near_normal), as nobody can read it then */
    struct optional p;    /* (1 + number of shuffled values as extreme) / (1 + n), one-sided */
};

enum stats_tail { STATS_LOWER, STATS_UPPER }; /* extreme is: at most, at least the observed value */

/* shuffled is (n), n >= 1.  Values that differ by no more than rounding (1e-12 of their size) count
   as equal, and so do those behind an sd of 0. */
struct baseline stats_baseline(double observed, const double *shuffled, int n,
                               enum stats_tail tail);

double stats_mean(const double *x, size_t n); /* n >= 1 */
double stats_sd(const double *x, size_t n);   /* with n - 1; n >= 2 */

/* Whether x (n) are spread like a normal distribution as far as a z needs it: they vary, their
   skewness lies within 0.5 and their excess kurtosis within 1 of 0 (moments with n).  A count whose
   mean is below 4, a mean over a handful of pairs, and a few values with gaps are not. */
int stats_is_near_normal(const double *x, size_t n);

/* rank (n) = 1..n by rising x (n); equal values share the mean of their ranks.  ERR_MEMORY. */
int stats_ranks(const double *x, size_t n, double *rank, struct err *e)
    __attribute__((warn_unused_result));

#endif
