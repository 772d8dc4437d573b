/*
 * train - one network's training: batches, loss, gradient, regularizer, Adam, relocation.
 *
 * It does not depend on sweeps, databases or measurements after training.  Everything random is
 * addressed by (seed, purpose, step), so that a training can be stopped and resumed at any step.
 * Two trainings with the same seed start from the same weights and see the same trials, whatever
 * their regularizer: comparisons by seed are paired.
 */
#ifndef BRAINSWEEP_TRAIN_H
#define BRAINSWEEP_TRAIN_H

#include "base/err.h"
#include "rnn/initializer.h"
#include "rnn/regularizer.h"
#include "rnn/rnn.h"
#include "tasks/task_mix.h"

#include <stdint.h>

struct train_config {
    const struct task_mix *mix; /* not owned: must outlive the training */
    int grid;                   /* g; H = g*g */
    const struct activation *activation;
    const struct initializer *initializer;
    const struct regularizer *regularizer;
    const struct treatment *treatment;
    float lambda;        /* strength of the connection cost */
    float A;             /* weight of distance in the connection cost */
    float self_distance; /* length of a self-connection in the connection cost; 0 as published */
    int staged_lambda; /* lambda x1, x10, x1 over the quarters 1, 2-3, 4; biases free until the 4th
                        */
    long steps;        /* gradient steps */
    int batch;         /* B */
    int sequence;      /* T */
    float rate;        /* Adam's learning rate */
    float rate_drop;   /* factor of the learning rate in the last quarter */
    long warmup;       /* step k = 1 .. warmup uses k/warmup of the rate; 0 = none */
    float clip;        /* the gradient's norm is clipped to this; 0 = no clipping */
    int bf16;          /* round factors of products to bfloat16; needs a processor that can */
    int rest;          /* if W costs by communicability: other parameters cost 1, or nothing */
    int communicability_every; /* steps between updates of the coefficients (spatial_cost.h) */
    float mask_radius;         /* largest D of a connection, if the regularizer masks */
    int swap_every;            /* steps between relocations */
    int swap_units;            /* 0 = all, else the most important ones */
    uint64_t seed;
};

struct train; /* Opaque. */

int train_new(struct train **train, const struct train_config *config, struct err *e)
    __attribute__((warn_unused_result));
void train_free(struct train *train);

/* Bytes that train_new takes for a network of this shape; config->mix is not needed yet. */
double train_bytes(const struct train_config *config, struct rnn_shape shape);

/* Floating-point operations of one dense step: 6 T B (H^2 + H I + H O). */
double train_flops(const struct train_config *config);

/* One gradient step, and relocation when one is due.  Returns false when the loss, the gradient or
   a parameter is no longer finite: the training has diverged and cannot continue, and its
   parameters are those before the step. */
int train_step(struct train *train) __attribute__((warn_unused_result));

long train_steps_done(const struct train *train);
double train_loss(const struct train *train); /* l_pred of the last step's batch, before the step */
double train_connection_cost(const struct train *train); /* current l_cc; always with biases */
long train_swaps(const struct train *train);             /* exchanges so far */

struct rnn_shape train_shape(const struct train *train);
const float *train_params(const struct train *train); /* (P), owned by the training */

/* The state that the rest of a training depends on, besides its configuration.  Everything else
   that a training stores follows from these. */
struct train_state {
    size_t P; /* length of each vector */
    const float *params, *m, *v;
    size_t slopes;      /* H*H if W costs by communicability, else 0 */
    const float *slope; /* (slopes) the coefficients computed last (spatial_cost.h) */
    long done, swaps;
    double loss; /* of the last step */
};

/* A view: the training owns the vectors, and they change with the next step. */
struct train_state train_state(const struct train *train);

/* Restores that state in a training of the same configuration.  The training then gives the same
   bits as the one that the state was taken from.  Returns ERR_FORMAT when the state cannot belong
   to this training; nothing has changed then. */
int train_restore(struct train *train, const struct train_state *state, struct err *e)
    __attribute__((warn_unused_result));

/* Seconds spent so far in each part of a step; for bench_train. */
struct train_times {
    double batch, forward, loss, backward, update, swap;
};
struct train_times train_times(const struct train *train);

#endif
