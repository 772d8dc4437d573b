/* The command `plan`: counts the jobs of a sweep and estimates their cost. */
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/sweep_request.h"
#include "compare/design.h"
#include "jobs/job.h"
#include "record/runtime_model.h"
#include "run/calibration.h"
#include "run/schedule.h"
#include "store/store.h"
#include "sweep/sweep.h"
#include "sweep/sweep_only.h"
#include "text/console.h"
#include "text/duration.h"
#include "text/json.h"
#include "text/printable.h"
#include "text/text_table.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLAN_SCHEMA = 1, RANKS_MOST = 16 };

struct plan {
    const struct sweep *sweep;
    struct runtime_model *cost;
    char database[PATH_MAX]; /* source of the costs, "" = none */
    struct sweep_only *only; /* NULL: all jobs are wanted */
    size_t wanted;           /* number of jobs that --only selects */
    unsigned char *skipped;  /* (sweep_count), whether each job is not wanted, or has ended in the
                                database, successful or not */
    size_t to_do, failed;    /* jobs still to run; jobs that ended without success */
    double *seconds;         /* (to_do), the expected time of each */
    double core_seconds;     /* their sum */
    double memory;           /* of the worker that needs most, bytes */
    size_t largest;          /* the job that needs so much */
    struct design design;    /* its planned contrasts */
    double time;             /* limit of one allocation, 0 = not given */
    int ranks[RANKS_MOST];
    double makespan[RANKS_MOST];
    int rank_count;
};

static int read_ranks(struct plan *plan, const char *text, struct err *e)
{
    for (const char *at = text; *at;) {
        char *end;
        long n = strtol(at, &end, 10);
        if (end == at || n < 1 || n > 1000000 || (*end && *end != ','))
            return err_set(e, ERR_USAGE, "--ranks %s: expected numbers of ranks, such as 2,32,128",
                           text);
        if (plan->rank_count == RANKS_MOST)
            return err_set(e, ERR_USAGE, "--ranks: at most %d of them", RANKS_MOST);
        plan->ranks[plan->rank_count++] = (int)n;
        at = *end ? end + 1 : end;
    }
    return 0;
}

/* With several ranks, rank 0 only coordinates. */
static int workers_of(int ranks)
{
    return ranks > 1 ? ranks - 1 : 1;
}

/* The share of their time for which the workers are idle. */
static double idle_share(const struct plan *plan, int i)
{
    double all = plan->makespan[i] * workers_of(plan->ranks[i]);
    return all > 0 ? fmax(1 - plan->core_seconds / all, 0) : 0;
}

/* ---- cost of the jobs ---- */

static int learn_row(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct plan *plan = data;
    struct spec *spec;
    if (row->values[1].type != VALUE_REAL ||
        spec_parse(&spec, row->values[0].as.text, job_experiments(), NULL))
        return 0;
    runtime_model_learn(plan->cost, spec, row->values[1].as.x);
    spec_free(spec);
    return 0;
}

/* Marks the jobs that a run into that database would skip. */
static int look_up(struct plan *plan, struct store *store, struct err *e)
{
    int code = 0;
    for (size_t i = 0; !code && i < sweep_count(plan->sweep); i++) {
        enum store_state state;
        if (plan->skipped[i])
            continue;
        char *spec = spec_canonical(sweep_spec(plan->sweep, i));
        if (!spec)
            return err_set(e, ERR_MEMORY, "no memory for a plan");
        code = store_state_of(store, spec, &state, e);
        mem_free(spec);
        plan->skipped[i] =
            state != STORE_STATES && state != STATE_PENDING && state != STATE_RUNNING;
        plan->to_do -= plan->skipped[i];
        plan->failed += plan->skipped[i] && state != STATE_DONE;
    }
    return code;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The points of the sweep file, for comparison with the sweep in the database. */
struct review {
    struct store *store;
    char **specs; /* (count), canonical, sorted; owned */
    size_t count;
    int64_t job; /* first finished one that is not in the file; 0 = none */
};

static int review_member(const struct store_row *row, void *data, struct err *e)
{
    struct review *r = data;
    const struct experiment *experiment;
    const char *state;
    char *spec;
    int code = store_job(r->store, row->values[0].as.i, &experiment, &spec, &state, e);
    if (code)
        return code;
    int finished =
        !strcmp(state, store_states[STATE_DONE]) || !strcmp(state, store_states[STATE_DIVERGED]);
    if (finished && !r->job && !bsearch(&spec, r->specs, r->count, sizeof *r->specs, by_text))
        r->job = row->values[0].as.i;
    mem_free(spec);
    return 0;
}

/* Like `run`, refuses a sweep file that lacks points whose jobs are finished. */
static int check_gone(const struct plan *plan, struct store *store, const struct options *options,
                      struct err *e)
{
    struct review r = {.store = store, .count = sweep_count(plan->sweep)};
    if (options->shard) /* a part always lacks points */
        return 0;
    r.specs = mem_array(r.count, sizeof *r.specs);
    int code = r.specs ? 0 : err_set(e, ERR_MEMORY, "out of memory");
    for (size_t i = 0; !code && i < r.count; i++)
        if (!(r.specs[i] = spec_canonical(sweep_spec(plan->sweep, i))))
            code = err_set(e, ERR_MEMORY, "out of memory");
    if (!code)
        qsort(r.specs, r.count, sizeof *r.specs, by_text);
    if (!code)
        code = store_each_member(store, sweep_name(plan->sweep), review_member, &r, e);
    if (!code && r.job)
        code =
            err_set(e, ERR_SWEEP,
                    "%s: job %lld of sweep %s is finished but no longer in the sweep file, so run "
                    "would refuse it; give the changed sweep another name, or another database "
                    "by --db, or run a part of the unchanged file by --only",
                    plan->database, (long long)r.job, sweep_name(plan->sweep));
    for (size_t i = 0; r.specs && i < r.count; i++)
        mem_free(r.specs[i]);
    mem_free(r.specs);
    return code;
}

static int is_wanted(const struct plan *plan, size_t i)
{
    return !plan->only || sweep_only_has(plan->only, sweep_spec(plan->sweep, i));
}

/* Selects the jobs as `run` does. */
static int choose(struct plan *plan, const struct options *options, struct err *e)
{
    size_t n = sweep_count(plan->sweep);
    plan->skipped = mem_array(n, 1);
    if (!plan->skipped)
        return err_set(e, ERR_MEMORY, "no memory for a plan of %zu jobs", n);
    int code = sweep_request_only(&plan->only, plan->sweep, options, e);
    for (size_t i = 0; !code && i < n; i++) {
        plan->skipped[i] = !is_wanted(plan, i);
        plan->wanted += !plan->skipped[i];
    }
    plan->to_do = plan->wanted;
    return code;
}

/* Learns the costs from the jobs that are done, if there are any. */
static int learn(struct plan *plan, const struct options *options, struct err *e)
{
    enum { LEARNED_MOST = 20000 };
    const struct experiment *experiment = sweep_experiment(plan->sweep);
    struct store *store;
    int code = runtime_model_new(&plan->cost, experiment, e);
    if (code)
        return code;
    sweep_request_database(plan->sweep, options, plan->database, sizeof plan->database);
    if (!options->db && access(plan->database, R_OK)) {
        plan->database[0] = '\0';
        return 0;
    }
    code = store_open(&store, plan->database, STORE_READ, job_experiments(), e);
    if (code)
        return code;
    code = store_each_time(store, experiment, LEARNED_MOST, learn_row, plan, e);
    if (!code)
        code = check_gone(plan, store, options, e);
    if (!code)
        code = look_up(plan, store, e);
    (void)store_close(store, NULL);
    runtime_model_fit(plan->cost);
    return code;
}

/* Measures the time of some steps, for the jobs with the least and the most work per step. */
static void calibrate(struct plan *plan)
{
    const struct experiment *x = sweep_experiment(plan->sweep);
    const struct spec *least = NULL, *most = NULL;
    for (size_t i = 0; x->step_work && i < sweep_count(plan->sweep); i++) {
        const struct spec *spec = sweep_spec(plan->sweep, i);
        if (plan->skipped[i])
            continue;
        if (!least || x->step_work(spec) < x->step_work(least))
            least = spec;
        if (!most || x->step_work(spec) > x->step_work(most))
            most = spec;
    }
    const struct spec *const timed[] = {least, most};
    int count = !least ? 0 : x->step_work(least) == x->step_work(most) ? 1 : 2;
    for (int i = 0; i < count; i++) {
        double rate = calibration_rate(timed[i]);
        if (rate > 0)
            runtime_model_calibrate(plan->cost, x->step_work(timed[i]), rate);
    }
}

static int measure(struct plan *plan, struct err *e)
{
    size_t count = 0;
    plan->memory = sweep_request_memory(plan->sweep, &plan->largest);
    if (!runtime_model_learned(plan->cost))
        calibrate(plan);
    plan->seconds = mem_array(plan->to_do, sizeof *plan->seconds);
    if (!plan->seconds)
        return err_set(e, ERR_MEMORY, "no memory for a plan of %zu jobs", plan->to_do);
    for (size_t i = 0; i < sweep_count(plan->sweep); i++) {
        if (plan->skipped[i])
            continue;
        plan->seconds[count] = runtime_model_predict(plan->cost, sweep_spec(plan->sweep, i));
        plan->core_seconds += plan->seconds[count++];
    }
    int code = 0;
    for (int i = 0; i < plan->rank_count && !code; i++)
        code = schedule_makespan(plan->seconds, count, workers_of(plan->ranks[i]),
                                 &plan->makespan[i], e);
    return code;
}

/* ---- what the number of seeds can show ---- */

static int has_group(const char *value, const void *data)
{
    const struct plan *plan = data;
    const char *group = sweep_experiment(plan->sweep)->group;
    for (size_t i = 0; i < sweep_count(plan->sweep); i++)
        if (!strcmp(spec_text(sweep_spec(plan->sweep, i), group), value))
            return 1;
    return 0;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Counts the distinct values of the replicate parameter, which repeats points. */
static int count_seeds(const struct plan *plan, const char *replicate, struct err *e)
{
    size_t n = sweep_count(plan->sweep);
    int64_t *seeds = mem_array(n, sizeof *seeds);
    int count = 0;
    if (!seeds)
        return err_set(e, ERR_MEMORY, "no memory for a plan of %zu jobs", n);
    for (size_t i = 0; i < n; i++)
        seeds[i] = spec_int(sweep_spec(plan->sweep, i), replicate);
    if (n)
        qsort(seeds, n, sizeof *seeds, by_number);
    for (size_t i = 0; i < n; i++)
        count += !i || seeds[i] != seeds[i - 1];
    mem_free(seeds);
    return count;
}

/* Fills in the design; it stays empty for experiments without planned contrasts. */
static int find_design(struct plan *plan, struct err *e)
{
    const struct experiment *x = sweep_experiment(plan->sweep);
    int contrasts = x->contrasts ? design_contrasts(x, has_group, plan) : 0;
    int seeds = contrasts ? count_seeds(plan, x->replicate, e) : 0;
    if (seeds >= 0)
        plan->design = design_of(contrasts, seeds);
    return seeds < 0 ? seeds : 0;
}

static void print_design(const struct plan *plan)
{
    char sentence[200];
    if (plan->design.contrasts)
        printf("contrasts: %s\n", design_sentence(plan->design, sentence, sizeof sentence));
}

static void print_json(const struct plan *plan)
{
    struct json j;
    json_begin(&j, stdout, PLAN_SCHEMA);
    json_text(&j, "sweep", sweep_name(plan->sweep));
    json_text(&j, "experiment", sweep_experiment(plan->sweep)->name);
    json_int(&j, "jobs", (long long)sweep_count(plan->sweep));
    json_int(&j, "wanted", (long long)plan->wanted);
    json_int(&j, "to_do", (long long)plan->to_do);
    json_int(&j, "failed", (long long)plan->failed);
    json_int(&j, "merged", (long long)sweep_merged(plan->sweep));
    json_real(&j, "core_seconds", plan->core_seconds);
    json_int(&j, "learned_jobs", runtime_model_learned(plan->cost));
    json_real(&j, "spread", runtime_model_spread(plan->cost));
    json_real(&j, "memory_bytes_per_worker", plan->memory);
    json_int(&j, "contrasts", plan->design.contrasts);
    json_real(&j, "least_p", plan->design.least_p);
    json_int(&j, "seeds_needed", plan->design.needed);
    json_open_array(&j, "makespans");
    for (int i = 0; i < plan->rank_count; i++) {
        json_open_object(&j, NULL);
        json_int(&j, "ranks", plan->ranks[i]);
        json_real(&j, "seconds", plan->makespan[i]);
        json_real(&j, "idle_share", idle_share(plan, i));
        json_close_object(&j);
    }
    json_close_array(&j);
    json_open_array(&j, "specs");
    for (size_t i = 0; i < sweep_count(plan->sweep); i++) {
        if (!is_wanted(plan, i))
            continue;
        char *spec = spec_canonical(sweep_spec(plan->sweep, i));
        json_text(&j, NULL, spec ? spec : "");
        mem_free(spec);
    }
    json_close_array(&j);
    json_end(&j);
}

static void print_axes(const struct plan *plan)
{
    const struct experiment *experiment = sweep_experiment(plan->sweep);
    int varying = 0;
    for (int p = 0; experiment->parameters[p].name; p++)
        if (sweep_varies(plan->sweep, experiment->parameters[p].name))
            printf("%s %s", varying++ ? "" : "varying:", experiment->parameters[p].name);
    if (varying)
        printf("\n");
    if (experiment->group && !sweep_varies(plan->sweep, experiment->group)) {
        int p = experiment_parameter(experiment, experiment->group);
        char text[VALUE_TEXT_SIZE];
        printable_line("%s: %s", experiment->group,
                       value_format(sweep_spec(plan->sweep, 0)->values[p], text));
    }
}

static void print_jobs(const struct plan *plan)
{
    enum { SHOWN = 10 };
    size_t n = plan->wanted, shown = n == SHOWN + 1 ? n : SHOWN;
    for (size_t i = 0; i < sweep_count(plan->sweep) && shown; i++) {
        if (!is_wanted(plan, i))
            continue;
        shown--;
        char *spec = spec_canonical(sweep_spec(plan->sweep, i));
        printable_line("  %s", spec ? spec : "");
        mem_free(spec);
    }
    if (n > SHOWN + 1)
        printf("  ... and %zu more\n", n - SHOWN);
}

static void print_basis(const struct plan *plan)
{
    char text[32];
    long long learned = runtime_model_learned(plan->cost);
    if (!plan->to_do) {
        printf("work: none left to do\n");
        return;
    }
    console_duration(plan->core_seconds, text);
    if (learned)
        printable_line(
            "work: %s of one core, estimated from %lld job%s in %s; times vary by a factor of %.2g",
            text, learned, learned == 1 ? "" : "s", plan->database,
            exp(runtime_model_spread(plan->cost)));
    else if (runtime_model_is_calibrated(plan->cost))
        printf("work: %s of one core, estimated from a few steps on this processor: no job of it "
               "has run yet\n",
               text);
    else
        printf("work: %s of one core, a rough estimate: no job of it has run yet\n", text);
}

/* One task per core; `brainsweep slurm` prints the whole script. */
static void print_sbatch(const struct plan *plan, int i)
{
    char time[32];
    long seconds = (long)plan->time;
    snprintf(time, sizeof time, "%ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
    double runs = ceil(plan->makespan[i] / plan->time);
    printf("  %.0f run%s of %s: sbatch --ntasks=%d --cpus-per-task=1 --time=%s\n", runs,
           runs > 1 ? "s" : "", time, plan->ranks[i], time);
}

static void print_makespans(const struct plan *plan)
{
    char text[32];
    for (int i = 0; i < plan->rank_count; i++) {
        printf("with %d rank%s: about %s, workers idle %.1f %%\n", plan->ranks[i],
               plan->ranks[i] == 1 ? "" : "s", console_duration(plan->makespan[i], text),
               100 * idle_share(plan, i));
        if (plan->time > 0)
            print_sbatch(plan, i);
    }
}

/* Prints the memory of the largest job and its formula. */
static void print_memory(const struct plan *plan)
{
    char text[32], formula[400] = "";
    const struct experiment *experiment = sweep_experiment(plan->sweep);
    printf("memory: %s per worker, without MPI\n", console_bytes(plan->memory, text));
    if (experiment->explain_memory)
        experiment->explain_memory(sweep_spec(plan->sweep, plan->largest), formula, sizeof formula);
    for (char *line = formula; *line;) {
        size_t length = strcspn(line, "\n");
        printf("  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void print_plan(const struct plan *plan)
{
    const struct sweep *sweep = plan->sweep;
    char name[PATH_MAX];
    printf("sweep %s: %zu job%s of %s", printable(name, sizeof name, sweep_name(sweep)),
           sweep_count(sweep), sweep_count(sweep) == 1 ? "" : "s", sweep_experiment(sweep)->name);
    if (sweep_merged(sweep))
        printf(" (%zu more point%s of the grid equal%s one of them)", sweep_merged(sweep),
               sweep_merged(sweep) == 1 ? "" : "s", sweep_merged(sweep) == 1 ? "s" : "");
    if (plan->only)
        printf("\nonly: %zu of them", plan->wanted);
    if (plan->to_do < plan->wanted)
        printf("\nto do: %zu; the others are in %s", plan->to_do,
               printable(name, sizeof name, plan->database));
    if (plan->failed)
        printf(", %zu of them failed or diverged (run again by --retry)", plan->failed);
    printf("\n");
    print_axes(plan);
    print_design(plan);
    print_basis(plan);
    print_memory(plan);
    if (plan->to_do)
        print_makespans(plan);
    print_jobs(plan);
}

static int run(struct options *options)
{
    struct err e = {0};
    struct sweep *sweep = NULL;
    struct plan plan = {0};
    int code = read_ranks(&plan, options->ranks ? options->ranks : "1,3,33", &e);
    if (!code)
        code = sweep_request_sweep(&sweep, options, 1, &e);
    plan.sweep = sweep;
    if (!code && options->time)
        code = duration_parse(options->time, &plan.time, &e);
    if (!code)
        code = choose(&plan, options, &e);
    if (!code)
        code = learn(&plan, options, &e);
    if (!code)
        code = measure(&plan, &e);
    if (!code)
        code = find_design(&plan, &e);
    if (!code)
        (options->json ? print_json : print_plan)(&plan);
    runtime_model_free(plan.cost);
    mem_free(plan.seconds);
    mem_free(plan.skipped);
    sweep_only_free(plan.only);
    sweep_free(sweep);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "SWEEP [OPTION]...",
    .summary = "count the jobs of a sweep and estimate their cost; writes nothing",
    .help =
        "Reads a sweep file as run would, and prints how many jobs it makes, how much memory they\n"
        "need and how long they take.  Until some jobs are done it times a few steps of the "
        "smallest\n"
        "and the largest, within two seconds; then times are estimated from those that are done.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_DB | OPTION_SET | OPTION_SHARD | OPTION_ONLY | OPTION_RANKS | OPTION_TIME |
               OPTION_JSON,
    .run = run,
};
