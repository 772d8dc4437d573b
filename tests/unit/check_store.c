/* store: data are read back as written; sweeps, jobs, results. */
#include "base/mem.h"
#include "math/rng.h"
#include "store_fixture.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows as lines of text, with a blank after each word. */
struct lines {
    char text[8192];
    int rows;
};

static void add_word(struct lines *lines, const char *word, const char *end)
{
    size_t used = strlen(lines->text);
    snprintf(lines->text + used, sizeof lines->text - used, "%s %s", word, end);
}

static int add_line(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct lines *lines = data;
    for (int c = 0; c < row->columns; c++) {
        char value[VALUE_TEXT_SIZE];
        add_word(lines, value_format(row->values[c], value), c + 1 < row->columns ? "" : "\n");
    }
    lines->rows++;
    return 0;
}

static int add_name_line(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    for (int c = 0; c < row->columns; c++)
        add_word(data, row->names[c], "");
    return 1; /* one is enough */
}

/* ---- sweeps ---- */

/* A changed sweep has new points between the old ones, another order, or fewer points: existing
   jobs keep their numbers, and the members are exactly the points. */
START_TEST(points_are_found_in_whatever_order_they_come)
{
    static const struct {
        int first, last;
        const char *jobs; /* numbers, in order of the points */
    } steps[] = {
        {4, 8, "1 2 3 4 "},  {2, 10, "5 6 1 2 3 4 7 8 "}, {3, 9, "6 1 2 3 4 7 "},
        {0, 4, "8 9 10 6 "}, {0, 4, "8 9 10 6 "},
    };
    const char *path = fixture_path("a.db");
    struct store *store = fixture_open(path, STORE_CREATE);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char jobs[128] = "", query[256];
        ck_assert_int_eq(fixture_enter(store, "s", "text", steps[i].first, steps[i].last, NULL), 0);
        for (int k = steps[i].first; k < steps[i].last; k++) {
            struct spec *spec = sample_spec(k);
            char *text = spec_canonical(spec);
            snprintf(query, sizeof query, "SELECT id FROM job WHERE spec = '%s'", text);
            snprintf(jobs + strlen(jobs), sizeof jobs - strlen(jobs), "%ld ",
                     fixture_query_int(path, query));
            mem_free(text);
            spec_free(spec);
        }
        ck_assert_str_eq(jobs, steps[i].jobs);
        ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM member"),
                         steps[i].last - steps[i].first);
        ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM job"),
                         steps[i].last - steps[i].first);
    }
    fixture_close(store);
}
END_TEST

START_TEST(entering_makes_pending_jobs_in_the_order_of_the_points)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 4);
    struct store_job *jobs;
    size_t count;
    ck_assert_int_eq(store_pending(store, "s", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(jobs[2].id, 3);
    ck_assert_str_eq(jobs[0].spec, "sample");
    ck_assert_str_eq(jobs[2].spec, "sample regularizer=bimt lambda=1e-4");
    ck_assert_str_eq(jobs[3].spec, "sample seed=1");
    store_jobs_free(jobs, count);
    ck_assert_int_eq(store_pending(store, "other", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(jobs);
    fixture_close(store);
    fixture_assert(path, "SELECT id, name, experiment, text FROM sweep", "1|s|sample|text\n");
}
END_TEST

START_TEST(a_grown_sweep_adds_only_what_is_new)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 4);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(fixture_enter(store, "s", "more", 0, 6, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT id, state, attempts FROM job",
                   "1|pending|0\n2|done|1\n3|pending|0\n4|pending|0\n5|pending|0\n6|pending|0\n");
    fixture_assert(path, "SELECT text FROM sweep", "more\n");
}
END_TEST

START_TEST(points_that_are_gone_leave)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 6);
    ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_FAILED, NULL), 0);
    ck_assert_int_eq(fixture_enter(store, "other", "text", 3, 4, NULL), 0); /* has job 4, too */
    ck_assert_int_eq(fixture_enter(store, "s", "text", 4, 6, NULL), 0);
    fixture_close(store);
    /* 1 failed: its record is kept; 2 and 3 never ran; 4 belongs to the other sweep now */
    fixture_assert(path, "SELECT id, state FROM job",
                   "1|failed\n4|pending\n5|pending\n6|pending\n");
    fixture_assert(path, "SELECT sweep_id, job_id FROM member ORDER BY 1, 2", "1|5\n1|6\n2|4\n");
}
END_TEST

START_TEST(done_and_gone_is_refused)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 6);
    struct err e;
    char expected[1000];
    ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    ck_assert_int_eq(fixture_enter(store, "s", "changed", 3, 7, &e), ERR_SWEEP);
    snprintf(expected, sizeof expected,
             "%s: job 1 of sweep s is done but no longer in the sweep file; the nearest point has "
             "seed = 1 (0 in job 1); give the changed sweep another name, or another database by "
             "--db, or run a part of the unchanged file by --only",
             path);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_DIVERGED, NULL), 0);
    ck_assert_int_eq(fixture_enter(store, "s", "changed", 2, 6, &e), ERR_SWEEP);
    ck_assert_ptr_nonnull(strstr(e.text, ": job 1 (and 1 more) of sweep s is done"));
    fixture_close(store);
    fixture_assert(path, "SELECT text, (SELECT count(*) FROM job) FROM sweep", "text|6\n");
}
END_TEST

START_TEST(two_sweeps_share_a_job)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 4);
    struct store_job *jobs;
    struct store_counts counts;
    size_t count;
    ck_assert_int_eq(fixture_do_job(store, 3, 2, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(fixture_enter(store, "t", "text", 2, 6, NULL), 0);
    ck_assert_int_eq(store_pending(store, "t", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 3); /* job 3 is done, 4 is the first sweep's, 5 and 6 are new */
    ck_assert_int_eq(jobs[0].id, 4);
    store_jobs_free(jobs, count);
    ck_assert_int_eq(store_count(store, "t", &counts, NULL), 0);
    ck_assert_int_eq(counts.total, 4);
    ck_assert_int_eq(counts.state[0], 3);
    ck_assert_int_eq(counts.state[2], 1);
    fixture_close(store);
    fixture_assert(path, "SELECT id, sweep_id FROM job", "1|1\n2|1\n3|1\n4|1\n5|2\n6|2\n");
}
END_TEST

START_TEST(reset_makes_the_dead_pending)
{
    static const struct attempt attempt = {"node", 1, "77", "build", "blas", "Open MPI v4", "Xeon"};
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 4);
    ck_assert_int_eq(store_begin(store, 1, &attempt, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_FAILED, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 3, 2, OUTCOME_DIVERGED, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 4, 3, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT state FROM job", "running\nfailed\ndiverged\ndone\n");
    store = fixture_open(path, STORE_WRITE);
    ck_assert_int_eq(store_reset(store, 0, NULL), 0);
    fixture_assert(path, "SELECT state FROM job", "pending\nfailed\ndiverged\ndone\n");
    fixture_assert(path,
                   "SELECT n, slurm_job, finished IS NULL, outcome FROM attempt WHERE job_id=1",
                   "1|77|1|stopped\n");
    ck_assert_int_eq(store_reset(store, 1, NULL), 0);
    fixture_assert(path, "SELECT state FROM job", "pending\npending\npending\ndone\n");

    /* the second attempt replaces what the first one left */
    ck_assert_int_eq(fixture_do_job(store, 3, 2, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT n, outcome, message FROM attempt WHERE job_id = 3",
                   "1|diverged|it diverged\n2|done|\n");
    fixture_assert(path, "SELECT count(*) FROM curve WHERE job_id = 3", "3\n");
}
END_TEST

/* ---- results ---- */

START_TEST(results_are_rows)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 3);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 3, 2, OUTCOME_DIVERGED, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT * FROM sample", "2|l1|1.0e-05|1.5|0|it's|0.333333333333333|1|\n");
    fixture_assert(path, "SELECT * FROM curve",
                   "2|0|1.0|\n2|100|1.1|caf\303\251\n2|200|1.2|caf\303\251\n"
                   "3|0|2.0|\n3|100|2.1|caf\303\251\n3|200|2.2|caf\303\251\n");
    fixture_assert(path,
                   "SELECT job_id, n, host, rank, slurm_job, outcome, message, build, blas, steps,"
                   " seconds, started <= finished, started GLOB '20*-*-*T*:*:*.*Z'"
                   " FROM attempt",
                   "2|1|node1|3||done||test build|Generic|10|0.25|1|1\n"
                   "3|1|node1|3||diverged|it diverged|test build|Generic|20|0.5|1|1\n");
    fixture_assert(path, "SELECT name, rows, cols, dtype FROM array WHERE job_id = 2 ORDER BY 1",
                   "empty|0|3|float32\nweights|2|3|float32\n");
    fixture_assert(path, "SELECT sweep, total, pending, done, diverged, seconds FROM progress",
                   "s|3|1|1|1|0.75\n");
    fixture_assert(path, "PRAGMA integrity_check", "ok\n");
    fixture_assert(path, "PRAGMA foreign_key_check", "");
    fixture_assert(path,
                   "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                   " AND strict AND name NOT LIKE 'sqlite%'",
                   "0\n");
}
END_TEST

START_TEST(a_job_begins_and_ends_once)
{
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 2);
    struct result *r;
    struct spec *spec = sample_spec(1);
    struct err e;
    char expected[1000];
    ck_assert_int_eq(sample_result(&r, 1, NULL), 0);
    snprintf(expected, sizeof expected, "%s: there is no running job 2", path);
    ck_assert_int_eq(store_finish(store, 2, spec, r, &e), ERR_USAGE);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(store_begin(store, 2, &attempt, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    snprintf(expected, sizeof expected, "%s: there is no pending job 2", path);
    ck_assert_int_eq(store_begin(store, 2, &attempt, &e), ERR_USAGE);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(store_finish(store, 2, spec, r, &e), 0);
    ck_assert_int_eq(store_finish(store, 2, spec, r, &e), ERR_USAGE);
    result_free(r);
    spec_free(spec);
    fixture_close(store);
}
END_TEST

/* Two rows with the same key cannot both be stored: nothing of the result remains, the rest is
   intact. */
START_TEST(a_result_that_does_not_fit_is_taken_back)
{
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    const struct value row[] = {value_int(0), value_null(), value_null()};
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 2);
    struct result *r;
    struct spec *spec = sample_spec(1);
    struct err e;
    ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    ck_assert_int_eq(sample_result(&r, 1, NULL), 0);
    ck_assert_int_eq(result_add_row(r, "curve", row, NULL), 0);
    ck_assert_int_eq(store_begin(store, 2, &attempt, NULL), 0);
    ck_assert_int_eq(store_finish(store, 2, spec, r, &e), ERR_STORE);
    ck_assert_ptr_nonnull(strstr(e.text, "UNIQUE constraint failed"));
    result_free(r);
    spec_free(spec);
    fixture_close(store);
    fixture_assert(path, "SELECT id, state FROM job", "1|done\n2|pending\n");
    fixture_assert(path, "SELECT count(*) FROM curve", "3\n");
}
END_TEST

START_TEST(arrays_come_back)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 2);
    struct result *r;
    struct spec *spec = sample_spec(1);
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    enum { N = 400 };
    float *big = mem_array(N * N, sizeof *big), *back;
    struct rng random = rng_at(3, RNG_TEST, 0);
    for (int i = 0; i < N * N; i++)
        big[i] = (float)rng_normal(&random);
    big[7] = NAN;
    ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
    ck_assert_int_eq(result_add_array(r, "big", N, N, big, NULL), 0);
    ck_assert_int_eq(result_add_array(r, "none", 0, 0, big, NULL), 0);
    ck_assert_int_eq(store_begin(store, 2, &attempt, NULL), 0);
    ck_assert_int_eq(store_finish(store, 2, spec, r, NULL), 0);
    result_free(r);
    spec_free(spec);
    fixture_close(store);

    store = fixture_open(path, STORE_READ);
    int rows, cols;
    struct err e;
    char expected[1000];
    struct lines lines = {"", 0};
    ck_assert_int_eq(store_array(store, 2, "big", &rows, &cols, &back, NULL), 0);
    ck_assert(rows == N && cols == N);
    ck_assert_mem_eq(back, big, N * N * sizeof *big); /* the NaN too */
    mem_free(back);
    ck_assert_int_eq(store_array(store, 2, "none", &rows, &cols, &back, NULL), 0);
    ck_assert(rows == 0 && cols == 0);
    mem_free(back);
    snprintf(expected, sizeof expected, "%s: job 1 has no array big", path);
    ck_assert_int_eq(store_array(store, 1, "big", &rows, &cols, &back, &e), ERR_USAGE);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(store_each_array(store, 2, add_line, &lines, NULL), 0);
    ck_assert_int_eq(strncmp(lines.text, "big 400 400 float32 ", 20), 0);
    fixture_close(store);
    mem_free(big);

    /* wrong sizes, and bytes that are not a zlib stream */
    const char *const damages[] = {"UPDATE array SET rows = 2000000000, cols = 2000000000",
                                   "UPDATE array SET rows = -1, cols = 1",
                                   "UPDATE array SET rows = 399, cols = 400",
                                   "UPDATE array SET data = x'00', rows = 1, cols = 1"};
    snprintf(expected, sizeof expected, "%s: an array is damaged; go back to a copy", path);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        free(fixture_query(path, damages[i]));
        store = fixture_open(path, STORE_READ);
        ck_assert_int_eq(store_array(store, 2, "big", &rows, &cols, &back, &e), ERR_STORE);
        ck_assert_str_eq(e.text, expected);
        ck_assert_ptr_null(back);
        fixture_close(store);
    }
}
END_TEST

START_TEST(what_is_stored_can_be_read)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 3);
    ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_FAILED, NULL), 0);
    fixture_close(store);
    store = fixture_open(path, STORE_READ);

    struct lines names = {"", 0}, result = {"", 0}, all = {"", 0}, jobs = {"", 0}, failed = {"", 0};
    ck_assert_int_eq(store_each_result(store, &sample, add_name_line, &names, NULL), 0);
    ck_assert_str_eq(names.text, "job_id regularizer lambda A seed order error active_neurons "
                                 "wiring_length ");
    ck_assert_int_eq(store_result(store, &sample, 1, add_line, &result, NULL), 0);
    ck_assert_str_eq(result.text, "1 none 0 1.5 0 it's 0.5 0 null \n");
    ck_assert_int_eq(store_each_result(store, &sample, add_line, &all, NULL), 0);
    ck_assert_str_eq(all.text, result.text);
    ck_assert_int_eq(store_each_job(store, NULL, add_line, &jobs, NULL), 0);
    ck_assert_str_eq(jobs.text, "1 s done 1 sample null \n"
                                "2 s failed 1 sample regularizer=l1 lambda=1e-5 it failed \n"
                                "3 s pending 0 sample regularizer=bimt lambda=1e-4 null \n");
    ck_assert_int_eq(store_each_job(store, "failed", add_line, &failed, NULL), 0);
    ck_assert_int_eq(failed.rows, 1);

    struct lines curve = {"", 0}, note = {"", 0}, sweeps = {"", 0}, attempts = {"", 0};
    ck_assert_int_eq(store_each_row(store, &sample, &sample.tables[0], 2, add_line, &curve, NULL),
                     0);
    ck_assert_str_eq(curve.text, "2 0 1  \n2 100 1.1 caf\303\251 \n2 200 1.2 caf\303\251 \n");
    ck_assert_int_eq(store_each_row(store, &sample, &sample.tables[1], 2, add_line, &note, NULL),
                     0);
    ck_assert_str_eq(note.text, "2 null \n");
    ck_assert_int_eq(store_each_sweep(store, add_line, &sweeps, NULL), 0);
    ck_assert_int_eq(strncmp(sweeps.text, "s sample 20", 11), 0);
    ck_assert_ptr_nonnull(strstr(sweeps.text, "Z 3 1 0 1 0 1 0 0 0.25 \n"));
    ck_assert_int_eq(store_each_attempt(store, 2, add_line, &attempts, NULL), 0);
    ck_assert_int_eq(strncmp(attempts.text, "1 node1 3 null 20", 17), 0);

    const struct experiment *x;
    const char *state;
    char *spec, expected[1000];
    struct store_counts counts;
    struct err e;
    ck_assert_int_eq(store_job(store, 2, &x, &spec, &state, NULL), 0);
    ck_assert_ptr_eq(x, &sample);
    ck_assert_str_eq(spec, "sample regularizer=l1 lambda=1e-5");
    ck_assert_str_eq(state, "failed");
    mem_free(spec);
    snprintf(expected, sizeof expected, "%s: there is no job 9", path);
    ck_assert_int_eq(store_job(store, 9, &x, &spec, &state, &e), ERR_USAGE);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(store_count(store, NULL, &counts, NULL), 0);
    ck_assert(counts.total == 3 && counts.state[0] == 1 && counts.state[2] == 1 &&
              counts.state[4] == 1);
    ck_assert_int_eq(store_count(store, "x", &counts, &e), ERR_USAGE);
    fixture_close(store);
}
END_TEST

/* The same results in any order give the same tables, except for the times. */
START_TEST(order_of_finishing_does_not_matter)
{
    static const int orders[2][6] = {{0, 1, 2, 3, 4, 5}, {5, 2, 0, 4, 1, 3}};
    static const char *const queries[] = {
        "SELECT * FROM job",
        "SELECT * FROM sample",
        "SELECT * FROM curve",
        "SELECT * FROM note",
        "SELECT job_id, name, rows, cols, hex(data) FROM array ORDER BY 1, 2",
        "SELECT job_id, n, outcome, steps FROM attempt",
        "SELECT * FROM pareto_neurons",
        "SELECT * FROM pareto_neurons_by_regularizer"};
    const char *paths[2] = {fixture_path("a.db"), fixture_path("b.db")};
    for (int d = 0; d < 2; d++) {
        struct store *store = fixture_with_jobs(paths[d], 6);
        for (int i = 0; i < 6; i++) {
            int k = orders[d][i];
            ck_assert_int_eq(
                fixture_do_job(store, k + 1, k, k == 4 ? OUTCOME_DIVERGED : OUTCOME_DONE, NULL), 0);
            if (i % 2 == d)
                ck_assert_int_eq(store_commit(store, NULL), 0);
        }
        fixture_close(store);
    }
    for (size_t q = 0; q < sizeof queries / sizeof queries[0]; q++) {
        char *a = fixture_query(paths[0], queries[q]), *b = fixture_query(paths[1], queries[q]);
        ck_assert_str_eq(a, b);
        free(a);
        free(b);
    }
}
END_TEST

/* ---- experiments that grow ---- */

START_TEST(an_experiment_may_grow)
{
    /* the same experiment before it had its last parameter, metrics, tables and planes */
    struct parameter parameters[] = {sample.parameters[0],
                                     sample.parameters[1],
                                     sample.parameters[2],
                                     sample.parameters[3],
                                     {NULL, 0, NULL, 0, 0, NULL, NULL}};
    struct metric metrics[] = {sample.metrics[0], {NULL, 0, NULL, 0, NULL}};
    struct column columns[] = {sample.tables[0].columns[0], {NULL, 0, NULL}};
    struct table tables[] = {sample.tables[0], {NULL, NULL, 0, NULL, 0}};
    tables[0].columns = columns;
    struct experiment young = sample;
    young.parameters = parameters;
    young.metrics = metrics;
    young.tables = tables;
    young.planes = NULL;
    const struct experiment *const experiments[] = {&young, NULL};

    const char *path = fixture_path("a.db");
    struct store *store;
    ck_assert_int_eq(store_open(&store, path, STORE_CREATE, experiments, NULL), 0);
    ck_assert_int_eq(store_enter_sweep(store, "s", "", &young, NULL, NULL, 0, NULL), 0);
    ck_assert_int_eq(store_close(store, NULL), 0);
    free(fixture_query(path, "INSERT INTO job (sweep_id, experiment, spec, state, attempts)"
                             " VALUES (1, 'sample', 'sample', 'done', 1);"
                             "INSERT INTO member VALUES (1, 1);"
                             "INSERT INTO sample (job_id, error) VALUES (1, 0.25);"
                             "INSERT INTO curve VALUES (1, 100)"));

    /* read without change: defaults and NULL for what it lacks */
    struct lines result = {"", 0}, curve = {"", 0}, note = {"", 0}, front = {"", 0};
    store = fixture_open(path, STORE_READ);
    ck_assert_int_eq(store_result(store, &sample, 1, add_line, &result, NULL), 0);
    ck_assert_str_eq(result.text, "1 none 0 1.5 0 it's 0.25 null null \n");
    ck_assert_int_eq(store_each_row(store, &sample, &sample.tables[0], 1, add_line, &curve, NULL),
                     0);
    ck_assert_str_eq(curve.text, "1 100 null null \n");
    ck_assert_int_eq(store_each_row(store, &sample, &sample.tables[1], 1, add_line, &note, NULL),
                     0);
    ck_assert_int_eq(
        store_each_pareto(store, &sample, &sample.planes[0], 0, add_line, &front, NULL), 0);
    ck_assert_int_eq(note.rows + front.rows, 0);
    fixture_close(store);

    /* opened for writing it is complete, and the old job is unchanged */
    store = fixture_open(path, STORE_WRITE);
    ck_assert_int_eq(fixture_enter(store, "s", "", 0, 2, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT job_id, \"order\", error, active_neurons FROM sample",
                   "1|it's|0.25|\n2|it's|0.333333333333333|1\n");
    fixture_assert(path, "SELECT job_id FROM pareto_neurons", "2\n");

    /* and nothing is created twice */
    long version = fixture_query_int(path, "PRAGMA schema_version");
    fixture_close(fixture_open(path, STORE_WRITE));
    ck_assert_int_eq(fixture_query_int(path, "PRAGMA schema_version"), version);
}
END_TEST

/* A default of 0 is a real number where the parameter is real. */
START_TEST(a_real_parameter_may_be_new_with_a_default_of_0)
{
    enum { PARAMETERS = 5 };
    struct parameter parameters[PARAMETERS + 2] = {
        [PARAMETERS] = {"delay", VALUE_REAL, "0", 0, 1, NULL, "New."}};
    memcpy(parameters, sample.parameters, PARAMETERS * sizeof *parameters);
    struct experiment grown = sample;
    grown.parameters = parameters;
    const struct experiment *const experiments[] = {&grown, NULL};
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 1);
    ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_DONE, NULL), 0);
    fixture_close(store);

    struct lines result = {"", 0};
    struct err e = {0};
    ck_assert_int_eq(store_open(&store, path, STORE_READ, experiments, NULL), 0);
    ck_assert_msg(!store_each_result(store, &grown, add_line, &result, &e), "%s", e.text);
    ck_assert_int_eq(result.rows, 1);
    fixture_close(store);
}
END_TEST

START_TEST(another_description_is_refused)
{
    const char *path = fixture_path("a.db");
    fixture_close(fixture_with_jobs(path, 1));
    struct metric metrics[] = {{"error", VALUE_INT, "1", NEITHER, "Another type."},
                               {NULL, 0, NULL, 0, NULL}};
    struct table tables[] = {sample.tables[0], {NULL, NULL, 0, NULL, 0}};
    tables[0].keys = 2;
    struct experiment retyped = sample, rekeyed = sample;
    retyped.metrics = metrics;
    retyped.planes = NULL;
    rekeyed.tables = tables;
    const struct experiment *const others[] = {&retyped, NULL, &rekeyed, NULL};
    for (int i = 0; i < 2; i++) {
        struct store *store;
        struct err e;
        char expected[1000];
        snprintf(expected, sizeof expected,
                 "%s: its table %s was made for another description of the experiment; name "
                 "another file",
                 path, i ? "curve" : "sample");
        ck_assert_int_eq(store_open(&store, path, STORE_WRITE, others + 2 * i, &e), ERR_STORE);
        ck_assert_str_eq(e.text, expected);
    }
}
END_TEST

FIXTURE_CASE(sweeps, "sweeps", entering_makes_pending_jobs_in_the_order_of_the_points,
             points_are_found_in_whatever_order_they_come, a_grown_sweep_adds_only_what_is_new,
             points_that_are_gone_leave, done_and_gone_is_refused, two_sweeps_share_a_job,
             reset_makes_the_dead_pending)
FIXTURE_CASE(results, "results", results_are_rows, a_job_begins_and_ends_once,
             a_result_that_does_not_fit_is_taken_back, arrays_come_back, what_is_stored_can_be_read,
             order_of_finishing_does_not_matter)
FIXTURE_CASE(growth, "growth", an_experiment_may_grow,
             a_real_parameter_may_be_new_with_a_default_of_0, another_description_is_refused)

SUITE_MAIN("store", sweeps, results, growth)
