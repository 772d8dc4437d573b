/*
 * store_schema - the tables: the fixed ones, and those that experiments describe.
 *
 * Private to store*.c.  An experiment that a sweep uses has a table of its own name (job_id,
 * parameters, metrics), one for each of its tables (job_id, columns), and the views of
 * store_view.h.  What its description has gained since the file was made is added when the file is
 * opened for writing; the names of tables and planes are shared by all experiments, so two that
 * both keep a "curve" share it.
 */
#ifndef BRAINSWEEP_STORE_SCHEMA_H
#define BRAINSWEEP_STORE_SCHEMA_H

#include "record/experiment.h"
#include "store/store_sql.h"

enum {
    STORE_APPLICATION_ID = 0x42725377, /* "BrSw" */
    STORE_VERSION = 4                  /* user_version */
};

/* Whose file is it?  ERR_STORE for another program's, ERR_NEWER for one of a newer version; sets
 *fresh when there is nothing in it yet. */
int store_schema_check(const struct db *db, int *fresh, struct err *e)
    __attribute__((warn_unused_result));

/* Makes the fixed tables, or brings those of an older version up to date, and the tables of the
   experiments that have some; within a transaction of its own. */
int store_schema_update(const struct db *db, int fresh, const struct experiment *const *experiments,
                        struct err *e) __attribute__((warn_unused_result));

/* Makes the experiment's tables and views, or adds what its description has gained. */
int store_schema_add(const struct db *db, const struct experiment *x, struct err *e)
    __attribute__((warn_unused_result));

/* Whether every database has a "table", "view" or "index" of that name. */
int store_schema_is_fixed(const char *type, const char *name);

#endif
