/*
 * modeval - a network of two modules on test pairs: accuracy of its outputs, who decides them, and
 * what each module would say alone.
 */
#ifndef BRAINSWEEP_MODEVAL_H
#define BRAINSWEEP_MODEVAL_H

#include "modules/modnet.h"
#include "modules/pairs.h"
#include "modules/stimulus.h"

struct modeval_result {
    int trials;           /* whole batches of the test pairs */
    double accuracy[2];   /* of each output; 0 past the network's outputs */
    double decided[2][2]; /* [o][m]: share of the trials where module m decides output o */
    double alone[2][2];   /* [o][m]: accuracy where module m decides all; as `accuracy` where the
                             readout is shared */
};

struct modeval; /* buffers.  Opaque. */

/* Keeps `pairs`, which are not owned; of those behind the last whole batch nothing is seen. */
int modeval_new(struct modeval **eval, const struct pairs *pairs, struct modnet_shape shape,
                struct stimulus_rule rule, int batch, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void modeval_free(struct modeval *eval);

/* With the same noise each time. */
struct modeval_result modeval_run(struct modeval *eval, const float *params);

/* The same with given onsets from now on. */
void modeval_set_onsets(struct modeval *eval, int u0, int u1);

#endif
