/* store: files that another program has changed.  Types, checksums, foreign objects, planted links,
   endless queries, and files that a reader leaves. */
#include "store/store_load.h"
#include "store_fixture.h"
#include "suite.h"

#include "base/log.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Jobs 1 and 2 done, 3 diverged, 4 pending. */
static const char *make_database(const char *name)
{
    const char *path = fixture_path(name);
    struct store *store = fixture_with_jobs(path, 4);
    for (int k = 0; k < 3; k++)
        ck_assert_int_eq(
            fixture_do_job(store, k + 1, k, k < 2 ? OUTCOME_DONE : OUTCOME_DIVERGED, NULL), 0);
    fixture_close(store);
    return path;
}

static int count_row(const struct store_row *row, void *data, struct err *e)
{
    (void)row, (void)e;
    ++*(int *)data;
    return 0;
}

/* ---- status --check ---- */

/* The complaint of status --check after this change of the file; "" when the file is sound. */
static void assert_complaint(const char *change, const char *words)
{
    const char *path = make_database("c.db");
    struct err e = {0, ""};
    char complaint[512];
    free(fixture_query(path, "PRAGMA writable_schema = OFF"));
    free(fixture_query(path, change));
    struct store *store = fixture_open(path, STORE_READ);
    int code = store_check(store, complaint, sizeof complaint, &e);
    ck_assert_msg(code == 0, "%s: %s", change, e.text);
    ck_assert_msg(*words ? strstr(complaint, words) != NULL : !*complaint, "%s: \"%s\"", change,
                  complaint);
    fixture_close(store);
    ck_assert_int_eq(unlink(path), 0);
}

START_TEST(damage_is_found)
{
    static const struct {
        const char *change, *words;
    } rows[] = {
        {"SELECT 1", ""},
        {"ANALYZE", ""},
        {"DELETE FROM sample WHERE job_id = 1", "job 1"},
        {"DELETE FROM attempt WHERE job_id = 2", "job 2"},
        {"DELETE FROM array WHERE job_id = 1 AND name = 'empty'", "checksum differs"},
        {"DELETE FROM curve WHERE job_id = 3 AND step = 100", "checksum differs"},
        {"UPDATE sample SET error = error + 1e-15 WHERE job_id = 1", "checksum differs"},
        {"UPDATE sample SET lambda = 0.5 WHERE job_id = 1", "other parameters"},
        {"UPDATE array SET data = zeroblob(length(data)) WHERE job_id = 1", "array is damaged"},
        {"UPDATE array SET rows = 3 WHERE job_id = 1 AND name = 'weights'", "array is damaged"},
        {"UPDATE job SET state = 'done' WHERE id = 4", "job 4"},
        {"PRAGMA ignore_check_constraints = ON; UPDATE job SET state = 'odd' WHERE id = 4",
         "CHECK constraint failed in job"},
        {"UPDATE attempt SET job_id = 77 WHERE job_id = 1", "belongs to a row of table job"},
        {"CREATE TABLE mine (x)", "a table mine, which brainsweep did not make"},
        {"CREATE INDEX mine ON job (state)", "a index mine"},
        {"CREATE VIEW mine AS SELECT 1", "a view mine"},
        {"CREATE TRIGGER t AFTER INSERT ON job BEGIN DELETE FROM sample; END", "a trigger t"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_complaint(rows[i].change, rows[i].words);
}
END_TEST

START_TEST(a_trigger_never_runs)
{
    const char *path = make_database("a.db");
    free(fixture_query(path, "CREATE TRIGGER t AFTER UPDATE ON job BEGIN DELETE FROM sample; END"));
    struct store *store = fixture_open(path, STORE_WRITE);
    ck_assert_int_eq(fixture_do_job(store, 4, 3, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT count(*) FROM sample", "3\n");
}
END_TEST

/* ---- types ---- */

START_TEST(a_value_of_another_type_is_an_error)
{
    static const char *const changes[] = {
        "UPDATE job SET spec = 12345 WHERE id = 1",
        "UPDATE job SET spec = x'00ff' WHERE id = 1",
        "UPDATE sample SET regularizer = x'41' WHERE job_id = 1",
        "UPDATE sample SET error = 'much' WHERE job_id = 1",
        "UPDATE sample SET seed = 0.5 WHERE job_id = 1",
        "UPDATE curve SET phase = x'41' WHERE job_id = 1",
        "UPDATE attempt SET host = x'41' WHERE job_id = 1",
        "UPDATE array SET name = x'41' WHERE job_id = 1 AND name = 'weights'"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *path = make_database("t.db");
        free(fixture_query(path, changes[i]));
        struct store *store = fixture_open(path, STORE_READ);
        struct store_loaded loaded = {0};
        struct err e = {0, ""};
        int code = store_load(store, 1, &loaded, &e), rows = 0;
        ck_assert_msg(code == ERR_STORE || code == ERR_FORMAT, "%s: %d %s", changes[i], code,
                      e.text);
        store_loaded_free(&loaded);
        (void)!store_each_job(store, NULL, count_row, &rows, &e);
        (void)!store_each_result(store, &sample, count_row, &rows, &e);
        (void)!store_each_pareto(store, &sample, &sample.planes[0], 1, count_row, &rows, &e);
        fixture_close(store);
        ck_assert_int_eq(unlink(path), 0);
    }
}
END_TEST

START_TEST(a_state_that_is_none_is_an_error)
{
    const char *path = make_database("a.db");
    free(fixture_query(path, "PRAGMA ignore_check_constraints = ON; UPDATE job SET state = 7"));
    struct store *store = fixture_open(path, STORE_READ);
    struct store_counts counts;
    const struct experiment *x;
    const char *state;
    char *spec;
    struct err e = {0, ""};
    ck_assert_int_eq(store_count(store, NULL, &counts, &e), ERR_STORE);
    ck_assert_int_eq(store_job(store, 1, &x, &spec, &state, &e), ERR_STORE);
    ck_assert_msg(strstr(e.text, "state \"7\", which is none") != NULL, "%s", e.text);
    fixture_close(store);
}
END_TEST

START_TEST(an_endless_view_ends)
{
    const char *path = make_database("a.db");
    free(fixture_query(path, "DROP VIEW progress; CREATE VIEW progress AS"
                             " WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
                             " SELECT 's' AS sweep, count(*) AS total, 1 AS pending, 1 AS running,"
                             " 1 AS done, 1 AS diverged, 1 AS failed, 1 AS crashed,"
                             " 1 AS quarantined, 1.0 AS seconds FROM n"));
    struct store *store = fixture_open(path, STORE_READ);
    struct err e = {0, ""};
    int rows = 0;
    ck_assert_int_eq(store_each_sweep(store, count_row, &rows, &e), ERR_STORE);
    ck_assert_msg(strstr(e.text, "far longer than its size explains") != NULL, "%s", e.text);
    fixture_close(store);
}
END_TEST

START_TEST(views_in_place_of_tables_are_refused)
{
    const char *path = make_database("a.db");
    free(fixture_query(path, "ALTER TABLE job RENAME TO hidden; CREATE VIEW job AS SELECT * FROM"
                             " hidden"));
    fixture_refused(path, STORE_READ, ERR_STORE,
                    "%s: it lacks tables that every database of brainsweep has; go back to a copy"
                    " of it");
}
END_TEST

/* ---- the files beside the database ---- */

static int exists(const char *name)
{
    struct stat status;
    return lstat(name, &status) == 0;
}

static void assert_untouched(const char *victim)
{
    char text[32] = "";
    FILE *in = fopen(victim, "r");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, in));
    fclose(in);
    ck_assert_str_eq(text, "dear to me\n");
}

static const char *make_victim(void)
{
    const char *victim = fixture_path("thesis");
    FILE *out = fopen(victim, "w");
    ck_assert_ptr_nonnull(out);
    int written = fputs("dear to me\n", out);
    ck_assert(fclose(out) == 0 && written >= 0);
    return victim;
}

START_TEST(a_planted_lock_is_not_followed)
{
    static const char sentence[] =
        "%s: its lock file %s.lock is a link or no ordinary file, which brainsweep never makes; "
        "remove it";
    const char *victim = make_victim(), *path = make_database("a.db");
    const char *lock = fixture_path("a.db.lock");
    char expected[8192];
    snprintf(expected, sizeof expected, sentence, "%s", path);
    ck_assert_int_eq(symlink(victim, lock), 0);
    fixture_refused(path, STORE_WRITE, ERR_STORE, expected);
    ck_assert_int_eq(unlink(lock), 0);
    ck_assert_int_eq(link(victim, lock), 0);
    fixture_refused(path, STORE_WRITE, ERR_STORE, expected);
    ck_assert_int_eq(unlink(lock), 0);
    ck_assert_int_eq(mkfifo(lock, 0600), 0);
    fixture_refused(path, STORE_WRITE, ERR_STORE, expected);
    ck_assert_int_eq(unlink(lock), 0);
    assert_untouched(victim);
    fixture_close(fixture_open(path, STORE_WRITE));
}
END_TEST

START_TEST(a_planted_snapshot_is_not_followed)
{
    const char *victim = make_victim(), *path = make_database("a.db");
    ck_assert_int_eq(symlink(victim, fixture_path("a.db.snapshot-new")), 0);
    struct store *store = fixture_open(path, STORE_WRITE);
    ck_assert_int_eq(store_snapshot(store, NULL), 0);
    fixture_close(store);
    assert_untouched(victim);
    fixture_close(fixture_open(fixture_path("a.db.snapshot"), STORE_READ));
}
END_TEST

/* On a local disk; elsewhere the lock depends only on the name. */
START_TEST(hard_links_are_one_database)
{
    const char *path = make_database("a.db"), *other = fixture_path("b.db");
    ck_assert_int_eq(link(path, other), 0);
    struct store *store = fixture_open(path, STORE_WRITE);
    int is_local = store_shares_memory(store);
    pid_t child = fork();
    if (child == 0) { /* closing a file takes SQLite's locks from its own process */
        struct store *second;
        _exit(store_open(&second, other, STORE_WRITE, fixture_experiments, NULL) == ERR_BUSY);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(WEXITSTATUS(status), is_local);
    fixture_close(store);
}
END_TEST

START_TEST(readers_leave_nothing_behind)
{
    const char *path = make_database("a.db");
    for (int killed = 0; killed < 2; killed++) {
        fixture_close(fixture_open(path, STORE_READ));
        ck_assert(!exists(fixture_path("a.db-wal")) && !exists(fixture_path("a.db-shm")));
        pid_t child = fork();
        if (child == 0) { /* a writer that dies leaves its log, which the next reader recovers */
            struct store *store = fixture_open(path, STORE_WRITE);
            _exit(fixture_do_job(store, 4, 3, OUTCOME_DONE, NULL) || store_commit(store, NULL));
        }
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
    }
    struct store *store = fixture_open(path, STORE_READ);
    struct store_counts counts;
    ck_assert_int_eq(store_count(store, "s", &counts, NULL), 0);
    ck_assert_int_eq(counts.state[STATE_DONE], 3);
    fixture_close(store);
    ck_assert(!exists(fixture_path("a.db-wal")) && !exists(fixture_path("a.db-shm")));
}
END_TEST

/* ---- the write-ahead log ---- */

static void keep_warning(enum log_level level, const char *line, void *data)
{
    if (level == LOG_WARNING)
        snprintf(data, 256, "%s", line);
}

static long size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) ? -1 : (long)status.st_size;
}

static void commit_much(struct store *store, const char *text, int commits)
{
    for (int i = 0; i < commits; i++) {
        ck_assert_int_eq(store_keep_log(store, 1, text, NULL), 0);
        ck_assert_int_eq(store_commit(store, NULL), 0);
    }
}

/* The size in a warning that names the log and the reason. */
static int mebibytes_told(const char *said)
{
    int mebibytes = 0;
    const char *at = strstr(said, "a.db-wal has grown to ");
    ck_assert_msg(at && strstr(at, " MiB, because another program has been reading"), "%s", said);
    ck_assert_int_eq(sscanf(at, "a.db-wal has grown to %d", &mebibytes), 1);
    return mebibytes;
}

/* As long as another program reads in one transaction, the log only grows.  When it has become
   large, one warning gives its size and the reason; after the transaction the log is emptied. */
START_TEST(a_log_that_grows_under_a_reader_is_told_of)
{
    enum { TEXT = 300000, COMMITS = 64 };
    const char *path = make_database("a.db");
    char said[256] = "", *text = malloc(TEXT + 1);
    sqlite3 *reader;
    struct store *store = fixture_open(path, STORE_WRITE);
    memset(text, 'x', TEXT);
    text[TEXT] = '\0';
    if (store_shares_memory(store)) {
        ck_assert_int_eq(sqlite3_open(path, &reader), SQLITE_OK);
        ck_assert_int_eq(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM job", NULL, NULL, NULL),
                         SQLITE_OK);
        log_set_handler(keep_warning, said);
        commit_much(store, text, COMMITS);
        ck_assert_int_ge(mebibytes_told(said), 16);
        said[0] = '\0';
        commit_much(store, "short", COMMITS); /* it has not doubled since */
        ck_assert_str_eq(said, "");

        ck_assert_int_eq(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
        commit_much(store, "short", COMMITS);
        ck_assert_int_lt(size_of(fixture_path("a.db-wal")), 1 << 20);
        ck_assert_str_eq(said, "");

        /* a reader that stays to the end is reported, too, and the log contains the results */
        ck_assert_int_eq(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM job", NULL, NULL, NULL),
                         SQLITE_OK);
        commit_much(store, text, 1);
        ck_assert_int_eq(store_close(store, NULL), 0);
        ck_assert_msg(strstr(said, "another program is reading it; keep"), "%s", said);
        ck_assert_int_gt(size_of(fixture_path("a.db-wal")), TEXT);
        log_set_handler(NULL, NULL);
        sqlite3_close(reader);
    } else {
        fixture_close(store);
    }
    free(text);
}
END_TEST

START_TEST(a_log_that_a_reader_keeps_is_told_of)
{
    const char *path = make_database("a.db");
    struct store *store = fixture_open(path, STORE_WRITE);
    char said[256] = "";
    if (store_shares_memory(store)) {
        struct store *reader = fixture_open(path, STORE_READ);
        log_set_handler(keep_warning, said);
        ck_assert_int_eq(store_keep_log(store, 1, "a line\n", NULL), 0);
        ck_assert_int_eq(store_close(store, NULL), 0);
        ck_assert_str_eq(said, ""); /* a connection that is not reading causes no warning */
        log_set_handler(NULL, NULL);
        fixture_close(reader);
        ck_assert(!exists(fixture_path("a.db-wal")));
        return;
    }
    fixture_close(store);
}
END_TEST

/* ---- older files ---- */

START_TEST(unused_tables_are_not_made)
{
    const char *path = fixture_path("a.db");
    fixture_close(fixture_open(path, STORE_CREATE));
    fixture_assert(path,
                   "SELECT count(*) FROM sqlite_master WHERE name LIKE '%sample%'"
                   " OR name IN ('curve', 'note')",
                   "0\n");
    struct store *store = fixture_open(path, STORE_WRITE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, 2, NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT job_id, state, regularizer, lambda, seed FROM job_sample",
                   "1|pending|none|0.0|0\n2|pending|l1|1.0e-05|0\n");
}
END_TEST

FIXTURE_CASE(checks, "status --check", damage_is_found, a_trigger_never_runs)
FIXTURE_CASE(types, "types", a_value_of_another_type_is_an_error, a_state_that_is_none_is_an_error,
             an_endless_view_ends, views_in_place_of_tables_are_refused)
FIXTURE_CASE(beside, "beside the file", a_planted_lock_is_not_followed,
             a_planted_snapshot_is_not_followed, hard_links_are_one_database,
             readers_leave_nothing_behind, a_log_that_grows_under_a_reader_is_told_of,
             a_log_that_a_reader_keeps_is_told_of, unused_tables_are_not_made)

SUITE_MAIN("store_guard", checks, types, beside)
