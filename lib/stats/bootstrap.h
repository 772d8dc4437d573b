/*
 * bootstrap - statistics of a few replicates: a mean with a bootstrap interval, a permutation test
 * of paired differences, and Holm's correction for many tests.
 *
 * The interval is the bootstrap's percentile interval, each arm of it stretched by
 *     t / z * sqrt(n / (n - 1)),
 * the 97.5 % points of Student's t and of the normal: resampling n values shrinks their variance by
 * (n-1)/n and knows nothing of the tails of t.  (Hesterberg 2015, The American Statistician 69:371,
 * moves the percentiles outwards to the same end, but means of resamples never leave the range of
 * the values, which is too narrow for fewer than six.)  Of 4000 samples of normal values, 95 %
 * intervals so made held the truth in 95.2 % for n = 3, 94.3 % for 5 and 94.6 % for 10, plain ones
 * in 75.0 %, 83.1 % and 90.4 %; for exponential values 89 %, 89 % and 90 %.  Fewer than three
 * replicates get no interval and no p.
 *
 * From 100 replicates on, the percentiles are not drawn but expanded (Cornish & Fisher 1938), which
 * is what more and more resamples tend to, unless a few replicates lie so far from all others that
 * the expansion fails.
 */
#ifndef BRAINSWEEP_BOOTSTRAP_H
#define BRAINSWEEP_BOOTSTRAP_H

#include "base/err.h"

#include <stdint.h>

enum {
    RESAMPLE_FEWEST = 3,    /* replicates, for an interval or a p */
    RESAMPLE_DEFAULT = 2000 /* resamples */
};

/* Why there is none: a sentence to print. */
#define RESAMPLE_REFUSAL                                                                           \
    "fewer than 3 seeds: their scatter cannot be told from so few, so there is no interval"

struct estimate {
    int n;            /* replicates */
    double mean;      /* 0 where n is 0 */
    int has_interval; /* n >= RESAMPLE_FEWEST */
    double low, high; /* 95 %; both the mean where has_interval is 0 */
};

struct bootstrap; /* the number of resamples, their seed, and buffers.  Opaque. */

/* Resample b draws from rng_at(seed, RNG_BOOTSTRAP, b): the same replicates for every quantity of
   as many, so that intervals of related quantities move together. */
int bootstrap_new(struct bootstrap **resample, int resamples, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void bootstrap_free(struct bootstrap *resample);

/* The mean of value (n) with its interval. */
struct estimate bootstrap_mean(struct bootstrap *resample, const double *value, int n);

/* Two-sided p that the paired differences (n) are symmetric about 0: the share of the 2^n choices
   of their signs whose sum is at least as far from 0.  All of them up to n = 16, else as many
   random ones as there are resamples, and (1 + far) / (1 + resamples).  n >= 1. */
double bootstrap_sign_flip(struct bootstrap *resample, const double *difference, int n);

/* The least p that n pairs can give in that test: 2^(1-n), .0625 for five. */
double bootstrap_least_p(int n);

/* Holm's (1979) adjusted p of m tests, so that p <= alpha rejects with familywise error alpha. */
void bootstrap_holm(const double *p, int m, double *adjusted);

#endif
