/*
 * store_columns - the columns that an experiment's description gives its tables, and which of them
 * a file has.
 *
 * Private to store*.c.
 */
#ifndef BRAINSWEEP_STORE_COLUMNS_H
#define BRAINSWEEP_STORE_COLUMNS_H

#include "record/experiment.h"
#include "store/store_sql.h"

/* One column, wherever it comes from. */
struct store_column {
    const char *name;
    enum value_type type;
    const char *default_text; /* of a parameter; NULL = none */
};

/* The columns after job_id of the experiment's own table, into a new array (mem_free). */
int store_columns_of_result(const struct experiment *x, struct store_column **columns, int *count,
                            struct err *e) __attribute__((warn_unused_result));
/* Likewise those of one of its tables. */
int store_columns_of_table(const struct table *table, struct store_column **columns, int *count,
                           struct err *e) __attribute__((warn_unused_result));

/* "INTEGER", "REAL", "TEXT". */
const char *store_columns_type(enum value_type type);

/* A column's default as SQL, a new string of SQLite's. */
char *store_columns_default(const struct store_column *column);

/* Whether the file has a table or view of that name; and a column of that name in it. */
int store_columns_has(const struct db *db, const char *name, int *has, struct err *e)
    __attribute__((warn_unused_result));
int store_columns_has_column(const struct db *db, const char *table, const char *column, int *has,
                             struct err *e) __attribute__((warn_unused_result));

/* Whether the experiment's tables have columns that its description has lost since. */
int store_columns_lost(const struct db *db, const struct experiment *x, int *lost, struct err *e)
    __attribute__((warn_unused_result));

#endif
