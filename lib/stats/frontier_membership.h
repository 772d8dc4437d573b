/*
 * frontier_membership - whether a point of a sweep is on a frontier, as far as its seeds can tell.
 *
 * A point is what jobs share that differ by seed alone; it stands at the mean of its jobs.  Seeds
 * are resampled, the same ones for all points, and in every resample the points at their new means
 * are marked.  A point that is on the frontier in at least 95 % of the resamples is on it, in at
 * most 5 % dominated, else ambiguous.
 */
#ifndef BRAINSWEEP_FRONTIER_MEMBERSHIP_H
#define BRAINSWEEP_FRONTIER_MEMBERSHIP_H

#include "base/err.h"

#include <stdint.h>

enum frontier_membership_state {
    MEMBERSHIP_UNKNOWN, /* fewer than 3 seeds */
    MEMBERSHIP_DOMINATED,
    MEMBERSHIP_AMBIGUOUS,
    MEMBERSHIP_ON
};

/* "unknown", "dominated", "ambiguous", "on". */
const char *frontier_membership_name(enum frontier_membership_state state);

struct frontier_membership {
    int seeds;   /* jobs of the point */
    double x, y; /* their mean; 0 where there are none */
    int on;      /* on the frontier of the means as they are */
    double
        share; /* of the resamples that have the point, on the frontier; 0 where state is unknown */
    enum frontier_membership_state state;
};

/* The finished jobs, one entry each in the arrays (n). */
struct frontier_membership_jobs {
    int n;
    const double *x, *y; /* finite */
    const int *point;    /* 0..points-1 */
    const int *seed;     /* 0..seeds-1; no two jobs share point and seed */
    int points, seeds;
};

/* member is (points).  Resample b draws from rng_at(seed, RNG_BOOTSTRAP, 2 << 32 | b): so many
   seeds with replacement or, from 1000 seeds on, each of them a Poisson number of times. */
int frontier_membership_measure(const struct frontier_membership_jobs *jobs, int resamples,
                                uint64_t seed, struct frontier_membership *member, struct err *e)
    __attribute__((warn_unused_result));

#endif
