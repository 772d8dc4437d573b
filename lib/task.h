/*
 * task - cognitive tasks: which there are, what a trial of one is, and how it looks to a network.
 *
 * A trial is first drawn (struct trial: everything random but the noise) and then rendered into
 * inputs and labels; so a fixture, a condition grid and a random trial go the same way.  One step
 * is 100 ms.  The observation is x[0] fixation, x[1..16] and x[17..32] the rings of modality 1 and
 * 2 (channel i prefers the angle 2 pi i / 16), x[33..] the rule, one-hot over the tasks of the set.
 * Labels are 0 (fixate) or 1 + the ring location to respond to: O = 17 classes.
 *
 * Source: neurogym's yang19 collection (after Yang et al. 2019) and Mod_Cog (Khona et al. 2023).
 */
#ifndef BRAINSWEEP_TASK_H
#define BRAINSWEEP_TASK_H

#include "err.h"
#include "rng.h"

enum {
    TASK_RING = 16,     /* locations on a ring */
    TASK_OBSERVED = 33, /* fixation and two rings */
    TASK_CLASSES = 17,  /* fixate and 16 locations: O */
    TASK_PERIODS = 5,   /* at most so many periods in a trial */
    TASK_LONGEST = 64   /* no trial of any set has more steps */
};

/* ---- the sets and their tasks (tables; nothing to free) ---- */

struct task_set;

/* The set of that name ("yang19", "yang19-v2.1" ...), or NULL. */
const struct task_set *task_set_find(const char *name);

/* The i-th set, or NULL past the last: for lists and messages. */
const struct task_set *task_set_at(int i);

const char *task_set_name(const struct task_set *set);
const char *task_set_help(const struct task_set *set); /* one sentence */
int task_set_size(const struct task_set *set);         /* R */
int task_set_inputs(const struct task_set *set);       /* I = 33 + R */

const char *task_name(const struct task_set *set, int task);
int task_find(const struct task_set *set, const char *name); /* its index, or -1 */

/* The best trial accuracy any network can reach: below 1 where trials are decided by a coin. */
double task_ceiling(const struct task_set *set, int task);

/* Name of the p-th period of a task's trials ("fixation", "stim1" ...), or NULL past the last. */
const char *task_period_name(const struct task_set *set, int task, int period);

/* ---- what a job trains on ---- */

/* A set, the chosen subset of its tasks, their sampling weights, and what the set draws once per
   job.  Opaque. */
struct task_mix;

/* `list` names tasks separated by commas, "" being all; `weights` gives one number for each of
   them, "" being equal.  `seed` decides what is drawn once per job.  ERR_VALUE names the offender.
 */
int task_mix_new(struct task_mix **mix, const struct task_set *set, const char *list,
                 const char *weights, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void task_mix_free(struct task_mix *mix);

const struct task_set *task_mix_set(const struct task_mix *mix);
int task_mix_size(const struct task_mix *mix);        /* number of chosen tasks */
int task_mix_task(const struct task_mix *mix, int i); /* the i-th chosen task's index in the set */

/* ---- a trial ---- */

struct trial {
    int task;                /* index in its set */
    int steps[TASK_PERIODS]; /* of each period; 0 = the period is empty */
    float angle[2];          /* where stimulus 1 and 2 stand, radians in [0, 2 pi) */
    float strength[2][2];    /* of stimulus s on modality m, [s][m]; 0 = not shown */
    int ring;                /* modality that carries a match trial, 0 or 1; others 0 */
    int target;              /* ring location to respond to, 0..15, or -1: keep fixating */
    int tie;                 /* whether a coin decided the target */
};

/* Draws a trial of set index `task`. */
void trial_draw(const struct task_mix *mix, int task, struct rng *r, struct trial *trial);

int trial_length(const struct trial *trial); /* steps, all periods together */

/* Writes the first min(length, limit) steps: step t's inputs to x + t*x_stride (I floats, all of
   them written), its label to label[t*label_stride].  Noise from r, none where r is NULL.  Returns
   the number of steps written. */
int trial_render(const struct task_mix *mix, const struct trial *trial, struct rng *r, int limit,
                 float *x, long x_stride, int *label, long label_stride);

/* The period that step t of the trial belongs to. */
int trial_period(const struct trial *trial, int t);

/* ---- trials by the many ---- */

/* Training batch number `step`: every sequence begins with a fresh trial, trials follow each other
   without a gap, the last one is cut at T.  x is (T,B,I), label is (T,B).  The next trial's task is
   another one than the last (upstream's schedule), uniform or by weight. */
void task_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T, float *x,
                int *label);

/* The noise-free condition grid of a task: one trial for every combination of location, modality
   and strength, all of the same timing; for task variance.  Number of conditions, and the i-th. */
int task_grid_size(const struct task_mix *mix, int task);
void task_grid_trial(const struct task_mix *mix, int task, int i, struct trial *trial);

/* Steps of the fixation period in the condition grid: task variance starts after them. */
int task_grid_fixation(const struct task_mix *mix, int task);

#endif
