/*
 * live_units - a network without the units that are silent, which trains exactly as the whole one.
 *
 * A unit that no weight reaches and whose bias leaves it at h = phi(b) = 0 adds nothing to any
 * other unit or output.  Then every gradient that touches it is zero too, where either phi'(b) = 0
 * (relu with b <= 0: nothing passes back through it) or no weight leaves it (tanh with b = 0:
 * nothing comes back to it).  Such units are left out of both passes; what is left out of the sums
 * are zeros, so that results are those of the whole network to the bit, and silence is judged anew
 * at each step: a unit that Adam's momentum wakes again is back at the next.
 *
 * The proximal step makes units silent for good: without gradient their weights only shrink.
 *
 * Single weights that are zero stay in, though path-wise lasso solvers would leave them out and
 * look at their gradients now and then: a weight that may grow again would do so some steps later,
 * which changes the result, and what there is to save is the gradient of W alone, 2 T B H^2
 * operations: a fifth of a step of 200 units and a tenth of one of 100 (bench_train --wired).
 */
#ifndef BRAINSWEEP_LIVE_UNITS_H
#define BRAINSWEEP_LIVE_UNITS_H

#include "base/err.h"
#include "rnn/activation.h"
#include "rnn/rnn.h"

struct live_units; /* which units are heard, and room for their parameters.  Opaque. */

/* Keeps `activation`. */
int live_units_new(struct live_units **live, struct rnn_shape shape,
                   const struct activation *activation, struct err *e)
    __attribute__((warn_unused_result));
void live_units_free(struct live_units *live);
double live_units_bytes(struct rnn_shape shape);

/* Finds the units that are heard in the network of these parameters (P), at least one; the shape
   of the network of those alone. */
struct rnn_shape live_units_find(struct live_units *live, const float *params);

/* Those units' parameters, of the shape that live_units_find gave; owned by `live`. */
const float *live_units_gather(struct live_units *live, const float *params);

/* The whole network's gradient (P) from theirs: zero where silent units are. */
void live_units_scatter(const struct live_units *live, const float *part, float *grad);

#endif
