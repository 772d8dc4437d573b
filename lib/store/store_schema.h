/*
 * store_schema - the tables: the fixed ones, and those that experiments describe.
 *
 * Private to store*.c.  An experiment has a table of its own name (job_id, parameters, metrics),
 * one for each of its tables (job_id, columns), and the views of store_view.h.  What its
 * description has grown since the file was made is added when the file is opened for writing; the
 * names of tables and planes are shared by all experiments, so two that both keep a "curve" share
 * it.
 */
#ifndef BRAINSWEEP_STORE_SCHEMA_H
#define BRAINSWEEP_STORE_SCHEMA_H

#include "record/experiment.h"
#include "store/store_sql.h"

enum {
    STORE_APPLICATION_ID = 0x42725377, /* "BrSw" */
    STORE_VERSION = 2                  /* user_version */
};

/* One column, wherever it comes from. */
struct store_column {
    const char *name;
    enum value_type type;
    const char *default_text; /* default of a parameter, as text; NULL = none */
};

/* The columns after job_id of the experiment's own table, into a new array (mem_free). */
int store_schema_result_columns(const struct experiment *x, struct store_column **columns,
                                int *count, struct err *e) __attribute__((warn_unused_result));
/* Likewise those of one of its tables. */
int store_schema_table_columns(const struct table *table, struct store_column **columns, int *count,
                               struct err *e) __attribute__((warn_unused_result));

/* Whose file is it?  ERR_STORE for another program's, ERR_NEWER for one of a newer version; sets
 *fresh when there is nothing in it yet. */
int store_schema_check(const struct db *db, int *fresh, struct err *e)
    __attribute__((warn_unused_result));

/* Makes what is missing; within a transaction of its own. */
int store_schema_update(const struct db *db, int fresh, const struct experiment *const *experiments,
                        struct err *e) __attribute__((warn_unused_result));

/* Whether there is a table or view of that name; and a column of that name in it. */
int store_schema_has(const struct db *db, const char *name, int *has, struct err *e)
    __attribute__((warn_unused_result));
int store_schema_has_column(const struct db *db, const char *table, const char *column, int *has,
                            struct err *e) __attribute__((warn_unused_result));

/* A column's default as SQL, a new string of SQLite's. */
char *store_schema_default(const struct store_column *column);

#endif
