/* The command `measure`: measures stored networks again, to fill in metrics that were not known
 * when they were trained. */
#include "cmd/command.h"

#include "base/log.h"
#include "base/mem.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "jobs/job.h"
#include "math/mat.h"
#include "record/result_fill.h"
#include "run/signals.h"
#include "store/store_load.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- which jobs ---- */

struct jobs {
    int64_t *ids; /* owned */
    size_t count, capacity;
};

static int add_job(struct jobs *jobs, int64_t id, struct err *e)
{
    if (jobs->count == jobs->capacity) {
        size_t capacity = jobs->capacity ? 2 * jobs->capacity : 64, size = sizeof *jobs->ids;
        int64_t *ids = mem_grow(jobs->ids, jobs->capacity * size, capacity * size);
        if (!ids)
            return err_set(e, ERR_MEMORY, "no memory for %zu jobs", capacity);
        jobs->ids = ids;
        jobs->capacity = capacity;
    }
    jobs->ids[jobs->count++] = id;
    return 0;
}

static int add_any(const struct store_row *row, void *data, struct err *e)
{
    return add_job(data, row->values[0].as.i, e);
}

/* Adds a job in which a metric is missing: an earlier version measured it. */
static int add_lacking(const struct store_row *row, void *data, struct err *e)
{
    for (int c = 1; c < row->columns; c++)
        if (row->values[c].type == VALUE_NULL)
            return add_job(data, row->values[0].as.i, e);
    return 0;
}

static int add_of_experiment(struct jobs *jobs, struct store *store, const struct experiment *x,
                             int force, struct err *e)
{
    int count = experiment_metric_count(x), used = 0;
    const char **names = mem_array((size_t)count + 1, sizeof *names);
    if (!names)
        return err_set(e, ERR_MEMORY, "no memory for %d names", count);
    for (int m = 0; m < count; m++)
        if (x->metrics[m].always)
            names[used++] = x->metrics[m].name;
    int code = store_each_place(store, x, (const char *const *)names,
                                force || !used ? add_any : add_lacking, jobs, e);
    mem_free(names);
    return code;
}

/* Takes the named jobs.  If none is named, takes all finished jobs that lack something; with
   --force, all finished jobs. */
static int choose_jobs(struct jobs *jobs, struct store *store, const struct options *options,
                       struct err *e)
{
    int code = 0;
    for (int i = 1; !code && i < options->argument_count; i++) {
        int64_t id;
        code = db_reader_job(options->arguments[i], &id, e);
        if (!code)
            code = add_job(jobs, id, e);
    }
    for (int i = 0; !code && options->argument_count == 1 && job_at(i); i++)
        if (job_at(i)->measure)
            code = add_of_experiment(jobs, store, &job_at(i)->experiment, options->force, e);
    return code;
}

/* ---- one job ---- */

struct counts {
    size_t jobs;
    long added, differing;
};

static enum job_wish on_progress(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    (void)done, (void)total, (void)so_far, (void)data;
    return signals_asked() ? JOB_STOP : JOB_GO_ON;
}

static void print_job(int64_t id, const struct result_filled *filled, int force)
{
    printf("job %lld: %ld value%s added", (long long)id, filled->added,
           filled->added == 1 ? "" : "s");
    if (filled->differing)
        printf(", %ld of the stored ones differ%s from what they were measured as now: %s",
               filled->differing, filled->differing == 1 ? "s" : "",
               force ? "replaced" : "kept (--force replaces them)");
    printf("\n");
    fflush(stdout);
}

/* Always writes a complete result: the stored one with the missing metrics added, or, with --force,
   the new one. */
static int put(struct store *store, int64_t id, const struct store_loaded *loaded,
               const struct result *fresh, int force, struct counts *counts, struct err *e)
{
    struct result_filled filled;
    int code = result_fill(loaded->result, fresh, &filled, e);
    if (!code && (filled.added || (force && filled.differing)))
        code = store_replace(store, id, loaded->spec, force ? fresh : loaded->result, e);
    if (!code)
        code = store_commit(store, e);
    if (code)
        return code;
    counts->jobs++;
    counts->added += filled.added;
    counts->differing += filled.differing;
    print_job(id, &filled, force);
    return 0;
}

static int measure_job(struct store *store, int64_t id, int force, struct counts *counts,
                       struct err *e)
{
    struct job_context context = {.progress = on_progress};
    struct store_loaded loaded;
    struct result *fresh = NULL;
    int code = store_load(store, id, &loaded, e);
    if (code)
        return code;
    if (loaded.result->outcome != OUTCOME_DONE)
        code = err_set(e, ERR_USAGE, "job %lld has diverged: there is no network to measure",
                       (long long)id);
    if (!code)
        code = job_measure(loaded.spec, loaded.result, &context, &fresh, e);
    if (code == ERR_VALUE)
        err_prefix(e, "job %lld", (long long)id);
    if (!code && fresh->outcome != OUTCOME_DONE)
        code = err_set(e, ERR_VALUE, "job %lld, done when it was trained, is not now: %s",
                       (long long)id, fresh->message);
    if (!code)
        code = put(store, id, &loaded, fresh, force, counts, e);
    result_free(fresh);
    store_loaded_free(&loaded);
    return code;
}

static int measure_jobs(struct store *store, const struct jobs *jobs, int force,
                        struct counts *counts, struct err *e)
{
    int code = 0;
    mat_single_thread();
    signals_listen();
    for (size_t i = 0; !code && i < jobs->count; i++)
        code = signals_asked() ? err_set(e, ERR_STOPPED, "asked to stop")
                               : measure_job(store, jobs->ids[i], force, counts, e);
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct jobs jobs = {0};
    struct counts counts = {0};
    struct store *store = NULL;
    int code = store_open(&store, options->arguments[0], STORE_WRITE, job_experiments(), &e);
    if (!code)
        code = choose_jobs(&jobs, store, options, &e);
    if (!code)
        code = measure_jobs(store, &jobs, options->force, &counts, &e);
    if (store_close(store, code ? NULL : &e) && !code)
        code = e.code;
    if (!code || code == ERR_STOPPED)
        printf("%zu of %zu job%s measured: %ld values added, %ld differ\n", counts.jobs, jobs.count,
               jobs.count == 1 ? "" : "s", counts.added, counts.differing);
    mem_free(jobs.ids);
    return !code ? EXIT_DONE : code == ERR_STOPPED ? EXIT_DRAINED : command_fail(&e);
}

const struct command command_measure = {
    .name = "measure",
    .arguments = "DB [JOB]... [OPTION]...",
    .summary = "fill in metrics that were not known when the jobs ran, without training again",
    .help =
        "Measures trained networks again from their stored parameters, and fills in what the\n"
        "database lacks: metrics, columns and rows of tables, arrays.  Does so for all jobs\n"
        "that were measured by a version that did not know all of it, or for the named ones.\n"
        "What is stored stays; on the kind of processor and by the build that measured it, it\n"
        "comes out the same to the last bit, and where it does not, that is told.\n\n"
        "Writes the database, so that no run may be using it.  Each job is written whole; told\n"
        "to stop, the command ends after the present job, and goes on when it is given again.\n\n"
        "Exit code: 0 all are measured, 75 stopped by a signal before the last.\n",
    .options = OPTION_FORCE,
    .minimum = 1,
    .maximum = INT_MAX,
    .run = run,
};
