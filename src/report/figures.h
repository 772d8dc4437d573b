/*
 * figures - charts from an experiment's table of plots.
 */
#ifndef BRAINSWEEP_FIGURES_H
#define BRAINSWEEP_FIGURES_H

#include "report/chart.h"
#include "report/sweep_data.h"

/* The figures that a plot has: one for each value of what its panels are by.  Names as in their
   titles, "u_0 = 1, u_1 = 3"; a plot without panels has one, "". */
struct figures_panels {
    char (*names)[CHART_NAME];
    int count;
};

/* The panels of a plot; job as in figures_make.  Needs figures_free_panels, also where it fails. */
int figures_list_panels(const struct sweep_data *data, const struct plot *plot, int64_t job,
                        struct figures_panels *panels, struct err *e)
    __attribute__((warn_unused_result));
void figures_free_panels(struct figures_panels *panels);

/* The chart of a plot's panel, fitted, named by its number where there are several; of one job's
   when the plot is of a job (its number; 0 else).  *chart is NULL when there is nothing to be
   shown: no data, or an older database without them. */
int figures_make(const struct sweep_data *data, const struct plot *plot, int64_t job,
                 const struct figures_panels *panels, int panel, struct chart **chart,
                 struct err *e) __attribute__((warn_unused_result));

#endif
