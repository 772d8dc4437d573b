/*
 * bottleneck - narrow readouts of digits from hidden states: what each module knows of each image.
 *
 * For every source (module 0, module 1, both) and digit k there is one network of its own,
 *     logits = W2 relu(W1 h + b1) + b2      30 units in between
 * the same for all time steps, trained on the mean cross-entropy over time steps, sources and
 * digits by AdamW.  It is narrow on purpose: a wide one finds both digits in any network.
 */
#ifndef BRAINSWEEP_BOTTLENECK_H
#define BRAINSWEEP_BOTTLENECK_H

#include "base/err.h"

#include <stdint.h>

enum { BOTTLENECK_UNITS = 30, BOTTLENECK_SOURCES = 3, BOTTLENECK_BOTH = 2, BOTTLENECK_STEPS = 64 };

struct bottleneck; /* the readouts, their moments and buffers.  Opaque. */

/* For states of n + n units in batches of up to B trials of T time steps, T <= BOTTLENECK_STEPS.
   Initial weights are uniform in +- 1/sqrt(inputs of the layer). */
int bottleneck_new(struct bottleneck **readouts, int n, int T, int B, uint64_t seed, int which,
                   struct err *e) __attribute__((warn_unused_result));
void bottleneck_free(struct bottleneck *readouts);
double bottleneck_bytes(int n, int T, int B); /* that bottleneck_new takes */

/* One step of training on states h (T,B,2n) with digits (B,2).  Returns the loss. */
double bottleneck_step(struct bottleneck *readouts, int B, const float *h, const int *digit,
                       float rate, float decay);

/* Right answers, counted on top of what is there. */
struct bottleneck_count {
    long trials;
    long right[BOTTLENECK_STEPS][BOTTLENECK_SOURCES][2];
    long ablated[BOTTLENECK_STEPS][2][2]; /* [t][m][k]: by the readout of both without the weights
                                             that come from module m */
};
void bottleneck_add(struct bottleneck *readouts, int B, const float *h, const int *digit,
                    struct bottleneck_count *count);

#endif
