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

#include "base/err.h"
#include "math/rng.h"

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

const char *task_family(const struct task_set *set, int task); /* "reach", "dm", "match" */

/* The best trial accuracy that labels allow: below 1 where the answer is decided by a coin, which
   is so for the tied trials of multidm and multidlydm.  Mod_Cog's label rule costs nothing here:
   every location still has one label.  What the input noise costs is not counted. */
double task_ceiling(const struct task_set *set, int task);

/* Name of the p-th period of a task's trials ("fixation", "stim1" ...), or NULL past the last. */
const char *task_period_name(const struct task_set *set, int task, int period);

/* A number of steps that varies from trial to trial. */
struct task_span {
    int min, max;
    double mean;
};
struct task_span task_period_span(const struct task_set *set, int task, int period);
struct task_span task_length_span(const struct task_set *set, int task);

/* ---- what a job trains on ---- */

/* A set, the chosen subset of its tasks, their sampling weights, and what the set draws once per
   job.  Opaque. */
struct task_mix;

/* `list` names tasks separated by commas, "" being all; they are kept in the order of the set, so
   that the order of the list changes nothing.  `weights` gives one number >= 0 for each task of the
   list, "" being equal.  `seed` decides what is drawn once per job.  ERR_VALUE names the offender.
 */
int task_mix_new(struct task_mix **mix, const struct task_set *set, const char *list,
                 const char *weights, uint64_t seed, struct err *e)
    __attribute__((warn_unused_result));
void task_mix_free(struct task_mix *mix);

const struct task_set *task_mix_set(const struct task_mix *mix);
int task_mix_size(const struct task_mix *mix);        /* number of chosen tasks */
int task_mix_task(const struct task_mix *mix, int i); /* the i-th chosen task's index in the set */

/* Steps that the mix has drawn, once and for all its trials, for the delay of a task's trials on
   modality `ring` (Mod_Cog's match tasks); -1 for a task that draws anew for every trial. */
int task_mix_delay(const struct task_mix *mix, int task, int ring);

/* ---- a trial ---- */

struct trial {
    int task;                /* index in its set */
    int steps[TASK_PERIODS]; /* of each period; 0 = the period is empty */
    double location[2];      /* where stimuli 1 and 2 stand: an angle in units of 2 pi / 16 */
    float strength[2][2];    /* of stimulus s on modality m, [s][m]; 0 = not shown */
    int ring;                /* modality of a reach or match trial, 0 or 1; 0 in the dm family */
    int target;              /* ring location to respond to first, 0..15, or -1: keep fixating */
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
   without a gap, the last one is cut at T.  x is (T,B,I), label is (T,B).  Without weights the next
   trial's task is uniform among the others, never the same twice running (upstream's schedule; a
   lone task repeats).  With weights every trial's task is drawn by weight, whatever went before:
   excluding the last one would change the shares.  Sequence b uses the stream
   rng_at(key, RNG_BATCH, step * B + b) and nothing else. */
void task_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T, float *x,
                int *label);

/* The noise-free condition grid of a task, for task variance: trials that differ in their stimuli
   alone, every period lasting the middle one of its durations (the shorter of two middles).
     reach  16 locations x 2 modalities
     dm     16 locations, the second stimulus opposite, x the strengths on every shown modality:
            8 or 8*8 pairs, with a delay 6 or 6*6
     match  go trials only: 16 samples x 2 modalities x the tests that demand a response
            (1 where locations, 8 where categories are matched)
   Number of conditions, and the i-th. */
int task_grid_size(const struct task_mix *mix, int task);
void task_grid_trial(const struct task_mix *mix, int task, int i, struct trial *trial);

/* Steps of the fixation period in the condition grid: task variance starts after them. */
int task_grid_fixation(const struct task_mix *mix, int task);

#endif
