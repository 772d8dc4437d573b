/*
 * selection_frontier - the Pareto frontier of a selection of jobs in one plane.
 */
#ifndef BRAINSWEEP_SELECTION_FRONTIER_H
#define BRAINSWEEP_SELECTION_FRONTIER_H

#include "compare/selection.h"

/* Calls `row` for the jobs on the frontier of a plane of the experiment, as store_each_pareto does:
   in order of x, or with by_group one frontier for each group, in order of the groups' values.
   `count` receives how many jobs have both metrics. */
int selection_frontier(const struct selection *selection, struct store *store,
                       const struct experiment *experiment, const struct plane *plane, int by_group,
                       int64_t *count, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

#endif
