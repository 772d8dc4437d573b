/*
 * task_variance - task variance of hidden units (Yang et al. 2019): how much a unit's activity
 * varies between the conditions of a task, mean over time after the fixation period, without noise.
 *
 *     TV[unit, task] = mean over t of the population variance over conditions of h[t, condition,
 * unit]
 */
#ifndef BRAINSWEEP_TASK_VARIANCE_H
#define BRAINSWEEP_TASK_VARIANCE_H

#include "base/err.h"
#include "rnn/rnn.h"
#include "tasks/task_mix.h"

/* Units whose task variances sum to more than this are active ("important"). */
#define VARIANCE_ACTIVE 1e-3

/* variance is (H, tasks of the mix).  ERR_MEMORY is the only error. */
int task_variance_measure(const struct task_mix *mix, struct rnn_shape shape,
                          const struct activation *activation, const float *params, float *variance,
                          struct err *e) __attribute__((warn_unused_result));

/* Number of rows of variance (H,R) whose sum exceeds VARIANCE_ACTIVE; marks them in active (H)
   unless that is NULL. */
int task_variance_active(const float *variance, int H, int R, unsigned char *active);

#endif
