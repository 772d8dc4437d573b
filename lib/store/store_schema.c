#include "store/store_schema.h"

#include "base/mem.h"
#include "store/schema_sql.h"
#include "store/store_view.h"

#include <assert.h>
#include <string.h>

static const char *const type_names[] = {
    [VALUE_INT] = "INTEGER", [VALUE_REAL] = "REAL", [VALUE_TEXT] = "TEXT"};

/* ---- columns ---- */

static int new_columns(struct store_column **columns, int count, struct err *e)
{
    *columns = mem_array((size_t)count, sizeof **columns);
    return *columns ? 0 : err_set(e, ERR_MEMORY, "out of memory for %d columns", count);
}

int store_schema_result_columns(const struct experiment *x, struct store_column **columns,
                                int *count, struct err *e)
{
    int parameters = experiment_parameter_count(x);
    *count = parameters + experiment_metric_count(x);
    int code = new_columns(columns, *count, e);
    for (int i = 0; *columns && i < *count; i++) {
        if (i < parameters) {
            const struct parameter *p = &x->parameters[i];
            (*columns)[i] = (struct store_column){p->name, p->type, p->default_text};
        } else {
            const struct metric *m = &x->metrics[i - parameters];
            (*columns)[i] = (struct store_column){m->name, m->type, NULL};
        }
    }
    return code;
}

int store_schema_table_columns(const struct table *table, struct store_column **columns, int *count,
                               struct err *e)
{
    *count = table_column_count(table);
    int code = new_columns(columns, *count, e);
    for (int i = 0; *columns && i < *count; i++) {
        const struct column *c = &table->columns[i];
        (*columns)[i] = (struct store_column){c->name, c->type, NULL};
    }
    return code;
}

char *store_schema_default(const struct store_column *column)
{
    if (!column->default_text)
        return sqlite3_mprintf("NULL");
    if (column->type == VALUE_TEXT)
        return sqlite3_mprintf("%Q", column->default_text);
    struct value v;
    char text[VALUE_TEXT_SIZE];
    int code = value_parse(column->type, column->default_text, &v, NULL);
    assert(!code); /* experiments are tested to have good defaults */
    (void)code;
    return sqlite3_mprintf("%s", value_format(v, text));
}

/* `"name" TYPE`, with NOT NULL for keys and NOT NULL DEFAULT for parameters. */
static char *column_definition(const struct store_column *column, int is_key)
{
    char *sql = column->default_text ? store_schema_default(column) : NULL;
    char *text = sqlite3_mprintf("\"%w\" %s%s%s%s", column->name, type_names[column->type],
                                 is_key || column->default_text ? " NOT NULL" : "",
                                 sql ? " DEFAULT " : "", sql ? sql : "");
    sqlite3_free(sql);
    return text;
}

/* ---- what is there ---- */

int store_schema_has(const struct db *db, const char *name, int *has, struct err *e)
{
    int64_t count;
    int code =
        sql_ask_int(db, &count, e, "SELECT count(*) FROM sqlite_schema WHERE name = %Q", name);
    *has = count > 0;
    return code;
}

int store_schema_has_column(const struct db *db, const char *table, const char *column, int *has,
                            struct err *e)
{
    int64_t count;
    int code = sql_ask_int(db, &count, e,
                           "SELECT count(*) FROM pragma_table_info(%Q)"
                           " WHERE name = %Q COLLATE NOCASE",
                           table, column);
    *has = count > 0;
    return code;
}

int store_schema_check(const struct db *db, int *fresh, struct err *e)
{
    int64_t application, version, objects;
    int code = sql_ask_int(db, &application, e, "PRAGMA application_id");
    if (!code)
        code = sql_ask_int(db, &version, e, "PRAGMA user_version");
    if (!code)
        code = sql_ask_int(db, &objects, e, "SELECT count(*) FROM sqlite_schema");
    if (code)
        return code;
    *fresh = objects == 0;
    if (!*fresh && application != STORE_APPLICATION_ID)
        return err_set(e, ERR_STORE, "%s: this database is another program's; name another file",
                       db->path);
    if (!*fresh && version > STORE_VERSION)
        return err_set(e, ERR_NEWER,
                       "%s: written by a newer brainsweep (format %d, this one knows %d); use that "
                       "one, or name another file",
                       db->path, (int)version, STORE_VERSION);
    return 0;
}

/* ---- tables of experiments ---- */

static int create_table(const struct db *db, const char *name, const struct store_column *columns,
                        int count, int keys, struct err *e)
{
    sqlite3_str *text = sqlite3_str_new(db->handle);
    for (int i = 0; i < count; i++) {
        char *definition = column_definition(&columns[i], i < keys);
        sqlite3_str_appendf(text, ",\n    %s", definition);
        sqlite3_free(definition);
    }
    if (keys >= 0) {
        sqlite3_str_appendf(text, ",\n    PRIMARY KEY (\"job_id\"");
        for (int i = 0; i < keys; i++)
            sqlite3_str_appendf(text, ", \"%w\"", columns[i].name);
        sqlite3_str_appendf(text, ")");
    }
    char *body = sqlite3_str_finish(text);
    int code = body ? sql_run_text(db, e,
                                   "CREATE TABLE \"%w\" (\n    \"job_id\" INTEGER %s REFERENCES "
                                   "\"job\" (\"id\")%s\n) STRICT%s",
                                   name, keys < 0 ? "PRIMARY KEY" : "NOT NULL", body,
                                   keys < 0 ? "" : ", WITHOUT ROWID")
                    : sql_fail(db, SQLITE_NOMEM, e);
    sqlite3_free(body);
    return code;
}

static int fail_differs(const struct db *db, const char *name, struct err *e)
{
    return err_set(e, ERR_STORE,
                   "%s: its table %s was made for another description of the experiment; name "
                   "another file",
                   db->path, name);
}

/* Adds the column if the table lacks it; else its type must be the one that is wanted. */
static int update_column(const struct db *db, const char *name, const struct store_column *column,
                         struct err *e)
{
    int has;
    int64_t agrees = 0;
    int code = store_schema_has_column(db, name, column->name, &has, e);
    if (code)
        return code;
    if (has) {
        code = sql_ask_int(db, &agrees, e,
                           "SELECT type = %Q FROM pragma_table_info(%Q)"
                           " WHERE name = %Q COLLATE NOCASE",
                           type_names[column->type], name, column->name);
        return code || agrees ? code : fail_differs(db, name, e);
    }
    char *definition = column_definition(column, 0);
    code = definition ? sql_run_text(db, e, "ALTER TABLE \"%w\" ADD COLUMN %s", name, definition)
                      : sql_fail(db, SQLITE_NOMEM, e);
    sqlite3_free(definition);
    return code;
}

/* The first `keys` columns are the primary key, after job_id; -1: job_id is it, alone. */
static int update_table(const struct db *db, const char *name, const struct store_column *columns,
                        int count, int keys, struct err *e)
{
    int has;
    int64_t stored_keys = 0;
    int code = store_schema_has(db, name, &has, e);
    if (!code && !has)
        return create_table(db, name, columns, count, keys, e);
    if (!code)
        code = sql_ask_int(db, &stored_keys, e,
                           "SELECT count(*) FROM pragma_table_info(%Q) WHERE pk > 0", name);
    if (!code && stored_keys != (keys < 0 ? 1 : keys + 1))
        code = fail_differs(db, name, e);
    for (int i = 0; !code && i < count; i++)
        code = update_column(db, name, &columns[i], e);
    return code;
}

static int update_experiment(const struct db *db, const struct experiment *x, struct err *e)
{
    struct store_column *columns;
    int count;
    int code = store_schema_result_columns(x, &columns, &count, e);
    if (!code)
        code = update_table(db, x->name, columns, count, -1, e);
    if (!code)
        code = store_view_update(db, x, columns, count, e);
    mem_free(columns);
    for (const struct table *t = x->tables; !code && t && t->name; t++) {
        code = store_schema_table_columns(t, &columns, &count, e);
        if (!code)
            code = update_table(db, t->name, columns, count, t->keys, e);
        mem_free(columns);
    }
    return code;
}

/* Version 1 knew no attempt that was stopped in order, and kept no logs.  A list of allowed values
   is only text: writing it anew changes no row (sqlite.org/lang_altertable.html, section 7). */
static int update_from_1(const struct db *db, struct err *e)
{
    int64_t version, schema;
    int code = sql_ask_int(db, &version, e, "PRAGMA user_version");
    if (!code)
        code = sql_ask_int(db, &schema, e, "PRAGMA schema_version");
    if (code || version != 1)
        return code;
    return sql_run_text(
        db, e,
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace(sql, '''lost'')', '''lost'', ''stopped'')')"
        " WHERE type = 'table' AND name = 'attempt';"
        "PRAGMA schema_version = %lld;"
        "PRAGMA writable_schema = OFF;"
        "CREATE TABLE log (job_id INTEGER NOT NULL REFERENCES job (id), n INTEGER NOT NULL,"
        " text TEXT NOT NULL, PRIMARY KEY (job_id, n)) STRICT, WITHOUT ROWID;"
        "PRAGMA user_version = %d",
        (long long)schema + 1, STORE_VERSION);
}

int store_schema_update(const struct db *db, int fresh, const struct experiment *const *experiments,
                        struct err *e)
{
    int code = sql_run_text(db, e, "BEGIN IMMEDIATE");
    if (!code && fresh)
        code = sql_run_text(db, e, "PRAGMA application_id = %d; PRAGMA user_version = %d; %s",
                            STORE_APPLICATION_ID, STORE_VERSION, schema_sql);
    else if (!code)
        code = update_from_1(db, e);
    for (int i = 0; !code && experiments[i]; i++)
        code = update_experiment(db, experiments[i], e);
    if (!code)
        code = sql_run_text(db, e, "COMMIT");
    if (code && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL); /* e has the reason already */
    return code;
}
