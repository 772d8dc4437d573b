/*
 * show_crosstab - a table of two keys and one value, printed as a matrix: the first key's values
 * are the columns, the second key's the rows.
 */
#ifndef BRAINSWEEP_SHOW_CROSSTAB_H
#define BRAINSWEEP_SHOW_CROSSTAB_H

#include "record/experiment.h"
#include "store/store.h"

/* Whether the table has that shape. */
int show_crosstab_fits(const struct table *table);

/* Prints one job's rows under a title; nothing when it has none.  `name` writes the heading of a
   column from the first key's value into a text of at least 16 bytes. */
int show_crosstab_print(struct store *store, const struct experiment *experiment,
                        const struct table *table, int64_t job, void (*name)(struct value, char *),
                        struct err *e) __attribute__((warn_unused_result));

#endif
