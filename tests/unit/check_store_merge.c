/* store_merge and store_load: shards become one database, nothing is lost, conflicts are refused.
 */
#include "store/store_merge.h"

#include "base/mem.h"
#include "record/result_diff.h"
#include "store/store_load.h"
#include "store_fixture.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* A database with sweep "s" of points first..last-1, all done. */
static const char *shard(const char *name, int first, int last)
{
    const char *path = fixture_path(name);
    struct store *store = fixture_open(path, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", first, last, NULL), 0);
    for (int k = first; k < last; k++)
        ck_assert_int_eq(fixture_do_job(store, k - first + 1, k, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    return path;
}

/* A database whose one job, point k, ended so. */
static const char *shard_of_one(const char *name, int k, enum outcome outcome)
{
    const char *path = fixture_path(name);
    struct store *store = fixture_open(path, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", k, k + 1, NULL), 0);
    ck_assert_int_eq(fixture_do_job(store, 1, k, outcome, NULL), 0);
    fixture_close(store);
    return path;
}

static struct store_merged merge(const char *out, const char *in)
{
    struct store *store = fixture_open(out, STORE_CREATE);
    struct store_merged merged;
    struct err e = {0, ""};
    int code = store_merge(store, in, &merged, &e);
    ck_assert_msg(code == 0, "%s", e.text);
    fixture_close(store);
    return merged;
}

static void assert_refused(const char *out, const char *in, int code, const char *words)
{
    struct store *store = fixture_open(out, STORE_CREATE);
    struct store_merged merged;
    struct err e = {0, ""};
    ck_assert_int_eq(store_merge(store, in, &merged, &e), code);
    ck_assert_msg(strstr(e.text, words) != NULL, "%s", e.text);
    fixture_close(store);
}

/* Results without a checksum, as from older versions, can be changed unnoticed. */
#define FORGET_CHECKSUMS "UPDATE attempt SET checksum = NULL"

/* All results, identified by spec, as the numbers of jobs may differ. */
static const char found[] =
    "SELECT spec, state, attempts, error, active_neurons FROM job JOIN sample ON job_id = id"
    " ORDER BY spec;"
    "SELECT spec, step, loss, phase FROM job JOIN curve ON job_id = id ORDER BY spec, step;"
    "SELECT spec, text FROM job JOIN note ON job_id = id ORDER BY spec;"
    "SELECT spec, name, rows, cols, hex(data) FROM job JOIN array ON job_id = id ORDER BY spec, "
    "name;"
    "SELECT spec, n, host, rank, outcome, build, blas, steps, seconds FROM job"
    " JOIN attempt ON job_id = id ORDER BY spec, n;"
    "SELECT sweep.name, spec FROM member JOIN sweep ON sweep.id = member.sweep_id"
    " JOIN job ON job.id = job_id ORDER BY 1, 2;";

START_TEST(shards_become_what_one_run_would_have_made)
{
    const char *whole = shard("whole.db", 0, 12), *out = fixture_path("out.db");
    struct store_merged first = merge(out, shard("a.db", 0, 5));
    merge(out, shard("b.db", 5, 9));
    struct store_merged last = merge(out, shard("c.db", 9, 12));
    ck_assert_int_eq(first.jobs, 5);
    ck_assert_int_eq(first.added, 5);
    ck_assert_int_eq(first.taken, 5);
    ck_assert_int_eq(first.attempts, 5);
    ck_assert_int_eq(first.agreeing, 0);
    ck_assert_int_eq(last.added, 3);
    char *expected = fixture_query(whole, found);
    fixture_assert(out, found, expected);
    free(expected);
    fixture_assert(out, "SELECT count(*) FROM sweep; PRAGMA foreign_key_check", "1\n");
}
END_TEST

START_TEST(merging_again_changes_nothing)
{
    const char *out = fixture_path("out.db"), *a = shard("a.db", 0, 5);
    merge(out, a);
    char *before = fixture_query(out, found);
    struct store_merged again = merge(out, a);
    ck_assert_int_eq(again.added + again.taken + again.attempts, 0);
    ck_assert_int_eq(again.agreeing, 5);
    fixture_assert(out, found, before);
    free(before);
}
END_TEST

START_TEST(a_result_that_differs_is_refused_whole)
{
    const char *out = shard("out.db", 0, 5), *in = shard("in.db", 3, 9);
    free(fixture_query(
        in, "UPDATE sample SET error = error * (1 + 3e-16) WHERE job_id = 2;" FORGET_CHECKSUMS));
    char *before = fixture_query(out, found);
    assert_refused(out, in, ERR_STORE, "job 5 of");
    assert_refused(out, in, ERR_STORE, "most in error");
    fixture_assert(out, found, before);
    fixture_assert(out, "SELECT count(*) FROM job", "5\n");
    free(before);
}
END_TEST

START_TEST(done_in_one_and_diverged_in_the_other_is_a_conflict)
{
    const char *out = shard_of_one("out.db", 1, OUTCOME_DONE);
    assert_refused(out, shard_of_one("in.db", 1, OUTCOME_DIVERGED), ERR_STORE, "outcome");
}
END_TEST

START_TEST(the_result_comes_from_where_the_job_got_further)
{
    static const char attempts[] = "SELECT n, outcome FROM attempt ORDER BY n;"
                                   "SELECT state, attempts FROM job; SELECT count(*) FROM sample;"
                                   "SELECT count(*) FROM curve";
    const char *out = shard_of_one("done.db", 2, OUTCOME_DONE);
    merge(out, shard_of_one("failed.db", 2, OUTCOME_FAILED)); /* it started later */
    fixture_assert(out, attempts, "1|failed\n2|done\ndone|2\n1\n3\n");

    out = shard_of_one("failed2.db", 2, OUTCOME_FAILED);
    merge(out, shard_of_one("done2.db", 2, OUTCOME_DONE));
    fixture_assert(out, attempts, "1|failed\n2|done\ndone|2\n1\n3\n");
}
END_TEST

START_TEST(what_was_running_is_pending_and_may_come_again_done)
{
    static const struct attempt attempt = {"node1", 3, "", "test build", "Generic", "MPI 1", "CPU"};
    const char *in = fixture_path("in.db"), *out = fixture_path("out.db");
    struct store *store = fixture_open(in, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, 2, NULL), 0);
    ck_assert_int_eq(store_begin(store, 1, &attempt, NULL), 0);
    ck_assert_int_eq(store_commit(store, NULL), 0);
    merge(out, in); /* while a run writes to it */
    fixture_assert(out, "SELECT state, attempts FROM job ORDER BY id; SELECT outcome FROM attempt",
                   "pending|1\npending|0\nstopped\n");

    struct spec *spec = sample_spec(0);
    struct result *result;
    ck_assert_int_eq(sample_result(&result, 0, NULL), 0);
    ck_assert_int_eq(store_finish(store, 1, spec, result, NULL), 0);
    fixture_close(store);
    spec_free(spec);
    result_free(result);
    merge(out, in);
    fixture_assert(out, "SELECT state, attempts FROM job ORDER BY id; SELECT outcome FROM attempt",
                   "done|1\npending|0\ndone\n");
}
END_TEST

/* Copies that were taken during a run blame no job, however many of them are merged; and a job that
   an earlier run left as running here can be continued. */
START_TEST(what_was_not_finished_is_not_blamed)
{
    static const struct attempt attempt = {"node1", 3, "", "test build", "Generic", "MPI 1", "CPU"};
    static const char *const names[] = {"a.db", "b.db", "c.db", "d.db"};
    const char *out = fixture_path("out.db");
    struct store_job *jobs;
    size_t count;
    for (int i = 0; i < 4; i++) {
        const char *in = i == 2 ? out : fixture_path(names[i]);
        struct store *store = fixture_open(in, STORE_CREATE);
        ck_assert_int_eq(fixture_enter(store, "s", "text", 0, 1, NULL), 0);
        ck_assert_int_eq(store_begin(store, 1, &attempt, NULL), 0);
        fixture_close(store);
        if (i != 2)
            merge(out, in);
    }
    fixture_assert(out, "SELECT outcome, count(*) FROM attempt GROUP BY 1", "stopped|4\n");
    fixture_assert(out, "SELECT state, attempts FROM job", "pending|4\n");
    struct store *store = fixture_open(out, STORE_WRITE);
    ck_assert_int_eq(store_running(store, &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 0);
    store_jobs_free(jobs, count);
    ck_assert_int_eq(store_pending(store, "s", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(jobs[0].blames, 0);
    store_jobs_free(jobs, count);
    fixture_close(store);
}
END_TEST

START_TEST(logs_go_with_their_attempts)
{
    static const char logs[] = "SELECT n, text FROM log ORDER BY n; SELECT n, outcome FROM attempt";
    const char *out = shard_of_one("failed.db", 2, OUTCOME_FAILED);
    free(fixture_query(out, "INSERT INTO log VALUES (1, 1, 'here')"));
    const char *in = shard_of_one("done.db", 2, OUTCOME_DONE); /* started later: becomes number 2 */
    free(fixture_query(in, "INSERT INTO log VALUES (1, 1, 'there')"));
    merge(out, in);
    fixture_assert(out, logs, "1|here\n2|there\n1|failed\n2|done\n");
    merge(out, in);
    fixture_assert(out, logs, "1|here\n2|there\n1|failed\n2|done\n");

    const char *old = shard_of_one("old.db", 2, OUTCOME_FAILED);
    free(fixture_query(old, "DROP TABLE log"));
    merge(out, old);
    fixture_assert(out, logs, "1|here\n3|there\n1|failed\n2|failed\n3|done\n");
}
END_TEST

START_TEST(a_merged_database_can_be_run_on)
{
    const char *out = fixture_path("out.db");
    merge(out, shard("a.db", 0, 3));
    struct store *store = fixture_open(out, STORE_WRITE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, 5, NULL), 0);
    struct store_job *jobs;
    size_t count;
    ck_assert_int_eq(store_pending(store, "s", &jobs, &count, NULL), 0);
    ck_assert_uint_eq(count, 2);
    for (size_t i = 0; i < count; i++)
        mem_free(jobs[i].spec);
    mem_free(jobs);
    fixture_close(store);
}
END_TEST

START_TEST(a_column_that_an_older_file_lacks_has_its_default)
{
    const char *out = fixture_path("out.db"), *in = shard("in.db", 4, 5);
    free(fixture_query(in, "DROP VIEW job_sample; DROP VIEW point_sample; DROP VIEW summary_sample;"
                           "DROP VIEW pareto_neurons; DROP VIEW pareto_wiring;"
                           "DROP VIEW pareto_neurons_by_regularizer;"
                           "DROP VIEW pareto_wiring_by_regularizer;"
                           "ALTER TABLE sample DROP COLUMN A;"
                           "ALTER TABLE sample DROP COLUMN wiring_length"));
    merge(out, in);
    fixture_assert(out, "SELECT A, wiring_length, active_neurons FROM sample", "1.5||4\n");
}
END_TEST

START_TEST(itself_and_strangers_are_refused)
{
    const char *out = shard("out.db", 0, 2);
    assert_refused(out, out, ERR_USAGE, "into itself");
    assert_refused(out, fixture_path("none.db"), ERR_STORE, "no such database");
    const char *other = fixture_path("other.db");
    free(fixture_query(shard("other.db", 0, 1), "PRAGMA application_id = 1"));
    assert_refused(out, other, ERR_STORE, "another program");
}
END_TEST

START_TEST(out_of_memory_takes_nothing)
{
    char *in = mem_text(shard("in.db", 1, 3)); /* fixture_path reuses its buffers */
    int code = ERR_MEMORY, n = 0;
    for (; code; n++) {
        const char *out = shard("out.db", 0, 0);
        struct store *store = fixture_open(out, STORE_WRITE);
        ck_assert_int_eq(fixture_enter(store, "s", "text", 1, 3, NULL), 0);
        ck_assert_int_eq(fixture_do_job(store, 1, 1, OUTCOME_DONE, NULL), 0);
        ck_assert_int_eq(store_commit(store, NULL), 0);
        struct store_merged merged;
        struct err e = {0, ""};
        mem_fail_at(n);
        code = store_merge(store, in, &merged, &e);
        mem_fail_at(-1);
        ck_assert_msg(code == 0 || code == ERR_MEMORY, "%s", e.text);
        fixture_close(store);
        ck_assert_int_eq(fixture_query_int(out, "SELECT count(*) FROM sample"), code ? 1 : 2);
        free(fixture_query(out, "DELETE FROM sample; DELETE FROM curve; DELETE FROM note;"
                                "DELETE FROM array; DELETE FROM attempt; DELETE FROM member;"
                                "DELETE FROM job; DELETE FROM sweep"));
    }
    mem_free(in);
    ck_assert_int_gt(n, 10);
}
END_TEST

/* ---- store_load ---- */

START_TEST(a_stored_result_comes_back_as_it_was)
{
    const char *path = shard("a.db", 0, 4);
    struct store *store = fixture_open(path, STORE_READ);
    for (int k = 0; k < 4; k++) {
        struct store_loaded loaded;
        struct result *result;
        struct result_difference difference;
        ck_assert_int_eq(store_load(store, k + 1, &loaded, NULL), 0);
        ck_assert_int_eq(sample_result(&result, k, NULL), 0);
        ck_assert_int_eq(result_diff(result, loaded.result, &difference, NULL), 0);
        ck_assert_msg(difference.values == 0, "%s", difference.where);
        ck_assert_double_eq(loaded.result->seconds, result->seconds);
        ck_assert_str_eq(loaded.build, "test build");
        ck_assert_str_eq(loaded.blas, "Generic");
        struct spec *spec = sample_spec(k);
        ck_assert(spec_equal(spec, loaded.spec));
        spec_free(spec);
        result_free(result);
        store_loaded_free(&loaded);
    }
    fixture_close(store);
}
END_TEST

START_TEST(loading_survives_want_of_memory)
{
    struct store *store = fixture_open(shard("a.db", 0, 1), STORE_READ);
    int code = ERR_MEMORY, n = 0;
    for (; code; n++) {
        struct store_loaded loaded;
        mem_fail_at(n);
        code = store_load(store, 1, &loaded, NULL);
        mem_fail_at(-1);
        ck_assert(code == 0 || code == ERR_MEMORY);
        store_loaded_free(&loaded);
    }
    ck_assert_int_gt(n, 20);
    fixture_close(store);
}
END_TEST

FIXTURE_CASE(merging, "merge", shards_become_what_one_run_would_have_made,
             merging_again_changes_nothing, a_result_that_differs_is_refused_whole,
             done_in_one_and_diverged_in_the_other_is_a_conflict,
             the_result_comes_from_where_the_job_got_further,
             what_was_running_is_pending_and_may_come_again_done,
             what_was_not_finished_is_not_blamed, logs_go_with_their_attempts,
             a_merged_database_can_be_run_on, a_column_that_an_older_file_lacks_has_its_default,
             itself_and_strangers_are_refused, out_of_memory_takes_nothing)
FIXTURE_CASE(loading, "load", a_stored_result_comes_back_as_it_was, loading_survives_want_of_memory)

SUITE_MAIN("store_merge", merging, loading)
