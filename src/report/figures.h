/*
 * figures - charts from an experiment's table of plots.
 */
#ifndef BRAINSWEEP_FIGURES_H
#define BRAINSWEEP_FIGURES_H

#include "report/chart.h"
#include "report/sweep_data.h"

/* The figures of a plot: one for each combination of values of its panel parameters.  The names are
   as in the titles, "u_0 = 1, u_1 = 3"; a plot without panels has one figure, "". */
struct figures_panels {
    char (*names)[CHART_NAME];
    int count;
};

/* Lists the panels of a plot; job as in figures_make.  Needs figures_free_panels, also when it
   fails. */
int figures_list_panels(const struct sweep_data *data, const struct plot *plot, int64_t job,
                        struct figures_panels *panels, struct err *e)
    __attribute__((warn_unused_result));
void figures_free_panels(struct figures_panels *panels);

/* Makes the chart of one panel of a plot and fits its axes.  Its name ends in the panel's number
   where there are several panels.  `job` is the number of a job for a plot of a job, else 0.
   *chart is NULL when there is nothing to show: no data, or an older database that lacks them. */
int figures_make(const struct sweep_data *data, const struct plot *plot, int64_t job,
                 const struct figures_panels *panels, int panel, struct chart **chart,
                 struct err *e) __attribute__((warn_unused_result));

#endif
