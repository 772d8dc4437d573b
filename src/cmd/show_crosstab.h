/*
 * show_crosstab - a table of two keys and one value, printed as a matrix.  The values of the first
 * key are the columns, those of the second key the rows.
 */
#ifndef BRAINSWEEP_SHOW_CROSSTAB_H
#define BRAINSWEEP_SHOW_CROSSTAB_H

#include "record/experiment.h"
#include "store/store.h"

/* Whether the table has two keys and one value. */
int show_crosstab_fits(const struct table *table);

/* Prints the rows of one job under a title; prints nothing if there are none.  `name` writes the
   heading of a column, from the value of the first key, into a text of at least 16 bytes. */
int show_crosstab_print(struct store *store, const struct experiment *experiment,
                        const struct table *table, int64_t job, void (*name)(struct value, char *),
                        struct err *e) __attribute__((warn_unused_result));

#endif
