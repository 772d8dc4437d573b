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
    const char *panel; /* the one of several that is drawn; "" = the only one */
};

/* Fills the chart; ERR_MEMORY and errors of the store.  A kind of plot has one. */
typedef int figure_filler(struct figure *f, struct err *e);
figure_filler figures_plane, figures_least, figures_volume, figures_parameter, figures_baseline,
    figures_series, figures_lines, figures_categories, figures_histogram, figures_cells,
    figures_array, figures_map;

/* The name of a group, "l1" or "l1, placed", into out (CHART_NAME). */
const char *figures_group(const struct figure *f, int group, int placed, char *out);

/* The jobs whose mean a line shows: those of the best point of a group, or the job.  Calls `row`
   for every row of the plot's table; it is told the group by `group`. */
int figures_each_row(struct figure *f, int group, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The groups that have lines: all, or one for a job. */
int figures_groups(const struct figure *f);

/* ---- of PLOT_SERIES and PLOT_COURSE (figures_panels.c); a job is an index ---- */

/* Whether a difference in that parameter tells unlike jobs, which are not shown together. */
int figures_holds(const struct figure *f, int parameter);

/* A job of the set that is shown: the largest of jobs that are alike, and of two as large the one
   nearer to the defaults.  -1 = there is none. */
int figures_find_set(const struct figure *f);
int figures_in_set(const struct figure *f, int set, int job);

/* A parameter of the job, or in a table (row not NULL) a column of the row; without a row
   figures_number knows metrics too.  NULL and NAN where there is none. */
struct value figures_value(const struct figure *f, int job, const struct store_row *row,
                           const char *name);
double figures_number(const struct figure *f, int job, const struct store_row *row,
                      const char *name);

/* Whether the row is one of those that the plot is of. */
int figures_wants(const struct figure *f, int job, const struct store_row *row);

/* The name of the panel that it belongs to: "u_0 = 1, u_1 = 3". */
void figures_name_panel(const struct figure *f, int job, const struct store_row *row,
                        char out[CHART_NAME]);

/* Calls `row` for every row of the plot's table of that job. */
int figures_rows_of(const struct figure *f, int job, store_row_handler *row, void *data,
                    struct err *e) __attribute__((warn_unused_result));

#endif
