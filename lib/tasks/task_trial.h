/*
 * task_trial - trials drawn at random, rendered into inputs and labels, and joined into training
 * batches.
 */
#ifndef BRAINSWEEP_TASK_TRIAL_H
#define BRAINSWEEP_TASK_TRIAL_H

#include "math/rng.h"
#include "tasks/task_mix.h"

/* Draws a trial of set index `task`. */
void task_trial_draw(const struct task_mix *mix, int task, struct rng *r, struct trial *trial);

int task_trial_length(const struct trial *trial); /* steps, all periods together */

/* Writes the first min(length, limit) steps: step t's inputs to x + t*x_stride (I floats, all of
   them written), its label to label[t*label_stride].  Noise from r, none where r is NULL.  Returns
   the number of steps written. */
int task_trial_render(const struct task_mix *mix, const struct trial *trial, struct rng *r,
                      int limit, float *x, long x_stride, int *label, long label_stride);

/* The period that step t of the trial belongs to. */
int task_trial_period(const struct trial *trial, int t);

/* Training batch number `step`: every sequence begins with a fresh trial, trials follow each other
   without a gap, the last one is cut at T.  x is (T,B,I), label is (T,B).  Without weights the next
   trial's task is uniform among the others, never the same twice running (upstream's schedule; a
   lone task repeats).  With weights every trial's task is drawn by weight, whatever went before:
   excluding the last one would change the shares.  Sequence b uses the stream
   rng_at(key, RNG_BATCH, step * B + b) and nothing else. */
void task_trial_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T,
                      float *x, int *label);

#endif
