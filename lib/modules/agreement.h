/*
 * agreement - the mean correlation of the states of two trials that agree on a variable, over any
 * subset of units, and of two trials whatever they are.
 *
 * Who is paired with whom is drawn once: within each value of each variable a ring in random order,
 * so that no trial meets itself.  Values weigh equally.  One of pairwise.h for many variables and
 * subsets.
 */
#ifndef BRAINSWEEP_AGREEMENT_H
#define BRAINSWEEP_AGREEMENT_H

#include "base/err.h"
#include "math/rng.h"

struct agreement; /* Opaque. */

/* Of N trials with states of n units, at most AGREEMENT_TRIALS of which, drawn at random, are
   compared; label (N,V) is -1 for none. */
enum { AGREEMENT_TRIALS = 240 };
int agreement_new(struct agreement **agreement, int N, int n, int V, const int *label,
                  struct rng *r, struct err *e) __attribute__((warn_unused_result));
void agreement_free(struct agreement *agreement);

/* Pearson's correlation over the m units of h (N,n), m >= 2: within (V) of trials that agree on
   each variable, and *any of any two.  0 for a variable that no two trials agree on. */
void agreement_measure(struct agreement *x, const float *h, int m, const int *unit, double *within,
                       double *any);

#endif
