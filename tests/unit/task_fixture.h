/*
 * task_fixture - trials written by the original Python sources (neurogym, Mod_Cog), with the noise
 * removed.  The first line of a file holds the trial's parameters as Python prints a dictionary,
 * the second names the columns, then each step has a line.
 */
#ifndef BRAINSWEEP_TESTS_TASK_FIXTURE_H
#define BRAINSWEEP_TESTS_TASK_FIXTURE_H

#include "tasks/task.h"
#include "tasks/task_family.h"

enum { FIXTURE_INPUTS = 128 };

struct fixture_step {
    char period[16];
    int label;
    float x[FIXTURE_INPUTS];
};

struct fixture {
    int steps[TASK_PERIODS];
    struct task_condition condition;
    int length;
    int inputs;
    struct fixture_step step[TASK_LONGEST];
};

/* Reads the fixture of a task; false when the file is missing or cannot be understood. */
int fixture_read(const char *path, const struct task_set *set, int task, struct fixture *f);

#endif
