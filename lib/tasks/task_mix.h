/*
 * task_mix - what a job trains on: a set, the chosen subset of its tasks, their sampling weights,
 * and what the set draws once per job.
 */
#ifndef BRAINSWEEP_TASK_MIX_H
#define BRAINSWEEP_TASK_MIX_H

#include "base/err.h"
#include "math/rng.h"
#include "tasks/task.h"

struct task_mix; /* Opaque. */

/* `list` has task names separated by commas; "" means all tasks.  Tasks are stored in the order of
   the set, so that the order of the list has no effect.  `weights` has one number >= 0 for each
   task of the list; "" means equal weights.  `seed` determines what is drawn once per job.
   ERR_VALUE names the invalid item. */
int task_mix_new(struct task_mix **mix, const struct task_set *set, const char *list,
                 const char *weights, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void task_mix_free(struct task_mix *mix);

const struct task_set *task_mix_set(const struct task_mix *mix);
int task_mix_size(const struct task_mix *mix);        /* number of chosen tasks */
int task_mix_task(const struct task_mix *mix, int i); /* index in the set of the i-th chosen task */

/* The number of delay steps that the mix has drawn once for all of a task's trials on modality
   `ring` (Mod_Cog's match tasks); -1 for a task that draws it for every trial. */
int task_mix_delay(const struct task_mix *mix, int task, int ring);

/* Draws the task of the next trial, as an index in the mix; `previous` is the index of the previous
   trial's task, or -1. */
int task_mix_next(const struct task_mix *mix, int previous, struct rng *r);

#endif
