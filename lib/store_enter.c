#include "mem.h"
#include "store_private.h"

#include <stdio.h>
#include <string.h>

/* The points of a sweep that is being entered. */
struct points {
    const struct spec *(*at)(size_t i, const void *data);
    const void *data;
    size_t count;
};

/* The canonical texts go into a temporary table, for everything else to be a join with it.  Like
   its companion, the jobs that the points are, it goes when the transaction is taken back. */
static int enter_points(const struct db *db, const struct points *points, struct err *e)
{
    struct sql add = {0};
    int code = sql_run_text(db, e,
                            "CREATE TEMP TABLE point"
                            " (i INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE);"
                            "CREATE TEMP TABLE wanted (job_id INTEGER PRIMARY KEY)");
    if (!code)
        code = sql_prepare(&add, db, e, "INSERT OR IGNORE INTO temp.point (spec) VALUES (?1)");
    for (size_t i = 0; !code && i < points->count; i++) {
        char *spec = spec_canonical(points->at(i, points->data));
        if (!spec)
            code = err_set(e, ERR_MEMORY, "out of memory for %zu points", points->count);
        if (!code) {
            sql_bind_text(&add, 1, spec);
            code = sql_run(&add, e);
        }
        mem_free(spec);
    }
    sql_close(&add);
    return code;
}

/* Adds or renews the sweep's row; *id is its number. */
static int enter_name(const struct db *db, const char *name, const char *text,
                      const struct experiment *x, int64_t *id, struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, db, e,
                           "INSERT INTO sweep (name, experiment, text) VALUES (?1, ?2, ?3)"
                           " ON CONFLICT (name) DO UPDATE SET experiment = ?2, text = ?3");
    if (!code) {
        sql_bind_text(&s, 1, name);
        sql_bind_text(&s, 2, x->name);
        sql_bind_text(&s, 3, text);
        code = sql_run(&s, e);
    }
    sql_close(&s);
    return code ? code : sql_ask_int(db, id, e, "SELECT id FROM sweep WHERE name = %Q", name);
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
static int check_gone(struct store *store, const char *name, int64_t sweep,
                      const struct points *points, struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT id, spec, state, count(*) OVER () FROM member"
                           " JOIN job ON id = job_id WHERE member.sweep_id = ?1"
                           " AND state IN ('done', 'diverged')"
                           " AND id NOT IN (SELECT job_id FROM temp.wanted) ORDER BY id");
    if (!code) {
        sql_bind_int(&s, 1, sweep);
        code = sql_step(&s, e);
    }
    if (code == 1) {
        int64_t job = sql_column_int(&s, 0), count = sql_column_int(&s, 3);
        char nearest[400], others[40] = "";
        describe_nearest(store, points, sql_column_text(&s, 1), job, nearest, sizeof nearest);
        if (count > 1)
            snprintf(others, sizeof others, " (and %lld more)", (long long)count - 1);
        code = err_set(e, ERR_SWEEP,
                       "%s: job %lld%s of sweep %s is %s but no longer in the sweep file%s; give "
                       "the changed sweep another name, or another database by --db",
                       store->path, (long long)job, others, name, sql_column_text(&s, 2), nearest);
    }
    sql_close(&s);
    return code;
}

/* ---- all of it ---- */

static int enter(struct store *store, const char *name, const char *text,
                 const struct experiment *x, const struct points *points, struct err *e)
{
    const struct db *db = &store->db;
    int64_t sweep;
    int code = enter_points(db, points, e);
    if (!code)
        code = enter_name(db, name, text, x, &sweep, e);
    if (!code)
        code = sql_run_text(db, e,
                            "INSERT INTO job (sweep_id, experiment, spec)"
                            " SELECT %lld, %Q, spec FROM temp.point WHERE true ORDER BY i"
                            " ON CONFLICT (spec) DO NOTHING;"
                            "INSERT INTO temp.wanted"
                            " SELECT id FROM temp.point JOIN job USING (spec)",
                            (long long)sweep, x->name);
    if (!code)
        code = check_gone(store, name, sweep, points, e);
    if (!code) /* points that are gone leave the sweep; those that nothing ever happened to leave
                  the database as well, unless another sweep asks for them */
        code = sql_run_text(db, e,
                            "DELETE FROM member WHERE sweep_id = %lld"
                            " AND job_id NOT IN (SELECT job_id FROM temp.wanted);"
                            "INSERT OR IGNORE INTO member (sweep_id, job_id)"
                            " SELECT %lld, job_id FROM temp.wanted;"
                            "DELETE FROM job WHERE state = 'pending' AND attempts = 0"
                            " AND NOT EXISTS (SELECT 1 FROM member WHERE job_id = job.id);"
                            "DROP TABLE temp.point; DROP TABLE temp.wanted",
                            (long long)sweep, (long long)sweep);
    return code;
}

int store_enter_sweep(struct store *store, const char *name, const char *text,
                      const struct experiment *experiment,
                      const struct spec *(*point)(size_t i, const void *data), const void *data,
                      size_t count, struct err *e)
{
    const struct points points = {point, data, count};
    int code = store_write(store, e);
    if (!code)
        code = enter(store, name, text, experiment, &points, e);
    code = store_settle(store, code);
    return code ? code : store_commit(store, e);
}

/* Jobs and attempts as they are when attempts end without a result; %d is STORE_BLAMES. */
#define STATE_AFTER_BLAME                                                                          \
    "iif((SELECT count(*) FROM attempt WHERE job_id = id AND outcome = 'lost') >= %d,"             \
    " 'quarantined', 'pending')"

int store_reset(struct store *store, int retry, struct err *e)
{
    int code = store_write(store, e);
    if (!code)
        code = sql_run_text(&store->db, e,
                            "UPDATE attempt SET outcome = 'lost',"
                            " message = 'the run ended before the job did'"
                            " WHERE outcome IS NULL AND job_id IN"
                            " (SELECT id FROM job WHERE state = 'running');"
                            "UPDATE job SET state = " STATE_AFTER_BLAME " WHERE state = 'running'",
                            STORE_BLAMES);
    if (!code && retry)
        code = sql_run_text(&store->db, e,
                            "UPDATE job SET state = 'pending'"
                            " WHERE state IN ('failed', 'diverged', 'crashed', 'quarantined')");
    code = store_settle(store, code);
    return code ? code : store_commit(store, e);
}

static int give_up(struct store *store, int64_t job, int blamed, const char *message, struct err *e)
{
    const struct db *db = &store->db;
    int code = sql_run_text(db, e,
                            "UPDATE attempt SET outcome = %Q, message = %Q,"
                            " finished = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now', %Q)"
                            " WHERE job_id = %lld AND outcome IS NULL AND n ="
                            " (SELECT attempts FROM job WHERE id = job_id AND state = 'running')",
                            blamed ? "lost" : "stopped", message,
                            blamed ? NULL : "+0 days", /* nobody knows when it was lost */
                            (long long)job);
    if (!code && sqlite3_changes(db->handle) == 0)
        code =
            err_set(e, ERR_USAGE, "%s: there is no running job %lld", store->path, (long long)job);
    if (code || !blamed)
        return code ? code
                    : sql_run_text(db, e, "UPDATE job SET state = 'pending' WHERE id = %lld",
                                   (long long)job);
    return sql_run_text(db, e, "UPDATE job SET state = " STATE_AFTER_BLAME " WHERE id = %lld",
                        STORE_BLAMES, (long long)job);
}

int store_give_up(struct store *store, int64_t job, int blamed, const char *message, struct err *e)
{
    int code = store_write(store, e);
    return store_settle(store, code ? code : give_up(store, job, blamed, message, e));
}

/* ---- what is to be done ---- */

static int add_job(struct store_job **jobs, size_t *count, const struct sql *s)
{
    if (!(*count & (*count - 1))) { /* at a power of two the array doubles */
        size_t room = *count ? 2 * *count : 1;
        struct store_job *grown = mem_grow(*jobs, *count * sizeof *grown, room * sizeof *grown);
        if (!grown)
            return ERR_MEMORY;
        *jobs = grown;
    }
    char *spec = mem_text(sql_column_text(s, 3));
    if (!spec)
        return ERR_MEMORY;
    (*jobs)[(*count)++] =
        (struct store_job){sql_column_int(s, 0), sql_column_int(s, 1), sql_column_int(s, 2), spec};
    return 0;
}

/* The rows of a statement, prepared with this code, which is closed. */
static int read_jobs(int code, struct sql *s, struct store_job **jobs, size_t *count, struct err *e)
{
    *jobs = NULL;
    *count = 0;
    while (!code && (code = sql_step(s, e)) == 1) {
        code = add_job(jobs, count, s);
        if (code)
            err_set(e, code, "out of memory for %zu jobs", *count);
    }
    sql_close(s);
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

#define JOB_COLUMNS                                                                                \
    "job.id, job.attempts, (SELECT count(*) FROM attempt"                                          \
    " WHERE attempt.job_id = job.id AND outcome = 'lost'), job.spec"

int store_pending(struct store *store, const char *sweep, struct store_job **jobs, size_t *count,
                  struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT " JOB_COLUMNS " FROM sweep"
                           " JOIN member ON member.sweep_id = sweep.id"
                           " JOIN job ON job.id = member.job_id"
                           " WHERE sweep.name = ?1 AND job.state = 'pending' ORDER BY job.id");
    if (!code)
        sql_bind_text(&s, 1, sweep);
    return read_jobs(code, &s, jobs, count, e);
}

int store_running(struct store *store, struct store_job **jobs, size_t *count, struct err *e)
{
    struct sql s = {0};
    int code =
        sql_prepare(&s, &store->db, e,
                    "SELECT " JOB_COLUMNS " FROM job WHERE state = 'running' ORDER BY job.id");
    return read_jobs(code, &s, jobs, count, e);
}
