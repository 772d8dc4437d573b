/*
 * regularizer - what a job adds to its prediction loss: lambda * connection cost,
 *
 *     l_cc = |W|_1 + |W_in|_1 + |W_out|_1 + |b_h|_1 + |b_o|_1 + A * |D (.) W|_1
 *
 * (Liu et al. 2023, eq. 2), written as the sum over the parameters of cost[p] * |w[p]|, where cost
 * = 1 + A*D on W and 1 elsewhere.  D_ii is 0 in the papers, so that a unit's connection to itself
 * has no distance cost; another length may be set, to study its effect.  In table rows with
 * `communicates`, the coefficients of W follow W (spatial_cost.h).  Rows with `masks` have no cost,
 * but keep some weights at 0.
 */
#ifndef BRAINSWEEP_REGULARIZER_H
#define BRAINSWEEP_REGULARIZER_H

#include "rnn/rnn.h"

#include <stddef.h>

struct regularizer {
    const char *name; /* "none", "l1", "bimt", "local", "sernn", "sernn_frozen", "mask" */
    int penalises;    /* lambda > 0 has an effect */
    int distance;     /* A > 0 has an effect */
    int swaps;        /* units change places during training */
    int communicates; /* the cost of W depends on length and communicability */
    int frozen;       /* and the gradient ignores that communicability changes with W */
    int masks;        /* W_ij = 0 between units farther apart than a radius */
    const char *help; /* one sentence */
};

const struct regularizer *regularizer_find(const char *name); /* NULL when there is none */
const struct regularizer *regularizer_at(int i);              /* NULL past the last */

/* How the L1 terms are handled: by Adam's proximal step, or as a subgradient added to the
   gradient. */
struct treatment {
    const char *name; /* "proximal", "subgradient" */
    int proximal;
};

const struct treatment *regularizer_treatment_find(const char *name);
const struct treatment *regularizer_treatment_at(int i);

/* Writes cost (P) for H = g*g hidden units: D_ii is self_distance.  Biases cost 1, or 0 if `biases`
   is false. */
void regularizer_cost(struct rnn_shape shape, int g, float A, float self_distance, int biases,
                      float *cost);

/* Writes mask (H,H) for H = g*g: 1 where D_ij <= radius, 0 elsewhere. */
void regularizer_mask(int g, float radius, float *mask);

/* l_cc = sum of cost * |params|, both (P). */
double regularizer_connection_cost(size_t P, const float *cost, const float *params);

/* grad += lambda * cost * sign(params), all (P); sign(0) = 0. */
void regularizer_subgradient(size_t P, float lambda, const float *cost, const float *params,
                             float *grad);

#endif
