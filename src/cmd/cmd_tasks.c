/* brainsweep tasks: the task sets as a table, and trials of them, as CSV on stdout. */
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "record/experiment.h"
#include "tasks/task.h"
#include "tasks/task_mix.h"
#include "tasks/task_trial.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tasks_options {
    const struct task_set *set; /* NULL = not given */
    const char *task;           /* NULL = all */
    uint64_t trials;
    uint64_t seed;
    uint64_t job_seed; /* of the job whose delays they have */
    int rule;          /* print the rule inputs too */
    int evaluation;    /* the trials of the evaluation, not of the sample */
    int help;
};

/* ---- the command line ---- */

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
    const char *nearest = suggest_name(name, set_name_at, NULL);
    if (nearest)
        return err_set(e, ERR_USAGE, "there is no task set \"%.100s\"; did you mean %s?", name,
                       nearest);
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
    const char *nearest = suggest_name(name, task_name_at, set);
    if (nearest)
        return err_set(e, ERR_USAGE, "there is no task \"%.100s\" in %s; did you mean %s?", name,
                       task_set_name(set), nearest);
    return err_set(e, ERR_USAGE,
                   "there is no task \"%.100s\" in %s; `brainsweep tasks list --set %s` names them",
                   name, task_set_name(set), task_set_name(set));
}

/* Decimal digits only: strtoull alone would take "-1" and " 7". */
static int read_number(const char *option, const char *text, uint64_t min, uint64_t max,
                       uint64_t *number, struct err *e)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (strspn(text, "0123456789") != strlen(text) || end == text || errno || n < min || n > max)
        return err_set(e, ERR_USAGE, "--%s takes a whole number from %llu to %llu, not \"%.100s\"",
                       option, (unsigned long long)min, (unsigned long long)max, text);
    *number = n;
    return 0;
}

static const struct option long_options[] = {
    {"set", required_argument, NULL, 's'},
    {"task", required_argument, NULL, 't'},
    {"trials", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 'k'},
    {"rule", no_argument, NULL, 'r'},
    {"eval", no_argument, NULL, 'e'},
    {"job-seed", required_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int read_options(int argc, char **argv, struct tasks_options *o, struct err *e)
{
    *o = (struct tasks_options){.trials = 1};
    optind = 0; /* glibc: start anew, whoever used getopt before */
    opterr = 0;
    int c, code = 0;
    while (!code && (c = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        if (c == 's' && !(o->set = task_set_find(optarg)))
            code = unknown_set(optarg, e);
        else if (c == 't')
            o->task = optarg;
        else if (c == 'n')
            code = read_number("trials", optarg, 1, 1000000000, &o->trials, e);
        else if (c == 'k')
            code = read_number("seed", optarg, 0, INT64_MAX, &o->seed, e);
        else if (c == 'j')
            code = read_number("job-seed", optarg, 0, INT64_MAX, &o->job_seed, e);
        else if (c == 'r')
            o->rule = 1;
        else if (c == 'e')
            o->evaluation = 1;
        else if (c == 'h')
            o->help = 1;
        else if (c == ':')
            code = err_set(e, ERR_USAGE, "%.100s takes a value", argv[optind - 1]);
        else if (c == '?')
            code = optopt ? err_set(e, ERR_USAGE, "unknown option -%c", optopt)
                          : err_set(e, ERR_USAGE, "unknown option %.100s", argv[optind - 1]);
    }
    if (!code && o->job_seed && !o->evaluation)
        code = err_set(e, ERR_USAGE, "--job-seed goes with --eval; without it, --seed decides all");
    if (!code && optind < argc)
        code = err_set(e, ERR_USAGE, "\"%.100s\" is too much; see `brainsweep tasks --help`",
                       argv[optind]);
    return code;
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

static int list(const struct tasks_options *o, struct err *e)
{
    if (o->task) {
        err_set(e, ERR_USAGE, "--task goes with tasks sample");
        return command_fail(e);
    }
    printf("set,index,task,family,inputs,steps_min,steps_max,steps_mean,periods,ceiling\n");
    for (int s = 0; task_set_at(s); s++) {
        const struct task_set *set = task_set_at(s);
        for (int task = 0; (!o->set || o->set == set) && task < task_set_size(set); task++)
            list_task(set, task);
    }
    return EXIT_DONE;
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
            if (value == 0) /* most of them */
                fputs(",0", stdout);
            else
                printf(",%.9g", (double)value);
        }
        putchar('\n');
    }
}

static int sample_from(const struct task_mix *mix, const struct tasks_options *o, struct err *e)
{
    float *x =
        mem_array((size_t)TASK_LONGEST * (size_t)task_set_inputs(task_mix_set(mix)), sizeof *x);
    if (!x) {
        err_set(e, ERR_MEMORY, "out of memory for a trial");
        return command_fail(e);
    }
    int columns = o->rule ? task_set_inputs(task_mix_set(mix)) : TASK_OBSERVED;
    printf("trial,task,step,period,label");
    for (int i = 0; i < columns; i++)
        printf(",x%d", i);
    putchar('\n');

    enum rng_purpose purpose = o->evaluation ? RNG_EVALUATE : RNG_SAMPLE;
    uint64_t number = 0;
    for (int i = 0; i < task_mix_size(mix); i++) {
        uint64_t task = (uint64_t)task_mix_task(mix, i);
        for (uint64_t n = 0; n < o->trials && !ferror(stdout); n++) {
            struct rng r = rng_at(o->seed, purpose, task << 32 | n);
            struct trial trial;
            task_trial_draw(mix, (int)task, &r, &trial);
            print_trial(mix, &trial, number++, &r, x, columns);
        }
    }
    mem_free(x);
    return EXIT_DONE;
}

static int sample(const struct tasks_options *o, struct err *e)
{
    const struct task_set *set = o->set ? o->set : task_set_at(0);
    if (o->task && task_find(set, o->task) < 0) {
        unknown_task(set, o->task, e);
        return command_fail(e);
    }
    struct task_mix *mix;
    if (task_mix_new(&mix, set, o->task ? o->task : "", "", o->evaluation ? o->job_seed : o->seed,
                     e))
        return command_fail(e);
    int code = sample_from(mix, o, e);
    task_mix_free(mix);
    return code;
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    int (*run)(const struct tasks_options *o, struct err *e);
} verbs[] = {{"list", list}, {"sample", sample}};

static int tasks_run(int argc, char **argv)
{
    struct err e = {0};
    struct tasks_options o;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        options_help(&command_tasks);
        return EXIT_DONE;
    }
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        if (read_options(argc - 1, argv + 1, &o, &e))
            return command_fail(&e);
        if (o.help)
            options_help(&command_tasks);
        return o.help ? EXIT_DONE : verbs[i].run(&o, &e);
    }
    if (argc > 1)
        err_set(&e, ERR_USAGE, "tasks has no \"%.100s\"; it has list and sample", argv[1]);
    else
        err_set(&e, ERR_USAGE, "say what about the tasks: list or sample");
    return command_fail(&e);
}

const struct command command_tasks = {
    .name = "tasks",
    .arguments = "list|sample [OPTION]...",
    .summary = "the task sets, and trials of their tasks, as CSV",
    .help =
        "list prints a line for every task: family, inputs, lengths, periods, ceiling (the best\n"
        "accuracy that can be reached where ties are decided by a coin).  sample prints trials of "
        "a\n"
        "task, or of every task of the set, a line each step of 100 ms: x0 is the fixation input,\n"
        "x1-x16 and x17-x32 are the rings of the two modalities; the rule inputs come behind them\n"
        "with --rule.  With --eval they are the trials that a job is evaluated on, to the last "
        "bit.  The\n"
        "delays of Mod_Cog's match tasks are drawn once for task, modality and seed, as for a "
        "job.\n\n"
        "Options:\n"
        "  --set SET         yang19, yang19-v2.1, modcog or modcog-fixed\n"
        "                    (list: all of them; sample: yang19)\n"
        "  --task TASK       sample: only this task\n"
        "  --trials N        sample: trials of each task (1)\n"
        "  --seed K          sample: other trials for another K (0)\n"
        "  --rule            sample: the rule inputs as well, x33 and so on\n"
        "  --eval            sample: the evaluation trials of a job; --trials is its "
        "eval_trials,\n"
        "                    --seed its eval_seed\n"
        "  --job-seed S      sample --eval: the job's seed, which decides Mod_Cog's delays (0)\n",
    .run = tasks_run,
};
