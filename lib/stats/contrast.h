/*
 * contrast - pairs of groups that were named before the data were seen, in one plane of two
 * minimised metrics.
 *
 * The question is the least cost at an error: per seed, on lines between the seed's own frontier
 * points, as in group_compare.h; a seed that never gets to the error has none and is counted, never
 * imputed.  Differences are paired by seed, tested by exchange of the two groups within seeds, and
 * corrected by Holm's method over the contrasts of the same question alone.  Second comes the area
 * (hypervolume) up to a ceiling of the error: jobs beyond it neither count nor set its scale.
 *
 * A group with more points has more chances at a frontier.  Asked for equal points, the larger
 * group of a contrast is given as many as the smaller by a random choice, many times over, and each
 * seed stands at its mean over the choices.
 */
#ifndef BRAINSWEEP_CONTRAST_H
#define BRAINSWEEP_CONTRAST_H

#include "base/err.h"
#include "stats/bootstrap.h"
#include "stats/group_compare.h"
#include "stats/optional.h"

struct contrast_pair {
    int a, b; /* groups */
};

struct contrast_options {
    const double *limits; /* (n_limits) errors at which the least cost is asked for */
    int n_limits;
    double reference_x, reference_y; /* of the area; reference_x is the ceiling */
    int resamples;
    uint64_t seed;    /* of the resampling, and of the choices of points */
    int equal_points; /* so many choices of points; 0 = all points of each group */
};

/* One question to one contrast. */
struct contrast_test {
    int seeds_a, seeds_b;       /* that have a value: get to the error, or have a job */
    struct optional a, b;       /* means over the seeds in common */
    struct estimate difference; /* a less b; n = seeds in common */
    struct optional p, p_holm;  /* absent for fewer than RESAMPLE_FEWEST seeds in common */
};

struct contrast {
    int a, b;
    int points_a, points_b;    /* that the groups have */
    struct contrast_test *at;  /* (n_limits) of the least cost: below 0 where a needs less */
    struct contrast_test area; /* above 0 where a is better */
};

struct contrasts {
    int n, n_limits;
    struct contrast *contrast; /* (n) as they were named */
};

/* point (n) tells the jobs' points apart, 0..points-1.  ERR_MEMORY is all that can go wrong. */
int contrast_new(struct contrasts **contrasts, const struct group_compare_jobs *jobs,
                 const int *point, int points, const struct contrast_pair *pairs, int n,
                 const struct contrast_options *options, struct err *e)
    __attribute__((warn_unused_result));
void contrast_free(struct contrasts *contrasts);

/* The least p that `contrasts` of `seeds` seeds each can have after correction: contrasts times
   2^(1 - seeds), at most 1. */
double contrast_least_p(int contrasts, int seeds);

/* The fewest seeds with which one of so many contrasts can have a corrected p below alpha: 8 for
   four at .05. */
int contrast_seeds_needed(int contrasts, double alpha);

#endif
