/*
 * task_trial - trials that are drawn at random, rendered into inputs and labels, and joined into
 * training batches.
 */
#ifndef BRAINSWEEP_TASK_TRIAL_H
#define BRAINSWEEP_TASK_TRIAL_H

#include "math/rng.h"
#include "tasks/task_mix.h"

/* Draws a trial of the task with index `task` in the set. */
void task_trial_draw(const struct task_mix *mix, int task, struct rng *r, struct trial *trial);

int task_trial_length(const struct trial *trial); /* number of steps in all periods */

/* Writes the first min(length, limit) steps: the inputs of step t go to x + t*x_stride (all I
   floats are written), its label to label[t*label_stride].  Noise is drawn from r; there is none if
   r is NULL.  Returns the number of steps written. */
int task_trial_render(const struct task_mix *mix, const struct trial *trial, struct rng *r,
                      int limit, float *x, long x_stride, int *label, long label_stride);

/* The period that step t of the trial belongs to. */
int task_trial_period(const struct trial *trial, int t);

/* Makes training batch number `step`.  Every sequence begins with a new trial, trials follow each
   other without a gap, and the last one is cut at T.  x is (T,B,I), label is (T,B).  Without
   weights, the next trial's task is uniform among the other tasks, never the same twice in a row
   (upstream's schedule; a single task repeats).  With weights, every trial's task is drawn by
   weight, independent of the previous one: excluding the previous task would change the shares.
   Sequence b uses only the stream rng_at(key, RNG_BATCH, step * B + b). */
void task_trial_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T,
                      float *x, int *label);

#endif
