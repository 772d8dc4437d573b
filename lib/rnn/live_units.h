/*
 * live_units - a network without its silent units, which trains exactly as the whole network.
 *
 * Suppose no weight reaches a unit, and its bias leaves it at h = phi(b) = 0.  Then it adds nothing
 * to any other unit or output.  Every gradient that involves the unit is zero too, if either
 * phi'(b) = 0 (relu with b <= 0: no gradient passes back through it) or no weight leaves it (tanh
 * with b = 0: no gradient comes back to it).  Such units are silent, and both passes leave them
 * out; the other units are live.  Only zeros are then missing from the sums, so that results are
 * those of the whole network to the bit.  Every step determines the silent units anew: a unit that
 * Adam's momentum reactivates is included again at the next step.
 *
 * The proximal step makes units silent for good: without a gradient their weights only shrink.
 *
 * Single weights that are zero stay in, although path-wise lasso solvers would leave them out and
 * check their gradients from time to time.  A weight that may grow again would then do so some
 * steps later, which changes the result.  And only the gradient of W could be saved, 2 T B H^2
 * operations: a fifth of a step of 200 units and a tenth of a step of 100 (bench_train --wired).
 */
#ifndef BRAINSWEEP_LIVE_UNITS_H
#define BRAINSWEEP_LIVE_UNITS_H

#include "base/err.h"
#include "rnn/activation.h"
#include "rnn/rnn.h"

struct live_units; /* which units are live, and room for their parameters.  Opaque. */

/* Keeps a pointer to `activation`. */
int live_units_new(struct live_units **live, struct rnn_shape shape,
                   const struct activation *activation, struct err *e)
    __attribute__((warn_unused_result));
void live_units_free(struct live_units *live);
double live_units_bytes(struct rnn_shape shape);

/* Finds the live units of the network with these parameters (P); there is always at least one.
   Returns the shape of the network of these units alone. */
struct rnn_shape live_units_find(struct live_units *live, const float *params);

/* The parameters of the live units, in the shape that live_units_find gave; owned by `live`. */
const float *live_units_gather(struct live_units *live, const float *params);

/* Makes the whole network's gradient (P) from that of the live units: it is zero for silent
   units. */
void live_units_scatter(const struct live_units *live, const float *part, float *grad);

#endif
