/*
 * figures_private - what the files of figures share.
 */
#ifndef BRAINSWEEP_FIGURES_PRIVATE_H
#define BRAINSWEEP_FIGURES_PRIVATE_H

#include "report/figures.h"

/* What one plot is made from. */
struct figure {
    const struct sweep_data *data;
    const struct plot *plot;
    int64_t job; /* 0 = of the sweep */
    struct chart *chart;
};

/* Fills the chart; ERR_MEMORY and errors of the store.  A kind of plot has one. */
typedef int figure_filler(struct figure *f, struct err *e);
figure_filler figures_plane, figures_least, figures_volume, figures_parameter, figures_baseline,
    figures_lines, figures_categories, figures_histogram, figures_cells, figures_array, figures_map;

/* The name of a group, "l1" or "l1, placed", into out (CHART_NAME). */
const char *figures_group(const struct figure *f, int group, int placed, char *out);

/* The jobs whose mean a line shows: those of the best point of a group, or the job.  Calls `row`
   for every row of the plot's table; it is told the group by `group`. */
int figures_each_row(struct figure *f, int group, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The groups that have lines: all, or one for a job. */
int figures_groups(const struct figure *f);

#endif
