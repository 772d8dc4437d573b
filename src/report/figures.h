/*
 * figures - charts from an experiment's table of plots.
 */
#ifndef BRAINSWEEP_FIGURES_H
#define BRAINSWEEP_FIGURES_H

#include "report/chart.h"
#include "report/sweep_data.h"

/* The chart of a plot, fitted; of one job's when the plot is of a job (its number; 0 else).  *chart
   is NULL when there is nothing to be shown: no data, or an older database without them. */
int figures_make(const struct sweep_data *data, const struct plot *plot, int64_t job,
                 struct chart **chart, struct err *e) __attribute__((warn_unused_result));

#endif
