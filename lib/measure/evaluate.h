/*
 * evaluate - the accuracy and loss of a network on trials that it was not trained on.
 *
 * The trials are fixed by (mix, evaluation seed): the same for every job of a sweep.  Every trial
 * starts at h = 0.  A trial is right when the arg-max at its last step is its label; error is 1
 * minus the mean over tasks of the trial accuracy.
 */
#ifndef BRAINSWEEP_EVALUATE_H
#define BRAINSWEEP_EVALUATE_H

#include "base/cancel.h"
#include "base/err.h"
#include "rnn/rnn.h"
#include "tasks/task_mix.h"

#include <stdint.h>

struct evaluation {
    int stopped;          /* the pause asked to stop: the other fields mean nothing */
    double error;         /* 1 - mean over tasks of trial accuracy */
    double loss;          /* mean cross-entropy over all steps of all trials */
    double step_accuracy; /* share of steps whose arg-max is the label */
    double activity;      /* mean |h| over the hidden units and all steps of all trials */
    double *accuracy;     /* (tasks of the mix) trial accuracy of each */
    double *task_loss;    /* (tasks of the mix) mean cross-entropy of each */
    double *task_step_accuracy;
};

struct evaluator; /* which trials, and buffers to run some at a time.  Opaque. */

/* `trials` (>= 1) of each task of the mix; trial i of set index r comes from
   rng_at(seed, RNG_EVALUATE, r << 32 | i), made anew each time it is needed.  Keeps mix. */
int evaluate_new(struct evaluator **evaluator, const struct task_mix *mix, struct rnn_shape shape,
                 const struct activation *activation, int trials, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void evaluate_free(struct evaluator *evaluator);

/* Bytes that evaluate_new takes at most: a chunk of trials, however many there are. */
double evaluate_bytes(struct rnn_shape shape, int trials);

/* From now on evaluate asks the pause before every chunk of trials.  Keeps the pause. */
void evaluate_listen(struct evaluator *evaluator, const struct cancel *pause);

/* Measures these parameters.  The arrays in the result belong to the evaluator, until its next use.
 */
struct evaluation evaluate(struct evaluator *evaluator, const float *params);

#endif
