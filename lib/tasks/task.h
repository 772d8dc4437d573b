/*
 * task - cognitive tasks: which tasks exist, what a trial consists of, and which inputs and labels
 * a network gets.
 *
 * A trial is first drawn (struct trial: everything random except the noise) and then rendered into
 * inputs and labels.  So fixtures, condition grids and random trials use the same code.  One step
 * is 100 ms.  The observation is x[0] fixation, x[1..16] and x[17..32] the rings of modality 1 and
 * 2 (channel i prefers the angle 2 pi i / 16), x[33..] the rule, one-hot over the tasks of the set.
 * Labels are 0 (fixate) or 1 + the ring location to respond to: O = 17 classes.
 *
 * Source: neurogym's yang19 collection (after Yang et al. 2019) and Mod_Cog (Khona et al. 2023).
 */
#ifndef BRAINSWEEP_TASK_H
#define BRAINSWEEP_TASK_H

enum {
    TASK_RING = 16,     /* locations on a ring */
    TASK_OBSERVED = 33, /* fixation and two rings */
    TASK_CLASSES = 17,  /* fixate and 16 locations: O */
    TASK_PERIODS = 5,   /* the most periods that a trial has */
    TASK_LONGEST = 64   /* the most steps that a trial of any set has */
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

/* The best trial accuracy that the labels allow.  It is below 1 if a coin decides some answers,
   which is the case for the tied trials of multidm and multidlydm.  Mod_Cog's label rule does not
   lower it: every location still has one label.  The effect of the input noise is not included. */
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

/* ---- a trial ---- */

struct trial {
    int task;                /* index in its set */
    int steps[TASK_PERIODS]; /* of each period; 0 = the period is empty */
    double location[2];      /* location of stimuli 1 and 2: an angle in units of 2 pi / 16 */
    float strength[2][2];    /* of stimulus s on modality m, [s][m]; 0 = not shown */
    int ring;                /* modality of a reach or match trial, 0 or 1; 0 in the dm family */
    int target;              /* ring location to respond to first, 0..15, or -1: keep fixating */
    int tie;                 /* whether a coin decided the target */
};

/* ---- the condition grid ---- */

/* The noise-free condition grid of a task, for task variance.  Its trials differ only in their
   stimuli: every period lasts the median of its durations (the lower median if there are two).
     reach  16 locations x 2 modalities
     dm     16 locations, the second stimulus opposite, x the strengths on every shown modality:
            8 or 8*8 pairs, with a delay 6 or 6*6
     match  go trials only: 16 samples x 2 modalities x the tests that demand a response
            (1 if locations, 8 if categories are matched)
   These functions give the number of conditions, and the i-th condition. */
int task_grid_size(const struct task_set *set, int task);
void task_grid_trial(const struct task_set *set, int task, int i, struct trial *trial);

/* Steps of the fixation period in the condition grid: task variance is measured after them. */
int task_grid_fixation(const struct task_set *set, int task);

#endif
