/* store: attempts that end without a result, rollback, older files, copies for readers. */
#include "base/mem.h"
#include "record/result_sum.h"
#include "store/store_load.h"
#include "store_fixture.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_query(const char *path, const char *sql, const char *expected)
{
    char *got = fixture_query(path, sql);
    ck_assert_str_eq(got, expected);
    free(got);
}

static struct store *with_jobs(const char *path, int count)
{
    struct store *store = fixture_open(path, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, count, NULL), 0);
    return store;
}

/* The expected log, and how many rows there were. */
struct seen {
    const char *text;
    int rows;
};

static int see_log(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct seen *seen = data;
    ck_assert_int_eq(row->values[0].as.i, 1);
    ck_assert_str_eq(row->values[1].as.text, seen->text);
    seen->rows++;
    return 0;
}

static void begin(struct store *store, int64_t job)
{
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    ck_assert_int_eq(store_begin(store, job, &attempt, NULL), 0);
}

START_TEST(three_blames_quarantine_a_job)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_jobs(path, 2);
    for (int blame = 0; blame < STORE_BLAMES; blame++) {
        begin(store, 1);
        ck_assert_int_eq(store_give_up(store, 1, 0, NULL, "in order", NULL),
                         0); /* does not count */
        begin(store, 1);
        ck_assert_int_eq(store_give_up(store, 1, 1, NULL, "it was silent", NULL), 0);
    }
    ck_assert_int_eq(store_commit(store, NULL), 0);
    ck_assert_int_eq(store_give_up(store, 1, 1, NULL, "again", NULL), ERR_USAGE);
    ck_assert_int_eq(store_reset(store, 0, NULL), 0);
    assert_query(path, "SELECT state, attempts FROM job ORDER BY id", "quarantined|6\npending|0\n");
    assert_query(path, "SELECT outcome, message, count(*), count(finished) FROM attempt GROUP BY 1",
                 "lost|it was silent|3|0\nstopped|in order|3|3\n");

    /* when tried again, one more blame quarantines it */
    struct store_job *jobs;
    size_t count;
    ck_assert_int_eq(store_reset(store, 1, NULL), 0);
    ck_assert_int_eq(store_pending(store, "s", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(jobs[0].attempts, 6);
    ck_assert_int_eq(jobs[0].blames, 3);
    store_jobs_free(jobs, count);
    begin(store, 1);
    begin(store, 2);
    ck_assert_int_eq(store_running(store, &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 2);
    store_jobs_free(jobs, count);
    ck_assert_int_eq(store_reset(store, 0, NULL), 0);
    assert_query(path, "SELECT state FROM job ORDER BY id", "pending\npending\n");
    begin(store, 1);
    ck_assert_int_eq(store_give_up(store, 1, 1, NULL, "it was silent", NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    assert_query(path, "SELECT state FROM job ORDER BY id", "quarantined\npending\n");
    fixture_close(store);
}
END_TEST

static int see_time(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    *(double *)data = row->values[1].as.x;
    return 0;
}

static double seconds_pending(struct store *store)
{
    struct store_job *jobs;
    size_t count;
    ck_assert_int_eq(store_pending(store, "s", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 1);
    double seconds = jobs[0].seconds;
    store_jobs_free(jobs, count);
    return seconds;
}

/* The duration of a job is the sum over the attempts that continued each other.  Here these are 2.5
   s of a stopped attempt, 1 s up to the checkpoint of a lost attempt, none of an attempt that left
   nothing, and the 0.75 s of sample 3.  The 0.75 s of the attempt that failed before all of these
   do not count. */
START_TEST(attempts_add_up_to_a_job)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_jobs(path, 1);
    double seconds = -1;
    ck_assert_double_eq(seconds_pending(store), 0);
    ck_assert_int_eq(fixture_do_job(store, 1, 3, OUTCOME_FAILED, NULL), 0);
    ck_assert_int_eq(store_reset(store, 1, NULL), 0);
    ck_assert_double_eq(seconds_pending(store), 0);
    begin(store, 1);
    ck_assert_int_eq(store_give_up(store, 1, 0, &(struct effort){10, 2.5}, "in order", NULL), 0);
    ck_assert_double_eq(seconds_pending(store), 2.5);
    begin(store, 1);
    ck_assert_int_eq(store_give_up(store, 1, 1, &(struct effort){15, 1}, "it was silent", NULL), 0);
    begin(store, 1);
    ck_assert_int_eq(store_give_up(store, 1, 1, NULL, "it was silent", NULL), 0);
    ck_assert_double_eq(seconds_pending(store), 3.5);
    ck_assert_int_eq(store_each_time(store, fixture_experiments[0], 9, see_time, &seconds, NULL),
                     0);
    ck_assert_double_eq(seconds, -1); /* it is not done */
    ck_assert_int_eq(fixture_do_job(store, 1, 3, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(store_each_time(store, fixture_experiments[0], 9, see_time, &seconds, NULL),
                     0);
    ck_assert_double_eq(seconds, 4.25);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    assert_query(path, "SELECT outcome, steps, seconds FROM attempt WHERE n BETWEEN 2 AND 4",
                 "stopped|10|2.5\nlost|15|1.0\nlost||\n");
    fixture_close(store);
}
END_TEST

START_TEST(an_attempt_that_was_not_made_is_withdrawn)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_jobs(path, 3);
    struct store_job *jobs;
    size_t count;
    for (int64_t job = 1; job <= 3; job++) /* rank 1 gets all of them */
        begin(store, job);
    ck_assert_int_eq(store_queued(store, &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(jobs[0].id, 2);
    ck_assert_int_eq(jobs[1].id, 3);
    store_jobs_free(jobs, count);
    ck_assert_int_eq(store_withdraw(store, 2, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    ck_assert_int_eq(store_withdraw(store, 2, NULL), ERR_USAGE);
    ck_assert_int_eq(store_queued(store, &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 1);
    store_jobs_free(jobs, count);
    assert_query(path, "SELECT state, attempts FROM job ORDER BY id",
                 "running|1\npending|0\nrunning|1\n");
    assert_query(path, "SELECT job_id, n FROM attempt ORDER BY 1", "1|1\n3|1\n");
    begin(store, 2);
    fixture_close(store);
    assert_query(path, "SELECT job_id, n FROM attempt ORDER BY 1", "1|1\n2|1\n3|1\n");
}
END_TEST

START_TEST(what_is_rolled_back_may_be_entered_again)
{
    const char *path = fixture_path("a.db");
    struct store *store = with_jobs(path, 2);
    begin(store, 1);
    store_rollback(store);
    assert_query(path, "SELECT count(*) FROM attempt", "0\n");
    begin(store, 1);
    ck_assert_int_eq(store_keep_log(store, 1, "a line\n", NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    struct seen seen = {"a line\n", 0};
    ck_assert_int_eq(store_each_log(store, 1, see_log, &seen, NULL), 0);
    ck_assert_int_eq(seen.rows, 1);
    fixture_close(store);
}
END_TEST

START_TEST(version_1_is_brought_up_to_date)
{
    const char *path = fixture_path("a.db");
    fixture_close(with_jobs(path, 1));
    free(fixture_query(path, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
                             " replace(sql, ', ''stopped''', '') WHERE name = 'attempt'"));
    free(fixture_query(path, "DROP TABLE log; ALTER TABLE attempt DROP COLUMN mpi;"
                             "ALTER TABLE attempt DROP COLUMN processor;"
                             "ALTER TABLE attempt DROP COLUMN checksum;"
                             "ALTER TABLE attempt DROP COLUMN checksum_version"));
    free(fixture_query(path, "PRAGMA user_version = 1"));
    struct store *store = fixture_open(path, STORE_READ); /* is read without change */
    struct seen seen = {"", 0};
    ck_assert_int_eq(store_each_log(store, 1, see_log, &seen, NULL), 0);
    ck_assert_int_eq(seen.rows, 0);
    fixture_close(store);

    store = fixture_open(path, STORE_WRITE);
    begin(store, 1);
    ck_assert_int_eq(store_give_up(store, 1, 0, NULL, "in order", NULL), 0);
    ck_assert_int_eq(store_keep_log(store, 1, "a line\n", NULL), 0);
    char complaint[80];
    ck_assert_int_eq(store_check(store, complaint, sizeof complaint, NULL), 0);
    ck_assert_str_eq(complaint, "");
    fixture_close(store);
    assert_query(path, "PRAGMA user_version", "4\n");
    assert_query(path, "SELECT outcome FROM attempt", "stopped\n");
}
END_TEST

/* Whether a reader can load job 1. */
static int loads(const char *path)
{
    struct store *store = fixture_open(path, STORE_READ);
    struct store_loaded loaded;
    int code = store_load(store, 1, &loaded, NULL);
    if (!code)
        store_loaded_free(&loaded);
    fixture_close(store);
    return code;
}

/* The file as version 3 would have written it: the checksum over the numbers of the arrays. */
static void make_version_3(const char *path)
{
    struct store *store = fixture_open(path, STORE_READ);
    struct store_loaded loaded;
    char sql[200];
    ck_assert_int_eq(store_load(store, 1, &loaded, NULL), 0);
    ck_assert_uint_gt(loaded.result->array_count, 0);
    char *spec = spec_canonical(loaded.spec);
    snprintf(sql, sizeof sql, "UPDATE attempt SET checksum = %lld",
             (long long)result_sum_unpacked(spec, loaded.result));
    mem_free(spec);
    store_loaded_free(&loaded);
    fixture_close(store);
    free(fixture_query(path, sql));
    ck_assert_int_eq(loads(path), ERR_STORE); /* the checksum differs */
    free(fixture_query(path, "ALTER TABLE attempt DROP COLUMN checksum_version"));
    free(fixture_query(path, "PRAGMA user_version = 3"));
}

START_TEST(checksums_of_version_3_still_count)
{
    static const char *const damages[] = {
        "UPDATE array SET rows = cols, cols = rows WHERE rows <> cols",
        "UPDATE attempt SET checksum = checksum + 1",
    };
    for (size_t i = 0; i < 2 * (sizeof damages / sizeof damages[0]); i++) {
        const char *path = fixture_path(i == 0   ? "a.db"
                                        : i == 1 ? "b.db"
                                        : i == 2 ? "c.db"
                                                 : "d.db");
        struct store *store = with_jobs(path, 1);
        ck_assert_int_eq(fixture_do_job(store, 1, 0, OUTCOME_DONE, NULL), 0);
        fixture_close(store);
        assert_query(path, "SELECT checksum_version FROM attempt", "2\n");
        ck_assert_int_eq(loads(path), 0);
        if (i % 2) {
            make_version_3(path);
            ck_assert_int_eq(loads(path), 0); /* as it is, */
            fixture_close(fixture_open(path, STORE_WRITE));
            assert_query(path, "PRAGMA user_version", "4\n");
            ck_assert_int_eq(loads(path), 0); /* and brought up to date */
        }
        free(fixture_query(path, damages[i / 2]));
        ck_assert_int_eq(loads(path), ERR_STORE);
    }
}
END_TEST

START_TEST(a_snapshot_is_what_was_committed)
{
    const char *path = fixture_path("a.db"), *copy = fixture_path("a.db.snapshot");
    struct store *store = with_jobs(path, 3);
    ck_assert_int_eq(store_snapshot(store, NULL), 0);
    assert_query(copy, "SELECT count(*) FROM job", "3\n");
    ck_assert_int_eq(fixture_do_job(store, 2, 1, OUTCOME_DONE, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    ck_assert_int_eq(store_snapshot(store, NULL), 0);
    assert_query(copy, "SELECT count(*) FROM sample", "1\n");
    assert_query(copy, "PRAGMA journal_mode", "delete\n");
    fixture_close(store);
}
END_TEST

FIXTURE_CASE(attempts, "attempts", three_blames_quarantine_a_job,
             an_attempt_that_was_not_made_is_withdrawn, attempts_add_up_to_a_job,
             what_is_rolled_back_may_be_entered_again)
FIXTURE_CASE(files, "files", version_1_is_brought_up_to_date, checksums_of_version_3_still_count,
             a_snapshot_is_what_was_committed)

SUITE_MAIN("store_attempts", attempts, files)
