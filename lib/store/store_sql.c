#include "store/store_sql.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

/* What SQLite's codes mean to a user: what happened, and what to do about it. */
static const struct {
    int sqlite_code;
    int code;
    const char *text;
} failures[] = {
    {SQLITE_NOMEM, ERR_MEMORY, "out of memory"},
    {SQLITE_FULL, ERR_DISK,
     "the disk is full; make room and run again: what was committed is safe"},
    {SQLITE_IOERR, ERR_DISK,
     "reading or writing failed (disk, quota or network); run again when it works: what was "
     "committed is safe"},
    {SQLITE_BUSY, ERR_BUSY, "another program keeps it locked; end that program, or wait for it"},
    {SQLITE_LOCKED, ERR_BUSY, "another program keeps it locked; end that program, or wait for it"},
    {SQLITE_READONLY, ERR_STORE, "it is read-only; make it writable or copy it"},
    {SQLITE_PERM, ERR_STORE, "it is not yours to use; ask for its permissions or copy it"},
    {SQLITE_NOTADB, ERR_STORE, "it is not a database; name another file"},
    {SQLITE_INTERRUPT, ERR_STORE,
     "reading it takes far longer than its size explains; it is damaged, or was made to"},
    {SQLITE_TOOBIG, ERR_STORE,
     "a value in it claims to be longer than the file; go back to a copy of it"},
    {SQLITE_CORRUPT, ERR_STORE, "the database is damaged; go back to a copy of it"},
    {SQLITE_CANTOPEN, ERR_STORE,
     "it cannot be opened; look at its permissions and its directory's, or copy it together with "
     "its -wal file to where you may write"},
};

/* SQLite before 3.37 cannot read what version 2 of our format wrote. */
static int is_too_old(const struct db *db)
{
    return db->handle && strstr(sqlite3_errmsg(db->handle), "near \"STRICT\"") != NULL;
}

int store_sql_fail(const struct db *db, int sqlite_code, struct err *e)
{
    if (is_too_old(db))
        return err_set(e, ERR_STORE,
                       "%s: an older brainsweep made it for SQLite 3.37 or newer, and this is "
                       "SQLite %s; run or merge into it once where SQLite is newer",
                       db->path, sqlite3_libversion());
    if ((sqlite_code & 0xff) == SQLITE_BUSY && db->wait && db->wait->holder[0])
        return err_set(e, ERR_BUSY, "%s: %s keeps it locked; end that program, or wait for it",
                       db->path, db->wait->holder);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (failures[i].sqlite_code == (sqlite_code & 0xff)) /* without SQLite's finer reasons */
            return err_set(e, failures[i].code, "%s: %s", db->path, failures[i].text);
    return err_set(e, ERR_STORE, "%s: %s", db->path,
                   db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(sqlite_code));
}

/* ---- files of others ---- */

enum { STEPS_AT_A_TIME = 1 << 20 };

static int on_progress(void *data)
{
    int64_t *left = data;
    return --*left < 0;
}

/* A statement begins. */
static void refill(const struct db *db)
{
    if (db->left)
        *db->left = db->most;
}

void store_sql_guard(struct db *db, int64_t bytes, int64_t *left)
{
    enum { STEPS_ALWAYS = 50, STEPS_PER_MEBIBYTE = 500, LENGTH_ALWAYS = 1 << 24 };
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
#ifdef SQLITE_DBCONFIG_TRUSTED_SCHEMA /* since 3.31 */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
#endif
    int64_t longest = bytes > LENGTH_ALWAYS ? bytes : LENGTH_ALWAYS;
    sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, longest < INT32_MAX ? (int)longest : INT32_MAX);
    /* one without this pragma, older than 3.31, ignores it */
    sqlite3_exec(db->handle, "PRAGMA hard_heap_limit = 1073741824", NULL, NULL, NULL);
    db->most = STEPS_ALWAYS + (bytes >> 20) * STEPS_PER_MEBIBYTE;
    db->left = left;
    refill(db);
    sqlite3_progress_handler(db->handle, STEPS_AT_A_TIME, on_progress, left);
}

/* ---- statements ---- */

static void end_wait(const struct db *db, int code)
{
    if (db->wait)
        store_wait_over(db->wait, (code & 0xff) == SQLITE_BUSY);
}

int store_sql_run_text(const struct db *db, struct err *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = sqlite3_vmprintf(format, args);
    va_end(args);
    refill(db);
    int code = text ? sqlite3_exec(db->handle, text, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(text);
    end_wait(db, code);
    return code ? store_sql_fail(db, code, e) : 0;
}

static int prepare(struct sql *s, const struct db *db, struct err *e, const char *format,
                   va_list args)
{
    if (s->stmt)
        return 0;
    char *text = sqlite3_vmprintf(format, args);
    s->db = db;
    s->bind_code = 0;
    refill(db);
    int code =
        text ? sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL)
             : SQLITE_NOMEM;
    sqlite3_free(text);
    end_wait(db, code);
    return code ? store_sql_fail(db, code, e) : 0;
}

int store_sql_prepare(struct sql *s, const struct db *db, struct err *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int code = prepare(s, db, e, format, args);
    va_end(args);
    return code;
}

void store_sql_close(struct sql *s)
{
    sqlite3_finalize(s->stmt);
    s->stmt = NULL;
}

static void note_bind(struct sql *s, int code)
{
    assert(code != SQLITE_RANGE && code != SQLITE_MISUSE);
    if (code && !s->bind_code)
        s->bind_code = code;
}

void store_sql_bind_int(struct sql *s, int parameter, int64_t i)
{
    note_bind(s, sqlite3_bind_int64(s->stmt, parameter, i));
}

void store_sql_bind_text(struct sql *s, int parameter, const char *text)
{
    note_bind(s, sqlite3_bind_text(s->stmt, parameter, text, -1, SQLITE_STATIC));
}

void store_sql_bind_bytes(struct sql *s, int parameter, const void *bytes, size_t size)
{
    note_bind(s, sqlite3_bind_blob64(s->stmt, parameter, bytes, size, SQLITE_STATIC));
}

void store_sql_bind_value(struct sql *s, int parameter, struct value v)
{
    if (v.type == VALUE_INT)
        store_sql_bind_int(s, parameter, v.as.i);
    else if (v.type == VALUE_REAL)
        note_bind(s, sqlite3_bind_double(s->stmt, parameter, v.as.x));
    else if (v.type == VALUE_TEXT)
        store_sql_bind_text(s, parameter, v.as.text);
    else
        note_bind(s, sqlite3_bind_null(s->stmt, parameter));
}

int store_sql_step(struct sql *s, struct err *e)
{
    int code = s->bind_code ? s->bind_code : sqlite3_step(s->stmt);
    end_wait(s->db, code);
    if (code == SQLITE_ROW)
        return 1;
    /* the sentence first: reset clears SQLite's message */
    int answer = code == SQLITE_DONE ? 0 : store_sql_fail(s->db, code, e);
    store_sql_reset(s);
    return answer;
}

void store_sql_reset(struct sql *s)
{
    refill(s->db);
    sqlite3_reset(s->stmt); /* repeats the code of the step: told already */
    sqlite3_clear_bindings(s->stmt);
    s->bind_code = 0;
}

int store_sql_run(struct sql *s, struct err *e)
{
    int code = store_sql_step(s, e);
    assert(code != 1);
    return code;
}

/* ---- rows ---- */

struct value store_sql_column(const struct sql *s, int column)
{
    switch (sqlite3_column_type(s->stmt, column)) {
    case SQLITE_INTEGER:
        return value_int(sqlite3_column_int64(s->stmt, column));
    case SQLITE_FLOAT:
        return value_real(sqlite3_column_double(s->stmt, column));
    case SQLITE_TEXT:
        return value_text(store_sql_column_text(s, column));
    default:
        return value_null();
    }
}

static const char *type_name(int sqlite_type)
{
    static const char *const names[] = {[SQLITE_INTEGER] = "a whole number",
                                        [SQLITE_FLOAT] = "a number",
                                        [SQLITE_TEXT] = "a text",
                                        [SQLITE_BLOB] = "bytes",
                                        [SQLITE_NULL] = "nothing"};
    return names[sqlite_type];
}

int store_sql_row(const struct sql *s, const char *types, struct value *values, struct err *e)
{
    for (int c = 0; types[c]; c++) {
        static const struct {
            const char letters[3];
            int type;
        } kinds[] = {{"iI", SQLITE_INTEGER}, {"rR", SQLITE_FLOAT}, {"tT", SQLITE_TEXT}};
        int found = sqlite3_column_type(s->stmt, c), k = 0;
        while (!strchr(kinds[k].letters, types[c]))
            k++;
        int may_be_null = types[c] == kinds[k].letters[1];
        if (found != kinds[k].type && !(found == SQLITE_NULL && may_be_null))
            return err_set(e, ERR_STORE,
                           "%s: in column %.64s stands %s where %s belongs; the database is "
                           "damaged, or was changed by another program: go back to a copy of it",
                           s->db->path, sqlite3_column_name(s->stmt, c), type_name(found),
                           type_name(kinds[k].type));
        values[c] = store_sql_column(s, c);
    }
    return 0;
}

int64_t store_sql_column_int(const struct sql *s, int column)
{
    return sqlite3_column_int64(s->stmt, column);
}

const char *store_sql_column_text(const struct sql *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s->stmt, column);
    return text ? (const char *)text : "";
}

int store_sql_ask_int(const struct db *db, int64_t *answer, struct err *e, const char *format, ...)
{
    struct sql s = {0};
    va_list args;
    va_start(args, format);
    int code = prepare(&s, db, e, format, args);
    va_end(args);
    *answer = 0;
    if (!code)
        code = store_sql_step(&s, e);
    if (code == 1) {
        *answer = store_sql_column_int(&s, 0);
        code = 0;
    }
    store_sql_close(&s);
    return code;
}
