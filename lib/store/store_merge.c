#include "store/store_merge.h"

#include "base/log.h"
#include "base/mem.h"
#include "record/result_diff.h"
#include "store/store_file.h"
#include "store/store_load.h"
#include "store/store_private.h"
#include "store/store_schema.h"

#include <string.h>

/* While it is merged the other database is attached as `source`. */

static int attach(struct store *store, const struct store *source, struct err *e)
{
    char uri[STORE_URI_SIZE + 16];
    store_file_uri(source->file, uri);
    if (!strchr(uri, '?'))
        strcat(uri, "?mode=ro");
    int64_t views = 0;
    int code = store_sql_run_text(&store->db, e, "ATTACH %Q AS source", uri);
    if (!code)
        code = store_sql_ask_int(&store->db, &views, e,
                                 "SELECT count(*) FROM source.sqlite_master AS theirs"
                                 " JOIN main.sqlite_master AS ours ON lower(ours.name) ="
                                 " lower(theirs.name)"
                                 " WHERE ours.type = 'table' AND theirs.type <> 'table'");
    if (!code && views) /* whose query would be run here */
        code = err_set(e, ERR_STORE, "%s: it has views where tables belong; leave it out",
                       source->path);
    return code;
}

/* The columns that a table has in both databases, but for job_id and one other, as the rest of a
   list; NULL when memory is out, and "" when the other has no such table. */
static char *shared_columns(const struct db *db, const char *table, const char *without,
                            struct err *e)
{
    struct sql s = {0};
    char *list = NULL;
    int code = store_sql_prepare(&s, db, e,
                                 "SELECT group_concat(printf(', \"%%w\"', name), '') FROM"
                                 " (SELECT name FROM pragma_table_info(%Q, 'main')"
                                 "  INTERSECT SELECT name FROM pragma_table_info(%Q, 'source'))"
                                 " WHERE name NOT IN ('job_id', %Q)",
                                 table, table, without);
    if (!code && store_sql_step(&s, e) == 1) {
        list = mem_text(store_sql_column_text(&s, 0));
        if (!list)
            err_set(e, ERR_MEMORY, "out of memory for %s", db->path);
    }
    store_sql_close(&s);
    return list;
}

/* ---- sweeps and jobs ---- */

static int warn_of_other_texts(const struct db *db, const char *path, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, db, e,
                                 "SELECT name FROM source.sweep AS theirs JOIN main.sweep AS ours"
                                 " USING (name) WHERE theirs.text <> ours.text ORDER BY name");
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        log_warning("%s: its sweep %s has another text than that of %s, which stays", path,
                    store_sql_column_text(&s, 0), db->path);
        code = 0;
    }
    store_sql_close(&s);
    return code;
}

/* The tables of the experiments that the other has jobs of. */
static int add_experiments(const struct store *store, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && store->experiments[i]; i++) {
        const struct experiment *x = store->experiments[i];
        int64_t used = 0;
        code = store_sql_ask_int(&store->db, &used, e,
                                 "SELECT EXISTS (SELECT 1 FROM source.sweep WHERE experiment = %Q)"
                                 " OR EXISTS (SELECT 1 FROM source.job WHERE experiment = %Q)",
                                 x->name, x->name);
        if (!code && used)
            code = store_schema_add(&store->db, x, e);
    }
    return code;
}

/* Sweeps by name, jobs by spec; temp.pair says which job is which. */
static int enter_jobs(const struct store *store, const char *path, struct store_merged *merged,
                      struct err *e)
{
    const struct db *db = &store->db;
    int64_t before, after = 0;
    int code = warn_of_other_texts(db, path, e);
    if (!code)
        code = add_experiments(store, e);
    if (!code)
        code = store_sql_ask_int(db, &before, e, "SELECT count(*) FROM main.job");
    if (!code)
        code = store_sql_run_text(
            db, e,
            "INSERT INTO main.sweep (name, experiment, text, created)"
            " SELECT name, experiment, text, created FROM source.sweep WHERE true ORDER BY id"
            " ON CONFLICT (name) DO NOTHING;"
            "INSERT INTO main.job (sweep_id, experiment, spec)"
            " SELECT ours.id, job.experiment, job.spec FROM source.job AS job"
            " JOIN source.sweep AS theirs ON theirs.id = job.sweep_id"
            " JOIN main.sweep AS ours ON ours.name = theirs.name"
            " WHERE true ORDER BY job.id ON CONFLICT (spec) DO NOTHING;"
            "CREATE TEMP TABLE pair"
            " (theirs INTEGER PRIMARY KEY, ours INTEGER NOT NULL UNIQUE, take INTEGER);"
            "INSERT INTO temp.pair SELECT theirs.id, ours.id, false FROM source.job AS theirs"
            " JOIN main.job AS ours USING (spec);"
            "INSERT OR IGNORE INTO main.member (sweep_id, job_id)"
            " SELECT ours.id, pair.ours FROM source.member AS member"
            " JOIN source.sweep AS theirs ON theirs.id = member.sweep_id"
            " JOIN main.sweep AS ours ON ours.name = theirs.name"
            " JOIN temp.pair ON pair.theirs = member.job_id");
    if (!code)
        code = store_sql_ask_int(db, &after, e, "SELECT count(*) FROM main.job");
    if (!code)
        code = store_sql_ask_int(db, &merged->jobs, e, "SELECT count(*) FROM temp.pair");
    merged->added = code ? 0 : after - before;
    return code;
}

/* ---- results in both ---- */

static int compare_one(struct store *store, struct store *source, int64_t ours, int64_t theirs,
                       struct err *e)
{
    struct store_loaded here = {0}, there = {0};
    struct result_difference difference = {0};
    int code = store_load(store, ours, &here, e);
    if (!code)
        code = store_load(source, theirs, &there, e);
    if (!code)
        code = result_diff(here.result, there.result, &difference, e);
    if (!code && difference.values)
        code =
            err_set(e, ERR_STORE,
                    "job %lld of %.120s and job %lld of %.120s are one, but their results "
                    "differ, most in %s%s; leave one of the databases out",
                    (long long)ours, store->path, (long long)theirs, source->path, difference.where,
                    strcmp(here.build, there.build) || strcmp(here.blas, there.blas)
                        ? " (by different builds or kinds of processors)"
                        : "");
    store_loaded_free(&here);
    store_loaded_free(&there);
    return code;
}

static int compare_results(struct store *store, struct store *source, struct store_merged *merged,
                           struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT pair.ours, pair.theirs FROM temp.pair"
                                 " JOIN main.job AS ours ON ours.id = pair.ours"
                                 " JOIN source.job AS theirs ON theirs.id = pair.theirs"
                                 " WHERE ours.state IN ('done', 'diverged')"
                                 " AND theirs.state IN ('done', 'diverged') ORDER BY pair.ours");
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        code =
            compare_one(store, source, store_sql_column_int(&s, 0), store_sql_column_int(&s, 1), e);
        merged->agreeing += !code;
    }
    store_sql_close(&s);
    return code;
}

/* ---- results of the other ---- */

/* The jobs that got further there than here. */
static int mark_taken(const struct db *db, struct store_merged *merged, struct err *e)
{
    int code = store_sql_run_text(
        db, e,
        "CREATE TEMP TABLE progress_of (state TEXT PRIMARY KEY, distance INTEGER);"
        "INSERT INTO temp.progress_of VALUES ('pending', 0), ('running', 0), ('failed', 1),"
        " ('crashed', 2), ('quarantined', 3), ('diverged', 4), ('done', 5);"
        "UPDATE temp.pair SET take ="
        " (SELECT distance FROM temp.progress_of JOIN source.job USING (state) WHERE id = theirs) >"
        " (SELECT distance FROM temp.progress_of JOIN main.job USING (state) WHERE id = ours);"
        "UPDATE main.job SET state ="
        " (SELECT its.state FROM source.job AS its JOIN temp.pair ON theirs = its.id"
        "  WHERE ours = main.job.id) WHERE id IN (SELECT ours FROM temp.pair WHERE take);"
        "DROP TABLE temp.progress_of");
    return code ? code
                : store_sql_ask_int(db, &merged->taken, e,
                                    "SELECT count(*) FROM temp.pair WHERE take");
}

/* What is taken is looked at first: a damaged result would replace nothing here. */
static int check_taken(struct store *store, struct store *source, struct err *e)
{
    struct sql s = {0};
    int code =
        store_sql_prepare(&s, &store->db, e,
                          "SELECT theirs FROM temp.pair JOIN source.job AS job ON job.id = theirs"
                          " WHERE take AND job.state IN ('done', 'diverged') ORDER BY theirs");
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        struct store_loaded loaded;
        code = store_load(source, store_sql_column_int(&s, 0), &loaded, e);
        if (!code)
            store_loaded_free(&loaded);
    }
    store_sql_close(&s);
    return code;
}

static int take_rows(const struct db *db, const char *table, struct err *e)
{
    char *columns = shared_columns(db, table, "", e);
    if (!columns)
        return ERR_MEMORY;
    int code = !*columns
                   ? 0
                   : store_sql_run_text(db, e,
                                        "DELETE FROM main.\"%w\" WHERE job_id IN"
                                        " (SELECT ours FROM temp.pair WHERE take);"
                                        "INSERT INTO main.\"%w\" (job_id%s) SELECT ours%s"
                                        " FROM source.\"%w\" JOIN temp.pair ON theirs = job_id"
                                        " WHERE take",
                                        table, table, columns, columns, table);
    mem_free(columns);
    return code;
}

/* Every table with rows of jobs, whichever experiment it is of. */
static int take_results(const struct db *db, struct err *e)
{
    struct sql s = {0};
    int code =
        store_sql_prepare(&s, db, e,
                          "SELECT t.name FROM main.sqlite_master AS t"
                          " JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'"
                          " AND c.name = 'job_id' AND t.name NOT IN ('member', 'attempt', 'log')");
    while (!code && (code = store_sql_step(&s, e)) == 1)
        code = take_rows(db, store_sql_column_text(&s, 0), e);
    store_sql_close(&s);
    return code;
}

/* Attempts of both, each once, with their new numbers: the one whose outcome is the job's state is
   last.  In temp.tried. */
static int number_attempts(const struct db *db, const char *columns, struct err *e)
{
    return store_sql_run_text(
        db, e,
        "CREATE TEMP TABLE tried AS SELECT *, row_number() OVER (PARTITION BY job_id"
        "  ORDER BY outcome IS (SELECT state FROM main.job WHERE id = job_id), started, n) AS "
        "number"
        " FROM (SELECT *, row_number() OVER"
        "  (PARTITION BY job_id, host, rank, started ORDER BY finished IS NULL, is_theirs) AS copy"
        "  FROM (SELECT false AS is_theirs, job_id, n%s FROM main.attempt"
        "   WHERE job_id IN (SELECT ours FROM temp.pair)"
        "   UNION ALL SELECT true, ours, n%s FROM source.attempt"
        "   JOIN temp.pair ON theirs = job_id)) WHERE copy = 1",
        columns, columns);
}

/* What attempts logged goes with them; an older file has nothing of the kind. */
static int join_logs(const struct db *db, struct err *e)
{
    int64_t has = 0;
    int code = store_sql_ask_int(db, &has, e,
                                 "SELECT count(*) FROM source.sqlite_master WHERE name = 'log'");
    if (!code)
        code = store_sql_run_text(
            db, e,
            "CREATE TEMP TABLE said AS SELECT job_id, number, text FROM temp.tried"
            " JOIN main.log USING (job_id, n) WHERE NOT is_theirs;"
            "DELETE FROM main.log WHERE job_id IN (SELECT ours FROM temp.pair)");
    if (!code && has)
        code = store_sql_run_text(db, e,
                                  "INSERT INTO temp.said SELECT ours, number, text FROM temp.tried"
                                  " JOIN temp.pair ON ours = tried.job_id JOIN source.log AS log"
                                  " ON log.job_id = theirs AND log.n = tried.n WHERE is_theirs");
    return code ? code
                : store_sql_run_text(
                      db, e,
                      "INSERT INTO main.log (job_id, n, text)"
                      " SELECT job_id, number, text FROM temp.said; DROP TABLE temp.said");
}

static int join_attempts(const struct db *db, struct store_merged *merged, struct err *e)
{
    int64_t before, after = 0;
    char *columns = shared_columns(db, "attempt", "n", e);
    if (!columns)
        return ERR_MEMORY;
    int code = store_sql_ask_int(db, &before, e, "SELECT count(*) FROM main.attempt");
    if (!code)
        code = number_attempts(db, columns, e);
    if (!code)
        code = join_logs(db, e);
    if (!code)
        code = store_sql_run_text(
            db, e,
            "DELETE FROM main.attempt WHERE job_id IN (SELECT ours FROM temp.pair);"
            "INSERT INTO main.attempt (job_id, n%s) SELECT job_id, number%s FROM temp.tried;"
            "UPDATE main.attempt SET outcome = 'stopped', message = 'merged before it had ended'"
            " WHERE outcome IS NULL AND job_id IN (SELECT ours FROM temp.pair);"
            "UPDATE main.job SET state = 'pending' WHERE state = 'running'"
            " AND id IN (SELECT ours FROM temp.pair);"
            "UPDATE main.job SET attempts ="
            " (SELECT count(*) FROM main.attempt WHERE job_id = job.id)"
            " WHERE id IN (SELECT ours FROM temp.pair);"
            "DROP TABLE temp.tried; DROP TABLE temp.pair",
            columns, columns);
    if (!code)
        code = store_sql_ask_int(db, &after, e, "SELECT count(*) FROM main.attempt");
    merged->attempts = code ? 0 : after - before;
    mem_free(columns);
    return code;
}

/* ---- all of it ---- */

static int merge(struct store *store, struct store *source, struct store_merged *merged,
                 struct err *e)
{
    const struct db *db = &store->db;
    int code = enter_jobs(store, source->path, merged, e);
    if (!code)
        code = compare_results(store, source, merged, e);
    if (!code)
        code = mark_taken(db, merged, e);
    if (!code)
        code = check_taken(store, source, e);
    if (!code)
        code = take_results(db, e);
    return code ? code : join_attempts(db, merged, e);
}

static int attach_and_merge(struct store *store, struct store *source, struct store_merged *merged,
                            struct err *e)
{
    int code = attach(store, source, e);
    if (!code) /* not IMMEDIATE, which SQLite before 3.28 does to the attached one, too */
        code = store_sql_run_text(&store->db, e, "BEGIN");
    store->in_transaction = !code;
    if (!code)
        code = merge(store, source, merged, e);
    code = store_transaction_settle(store, code);
    if (!code)
        code = store_commit(store, e);
    if (code) {
        (void)!store_sql_run_text(&store->db, NULL, "DETACH source"); /* e has the reason already */
        return code;
    }
    return store_sql_run_text(&store->db, e, "DETACH source");
}

int store_merge(struct store *store, const char *path, struct store_merged *merged, struct err *e)
{
    struct store *source;
    *merged = (struct store_merged){0};
    int code = store_commit(store, e); /* nothing can be attached within a transaction */
    if (code)
        return code;
    code = store_open(&source, path, STORE_READ, store->experiments, e);
    if (code)
        return code;
    if (strcmp(source->file, store->file) == 0)
        code = err_set(e, ERR_USAGE, "%s: a database cannot be merged into itself", path);
    else
        code = attach_and_merge(store, source, merged, e);
    (void)store_close(source, NULL);
    return code;
}
