/*
 * group_compare - groups of jobs (regularizers, as trained or placed) against each other in one
 * plane of two minimised metrics.
 *
 * Seeds are replicates: what a group reaches is measured on the frontier of each seed's own jobs,
 * and its scatter is that between seeds.  The frontier of all seeds together is reported too
 * ("pooled", what the database's views show) but carries no interval: resampled seeds can only take
 * points away from it, so a bootstrap of it lies on one side of the value itself.
 *
 * Pairs of groups are compared seed by seed, on the seeds that both have: equal seeds start from
 * the same weights and see the same trials.  Intervals and tests: bootstrap.h.
 */
#ifndef BRAINSWEEP_GROUP_COMPARE_H
#define BRAINSWEEP_GROUP_COMPARE_H

#include "base/err.h"
#include "stats/bootstrap.h"

#include <stdint.h>

/* The finished jobs, one entry each in the arrays (n); not owned.  Numbers need not all occur. */
struct group_compare_jobs {
    int n;
    const double *x;  /* error, finite */
    const double *y;  /* what it costs: wiring length, active neurons; finite */
    const int *group; /* 0..groups-1 */
    const int *seed;  /* 0..seeds-1 */
    int groups, seeds;
    const int *joint; /* (groups): those of one number, 0..groups-1, make one joint frontier, as
                         those as trained and those placed do; NULL = all make one */
};

struct group_compare_options {
    double reference_x, reference_y; /* of the hypervolume */
    const double *limits;            /* (n_limits) errors at which the least cost is asked for */
    int n_limits;
    int resamples;
    uint64_t seed; /* of the resampling */
};

struct group_compare_least {
    double limit;            /* x <= limit ... */
    int reached;             /* whether any job is there; else pooled means nothing */
    double pooled;           /* the least y on the frontier of all seeds together */
    struct estimate by_seed; /* on each seed's own; n = the seeds that get there */
};

struct group_compare_group {
    int jobs;
    int seeds;                         /* that have a job */
    double pooled_hypervolume;         /* of all seeds together */
    struct estimate hypervolume;       /* of a seed's frontier */
    int on_joint;                      /* jobs on the joint frontier, of all seeds together */
    int joint;                         /* jobs of any of its groups on that frontier */
    struct estimate share;             /* of the joint frontier of one seed's jobs */
    struct group_compare_least *least; /* (n_limits) */
};

struct group_compare_pair {
    int a, b; /* groups, a < b */
    struct estimate
        difference; /* hypervolume of a less that of b, seed by seed; n = seeds in common */
    int has_p;      /* n >= RESAMPLE_FEWEST */
    double p;       /* of no difference, by exchanging the two groups' seeds */
    double p_holm;  /* corrected over the pairs that have a p */
};

struct group_compare {
    int groups, pairs;
    struct group_compare_group *group; /* (groups) */
    struct group_compare_pair *pair;   /* (groups * (groups - 1) / 2) */
};

/* A corner that all jobs are below: 1.05 times the largest x and the largest y.  To be recorded
   with the hypervolumes, which mean nothing without it.  Needs n >= 1. */
void group_compare_reference(const struct group_compare_jobs *jobs, double *x, double *y);

/* Groups come in their order, pairs as (0,1), (0,2) ... (1,2) ...  Linear interpolation along the
   frontiers for `least`.  ERR_MEMORY is all that can go wrong. */
int group_compare_new(struct group_compare **compare, const struct group_compare_jobs *jobs,
                      const struct group_compare_options *options, struct err *e)
    __attribute__((warn_unused_result));
void group_compare_free(struct group_compare *compare);

/* Any metric of a group's jobs: value and seed are (n), seeds as above.  The mean over seeds of
   each seed's mean, with its interval. */
int group_compare_metric(const double *value, const int *seed, int n, int seeds,
                         struct bootstrap *resample, struct estimate *estimate, struct err *e)
    __attribute__((warn_unused_result));

#endif
