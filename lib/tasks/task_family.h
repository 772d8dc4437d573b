/*
 * task_family - how a task is defined; private to the task_*.c and their tests.
 *
 * A task is a row: a rule (which family it belongs to and which response it requires), a timing
 * (its periods) and what Mod_Cog adds (the delay moves the answer, the answer moves on during the
 * decision).  A family draws the condition of a trial, or lists the conditions of the grid.  From a
 * condition it computes what is shown and what the answer is.
 */
#ifndef BRAINSWEEP_TASK_FAMILY_H
#define BRAINSWEEP_TASK_FAMILY_H

#include "math/rng.h"
#include "tasks/task.h"

/* Uniform over the `count` numbers of steps first, first + stride ... */
struct task_duration {
    int first, count, stride;
};

enum task_noise {
    NOISE_NONE,
    NOISE_RING,  /* the ring that carries the trial */
    NOISE_RINGS, /* both rings, whether or not they show anything */
    NOISE_ALL    /* both rings and the fixation input */
};

enum { SHOWS_FIRST = 1, SHOWS_SECOND = 2, SHOWS_BOTH = 3 };

struct task_period {
    const char *name;
    struct task_duration steps;
    int fixation; /* whether the fixation input is on */
    int shows;    /* which of the stimuli are on, a set of SHOWS_... */
    enum task_noise noise;
    int once; /* duration is drawn once per mix and modality instead of for every trial */
};

/* The decision is always the last period. */
struct task_timing {
    struct task_period periods[TASK_PERIODS]; /* unused ones have no name */
    int delay;                                /* index of the delay, or -1 */
};

/* Strengths of stimuli 1 and 2 on one modality, in hundredths so that ties are exact. */
struct task_strengths {
    int n;
    int percent[8][2];
};

/* The response that a task requires; each family reads its own part. */
struct task_rule {
    const struct task_family *family;
    /* reach */
    int opposite; /* respond opposite to the stimulus */
    /* dm: the answer is the stimulus with the larger weighted sum of strengths */
    int shown[2];                           /* modalities that show the stimuli */
    int weight[2];                          /* modalities that count */
    const struct task_strengths *strengths; /* every pair equally likely */
    /* match */
    int category;       /* match the halves of the ring instead of locations */
    int go_on_nonmatch; /* respond to a non-match */
};

struct task_row {
    const char *name;
    const struct task_rule *rule;
    const struct task_timing *timing;
    int integrate; /* +1, -1: the delay moves the answer; 0: it does not */
    int sequence;  /* +1, -1: the answer moves by one location per step of the decision */
};

struct task_set {
    const char *name;
    const char *help;
    const struct task_row *rows;
    int size;
    int second_half; /* first sample location of the second category: 8, upstream 9 */
    int folds;       /* Mod_Cog's label rule: labels are taken modulo 16, so 16 becomes 0 */
};

/* The differences between the trials of a task, apart from timing. */
struct task_condition {
    int ring;        /* modality (reach, match) */
    int location[2]; /* on the ring: response (reach); the two stimuli (dm); sample and test (match)
                      */
    int pair[2];     /* row of the table of strengths for each modality (dm) */
    int coin;        /* which stimulus wins a tie (dm) */
};

struct task_family {
    const char *name;
    int one_ring; /* a trial has one modality, which is drawn first */
    void (*draw)(const struct task_set *set, const struct task_row *row, struct rng *r,
                 struct task_condition *c);
    int (*grid_size)(const struct task_row *row);
    void (*grid_condition)(const struct task_set *set, const struct task_row *row, int i,
                           struct task_condition *c);
    /* Sets everything except trial->task, steps and ring, which are already set. */
    void (*compose)(const struct task_set *set, const struct task_row *row,
                    const struct task_condition *c, struct trial *trial);
    double (*ceiling)(const struct task_row *row);
};

extern const struct task_family task_reach, task_dm, task_match;

extern const struct task_set task_sets[];
enum { TASK_SETS = 4 };

int task_period_count(const struct task_row *row);

/* Number of steps of the delay in this trial, times the direction in which the delay moves the
   answer. */
int task_drift(const struct task_row *row, const struct trial *trial);

/* Makes the trial with this condition and these steps. */
void task_compose(const struct task_set *set, int task, const int *steps,
                  const struct task_condition *c, struct trial *trial);

#endif
