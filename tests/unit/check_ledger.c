/* ledger: jobs that are handed out in advance and come back, which job is blamed for a death, what
   is learned, and the rules for handing out in advance. */
#include "base/mem.h"
#include "jobs/probe.h"
#include "record/checkpoint.h"
#include "run/crash_file.h"
#include "run/ledger.h"
#include "store_fixture.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct attempt first_rank = {"node", 1, "", "build", "blas", "", ""},
                            second_rank = {"node", 2, "", "build", "blas", "", ""};

static const struct spec *spec_at(size_t i, const void *data)
{
    struct spec *const *specs = data;
    return specs[i];
}

/* A database with `count` probes that differ in their seeds. */
static struct store *with_probes(const char *path, int count)
{
    struct store *store;
    struct spec **specs = mem_array((size_t)count, sizeof *specs);
    for (int i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "probe seed=%d", i + 1);
        ck_assert_int_eq(spec_parse(&specs[i], text, job_experiments(), NULL), 0);
    }
    ck_assert_int_eq(store_open(&store, path, STORE_CREATE, job_experiments(), NULL), 0);
    ck_assert_int_eq(store_enter_sweep(store, "s", "text", specs[0]->experiment, spec_at, specs,
                                       (size_t)count, NULL),
                     0);
    for (int i = 0; i < count; i++)
        spec_free(specs[i]);
    mem_free(specs);
    return store;
}

static struct ledger *open_ledger(struct store *store)
{
    struct ledger *ledger;
    const struct ledger_terms terms = {.sweep = "s",
                                       .experiment = &job_probe.experiment,
                                       .workers = 2,
                                       .writing = {.snapshot_every = INFINITY},
                                       .whole = INFINITY};
    ck_assert_str_eq(terms.experiment->name, "probe");
    ck_assert_int_eq(ledger_new(&ledger, store, job_experiments(), &terms, NULL), 0);
    return ledger;
}

/* The next job for a worker that already has `has` jobs; NULL when it gets none. */
static const struct store_job *next(struct ledger *ledger, const struct attempt *worker, int has)
{
    const struct store_job *job;
    const struct lookahead load = {has, has * 1e-4};
    ck_assert_int_eq(ledger_next(ledger, worker, load, INFINITY, &job, NULL), 0);
    return job;
}

static void finish(struct ledger *ledger, const struct store_job *job, double seconds)
{
    struct spec *spec;
    struct result *result;
    ck_assert_int_eq(spec_parse(&spec, job->spec, job_experiments(), NULL), 0);
    ck_assert_int_eq(job_run(spec, NULL, &result, NULL), 0);
    spec_free(spec);
    result->seconds = seconds;
    ck_assert_int_eq(ledger_record(ledger, job->id, result, "", 0, NULL), 0);
}

/* Teaches a ledger how long jobs take. */
static void learn(struct ledger *ledger, double seconds)
{
    for (int i = 0; i < 5; i++)
        finish(ledger, next(ledger, &first_rank, 0), seconds);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
}

static void close_both(struct ledger *ledger, struct store *store)
{
    ledger_free(ledger);
    ck_assert_int_eq(store_close(store, NULL), 0);
}

START_TEST(what_was_not_begun_was_never_handed_out)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_probes(path, 50);
    struct ledger *ledger = open_ledger(store);
    ck_assert_ptr_nonnull(next(ledger, &first_rank, 0));
    ck_assert_ptr_null(next(ledger, &first_rank, 1)); /* their length is unknown */
    ck_assert_int_eq(ledger_release(ledger, NULL), 0);
    close_both(ledger, store);
    fixture_assert(path, "SELECT job_id, outcome FROM attempt", "1|stopped\n");

    store = with_probes(path, 50);
    ledger = open_ledger(store);
    learn(ledger, 1e-4);
    const struct store_job *a = next(ledger, &first_rank, 0), *b = next(ledger, &first_rank, 1),
                           *c = next(ledger, &first_rank, 2);
    struct ledger_counts counts = ledger_counts(ledger);
    ck_assert_int_eq(counts.running, 1);
    ck_assert_int_eq(counts.queued, 2);
    ck_assert_int_eq(counts.waiting, 50 - 5 - 3);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    fixture_assert(path, "SELECT count(*) FROM job WHERE state = 'running'", "3\n");

    finish(ledger, a, 1e-4);
    ledger_start(ledger, b);
    ck_assert_int_eq(ledger_return(ledger, c, NULL), 0);
    ck_assert_ptr_eq(next(ledger, &second_rank, 0), c); /* it is the first again */
    const struct store_job *d = next(ledger, &second_rank, 1);
    ck_assert_int_eq(ledger_release(ledger, NULL), 0);
    counts = ledger_counts(ledger);
    ck_assert_int_eq(counts.running + counts.queued, 0);
    ck_assert_int_eq(counts.waiting, 50 - 6);
    char ids[80];
    snprintf(ids, sizeof ids, "%lld|1|1\n%lld|1|2\n", (long long)b->id, (long long)c->id);
    fixture_assert(path,
                   "SELECT job_id, n, rank FROM attempt WHERE outcome = 'stopped' AND job_id > 1"
                   " ORDER BY rank",
                   ids);
    ck_assert_int_eq(d->attempts, 0);
    close_both(ledger, store);
    fixture_assert(path, "SELECT count(*) FROM attempt WHERE outcome IS NULL", "0\n");
    fixture_assert(path, "SELECT count(*) FROM job WHERE state = 'running'", "0\n");
    fixture_assert(path,
                   "SELECT count(*) FROM job WHERE attempts <> (SELECT count(*) FROM attempt WHERE"
                   " job_id = id)",
                   "0\n");
}
END_TEST

/* Writes evidence that the job ended its process in its latest attempt. */
static void accuse(const struct ledger *ledger, const struct store_job *job)
{
    char file[PATH_MAX];
    ck_assert_int_eq(
        crash_file_write(checkpoint_dir_file(ledger_checkpoints(ledger), job->id, file),
                         job->attempts, "killed by signal 9"),
        0);
}

static const struct store_job *lose(struct ledger *ledger, int accused)
{
    const struct store_job *job = next(ledger, &first_rank, 0);
    if (accused)
        accuse(ledger, job);
    ck_assert_int_eq(ledger_has_evidence(ledger, job), accused);
    ck_assert_int_eq(ledger_lose(ledger, job->id, "died", NULL), 0);
    return job;
}

/* A run ends without notice: each rank had begun the first of its jobs, and only jobs with evidence
   are blamed. */
START_TEST(the_end_of_a_run_blames_nobody)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_probes(path, 50);
    struct ledger *ledger = open_ledger(store);
    learn(ledger, 1e-4);
    const struct store_job *at[2][3];
    for (int i = 0; i < 3; i++) {
        at[0][i] = next(ledger, &first_rank, i);
        at[1][i] = next(ledger, &second_rank, i);
    }
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    finish(ledger, at[0][0], 1e-4);
    ledger_start(ledger, at[0][1]);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    accuse(ledger, at[0][1]);
    char ids[80];
    snprintf(ids, sizeof ids, "%lld|stopped|the run ended before the job did\n%lld|lost|%s\n",
             (long long)at[1][0]->id, (long long)at[0][1]->id, "killed by signal 9");
    close_both(ledger, store);

    store = with_probes(path, 50);
    ledger = open_ledger(store);
    close_both(ledger, store);
    fixture_assert(path,
                   "SELECT job_id, outcome, message FROM attempt WHERE outcome <> 'done'"
                   " ORDER BY rank DESC",
                   ids);
    fixture_assert(path, "SELECT state, count(*), sum(attempts) FROM job GROUP BY 1",
                   "done|6|6\npending|44|2\n");
    fixture_assert(path, "SELECT count(*) FROM attempt", "8\n");
    ck_assert_int_ne(access(fixture_path("a.db.ckpt"), F_OK), 0); /* the evidence has been used */
}
END_TEST

/* However often a run is killed, its job is not blamed; the third piece of evidence quarantines a
   job. */
START_TEST(many_killed_runs_blame_nobody)
{
    const char *path = fixture_path("a.db");
    for (int run = 0; run < 12; run++) {
        struct store *store = with_probes(path, 1);
        struct ledger *ledger = open_ledger(store);
        const struct store_job *job = next(ledger, &first_rank, 0);
        ck_assert_ptr_nonnull(job);
        ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
        if (run >= 9)
            accuse(ledger, job);
        close_both(ledger, store);
    }
    struct store *store = with_probes(path, 1);
    struct ledger *ledger = open_ledger(store);
    ck_assert_ptr_null(next(ledger, &first_rank, 0));
    close_both(ledger, store);
    fixture_assert(path, "SELECT state, attempts FROM job", "quarantined|12\n");
    fixture_assert(path, "SELECT count(*) FROM attempt WHERE outcome = 'stopped'", "9\n");
}
END_TEST

/* The disk was full once, as its mark shows. */
START_TEST(a_full_disk_is_told)
{
    const char *path = fixture_path("a.db");
    struct checkpoint_dir checkpoints;
    for (int marked = 1; marked >= 0; marked--) {
        struct store *store = with_probes(path, 2);
        struct ledger *ledger = open_ledger(store);
        ck_assert_ptr_nonnull(next(ledger, &first_rank, 0));
        ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
        if (marked)
            checkpoint_dir_mark(ledger_checkpoints(ledger));
        close_both(ledger, store);

        store = with_probes(path, 2);
        ledger = open_ledger(store);
        ck_assert(!checkpoint_dir_is_marked(ledger_checkpoints(ledger)));
        close_both(ledger, store);
        fixture_assert(path, "SELECT outcome, message FROM attempt ORDER BY n DESC LIMIT 1",
                       marked ? "stopped|the run ended as results could not be written\n"
                              : "stopped|the run ended before the job did\n");
    }
    checkpoint_dir_open(&checkpoints, path);
    ck_assert(!checkpoint_dir_is_marked(&checkpoints));
    checkpoint_dir_close(&checkpoints);
}
END_TEST

/* A job that saved a checkpoint made progress: anything may have ended its worker. */
START_TEST(who_has_saved_itself_is_not_blamed)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_probes(path, 1);
    struct ledger *ledger = open_ledger(store);
    for (int saves = 1; saves >= 0; saves--) {
        const struct store_job *job = next(ledger, &first_rank, 0);
        char file[PATH_MAX];
        const struct checkpoint checkpoint = {.spec = job->spec,
                                              .attempt = job->attempts,
                                              .steps = 7,
                                              .seconds = 0.5,
                                              .bytes = (unsigned char[]){1},
                                              .size = 1};
        if (saves)
            ck_assert_int_eq(
                checkpoint_write(checkpoint_dir_file(ledger_checkpoints(ledger), job->id, file),
                                 &checkpoint, NULL),
                0);
        accuse(ledger, job);
        ck_assert_int_eq(ledger_lose(ledger, job->id, "died", NULL), 0);
        ck_assert_int_eq(job->blames, !saves);
    }
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    checkpoint_dir_clear(ledger_checkpoints(ledger), 1);
    close_both(ledger, store);
    fixture_assert(path, "SELECT n, outcome, steps FROM attempt ORDER BY n",
                   "1|stopped|7\n2|lost|\n");
}
END_TEST

/* What the database contains now and after the next commit. */
START_TEST(what_is_written_is_counted)
{
    struct store *store = with_probes(fixture_path("a.db"), 3);
    struct ledger *ledger = open_ledger(store);
    finish(ledger, next(ledger, &first_rank, 0), 1);
    ck_assert_int_eq(ledger_counts(ledger).done, 1);
    ck_assert_int_eq(ledger_written(ledger).done, 0);
    ck_assert_int_eq(ledger_written(ledger).waiting, 3);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    ck_assert_int_eq(ledger_written(ledger).done, 1);
    close_both(ledger, store);
}
END_TEST

START_TEST(nothing_goes_beside_a_suspect)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_probes(path, 3);
    struct ledger *ledger = open_ledger(store);
    for (int blame = 0; blame < 2; blame++)
        ck_assert_int_eq(lose(ledger, 1)->blames, blame + 1);
    const struct store_job *a = next(ledger, &first_rank, 0), *b = next(ledger, &second_rank, 0);
    ck_assert_int_eq(a->id, 2);
    ck_assert_int_eq(b->id, 3);
    ck_assert(!ledger_is_suspect(ledger, a) && !ledger_is_suspect(ledger, b));
    finish(ledger, a, 1e-4);
    ck_assert_ptr_null(next(ledger, &first_rank, 0)); /* not yet: b may also end its process */
    finish(ledger, b, 1e-4);
    a = next(ledger, &first_rank, 0);
    ck_assert_int_eq(a->id, 1);
    ck_assert(ledger_is_suspect(ledger, a));
    ck_assert_int_eq(ledger_return(ledger, a, NULL), 0); /* it comes back unchanged */
    ck_assert_ptr_eq(next(ledger, &second_rank, 0), a);
    accuse(ledger, a);
    ck_assert_int_eq(ledger_lose(ledger, a->id, "died", NULL), 0);
    ck_assert_int_eq(ledger_counts(ledger).failed, 1);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    close_both(ledger, store);
    fixture_assert(path, "SELECT state, attempts FROM job ORDER BY id",
                   "quarantined|3\ndone|1\ndone|1\n");
}
END_TEST

/* Silence alone is no evidence. */
START_TEST(silence_blames_nobody)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_probes(path, 1);
    struct ledger *ledger = open_ledger(store);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(lose(ledger, 0)->blames, 0);
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    close_both(ledger, store);
    fixture_assert(path, "SELECT state, attempts FROM job", "pending|5\n");
}
END_TEST

START_TEST(long_jobs_are_not_given_ahead)
{
    struct store *store = with_probes(fixture_path("a.db"), 50);
    struct ledger *ledger = open_ledger(store);
    learn(ledger, 100);
    ck_assert_double_gt(ledger_expected(ledger, next(ledger, &first_rank, 0)), 10);
    ck_assert_ptr_null(next(ledger, &first_rank, 1));
    ck_assert_int_eq(ledger_release(ledger, NULL), 0);
    close_both(ledger, store);
}
END_TEST

/* Every allocation fails once: either the call returns an error, or the allocation was optional. */
START_TEST(no_memory_is_an_error)
{
    struct store *store = with_probes(fixture_path("a.db"), 5);
    const struct ledger_terms terms = {.sweep = "s",
                                       .experiment = &job_probe.experiment,
                                       .workers = 2,
                                       .writing = {.snapshot_every = INFINITY}};
    int failures = 0;
    for (long n = 0; n < 60; n++) {
        struct ledger *ledger;
        mem_fail_at(n);
        int code = ledger_new(&ledger, store, job_experiments(), &terms, NULL);
        mem_fail_at(-1);
        ck_assert(code == 0 || code == ERR_MEMORY);
        failures += code != 0;
        ck_assert(!code == (ledger != NULL));
        ledger_free(ledger);
    }
    ck_assert_int_gt(failures, 10);
    ck_assert_int_eq(store_close(store, NULL), 0);
}
END_TEST

START_TEST(results_are_committed_together)
{
    struct store *store = with_probes(fixture_path("a.db"), 50);
    struct ledger *ledger = open_ledger(store);
    ck_assert(!ledger_is_pending(ledger) && !ledger_is_due(ledger));
    finish(ledger, next(ledger, &first_rank, 0), 1e-4);
    ck_assert(ledger_is_pending(ledger));
    while (!ledger_is_due(ledger))
        ; /* for AHEAD_COMMIT_SECONDS */
    ck_assert_int_eq(ledger_commit(ledger, NULL), 0);
    ck_assert(!ledger_is_pending(ledger) && !ledger_is_due(ledger));
    close_both(ledger, store);
}
END_TEST

/* ---- the rules ---- */

static int allows(int jobs, double seconds, double next_seconds, int64_t waiting)
{
    return lookahead_allows((struct lookahead){jobs, jobs * seconds}, next_seconds, 0.1, waiting,
                            10);
}

START_TEST(who_has_nothing_is_given_anything)
{
    ck_assert(allows(0, 0, 1e6, 1));
}
END_TEST

START_TEST(short_jobs_are_given_ahead)
{
    ck_assert(allows(1, 0.01, 0.01, 1000));
    ck_assert(allows(5, 0.01, 0.01, 1000));
    ck_assert(!allows(50, 0.01, 0.01, 1000)); /* enough work already */
    ck_assert(allows(50, 1e-6, 1e-6, 1000));
    ck_assert(!allows(500, 1e-6, 1e-6, 100000)); /* enough jobs already */
    ck_assert(allows(1, 0.2, 0.2, 1000));
    ck_assert(!allows(2, 0.2, 0.2, 1000));
    ck_assert(!allows(1, 0.2, 20, 1000)); /* a long job after a short one */
    ck_assert(!allows(1, 20, 0.2, 1000)); /* a short job after a long one */
    /* a job of uncertain length may be long */
    ck_assert(!lookahead_allows((struct lookahead){1, 0.2}, 0.2, 1, 1000, 10));
}
END_TEST

START_TEST(at_the_end_nothing_is_given_ahead)
{
    ck_assert(allows(1, 0.01, 0.01, 10));
    ck_assert(!allows(1, 0.01, 0.01, 9)); /* too few are left for all workers */
    ck_assert(!allows(5, 0.01, 0.01, 49));
}
END_TEST

FIXTURE_CASE(handing_out, "handing_out", what_was_not_begun_was_never_handed_out,
             the_end_of_a_run_blames_nobody, many_killed_runs_blame_nobody, silence_blames_nobody,
             a_full_disk_is_told, who_has_saved_itself_is_not_blamed, what_is_written_is_counted,
             nothing_goes_beside_a_suspect, long_jobs_are_not_given_ahead,
             results_are_committed_together, no_memory_is_an_error)
SUITE_CASE(rules, "rules", who_has_nothing_is_given_anything, short_jobs_are_given_ahead,
           at_the_end_nothing_is_given_ahead)

SUITE_MAIN("ledger", handing_out, rules)
