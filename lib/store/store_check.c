/*
 * Whether a database is sound: its pages, its tables, and every result in it.
 *
 * A complaint is what is wrong with the file; an error is that it could not be looked at.
 */
#include "base/mem.h"
#include "store/store_load.h"
#include "store/store_private.h"
#include "store/store_schema.h"
#include "store/store_view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What has been found: the first complaint as text, the others as a number. */
struct findings {
    char *text; /* (size) */
    size_t size;
    int64_t count;
};

static void complain(struct findings *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(struct findings *f, const char *format, ...)
{
    if (f->count++)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(f->text, f->size, format, args);
    va_end(args);
}

/* ---- the file ---- */

/* A query whose every row, one text, is a complaint; `fine` is none. */
static int check_by(const struct db *db, const char *query, const char *fine, struct findings *f,
                    struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, db, e, "%s", query);
    while (!code && (code = sql_step(&s, e)) == 1) {
        const char *text = sql_column_text(&s, 0);
        if (!fine || strcmp(text, fine))
            complain(f, "%s", text);
        code = 0;
    }
    sql_close(&s);
    return code;
}

static int is_ours(const struct store *store, const char *type, const char *name)
{
    if (!strncmp(name, "sqlite_", 7) || store_schema_is_fixed(type, name))
        return 1;
    for (int i = 0; store->experiments[i]; i++) {
        const struct experiment *x = store->experiments[i];
        if (!strcmp(type, "view") && store_view_is_of(x, name))
            return 1;
        if (!strcmp(type, "table") && (!strcmp(name, x->name) || experiment_table(x, name) >= 0))
            return 1;
    }
    return 0;
}

/* Tables, views, indexes and triggers that brainsweep never makes. */
static int check_objects(const struct store *store, struct findings *f, struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, &store->db, e, "SELECT type, name FROM sqlite_master ORDER BY name");
    while (!code && (code = sql_step(&s, e)) == 1) {
        char type[16];
        snprintf(type, sizeof type, "%s", sql_column_text(&s, 0));
        const char *name = sql_column_text(&s, 1);
        if (!is_ours(store, type, name))
            complain(f, "it has a %s %.64s, which brainsweep did not make", type, name);
        code = 0;
    }
    sql_close(&s);
    return code;
}

static const char *const queries[] = {
    "SELECT 'a row of table ' || \"table\" || ' belongs to a row of table ' || parent || ' that is"
    " not there' FROM pragma_foreign_key_check",
    "SELECT 'job ' || id || ' has ' || attempts || ' attempts by its own count, but rows of '"
    " || (SELECT count(*) FROM attempt WHERE job_id = id) FROM job"
    " WHERE attempts <> (SELECT count(*) FROM attempt WHERE job_id = id)",
    "SELECT 'job ' || id || ' is ' || state || ', but its latest attempt is not' FROM job"
    " WHERE state IN ('done', 'diverged') AND NOT EXISTS (SELECT 1 FROM attempt"
    " WHERE job_id = id AND n = attempts AND outcome = state)",
    "SELECT 'job ' || id || ' is a member of no sweep' FROM job"
    " WHERE NOT EXISTS (SELECT 1 FROM member WHERE job_id = id)",
    "SELECT 'job ' || id || ' is in the state ' || quote(state) || ', which is none' FROM job"
    " WHERE state NOT IN"
    " ('pending', 'running', 'done', 'diverged', 'failed', 'crashed', 'quarantined')"};

/* ---- results ---- */

/* The row of a job that is done says what its spec says. */
struct comparison {
    const struct spec *spec;
    int rows, differs;
};

static int compare_row(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct comparison *c = data;
    int parameters = experiment_parameter_count(c->spec->experiment);
    c->rows++;
    for (int p = 0; p < parameters; p++)
        c->differs |= !value_equal(row->values[1 + p], c->spec->values[p]);
    return 0;
}

static int check_row(struct store *store, int64_t job, const struct store_loaded *loaded,
                     struct findings *f, struct err *e)
{
    struct comparison c = {.spec = loaded->spec};
    int code = store_result(store, loaded->experiment, job, compare_row, &c, e);
    int expected = loaded->result->outcome == OUTCOME_DONE;
    if (!code && c.rows != expected)
        complain(f, "job %lld is %s, but table %s has %d rows of it", (long long)job,
                 outcome_name(loaded->result->outcome), loaded->experiment->name, c.rows);
    else if (!code && c.differs)
        complain(f, "job %lld: its row of table %s has other parameters than the job",
                 (long long)job, loaded->experiment->name);
    return code;
}

/* What store_load refuses is a complaint, unless memory or the disk were to blame. */
static int check_result(struct store *store, int64_t job, struct findings *f, struct err *e)
{
    struct store_loaded loaded;
    struct err why = {0};
    int code = store_load(store, job, &loaded, &why);
    if (code == ERR_MEMORY || code == ERR_DISK || code == ERR_BUSY)
        return err_set(e, code, "%s", why.text);
    if (code) {
        complain(f, "%s", why.text);
        return 0;
    }
    code = check_row(store, job, &loaded, f, e);
    store_loaded_free(&loaded);
    return code;
}

static int check_results(struct store *store, struct findings *f, struct err *e)
{
    struct sql s = {0};
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT id FROM job WHERE state IN ('done', 'diverged') ORDER BY id");
    while (!code && (code = sql_step(&s, e)) == 1)
        code = check_result(store, sql_column_int(&s, 0), f, e);
    sql_close(&s);
    return code;
}

/* ---- all of it ---- */

int store_check(struct store *store, char *complaint, size_t size, struct err *e)
{
    struct findings f = {.text = complaint, .size = size};
    complaint[0] = '\0';
    int code = check_by(&store->db, "PRAGMA integrity_check(100)", "ok", &f, e);
    if (!code)
        code = check_objects(store, &f, e);
    for (size_t i = 0; !code && i < sizeof queries / sizeof queries[0]; i++)
        code = check_by(&store->db, queries[i], NULL, &f, e);
    if (!code)
        code = check_results(store, &f, e);
    size_t used = strlen(complaint);
    if (!code && f.count > 1)
        snprintf(complaint + used, size - used, " (and %lld more)", (long long)(f.count - 1));
    return code;
}
