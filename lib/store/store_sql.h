/*
 * store_sql - the functions with which the store calls SQLite.
 *
 * Private to store*.c.  A statement remembers that a bind failed, and its next step reports it, so
 * that only steps need a check.  Messages name the file as the user named it and say what to do.
 */
#ifndef BRAINSWEEP_STORE_SQL_H
#define BRAINSWEEP_STORE_SQL_H

#include "base/err.h"
#include "record/value.h"
#include "store/store_wait.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct db {
    sqlite3 *handle;
    const char *path;        /* as the user gave it; not owned */
    int64_t most;            /* of a guarded one: how many million steps a statement may take */
    int64_t *left;           /* and how many are left to the one at work; NULL of others */
    struct store_wait *wait; /* is told when a statement ends; NULL where nobody waits */
};

/*
 * For a file that others may have made: nothing in its schema is trusted, no trigger runs, no value
 * is longer than the file, and a statement ends after a number of steps that is generous for a file
 * of so many bytes.  They are counted in *left, which must outlive db.
 */
void store_sql_guard(struct db *db, int64_t bytes, int64_t *left);

/* A prepared statement; zero-initialise it.  Parameters count from 1, columns from 0. */
struct sql {
    const struct db *db;
    sqlite3_stmt *stmt;
    int bind_code; /* the first bind that failed, 0 when none did */
};

/* Fills e with a sentence for this SQLite result code; returns ERR_MEMORY, ERR_BUSY, ERR_DISK
   or ERR_STORE. */
int store_sql_fail(const struct db *db, int sqlite_code, struct err *e);

/* Runs statements that need no values.  `format` is ours, in SQLite's dialect of printf: "%w"
   quotes a name, %Q a text. */
int store_sql_run_text(const struct db *db, struct err *e, const char *format, ...)
    __attribute__((warn_unused_result));

/* Prepares one statement, same format; a prepared s stays as it is. */
int store_sql_prepare(struct sql *s, const struct db *db, struct err *e, const char *format, ...)
    __attribute__((warn_unused_result));
void store_sql_close(struct sql *s); /* of a zeroed one too */

void store_sql_bind_int(struct sql *s, int parameter, int64_t i);
void store_sql_bind_text(struct sql *s, int parameter, const char *text); /* NULL binds NULL */
void store_sql_bind_value(struct sql *s, int parameter, struct value v);
void store_sql_bind_bytes(struct sql *s, int parameter, const void *bytes, size_t size);
/* Texts and bytes are not copied: they must live until the statement is run or reset. */

/* One step: 1 when there is a row, 0 at the end, negative on failure; not at a row, the statement
   is reset and its values forgotten. */
int store_sql_step(struct sql *s, struct err *e) __attribute__((warn_unused_result));
void store_sql_reset(struct sql *s);

/* A statement that returns no rows, from its first step to its end. */
int store_sql_run(struct sql *s, struct err *e) __attribute__((warn_unused_result));

/*
 * The row at hand as values, `columns` of them, whose texts live until the next step.  `types` has
 * a letter for each: i integer, r real, t text, and in capitals where it may be NULL.  ERR_STORE
 * when a value is of another type: columns hold what they like, and the file may be anybody's.
 */
int store_sql_row(const struct sql *s, const char *types, struct value *values, struct err *e)
    __attribute__((warn_unused_result));

/* A column of the row at hand, converted where it is of another type; a text lives until the next
   step. */
struct value store_sql_column(const struct sql *s, int column); /* as it is; NULL for bytes */
int64_t store_sql_column_int(const struct sql *s, int column);
const char *store_sql_column_text(const struct sql *s, int column); /* "" for NULL */

/* The first column of the first row of a query, as an integer; 0 when there is none. */
int store_sql_ask_int(const struct db *db, int64_t *answer, struct err *e, const char *format, ...)
    __attribute__((warn_unused_result));

#endif
