#include "build.h"
#include "command.h"
#include "job.h"
#include "json.h"
#include "log.h"
#include "mat.h"
#include "mem.h"
#include "options.h"
#include "reading.h"
#include "result_compare.h"
#include "rng.h"
#include "stop.h"
#include "store_load.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERIFY_SCHEMA = 1 };

/* ---- which jobs ---- */

struct jobs {
    int64_t *ids; /* owned */
    size_t count, capacity;
    struct err e;
};

static int add_job(struct jobs *jobs, int64_t id)
{
    if (jobs->count == jobs->capacity) {
        size_t capacity = jobs->capacity ? 2 * jobs->capacity : 64, size = sizeof *jobs->ids;
        int64_t *ids = mem_grow(jobs->ids, jobs->capacity * size, capacity * size);
        if (!ids)
            return err_set(&jobs->e, ERR_MEMORY, "no memory for %zu jobs", capacity);
        jobs->ids = ids;
        jobs->capacity = capacity;
    }
    jobs->ids[jobs->count++] = id;
    return 0;
}

static int add_row(const struct store_row *row, void *data)
{
    return add_job(data, row->values[reading_column(row, "id")].as.i);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Leaves `wanted` of them, each subset being as likely as any other, in order of their numbers. */
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

static int choose_jobs(struct jobs *jobs, struct store *store, const struct options *options,
                       struct err *e)
{
    static const enum store_state finished[] = {STATE_DONE, STATE_DIVERGED};
    int code = 0, named = options->argument_count - 1;
    for (int i = 1; !code && i <= named; i++) {
        int64_t id;
        code = reading_job(options->arguments[i], &id, e);
        if (!code && (code = add_job(jobs, id)))
            err_set(e, code, "%s", jobs->e.text);
    }
    for (int i = 0; !code && !named && i < 2; i++) {
        code = store_each_job(store, store_states[finished[i]], add_row, jobs, e);
        if (!code && jobs->e.code)
            code = err_set(e, jobs->e.code, "%s", jobs->e.text);
    }
    if (code || jobs->count > INT_MAX)
        return code;
    if (options->sample)
        take_sample(jobs, (size_t)options->sample);
    if (jobs->count)
        qsort(jobs->ids, jobs->count, sizeof *jobs->ids, by_id);
    return 0;
}

/* ---- one job, again ---- */

/* A job that was done by another build or on another processor kind need not come out the same. */
enum verdict { SAME, DIFFERS, OTHER_KIND, VERDICTS };

static const char *const verdict_names[VERDICTS] = {"same", "differs", "other kind"};

struct verified {
    int64_t job;
    struct store_loaded stored;
    struct result *again;
    struct result_difference difference;
    enum verdict verdict;
};

static enum job_wish on_progress(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    (void)done, (void)total, (void)so_far, (void)data;
    return stop_asked() ? JOB_STOP : JOB_GO_ON;
}

static int do_again(struct verified *v, struct store *store, struct err *e)
{
    struct job_context context = {.progress = on_progress};
    int code = store_load(store, v->job, &v->stored, e);
    if (!code)
        code = job_run(v->stored.spec, &context, &v->again, e);
    if (!code)
        code = result_compare(v->stored.result, v->again, &v->difference, e);
    if (code)
        return code;
    char kernels[64];
    int own_kind = !strcmp(v->stored.build, build_text()) &&
                   !strcmp(v->stored.blas, build_kernels(sizeof kernels, kernels));
    v->verdict = !v->difference.values ? SAME : own_kind ? DIFFERS : OTHER_KIND;
    return 0;
}

static void free_verified(struct verified *v)
{
    store_loaded_free(&v->stored);
    result_free(v->again);
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
               v->verdict == DIFFERS ? "DIFFERS" : "differs, being of another kind", d->values,
               d->values == 1 ? "" : "s", d->largest, d->where);
    if (v->verdict == OTHER_KIND)
        printf("  stored: %s, %s\n  here:   %s, %s\n", v->stored.build, v->stored.blas,
               build_text(), build_kernels(sizeof kernels, kernels));
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
    json_text(j, "build", v->stored.build);
    json_text(j, "blas", v->stored.blas);
    json_close_object(j);
}

static int verify(const struct jobs *jobs, struct store *store, struct json *j,
                  size_t counts[VERDICTS], struct err *e)
{
    int code = 0;
    mat_single_thread();
    stop_listen();
    for (size_t i = 0; !code && i < jobs->count; i++) {
        struct verified v = {.job = jobs->ids[i]};
        code = do_again(&v, store, e);
        if (!code) {
            counts[v.verdict]++;
            if (j)
                print_job_json(&v, j);
            else
                print_job(&v);
        }
        free_verified(&v);
    }
    return code;
}

static int report(struct store *store, const struct options *options, size_t counts[VERDICTS],
                  struct err *e)
{
    struct jobs jobs = {0};
    struct json j;
    char kernels[64];
    int code = choose_jobs(&jobs, store, options, e);
    if (!code && options->json) {
        json_begin(&j, stdout, VERIFY_SCHEMA);
        json_text(&j, "build", build_text());
        json_text(&j, "blas", build_kernels(sizeof kernels, kernels));
        json_open_array(&j, "jobs");
    }
    int begun = !code;
    if (!code)
        code = verify(&jobs, store, options->json ? &j : NULL, counts, e);
    if (begun && options->json) {
        json_close_array(&j);
        json_end(&j);
    } else if (!code) {
        printf("%zu done again: %zu the same to the last bit", jobs.count, counts[SAME]);
        for (int v = DIFFERS; v < VERDICTS; v++)
            if (counts[v])
                printf(", %zu %s", counts[v], v == DIFFERS ? "NOT" : "of another kind not");
        printf("\n");
    }
    mem_free(jobs.ids);
    return code;
}

static int run(int argc, char **argv)
{
    struct err e = {0};
    struct options options;
    struct store *store = NULL;
    size_t counts[VERDICTS] = {0};
    int code = options_read(&command_verify, argc, argv, 1, INT_MAX, &options, &e);
    if (code || options.help)
        return code ? command_fail(&e) : EXIT_DONE;
    code = reading_open(&store, &options, &e);
    if (!code)
        code = report(store, &options, counts, &e);
    if (store)
        (void)store_close(store, NULL);
    if (code == ERR_STOPPED) {
        log_info("%s", e.text);
        return EXIT_DRAINED;
    }
    return code ? command_fail(&e) : counts[DIFFERS] ? EXIT_MISMATCH : EXIT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "DB [JOB]... [OPTION]...",
    .summary = "do finished jobs again and compare with what is stored, bit by bit",
    .help =
        "Does the named jobs again, or all that are done or diverged, here and one after the\n"
        "other, and compares metrics, rows and arrays with the stored ones.  What the same build\n"
        "did on the same kind of processor must be the same to the last bit; else the largest\n"
        "relative difference is told, which is no mistake.  The database is only read.\n\n"
        "Exit code: 0 all the same or of another kind, 5 some differ.\n",
    .options = OPTION_SAMPLE | OPTION_JSON,
    .run = run,
};
