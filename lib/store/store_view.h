/*
 * store_view - the views of an experiment, made from its description.
 *
 * Private to store*.c.  Frontiers for each plane; for an experiment with replicates also the means
 * over them (point_<experiment>) and, where it has groups, a row for each (summary_<experiment>).
 * All jobs of an experiment, done or not, stand in job_<experiment> with their parameters.
 * A view whose text has changed since the file was made is made anew.
 */
#ifndef BRAINSWEEP_STORE_VIEW_H
#define BRAINSWEEP_STORE_VIEW_H

#include "record/experiment.h"
#include "store/store_columns.h"

/* Columns (count) are those of the experiment's own table, after job_id. */
int store_view_update(const struct db *db, const struct experiment *x,
                      const struct store_column *columns, int count, struct err *e)
    __attribute__((warn_unused_result));

/* The name of the view of a plane's frontier, a new string of SQLite's (sqlite3_free). */
char *store_view_frontier(const struct experiment *x, const struct plane *plane, int by_group);

/* Drops those that are there. */
int store_view_drop(const struct db *db, const struct experiment *x, struct err *e)
    __attribute__((warn_unused_result));

/* Whether a view of that name is one of the experiment's. */
int store_view_is_of(const struct experiment *x, const char *name);

#endif
