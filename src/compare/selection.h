/*
 * selection - which finished jobs of an experiment a command looks at: those of a sweep (--sweep),
 * those for which an expression over parameters and metrics holds (--where), or all.
 *
 * The language is that of sweep files (sweep_where.h), in which a metric may stand wherever a
 * parameter may.  A metric that is not defined for a network fails every comparison.
 */
#ifndef BRAINSWEEP_SELECTION_H
#define BRAINSWEEP_SELECTION_H

#include "base/err.h"
#include "record/experiment.h"
#include "store/store.h"

struct selection; /* Opaque. */

/* sweep and where may be NULL.  ERR_USAGE: there is no such sweep, or the expression is wrong. */
int selection_new(struct selection **selection, struct store *store,
                  const struct experiment *experiment, const char *sweep, const char *where,
                  struct err *e) __attribute__((warn_unused_result));
void selection_free(struct selection *selection);

/* Whether every finished job belongs to it, because nothing was asked for. */
int selection_is_all(const struct selection *selection);

/* Its jobs, as store_each_result gives them. */
int selection_each_result(const struct selection *selection, struct store *store,
                          store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

#endif
