/*
 * weight_null - random networks to compare a network with: the same number of connections to and
 * from each unit, and the same weights in random order.
 *
 * Connections exchange their ends (Maslov & Sneppen 2002), ten tries each before the first network
 * and three before each further one, which starts from the one before.  Where more than half of all
 * connections exist, the missing ones are exchanged instead, which is equivalent.
 */
#ifndef BRAINSWEEP_WEIGHT_NULL_H
#define BRAINSWEEP_WEIGHT_NULL_H

#include "base/err.h"
#include "math/rng.h"

struct weight_null; /* Opaque. */

/* Of the off-diagonal weights of w (n,n) that are not 0; w is not kept. */
int weight_null_new(struct weight_null **null, int n, const float *w, struct err *e)
    __attribute__((warn_unused_result));
void weight_null_free(struct weight_null *null);
double weight_null_bytes(int n); /* that weight_null_new takes at most */

/* Writes the next network into w (n,n), its diagonal 0. */
void weight_null_next(struct weight_null *null, struct rng *rng, float *w);

#endif
