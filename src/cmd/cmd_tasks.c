/* The command `tasks`: prints the task sets as a table, and trials of them as CSV. */
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "record/experiment.h"
#include "tasks/task.h"
#include "tasks/task_mix.h"
#include "tasks/task_trial.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- the set and the task ---- */

static const char *set_name_at(int i, const void *data)
{
    (void)data;
    return task_set_at(i) ? task_set_name(task_set_at(i)) : NULL;
}

static const char *task_name_at(int i, const void *data)
{
    return i < task_set_size(data) ? task_name(data, i) : NULL;
}

static int unknown_set(const char *name, struct err *e)
{
    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, name, set_name_at, NULL))
        return err_set(e, ERR_USAGE, "there is no task set \"%.100s\"%s", name, hint);
    char names[256] = "";
    for (int i = 0; task_set_at(i); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                 task_set_name(task_set_at(i)));
    }
    return err_set(e, ERR_USAGE, "there is no task set \"%.100s\"; there are %s", name, names);
}

static int unknown_task(const struct task_set *set, const char *name, struct err *e)
{
    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, name, task_name_at, set))
        return err_set(e, ERR_USAGE, "there is no task \"%.100s\" in %s%s", name,
                       task_set_name(set), hint);
    return err_set(e, ERR_USAGE,
                   "there is no task \"%.100s\" in %s; `brainsweep tasks list --set %s` names them",
                   name, task_set_name(set), task_set_name(set));
}

/* NULL if no set was named. */
static int find_set(const struct task_set **set, const struct options *o, struct err *e)
{
    *set = o->task_set ? task_set_find(o->task_set) : NULL;
    return o->task_set && !*set ? unknown_set(o->task_set, e) : 0;
}

/* ---- list ---- */

static void list_task(const struct task_set *set, int task)
{
    struct task_span length = task_length_span(set, task);
    printf("%s,%d,%s,%s,%d,%d,%d,%g,", task_set_name(set), task, task_name(set, task),
           task_family(set, task), task_set_inputs(set), length.min, length.max, length.mean);
    for (int p = 0; task_period_name(set, task, p); p++) {
        struct task_span steps = task_period_span(set, task, p);
        printf("%s%s=%d", p ? ";" : "", task_period_name(set, task, p), steps.min);
        if (steps.max > steps.min)
            printf("-%d", steps.max);
    }
    printf(",%.9g\n", task_ceiling(set, task));
}

static int list(const struct task_set *only, const struct options *o, struct err *e)
{
    if (o->task)
        return err_set(e, ERR_USAGE, "--task belongs to tasks sample");
    printf("set,index,task,family,inputs,steps_min,steps_max,steps_mean,periods,ceiling\n");
    for (int s = 0; task_set_at(s); s++) {
        const struct task_set *set = task_set_at(s);
        for (int task = 0; (!only || only == set) && task < task_set_size(set); task++)
            list_task(set, task);
    }
    return 0;
}

/* ---- sample ---- */

static void print_trial(const struct task_mix *mix, const struct trial *trial, uint64_t number,
                        struct rng *r, float *x, int columns)
{
    const struct task_set *set = task_mix_set(mix);
    int label[TASK_LONGEST];
    int inputs = task_set_inputs(set);
    int steps = task_trial_render(mix, trial, r, TASK_LONGEST, x, inputs, label, 1);
    for (int t = 0; t < steps; t++) {
        printf("%llu,%s,%d,%s,%d", (unsigned long long)number, task_name(set, trial->task), t,
               task_period_name(set, trial->task, task_trial_period(trial, t)), label[t]);
        for (int i = 0; i < columns; i++) {
            float value = x[(long)t * inputs + i];
            if (value == 0) /* most inputs are 0 */
                fputs(",0", stdout);
            else
                printf(",%.9g", (double)value);
        }
        putchar('\n');
    }
}

static int sample_from(const struct task_mix *mix, const struct options *o, struct err *e)
{
    float *x =
        mem_array((size_t)TASK_LONGEST * (size_t)task_set_inputs(task_mix_set(mix)), sizeof *x);
    if (!x)
        return err_set(e, ERR_MEMORY, "out of memory");
    int columns = o->rule ? task_set_inputs(task_mix_set(mix)) : TASK_OBSERVED;
    printf("trial,task,step,period,label");
    for (int i = 0; i < columns; i++)
        printf(",x%d", i);
    putchar('\n');

    enum rng_purpose purpose = o->evaluation ? RNG_EVALUATE : RNG_SAMPLE;
    uint64_t number = 0;
    for (int i = 0; i < task_mix_size(mix); i++) {
        uint64_t task = (uint64_t)task_mix_task(mix, i);
        for (uint64_t n = 0; n < (uint64_t)o->trials && !ferror(stdout); n++) {
            struct rng r = rng_at((uint64_t)o->seed, purpose, task << 32 | n);
            struct trial trial;
            task_trial_draw(mix, (int)task, &r, &trial);
            print_trial(mix, &trial, number++, &r, x, columns);
        }
    }
    mem_free(x);
    return 0;
}

static int sample(const struct task_set *set, const struct options *o, struct err *e)
{
    struct task_mix *mix;
    int64_t seed = o->evaluation ? o->job_seed : o->seed;
    set = set ? set : task_set_at(0);
    if (o->job_seed && !o->evaluation)
        return err_set(e, ERR_USAGE,
                       "--job-seed needs --eval; without it, --seed decides everything");
    if (o->task && task_find(set, o->task) < 0)
        return unknown_task(set, o->task, e);
    int code = task_mix_new(&mix, set, o->task ? o->task : "", "", (uint64_t)seed, e);
    if (code)
        return code;
    code = sample_from(mix, o, e);
    task_mix_free(mix);
    return code;
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    int (*run)(const struct task_set *set, const struct options *o, struct err *e);
} verbs[] = {{"list", list}, {"sample", sample}};

static int run(struct options *options)
{
    struct err e = {0};
    const struct task_set *set;
    int code = find_set(&set, options, &e);
    for (size_t i = 0; !code && i < sizeof verbs / sizeof verbs[0]; i++)
        if (!strcmp(options->arguments[0], verbs[i].name))
            return verbs[i].run(set, options, &e) ? command_fail(&e) : EXIT_DONE;
    if (!code)
        err_set(&e, ERR_USAGE, "tasks %s: expected list or sample", options->arguments[0]);
    return command_fail(&e);
}

const struct command command_tasks = {
    .name = "tasks",
    .arguments = "list|sample [OPTION]...",
    .summary = "the task sets, and trials of their tasks, as CSV",
    .help =
        "list prints one line per task: its family, inputs, lengths, periods and ceiling (the "
        "best\n"
        "accuracy that can be reached where a coin decides ties).  sample prints trials of one\n"
        "task, or of every task of the set, with one line per step of 100 ms: x0 is the fixation\n"
        "input, x1-x16 and x17-x32 are the rings of the two modalities; --rule adds the rule\n"
        "inputs.  With --eval they are the trials on which a job is evaluated, to the last bit.\n"
        "The delays of Mod_Cog's match tasks are drawn once for each task, modality and seed, as\n"
        "in a job.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_TASK_SET | OPTION_TASK | OPTION_TRIALS | OPTION_SEED | OPTION_RULE |
               OPTION_EVAL | OPTION_JOB_SEED,
    .run = run,
};
