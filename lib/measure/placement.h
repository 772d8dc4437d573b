/*
 * placement - positions for the units of a finished network that make its connections short: a
 * control for what relocation during training achieves.
 *
 * Units of a network that was trained without a distance cost are interchangeable, so that their
 * positions mean nothing.  This searches better ones: local search from the present positions,
 * then a few restarts of simulated annealing (after Connolly 1990, European Journal of Operational
 * Research 46) with local search behind each; the best of all is kept, so that the cost never
 * rises. All random numbers come from RNG_PLACE: the same network and key give the same placement.
 */
#ifndef BRAINSWEEP_PLACEMENT_H
#define BRAINSWEEP_PLACEMENT_H

#include "base/cancel.h"
#include "base/err.h"
#include "math/qap.h"
#include "rnn/rnn.h"

#include <stdint.h>

enum { PLACEMENT_RESTARTS = 3 }; /* annealings of placement_of_network */

/* Leaves the best assignment found, from the one the problem is in, by so many annealings (may be
   0).  ERR_MEMORY; ERR_STOPPED when the pause, asked before each of them, said so. */
int placement_search(struct qap *qap, int restarts, uint64_t key, const struct cancel *pause,
                     struct err *e) __attribute__((warn_unused_result));

/* Places the g*g units of a network by the weighted length of its connections, |D (.) W|_1; order
   (H) is as swap_apply wants it: place p is for the unit at order[p].  ERR_MEMORY, ERR_STOPPED. */
int placement_of_network(struct rnn_shape shape, int g, const float *params, uint64_t key,
                         int *order, const struct cancel *pause, struct err *e)
    __attribute__((warn_unused_result));

/* Bytes that placement_of_network takes while it runs. */
double placement_bytes(int g);

#endif
