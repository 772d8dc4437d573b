/*
 * selection - which finished jobs of an experiment a command uses: those of a sweep (--sweep),
 * those for which an expression over parameters and metrics is true (--where), or all.
 *
 * The language is that of sweep files (sweep_where.h); a metric is allowed wherever a parameter is.
 * Every comparison with a metric that is not defined for a network is false.
 */
#ifndef BRAINSWEEP_SELECTION_H
#define BRAINSWEEP_SELECTION_H

#include "base/err.h"
#include "record/experiment.h"
#include "store/store.h"

struct selection; /* Opaque. */

/* sweep and where may be NULL.  ERR_USAGE: the sweep does not exist, or the expression is wrong. */
int selection_new(struct selection **selection, struct store *store,
                  const struct experiment *experiment, const char *sweep, const char *where,
                  struct err *e) __attribute__((warn_unused_result));
void selection_free(struct selection *selection);

/* Writes a selection for each of the experiments (NULL at the end) into selections; NULL for an
   experiment that the expression does not fit.  ERR_USAGE when it fits none of them. */
int selection_choose(struct selection **selections, const struct experiment *const *experiments,
                     struct store *store, const char *sweep, const char *where, struct err *e)
    __attribute__((warn_unused_result));

/* Whether every finished job belongs to it, because no restriction was given. */
int selection_is_all(const struct selection *selection);

/* Calls `row` for its jobs, as store_each_result does. */
int selection_each_result(const struct selection *selection, struct store *store,
                          store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

#endif
