/*
 * modtrain - the training of a network of two modules: batches, loss, gradient, AdamW, and the
 * price of connections between the modules.
 *
 * Adam with decay apart from the gradient (Loshchilov & Hutter 2019), pairs in a new order every
 * epoch, a last batch that is not full left out.  With a wiring cost every connection between the
 * modules, which are a distance 1 apart, is soft-thresholded (adam.h): weights become exactly 0.
 * Everything random is addressed by (seed, purpose, step).
 */
#ifndef BRAINSWEEP_MODTRAIN_H
#define BRAINSWEEP_MODTRAIN_H

#include "modules/modnet.h"
#include "modules/pairs.h"
#include "modules/stimulus.h"

struct modtrain_config {
    const struct pairs *pairs; /* not owned: must outlive the training */
    struct modnet_shape shape;
    struct stimulus_rule rule;
    int K; /* connections from each module to the other */
    int batch;
    float rate, decay;
    float wiring_cost; /* of a unit of weight between the modules */
    uint64_t seed;
};

struct modtrain; /* Opaque. */

int modtrain_new(struct modtrain **train, const struct modtrain_config *config, struct err *e)
    __attribute__((warn_unused_result));
void modtrain_free(struct modtrain *train);
double modtrain_bytes(const struct modtrain_config *config,
                      int pairs); /* that modtrain_new takes */

/* Gradient steps in an epoch. */
long modtrain_epoch(const struct modtrain *train);

/* One gradient step.  False when the loss or a parameter is not finite: there is no going on. */
int modtrain_step(struct modtrain *train) __attribute__((warn_unused_result));

long modtrain_steps_done(const struct modtrain *train);
double modtrain_loss(const struct modtrain *train);         /* of the last batch, before its step */
const float *modtrain_params(const struct modtrain *train); /* (P), owned by the training */

/* What the rest of a training depends on, besides its configuration; a view. */
struct modtrain_state {
    size_t P;
    const float *params, *m, *v;
    long done;
    double loss;
};
struct modtrain_state modtrain_state(const struct modtrain *train);

/* Puts a training of the same configuration into that state; it goes on to the same bits.
   ERR_FORMAT when the state cannot be one of this training; nothing has changed then. */
int modtrain_restore(struct modtrain *train, const struct modtrain_state *state, struct err *e)
    __attribute__((warn_unused_result));

#endif
