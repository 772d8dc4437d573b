/*
 * trial_states - hidden states of a network in trials of cognitive tasks, and what there is to know
 * about each trial: the sub-tasks that parts of the network may serve.
 *
 * States are those at the end of three epochs of a trial: of its first period after fixation
 * (stimulus), of the period before the decision (delay), and of the trial (response).
 */
#ifndef BRAINSWEEP_TRIAL_STATES_H
#define BRAINSWEEP_TRIAL_STATES_H

#include "base/err.h"
#include "rnn/rnn.h"
#include "tasks/task_mix.h"

#include <stdint.h>

enum trial_epoch { TRIAL_STIMULUS, TRIAL_DELAY, TRIAL_RESPONSE, TRIAL_EPOCHS };

enum trial_variable {
    TRIAL_FIRST,    /* where the first stimulus stands: cosine and sine */
    TRIAL_SECOND,   /* where the second stands */
    TRIAL_MODALITY, /* which ring a reach or match trial is on: -1 or 1 */
    TRIAL_RULE,     /* which task it is: one-hot */
    TRIAL_TARGET,   /* where to respond: cosine and sine */
    TRIAL_VARIABLES
};

const char *trial_states_epoch(enum trial_epoch epoch);          /* "stimulus" ... */
const char *trial_states_variable(enum trial_variable variable); /* "location_1" ... */

struct trial_states {
    int N, H, C;                     /* trials, units, columns of y */
    float *h[TRIAL_EPOCHS];          /* (N,H) each */
    float *y;                        /* (N,C); 0 where a variable means nothing in a trial */
    int column[TRIAL_VARIABLES + 1]; /* the columns of each variable begin here */
    int *label;                      /* (N,TRIAL_VARIABLES): its value among eight directions, two
                                        modalities, all tasks; -1: none.  A trial that shall not be
                                        responded to has the target 8 */
};

/* Noisy trials, so many of each task of the mix; `which` tells draws of a seed apart. */
int trial_states_new(struct trial_states **states, const struct task_mix *mix,
                     struct rnn_shape shape, const struct activation *activation,
                     const float *params, int trials, uint64_t seed, int which, struct err *e)
    __attribute__((warn_unused_result));
void trial_states_free(struct trial_states *states);

#endif
