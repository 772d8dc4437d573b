#include "store/store_schema.h"

#include "base/mem.h"
#include "store/schema_sql.h"
#include "store/store_view.h"

#include <assert.h>
#include <string.h>

/* ---- what is there ---- */

/* A file that says it is ours has our tables, and no views in their place. */
static int check_tables(const struct db *db, struct err *e)
{
    enum { TABLES = 5 };
    int64_t count;
    int code = store_sql_ask_int(db, &count, e,
                                 "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
                                 " AND name IN ('sweep', 'job', 'member', 'attempt', 'array')");
    if (!code && count != TABLES)
        code =
            err_set(e, ERR_STORE,
                    "%s: it lacks tables that every database of brainsweep has; go back to a copy"
                    " of it",
                    db->path);
    return code;
}

int store_schema_check(const struct db *db, int *fresh, struct err *e)
{
    int64_t application, version, objects;
    int code = store_sql_ask_int(db, &application, e, "PRAGMA application_id");
    if (!code)
        code = store_sql_ask_int(db, &version, e, "PRAGMA user_version");
    if (!code)
        code = store_sql_ask_int(db, &objects, e, "SELECT count(*) FROM sqlite_master");
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
    return *fresh ? 0 : check_tables(db, e);
}

/* ---- tables of experiments ---- */

/* `"name" TYPE`, with NOT NULL for keys and NOT NULL DEFAULT for parameters. */
static char *column_definition(const struct store_column *column, int is_key)
{
    char *sql = column->default_text ? store_columns_default(column) : NULL;
    char *text = sqlite3_mprintf("\"%w\" %s%s%s%s", column->name, store_columns_type(column->type),
                                 is_key || column->default_text ? " NOT NULL" : "",
                                 sql ? " DEFAULT " : "", sql ? sql : "");
    sqlite3_free(sql);
    return text;
}

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
    int code =
        body
            ? store_sql_run_text(db, e,
                                 "CREATE TABLE main.\"%w\" (\n    \"job_id\" INTEGER %s REFERENCES "
                                 "\"job\" (\"id\")%s\n)%s",
                                 name, keys < 0 ? "PRIMARY KEY" : "NOT NULL", body,
                                 keys < 0 ? "" : " WITHOUT ROWID")
            : store_sql_fail(db, SQLITE_NOMEM, e);
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
    int code = store_columns_has_column(db, name, column->name, &has, e);
    if (code)
        return code;
    if (has) {
        code = store_sql_ask_int(db, &agrees, e,
                                 "SELECT type = %Q FROM pragma_table_info(%Q, 'main')"
                                 " WHERE name = %Q COLLATE NOCASE",
                                 store_columns_type(column->type), name, column->name);
        return code || agrees ? code : fail_differs(db, name, e);
    }
    char *definition = column_definition(column, 0);
    code = definition ? store_sql_run_text(db, e, "ALTER TABLE main.\"%w\" ADD COLUMN %s", name,
                                           definition)
                      : store_sql_fail(db, SQLITE_NOMEM, e);
    sqlite3_free(definition);
    return code;
}

/* The first `keys` columns are the primary key, after job_id; -1: job_id is it, alone. */
static int update_table(const struct db *db, const char *name, const struct store_column *columns,
                        int count, int keys, struct err *e)
{
    int has;
    int64_t stored_keys = 0;
    int code = store_columns_has(db, name, &has, e);
    if (!code && !has)
        return create_table(db, name, columns, count, keys, e);
    if (!code)
        code = store_sql_ask_int(db, &stored_keys, e,
                                 "SELECT count(*) FROM pragma_table_info(%Q, 'main') WHERE pk > 0",
                                 name);
    if (!code && stored_keys != (keys < 0 ? 1 : keys + 1))
        code = fail_differs(db, name, e);
    for (int i = 0; !code && i < count; i++)
        code = update_column(db, name, &columns[i], e);
    return code;
}

int store_schema_add(const struct db *db, const struct experiment *x, struct err *e)
{
    struct store_column *columns;
    int count;
    int code = store_columns_of_result(x, &columns, &count, e);
    if (!code)
        code = update_table(db, x->name, columns, count, -1, e);
    if (!code)
        code = store_view_update(db, x, columns, count, e);
    mem_free(columns);
    for (const struct table *t = x->tables; !code && t && t->name; t++) {
        code = store_columns_of_table(t, &columns, &count, e);
        if (!code)
            code = update_table(db, t->name, columns, count, t->keys, e);
        mem_free(columns);
    }
    return code;
}

/* ---- what every database has ---- */

int store_schema_is_fixed(const char *type, const char *name)
{
    static const struct {
        const char *type, *name;
    } fixed[] = {{"table", "sweep"},   {"table", "job"},          {"table", "member"},
                 {"table", "attempt"}, {"table", "log"},          {"table", "array"},
                 {"view", "progress"}, {"index", "member_by_job"}};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (!strcmp(type, fixed[i].type) && !strcmp(name, fixed[i].name))
            return 1;
    return 0;
}

/* ---- older versions ---- */

/* Writes texts of sqlite_master anew by one statement.  That changes no row, so what the texts say
   must fit the rows that are there (sqlite.org/lang_altertable.html, section 7). */
static int edit_schema(const struct db *db, const char *edit, struct err *e)
{
    int64_t schema;
    int code = store_sql_ask_int(db, &schema, e, "PRAGMA schema_version");
    return code
               ? code
               : store_sql_run_text(db, e,
                                    "PRAGMA writable_schema = ON; %s; PRAGMA schema_version = %lld;"
                                    "PRAGMA writable_schema = OFF",
                                    edit, (long long)schema + 1);
}

/* Version 1 knew no attempt that was stopped in order, and kept no logs. */
static int update_from_1(const struct db *db, struct err *e)
{
    int code = edit_schema(
        db,
        "UPDATE sqlite_master SET sql = replace(sql, '''lost'')', '''lost'', ''stopped'')')"
        " WHERE type = 'table' AND name = 'attempt'",
        e);
    return code
               ? code
               : store_sql_run_text(db, e,
                                    "CREATE TABLE log (job_id INTEGER NOT NULL REFERENCES job (id),"
                                    " n INTEGER NOT NULL, text TEXT NOT NULL,"
                                    " PRIMARY KEY (job_id, n)) WITHOUT ROWID");
}

/* Drops the empty tables, and the views, of an experiment that no sweep uses. */
static int drop_unused(const struct db *db, const struct experiment *x, struct err *e)
{
    int64_t used = 0;
    int code = store_sql_ask_int(db, &used, e,
                                 "SELECT EXISTS (SELECT 1 FROM sweep WHERE experiment = %Q)"
                                 " OR EXISTS (SELECT 1 FROM job WHERE experiment = %Q)",
                                 x->name, x->name);
    if (code || used)
        return code;
    code = store_view_drop(db, x, e);
    if (!code)
        code = store_sql_run_text(db, e, "DROP TABLE IF EXISTS \"%w\"", x->name);
    for (const struct table *t = x->tables; !code && t && t->name; t++) {
        int64_t rows = 0;
        int has;
        code = store_columns_has(db, t->name, &has, e);
        if (!code && has)
            code = store_sql_ask_int(db, &rows, e, "SELECT EXISTS (SELECT 1 FROM \"%w\")", t->name);
        if (!code && has && !rows) /* an experiment that is used makes it again if it shares it */
            code = store_sql_run_text(db, e, "DROP TABLE \"%w\"", t->name);
    }
    return code;
}

/* The view that schema.sql ends with. */
static int renew_progress(const struct db *db, struct err *e)
{
    const char *view = strstr(schema_sql, "CREATE VIEW progress");
    assert(view);
    return store_sql_run_text(db, e, "DROP VIEW IF EXISTS progress; %s", view);
}

/* Version 2 had STRICT tables, which need SQLite 3.37, and tables of every experiment. */
static int update_from_2(const struct db *db, const struct experiment *const *experiments,
                         struct err *e)
{
    int code = store_sql_run_text(db, e,
                                  "ALTER TABLE attempt ADD COLUMN mpi TEXT;"
                                  "ALTER TABLE attempt ADD COLUMN processor TEXT;"
                                  "ALTER TABLE attempt ADD COLUMN checksum INTEGER");
    if (!code)
        code = renew_progress(db, e);
    for (int i = 0; !code && experiments[i]; i++)
        code = drop_unused(db, experiments[i], e);
    return code ? code
                : edit_schema(db,
                              "UPDATE sqlite_master SET sql = CASE"
                              " WHEN sql LIKE '%) STRICT, WITHOUT ROWID'"
                              " THEN substr(sql, 1, length(sql) - 22) || ' WITHOUT ROWID'"
                              " WHEN sql LIKE '%) STRICT' THEN substr(sql, 1, length(sql) - 7)"
                              " ELSE sql END WHERE type = 'table'",
                              e);
}

/* Version 3 had only one way to make checksums. */
static int update_from_3(const struct db *db, struct err *e)
{
    return store_sql_run_text(db, e, "ALTER TABLE attempt ADD COLUMN checksum_version INTEGER");
}

static int update_version(const struct db *db, const struct experiment *const *experiments,
                          struct err *e)
{
    int64_t version;
    int code = store_sql_ask_int(db, &version, e, "PRAGMA user_version");
    if (!code && version < 2)
        code = update_from_1(db, e);
    if (!code && version < 3)
        code = update_from_2(db, experiments, e);
    if (!code && version < 4)
        code = update_from_3(db, e);
    if (!code && version < STORE_VERSION)
        code = store_sql_run_text(db, e, "PRAGMA user_version = %d", STORE_VERSION);
    return code;
}

/* The experiments whose table is there get what their descriptions have grown. */
static int update_experiments(const struct db *db, const struct experiment *const *experiments,
                              struct err *e)
{
    int code = 0;
    for (int i = 0; !code && experiments[i]; i++) {
        int has;
        code = store_columns_has(db, experiments[i]->name, &has, e);
        if (!code && has)
            code = store_schema_add(db, experiments[i], e);
    }
    return code;
}

int store_schema_update(const struct db *db, int fresh, const struct experiment *const *experiments,
                        struct err *e)
{
    int code = store_sql_run_text(db, e, "BEGIN IMMEDIATE");
    if (!code && fresh)
        code = store_sql_run_text(db, e, "PRAGMA application_id = %d; PRAGMA user_version = %d; %s",
                                  STORE_APPLICATION_ID, STORE_VERSION, schema_sql);
    else if (!code)
        code = update_version(db, experiments, e);
    if (!code)
        code = update_experiments(db, experiments, e);
    if (!code)
        code = store_sql_run_text(db, e, "COMMIT");
    if (code && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL); /* e has the reason already */
    return code;
}
