/* Tasks: the tables, trials against fixtures, mixes, batches and condition grids. */
#include "mem.h"
#include "suite.h"
#include "task.h"
#include "task_family.h"
#include "task_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct task_mix *mix_of(const char *set, const char *list, const char *weights,
                               uint64_t seed)
{
    struct task_mix *mix;
    struct err e = {0};
    int code = task_mix_new(&mix, task_set_find(set), list, weights, seed, &e);
    ck_assert_msg(code == 0, "%s: %s", set, e.text);
    return mix;
}

/* ---- trials ---- */

/* The tolerance is that of the files: six digits, and noise that was subtracted again. */
static void check_fixture(const struct task_mix *mix, const struct task_set *set, int task)
{
    const char *name = task_name(set, task);
    char path[512];
    snprintf(path, sizeof path, "%s/tests/fixtures/tasks/%s/%s_0_clean.csv", getenv("srcdir"),
             task_set_name(set), name);
    static struct fixture f;
    ck_assert_msg(fixture_read(path, set, task, &f), "%s cannot be read", path);
    ck_assert_int_eq(f.inputs, task_set_inputs(set));

    struct trial trial;
    task_compose(set, task, f.steps, &f.condition, &trial);
    ck_assert_int_eq(trial_length(&trial), f.length);
    if (trial.tie) { /* the coin is not among the parameters: the label tells */
        f.condition.coin = f.step[f.length - 1].label == 1 + f.condition.place[1];
        task_compose(set, task, f.steps, &f.condition, &trial);
    }
    static float x[TASK_LONGEST][FIXTURE_INPUTS];
    int label[TASK_LONGEST];
    int steps = trial_render(mix, &trial, NULL, TASK_LONGEST, x[0], FIXTURE_INPUTS, label, 1);
    ck_assert_int_eq(steps, f.length);
    for (int t = 0; t < f.length; t++) {
        int period = trial_period(&trial, t);
        ck_assert_str_eq(task_period_name(set, task, period), f.step[t].period);
        ck_assert_msg(label[t] == f.step[t].label, "%s step %d: label %d, not %d", name, t,
                      label[t], f.step[t].label);
        for (int i = 0; i < f.inputs; i++)
            ck_assert_msg(fabsf(x[t][i] - f.step[t].x[i]) <= 2e-6f,
                          "%s step %d x%d: %.9g, not %.9g", name, t, i, x[t][i], f.step[t].x[i]);
    }
}

START_TEST(trials_are_those_of_the_original_sources)
{
    static const char *const sets[] = {"yang19", "yang19-v2.1", "modcog"};
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        struct task_mix *mix = mix_of(sets[s], "", "", 0);
        for (int task = 0; task < task_set_size(task_mix_set(mix)); task++)
            check_fixture(mix, task_mix_set(mix), task);
        task_mix_free(mix);
    }
}
END_TEST

SUITE_CASE(trial_case, "trial", trials_are_those_of_the_original_sources)

SUITE_MAIN("task", trial_case)
