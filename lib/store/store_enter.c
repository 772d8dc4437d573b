/* Sweeps and their points on their way into the file, and jobs that end without a result. */
#include "base/array.h"
#include "base/mem.h"
#include "store/store_private.h"
#include "store/store_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The points of a sweep that is being entered. */
struct points {
    const struct spec *(*at)(size_t i, const void *data);
    const void *data;
    size_t count;
};

/* Adds or renews the sweep's row; *id is its number. */
static int enter_name(const struct db *db, const char *name, const char *text,
                      const struct experiment *x, int64_t *id, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, db, e,
                                 "INSERT INTO sweep (name, experiment, text) VALUES (?1, ?2, ?3)"
                                 " ON CONFLICT (name) DO UPDATE SET experiment = ?2, text = ?3");
    if (!code) {
        store_sql_bind_text(&s, 1, name);
        store_sql_bind_text(&s, 2, x->name);
        store_sql_bind_text(&s, 3, text);
        code = store_sql_run(&s, e);
    }
    store_sql_close(&s);
    return code ? code : store_sql_ask_int(db, id, e, "SELECT id FROM sweep WHERE name = %Q", name);
}

/* ---- points that are done and gone ---- */

static int count_differences(const struct spec *a, const struct spec *b)
{
    int n = 0, parameters = experiment_parameter_count(a->experiment);
    for (int p = 0; p < parameters; p++)
        n += !value_equal(a->values[p], b->values[p]);
    return n;
}

/* Writes "; the nearest point has steps = 20 (10 in job 7)" for the point with the fewest
   parameters that differ; nothing when the experiment is another one. */
static void describe_nearest(const struct store *store, const struct points *points,
                             const char *spec, int64_t job, char *out, size_t size)
{
    enum { SHOWN = 3 };
    struct spec *gone;
    const struct spec *nearest = NULL;
    int least = 0;
    out[0] = '\0';
    if (spec_parse(&gone, spec, store->experiments, NULL))
        return;
    for (size_t i = 0; i < points->count; i++) {
        const struct spec *point = points->at(i, points->data);
        int n = point->experiment == gone->experiment ? count_differences(point, gone) : 0;
        if (n && (!nearest || n < least)) {
            nearest = point;
            least = n;
        }
    }
    int parameters = nearest ? experiment_parameter_count(gone->experiment) : 0, shown = 0;
    for (int p = 0; p < parameters; p++) {
        char now[VALUE_TEXT_SIZE], before[VALUE_TEXT_SIZE];
        if (value_equal(nearest->values[p], gone->values[p]) || shown == SHOWN)
            continue;
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s = %.40s (%.40s in job %lld)",
                 shown++ ? ", " : "; the nearest point has ", gone->experiment->parameters[p].name,
                 value_format(nearest->values[p], now), value_format(gone->values[p], before),
                 (long long)job);
    }
    spec_free(gone);
}

/* A done or diverged job of this sweep that is no point of it any more means that the text was
   changed: old and new results would stand side by side as if they were one experiment. */
static int fail_gone(const struct store *store, const char *name, const struct points *points,
                     int64_t job, size_t count, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e, "SELECT state, spec FROM job WHERE id = ?1");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        code = store_sql_step(&s, e);
    }
    if (code == 1) {
        char nearest[400], others[40] = "";
        describe_nearest(store, points, store_sql_column_text(&s, 1), job, nearest, sizeof nearest);
        if (count > 1)
            snprintf(others, sizeof others, " (and %zu more)", count - 1);
        code = err_set(e, ERR_SWEEP,
                       "%s: job %lld%s of sweep %s is %s but no longer in the sweep file%s; give "
                       "the changed sweep another name, or another database by --db, or "
                       "run a part of the unchanged file by --only",
                       store->path, (long long)job, others, name, store_sql_column_text(&s, 0),
                       nearest);
    }
    if (!code) /* the job was there a moment ago, in this transaction */
        code = err_set(e, ERR_STORE,
                       "%s: job %lld is a member of sweep %s but is not there; look "
                       "at the database with `brainsweep status --check`",
                       store->path, (long long)job, name);
    store_sql_close(&s);
    return code;
}

/* ---- the jobs of the points ---- */

struct entry {
    const struct points *points;
    const struct experiment *experiment;
    int64_t sweep;
    int64_t *jobs; /* (count), of each point */
    int same;      /* the sweep's jobs, in order, are those of the points, in order */
    int64_t last;  /* the last job there was before */
    struct sql members, find, make; /* the sweep's jobs so far; a job by its spec; a new one */
    int at_member;                  /* `members` is at a row */
    int had_members;                /* it was at one at the start */
};

static int next_member(struct entry *n, struct err *e)
{
    int code = store_sql_step(&n->members, e);
    n->at_member = code == 1;
    return code < 0 ? code : 0;
}

/* A new job, unless there is one of that spec: one search in the index for both. */
static int make_job(struct entry *n, size_t i, const char *spec, struct err *e)
{
    sqlite3 *db = n->make.db->handle;
    store_sql_bind_int(&n->make, 1, n->sweep);
    store_sql_bind_text(&n->make, 2, n->experiment->name);
    store_sql_bind_text(&n->make, 3, spec);
    int code = store_sql_run(&n->make, e);
    n->jobs[i] = !code && sqlite3_changes(db) ? sqlite3_last_insert_rowid(db) : 0;
    return code;
}

static int look_up(struct entry *n, size_t i, const char *spec, struct err *e)
{
    store_sql_bind_text(&n->find, 1, spec);
    int code = store_sql_step(&n->find, e);
    if (code == 1)
        n->jobs[i] = store_sql_column_int(&n->find, 0);
    store_sql_reset(&n->find);
    return code < 0 ? code : 0;
}

/* What was entered before comes back in the same order, as a rule: no point has to be searched for
   then, which for a million of them is the difference between one second and ten. */
static int find_job(struct entry *n, size_t i, const char *spec, struct err *e)
{
    if (n->at_member && strcmp(store_sql_column_text(&n->members, 1), spec) == 0) {
        n->jobs[i] = store_sql_column_int(&n->members, 0);
        return next_member(n, e);
    }
    n->same = 0;
    int code = make_job(n, i, spec, e);
    if (!code && !n->jobs[i])
        code = look_up(n, i, spec, e);
    for (; !code && n->at_member && store_sql_column_int(&n->members, 0) <= n->jobs[i];)
        code = next_member(n, e); /* those in between are gone, or come later */
    return code;
}

static int find_jobs(struct entry *n, const struct db *db, struct err *e)
{
    int code = store_sql_prepare(&n->members, db, e,
                                 "SELECT job.id, job.spec FROM member JOIN job ON job.id = job_id"
                                 " WHERE member.sweep_id = ?1 ORDER BY job_id");
    if (!code)
        code = store_sql_prepare(&n->find, db, e, "SELECT id FROM job WHERE spec = ?1");
    if (!code)
        code = store_sql_prepare(&n->make, db, e,
                                 "INSERT INTO job (sweep_id, experiment, spec) VALUES (?1, ?2, ?3)"
                                 " ON CONFLICT DO NOTHING");
    if (!code)
        code = store_sql_ask_int(db, &n->last, e, "SELECT ifnull(max(id), 0) FROM job");
    if (!code) {
        store_sql_bind_int(&n->members, 1, n->sweep);
        code = next_member(n, e);
    }
    n->had_members = n->at_member;
    n->same = 1;
    for (size_t i = 0; !code && i < n->points->count; i++) {
        char *spec = spec_canonical(n->points->at(i, n->points->data));
        code = spec ? find_job(n, i, spec, e)
                    : err_set(e, ERR_MEMORY, "out of memory for %zu points", n->points->count);
        mem_free(spec);
    }
    n->same = n->same && !n->at_member;
    store_sql_close(&n->members);
    store_sql_close(&n->find);
    store_sql_close(&n->make);
    return code;
}

/* ---- members that come and go ---- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The sweep's jobs that are no points any more, into a new array (mem_free); *done says how many of
   them are done or diverged, and *first which is the first of those.  `wanted` is sorted. */
static int find_gone(const struct entry *n, const struct db *db, const int64_t *wanted,
                     int64_t **gone, size_t *count, size_t *done, int64_t *first, struct err *e)
{
    struct sql s = {0};
    *gone = NULL;
    *count = *done = 0;
    if (!n->had_members)
        return 0;
    int code = store_sql_prepare(&s, db, e,
                                 "SELECT job_id, state IN ('done', 'diverged') FROM member"
                                 " JOIN job ON job.id = job_id WHERE member.sweep_id = ?1"
                                 " ORDER BY job_id");
    if (!code)
        store_sql_bind_int(&s, 1, n->sweep);
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        int64_t job = store_sql_column_int(&s, 0);
        code = 0;
        if (n->points->count && bsearch(&job, wanted, n->points->count, sizeof *wanted, by_number))
            continue;
        int64_t *grown = array_room(*gone, *count, sizeof *grown);
        if (!grown) {
            code = err_set(e, ERR_MEMORY, "out of memory for %zu jobs", *count);
            break;
        }
        *gone = grown;
        (*gone)[(*count)++] = job;
        if (store_sql_column_int(&s, 1) && !(*done)++)
            *first = job;
    }
    store_sql_close(&s);
    return code;
}

/* Points that are gone leave the sweep; those that nothing ever happened to leave the database as
   well, unless another sweep asks for them. */
static int drop_members(const struct entry *n, const struct db *db, const int64_t *gone,
                        size_t count, struct err *e)
{
    int code = 0;
    for (size_t i = 0; !code && i < count; i++)
        code = store_sql_run_text(db, e,
                                  "DELETE FROM member WHERE sweep_id = %lld AND job_id = %lld;"
                                  "DELETE FROM job WHERE id = %lld AND state = 'pending'"
                                  " AND attempts = 0"
                                  " AND NOT EXISTS (SELECT 1 FROM member WHERE job_id = job.id)",
                                  (long long)n->sweep, (long long)gone[i], (long long)gone[i]);
    return code;
}

/* Jobs that are new are members all. */
static int add_members(const struct entry *n, const struct db *db, const int64_t *wanted,
                       struct err *e)
{
    struct sql add = {0};
    int code = store_sql_run_text(db, e,
                                  "INSERT INTO member (sweep_id, job_id)"
                                  " SELECT %lld, id FROM job WHERE id > %lld ORDER BY id",
                                  (long long)n->sweep, (long long)n->last);
    if (!code)
        code = store_sql_prepare(&add, db, e,
                                 "INSERT OR IGNORE INTO member (sweep_id, job_id) VALUES (?1, ?2)");
    for (size_t i = 0; !code && i < n->points->count && wanted[i] <= n->last; i++) {
        store_sql_bind_int(&add, 1, n->sweep);
        store_sql_bind_int(&add, 2, wanted[i]);
        code = store_sql_run(&add, e);
    }
    store_sql_close(&add);
    return code;
}

/* Makes the sweep's members those jobs; sorts n->jobs. */
static int renew_members(struct store *store, const char *name, struct entry *n, struct err *e)
{
    int64_t *gone, first = 0;
    size_t count, done;
    if (n->points->count)
        qsort(n->jobs, n->points->count, sizeof *n->jobs, by_number);
    int code = find_gone(n, &store->db, n->jobs, &gone, &count, &done, &first, e);
    if (!code && done)
        code = fail_gone(store, name, n->points, first, done, e);
    if (!code)
        code = drop_members(n, &store->db, gone, count, e);
    mem_free(gone);
    return code ? code : add_members(n, &store->db, n->jobs, e);
}

/* ---- all of it ---- */

static int enter(struct store *store, const char *name, const char *text,
                 const struct experiment *x, const struct points *points, struct err *e)
{
    struct entry n = {.points = points, .experiment = x};
    int code = enter_name(&store->db, name, text, x, &n.sweep, e);
    if (!code && !(n.jobs = mem_array(points->count, sizeof *n.jobs)))
        code = err_set(e, ERR_MEMORY, "out of memory for %zu points", points->count);
    if (!code)
        code = find_jobs(&n, &store->db, e);
    if (!code && !n.same)
        code = renew_members(store, name, &n, e);
    mem_free(n.jobs);
    return code;
}

int store_enter_sweep(struct store *store, const char *name, const char *text,
                      const struct experiment *experiment,
                      const struct spec *(*point)(size_t i, const void *data), const void *data,
                      size_t count, struct err *e)
{
    const struct points points = {point, data, count};
    int code = store_transaction_begin(store, e);
    if (!code)
        code = store_schema_add(&store->db, experiment, e);
    if (!code)
        code = enter(store, name, text, experiment, &points, e);
    code = store_transaction_settle(store, code);
    if (!code)
        code = store_commit(store, e);
    /* a run goes through jobs more or less in order: it gets along with a quarter of the cache */
    return code ? code : store_sql_run_text(&store->db, e, "PRAGMA cache_size = -65536");
}

/* Jobs and attempts as they are when attempts end without a result; %d is STORE_BLAMES. */
#define STATE_AFTER_BLAME                                                                          \
    "CASE WHEN (SELECT count(*) FROM attempt WHERE job_id = id AND outcome = 'lost') >= %d"        \
    " THEN 'quarantined' ELSE 'pending' END"

int store_reset(struct store *store, int retry, struct err *e)
{
    int code = store_transaction_begin(store, e);
    if (!code)
        code = store_sql_run_text(&store->db, e,
                                  "UPDATE attempt SET outcome = 'stopped',"
                                  " message = 'the run ended before the job did'"
                                  " WHERE outcome IS NULL AND job_id IN"
                                  " (SELECT id FROM job WHERE state = 'running');"
                                  "UPDATE job SET state = 'pending' WHERE state = 'running'");
    if (!code && retry)
        code =
            store_sql_run_text(&store->db, e,
                               "UPDATE job SET state = 'pending'"
                               " WHERE state IN ('failed', 'diverged', 'crashed', 'quarantined')");
    code = store_transaction_settle(store, code);
    return code ? code : store_commit(store, e);
}

/* The attempt's row; nobody knows when one was lost. */
static int end_attempt(struct store *store, int64_t job, int blamed, const struct effort *effort,
                       const char *message, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(
        &s, &store->db, e,
        "UPDATE attempt SET outcome = CASE WHEN ?2 THEN 'lost' ELSE 'stopped' END,"
        " message = ?3, finished = CASE WHEN ?2 THEN NULL ELSE"
        " max(started, strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now')) END,"
        " steps = ?4, seconds = ?5 WHERE job_id = ?1 AND outcome IS NULL AND n ="
        " (SELECT attempts FROM job WHERE id = job_id AND state = 'running')");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        store_sql_bind_int(&s, 2, blamed);
        store_sql_bind_text(&s, 3, message);
        store_sql_bind_value(&s, 4, effort ? value_int(effort->steps) : value_null());
        store_sql_bind_value(&s, 5, effort ? value_real(effort->seconds) : value_null());
        code = store_sql_run(&s, e);
    }
    if (!code && sqlite3_changes(store->db.handle) == 0)
        code =
            err_set(e, ERR_USAGE, "%s: there is no running job %lld", store->path, (long long)job);
    store_sql_close(&s);
    return code;
}

static int give_up(struct store *store, int64_t job, int blamed, const struct effort *effort,
                   const char *message, struct err *e)
{
    const struct db *db = &store->db;
    int code = end_attempt(store, job, blamed, effort, message, e);
    if (code || !blamed)
        return code ? code
                    : store_sql_run_text(db, e, "UPDATE job SET state = 'pending' WHERE id = %lld",
                                         (long long)job);
    return store_sql_run_text(db, e, "UPDATE job SET state = " STATE_AFTER_BLAME " WHERE id = %lld",
                              STORE_BLAMES, (long long)job);
}

int store_give_up(struct store *store, int64_t job, int blamed, const struct effort *effort,
                  const char *message, struct err *e)
{
    int code = store_transaction_begin(store, e);
    return store_transaction_settle(store,
                                    code ? code : give_up(store, job, blamed, effort, message, e));
}

/* ---- what is to be done ---- */

static int add_job(struct store_job **jobs, size_t *count, const struct sql *s)
{
    struct store_job *grown = array_room(*jobs, *count, sizeof *grown);
    if (!grown)
        return ERR_MEMORY;
    *jobs = grown;
    char *spec = mem_text(store_sql_column_text(s, 4));
    if (!spec)
        return ERR_MEMORY;
    (*jobs)[(*count)++] =
        (struct store_job){store_sql_column_int(s, 0), store_sql_column_int(s, 1),
                           store_sql_column_int(s, 2), sqlite3_column_double(s->stmt, 3), spec};
    return 0;
}

/* The rows of a statement, prepared with this code, which is closed. */
static int read_jobs(int code, struct sql *s, struct store_job **jobs, size_t *count, struct err *e)
{
    *jobs = NULL;
    *count = 0;
    while (!code && (code = store_sql_step(s, e)) == 1) {
        code = add_job(jobs, count, s);
        if (code)
            err_set(e, code, "out of memory for %zu jobs", *count);
    }
    store_sql_close(s);
    if (code) {
        store_jobs_free(*jobs, *count);
        *jobs = NULL;
        *count = 0;
    }
    return code;
}

void store_jobs_free(struct store_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(jobs[i].spec);
    mem_free(jobs);
}

/* Most jobs have no attempts to be looked up. */
#define JOB_COLUMNS                                                                                \
    "job.id, job.attempts, CASE job.attempts WHEN 0 THEN 0 ELSE (SELECT count(*) FROM attempt"     \
    " WHERE attempt.job_id = job.id AND outcome = 'lost') END,"                                    \
    " CASE job.attempts WHEN 0 THEN 0.0 ELSE " STORE_SECONDS("job.id") " END, job.spec"

int store_pending(struct store *store, const char *sweep, struct store_job **jobs, size_t *count,
                  struct err *e)
{
    struct sql s = {0};
    int code =
        store_sql_prepare(&s, &store->db, e,
                          "SELECT " JOB_COLUMNS " FROM sweep"
                          " JOIN member ON member.sweep_id = sweep.id"
                          " JOIN job ON job.id = member.job_id"
                          " WHERE sweep.name = ?1 AND job.state = 'pending' ORDER BY job.id");
    if (!code)
        store_sql_bind_text(&s, 1, sweep);
    return read_jobs(code, &s, jobs, count, e);
}

int store_running(struct store *store, struct store_job **jobs, size_t *count, struct err *e)
{
    struct sql s = {0};
    int code =
        store_sql_prepare(&s, &store->db, e,
                          "SELECT " JOB_COLUMNS " FROM job JOIN attempt AS a ON a.job_id = job.id"
                          " AND a.n = job.attempts AND a.outcome IS NULL"
                          " WHERE state = 'running' ORDER BY job.id");
    return read_jobs(code, &s, jobs, count, e);
}

int store_queued(struct store *store, struct store_job **jobs, size_t *count, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(
        &s, &store->db, e,
        "WITH open AS (SELECT job_id, rank, started FROM attempt JOIN job"
        " ON id = job_id AND n = attempts WHERE state = 'running' AND outcome IS NULL)"
        "SELECT " JOB_COLUMNS " FROM open"
        " JOIN (SELECT rank, min(started) AS first FROM open GROUP BY rank)"
        " AS earliest ON earliest.rank = open.rank AND open.started > first"
        " JOIN job ON job.id = open.job_id ORDER BY job.id");
    return read_jobs(code, &s, jobs, count, e);
}
