/* The command `verify`: repeats finished jobs and compares them with the stored results bit by bit.
 */
#include "cmd/command.h"
#include "run/build.h"

#include "base/array.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "cmd/pool.h"
#include "math/rng.h"
#include "record/result_diff.h"
#include "run/runner.h"
#include "run/signals.h"
#include "store/store_load.h"
#include "text/json.h"
#include "text/printable.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERIFY_SCHEMA = 1 };

/* ---- which jobs ---- */

struct jobs {
    int64_t *ids; /* owned */
    size_t count;
};

static int add_job(struct jobs *jobs, int64_t id, struct err *e)
{
    int64_t *ids = array_room(jobs->ids, jobs->count, sizeof *ids);
    if (!ids)
        return err_set(e, ERR_MEMORY, "out of memory for %zu jobs", jobs->count);
    jobs->ids = ids;
    jobs->ids[jobs->count++] = id;
    return 0;
}

static int add_row(const struct store_row *row, void *data, struct err *e)
{
    return add_job(data, row->values[store_row_column(row, "id")].as.i, e);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Keeps a random choice of `wanted` jobs. */
static void take_sample(struct jobs *jobs, size_t wanted)
{
    struct rng r = rng_at(0, RNG_SHUFFLE, 0);
    for (size_t i = 0; i < wanted && i < jobs->count; i++) {
        size_t k = i + rng_below(&r, (uint32_t)(jobs->count - i));
        int64_t id = jobs->ids[i];
        jobs->ids[i] = jobs->ids[k];
        jobs->ids[k] = id;
    }
    if (wanted < jobs->count)
        jobs->count = wanted;
}

/* Sorts the jobs and removes duplicates. */
static void sort_jobs(struct jobs *jobs)
{
    size_t kept = 0;
    if (jobs->count)
        qsort(jobs->ids, jobs->count, sizeof *jobs->ids, by_id);
    for (size_t i = 0; i < jobs->count; i++)
        if (!kept || jobs->ids[i] != jobs->ids[kept - 1])
            jobs->ids[kept++] = jobs->ids[i];
    jobs->count = kept;
}

/* Checks that all jobs exist and are finished before it repeats any of them. */
static int check_jobs(const struct jobs *jobs, struct store *store, struct err *e)
{
    for (size_t i = 0; i < jobs->count; i++) {
        struct store_loaded loaded;
        int code = store_load(store, jobs->ids[i], &loaded, e);
        if (code)
            return code;
        store_loaded_free(&loaded);
    }
    return 0;
}

static int choose_jobs(struct jobs *jobs, struct store *store, const struct options *options,
                       struct err *e)
{
    static const enum store_state finished[] = {STATE_DONE, STATE_DIVERGED};
    int code = 0, named = options->argument_count - 1;
    for (int i = 1; !code && i <= named; i++) {
        int64_t id;
        code = db_reader_job(options->arguments[i], &id, e);
        if (!code)
            code = add_job(jobs, id, e);
    }
    for (int i = 0; !code && !named && i < 2; i++)
        code = store_each_job(store, store_states[finished[i]], add_row, jobs, e);
    if (code || jobs->count > INT_MAX)
        return code;
    if (options->sample)
        take_sample(jobs, (size_t)options->sample);
    sort_jobs(jobs);
    return named ? check_jobs(jobs, store, e) : 0;
}

/* ---- repeating one job ---- */

/* A result of another build or another kind of processor may differ. */
enum verdict { SAME, DIFFERS, OTHER_KIND, VERDICTS };

static const char *const verdict_names[VERDICTS] = {"same", "differs", "other kind"};

/* The result of verifying one job; it may come from another process. */
struct verified {
    int64_t job;
    enum verdict verdict;
    struct result_difference difference;
    char build[512], blas[64]; /* of the stored result */
};

struct verification {
    const struct options *options;
    const struct jobs *jobs;
    struct store *store; /* of this process; NULL until needed */
    struct runner *runner;
    struct json json; /* used with --json only */
    size_t counts[VERDICTS];
};

static enum job_wish wish(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)done, (void)total, (void)so_far, (void)data;
    return signals_asked() ? JOB_STOP : JOB_GO_ON;
}

static int run_again(struct runner *runner, const struct spec *spec, struct result **again,
                     struct err *e)
{
    char *text = spec_canonical(spec);
    if (!text)
        return err_set(e, ERR_MEMORY, "no memory for a job");
    const struct runner_job job = {.spec = text, .checkpoint = "", .wish = wish};
    int code = runner_run(runner, &job, again, e);
    mem_free(text);
    return code;
}

static int compare_again(struct verified *v, struct runner *runner,
                         const struct store_loaded *stored, struct err *e)
{
    struct result *again;
    char kernels[64];
    int code = run_again(runner, stored->spec, &again, e);
    if (code)
        return code;
    code = result_diff(stored->result, again, &v->difference, e);
    result_free(again);
    int own_kind = !strcmp(stored->build, build_text()) &&
                   !strcmp(stored->blas, build_kernels(sizeof kernels, kernels));
    v->verdict = !v->difference.values ? SAME : own_kind ? DIFFERS : OTHER_KIND;
    snprintf(v->build, sizeof v->build, "%s", stored->build);
    snprintf(v->blas, sizeof v->blas, "%s", stored->blas);
    return code;
}

static int do_again(size_t piece, void *record, void *data, struct err *e)
{
    struct verification *verification = data;
    struct verified *v = record;
    struct store_loaded stored;
    v->job = verification->jobs->ids[piece];
    int code =
        verification->store ? 0 : db_reader_open(&verification->store, verification->options, e);
    if (!code)
        code = store_load(verification->store, v->job, &stored, e);
    if (code)
        return code;
    code = compare_again(v, verification->runner, &stored, e);
    store_loaded_free(&stored);
    return code;
}

/* ---- the report ---- */

static void print_job(const struct verified *v)
{
    const struct result_difference *d = &v->difference;
    char kernels[64];
    printf("job %lld: ", (long long)v->job);
    if (v->verdict == SAME)
        printf("the same to the last bit\n");
    else
        printf("%s: %ld value%s, by up to %.3g of the value (%s)\n",
               v->verdict == DIFFERS ? "DIFFERS"
                                     : "differs, and is from another build or processor",
               d->values, d->values == 1 ? "" : "s", d->largest, d->where);
    if (v->verdict == OTHER_KIND)
        printable_line("  stored: %s, %s", v->build, v->blas);
    if (v->verdict == OTHER_KIND)
        printf("  here:   %s, %s\n", build_text(), build_kernels(sizeof kernels, kernels));
    fflush(stdout);
}

static void print_job_json(const struct verified *v, struct json *j)
{
    json_open_object(j, NULL);
    json_int(j, "job_id", v->job);
    json_text(j, "verdict", verdict_names[v->verdict]);
    json_int(j, "values", v->difference.values);
    json_real(j, "largest_relative_difference", v->difference.largest); /* null: one is missing */
    json_text(j, "where", v->difference.where);
    json_text(j, "build", v->build);
    json_text(j, "blas", v->blas);
    json_close_object(j);
}

static void take_verified(const void *record, void *data)
{
    struct verification *verification = data;
    const struct verified *v = record;
    verification->counts[v->verdict]++;
    if (verification->options->json)
        print_job_json(v, &verification->json);
    else
        print_job(v);
}

/* Every process opens the database itself, because a child must not inherit an SQLite
   connection. */
static int read_jobs(struct jobs *jobs, const struct options *options, struct err *e)
{
    struct store *store;
    int code = db_reader_open(&store, options, e);
    if (code)
        return code;
    code = choose_jobs(jobs, store, options, e);
    (void)store_close(store, NULL);
    return code;
}

static int verify(struct verification *v, struct err *e)
{
    const struct pool_work work = {.pieces = v->jobs->count,
                                   .record_size = sizeof(struct verified),
                                   .work = do_again,
                                   .take = take_verified,
                                   .data = v};
    signals_listen();
    int code = runner_new(&v->runner, e);
    if (!code)
        code = pool_run(&work, v->options->jobs ? (int)v->options->jobs : 1, e);
    runner_free(v->runner);
    if (v->store)
        (void)store_close(v->store, NULL);
    return code;
}

/* Writes "12 repeated: 12 the same to the last bit"; after a stop, "3 of 12 repeated: ...". */
static char *describe_counts(const struct verification *v, char *out, size_t size)
{
    const size_t *counts = v->counts;
    size_t done = counts[SAME] + counts[DIFFERS] + counts[OTHER_KIND];
    int used = snprintf(out, size, "%zu ", done);
    if (done < v->jobs->count)
        used += snprintf(out + used, size - (size_t)used, "of %zu ", v->jobs->count);
    used += snprintf(out + used, size - (size_t)used, "repeated: %zu the same to the last bit",
                     counts[SAME]);
    for (int verdict = DIFFERS; verdict < VERDICTS; verdict++)
        if (counts[verdict])
            used += snprintf(out + used, size - (size_t)used, ", %zu %s", counts[verdict],
                             verdict == DIFFERS ? "NOT" : "from another build or processor not");
    return out;
}

static int text_table(struct verification *v, struct err *e)
{
    struct json *j = &v->json;
    char kernels[64], counts[200];
    if (v->options->json) {
        json_begin(j, stdout, VERIFY_SCHEMA);
        json_text(j, "build", build_text());
        json_text(j, "blas", build_kernels(sizeof kernels, kernels));
        json_open_array(j, "jobs");
    }
    int code = verify(v, e);
    if (v->options->json) {
        json_close_array(j);
        json_end(j);
    } else if (!code) {
        printf("%s\n", describe_counts(v, counts, sizeof counts));
    }
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct jobs jobs = {0};
    struct verification verification = {.options = options, .jobs = &jobs};
    char counts[200];
    int code = read_jobs(&jobs, options, &e);
    if (!code)
        code = text_table(&verification, &e);
    mem_free(jobs.ids);
    if (code == ERR_STOPPED)
        log_info("asked to stop: %s", describe_counts(&verification, counts, sizeof counts));
    else if (code)
        return command_fail(&e);
    return verification.counts[DIFFERS] ? EXIT_MISMATCH : code ? EXIT_DRAINED : EXIT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "DB [JOB]... [OPTION]...",
    .summary = "repeat finished jobs and compare them with the stored results, bit by bit",
    .help =
        "Repeats the named jobs, or all that are done or diverged, and compares metrics, rows and\n"
        "arrays with the stored ones.  Results of the same build on the same kind of processor\n"
        "must be equal to the last bit.  For results of another build or processor it prints\n"
        "the largest relative difference, which is not an error.  Only reads the database.\n\n"
        "Exit code: 0 all equal, or from another build or processor; 5 some differ; 75 stopped\n"
        "by a signal before the last job, with no difference so far.\n",
    .minimum = 1,
    .maximum = INT_MAX,
    .options = OPTION_SAMPLE | OPTION_JOBS | OPTION_JSON,
    .run = run,
};
