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
    const char *panel; /* the panel that is drawn; "" = the only one */
};

/* Fills the chart; returns ERR_MEMORY or errors of the store.  Each kind of plot has one. */
typedef int figure_filler(struct figure *f, struct err *e);
figure_filler figures_plane, figures_least, figures_volume, figures_parameter, figures_baseline,
    figures_series, figures_lines, figures_categories, figures_histogram, figures_cells,
    figures_array, figures_map;

/* Writes the name of a group, "l1" or "l1, placed", into out (CHART_NAME); returns out. */
const char *figures_group(const struct figure *f, int group, int placed, char *out);

/* Calls `row` for every row of the plot's table of the jobs whose mean a line shows: the jobs at
   the best point of the group, or the figure's job. */
int figures_each_row(struct figure *f, int group, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* How many groups have lines: all, or one for a figure of a job. */
int figures_groups(const struct figure *f);

/* ---- of PLOT_SERIES and PLOT_COURSE (figures_panels.c); a job is an index ---- */

/* Whether jobs that differ in this parameter are unlike and so not shown together. */
int figures_holds(const struct figure *f, int parameter);

/* A job of the set that is shown: the largest set of like jobs; of two sets of the same size, the
   one nearer to the defaults.  -1 = there is none. */
int figures_find_set(const struct figure *f);
int figures_in_set(const struct figure *f, int set, int job);

/* A parameter of the job or, for a table (row not NULL), a column of the row; without a row
   figures_number knows metrics too.  They return NULL and NAN where there is none. */
struct value figures_value(const struct figure *f, int job, const struct store_row *row,
                           const char *name);
double figures_number(const struct figure *f, int job, const struct store_row *row,
                      const char *name);

/* Whether the plot includes the row. */
int figures_wants(const struct figure *f, int job, const struct store_row *row);

/* Writes the name of the panel that the row belongs to: "u_0 = 1, u_1 = 3". */
void figures_name_panel(const struct figure *f, int job, const struct store_row *row,
                        char out[CHART_NAME]);

/* Calls `row` for every row of the plot's table of that job. */
int figures_rows_of(const struct figure *f, int job, store_row_handler *row, void *data,
                    struct err *e) __attribute__((warn_unused_result));

#endif
