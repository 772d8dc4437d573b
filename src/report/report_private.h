/*
 * report_private - what the files of the report share: the output directory, and what has been
 * drawn.
 */
#ifndef BRAINSWEEP_REPORT_PRIVATE_H
#define BRAINSWEEP_REPORT_PRIVATE_H

#include "report/chart.h"
#include "report/report.h"

#include <stdio.h>

struct report {
    const struct report_request *request;
    struct store *store;
    struct report_outcome *outcome;
    int gnuplot;  /* gnuplot is available */
    char **drawn; /* (drawn_count) names of figures for gnuplot to draw; owned */
    size_t drawn_count;
};

/* Opens DIRECTORY/name for writing. */
int report_open(const struct report *r, const char *name, FILE **out, struct err *e);
/* Closes it; ERR_DISK where not all of it could be written, or code when that is an error. */
int report_close(const struct report *r, const char *name, FILE *out, int code, struct err *e);

/* Writes the files of a figure, figures/FILE.tsv, .gp, .svg, and the figure in the page; PDF and
   PNG too if `draw` is set. */
int report_figure(struct report *r, const struct sweep_data *data, const struct chart *chart,
                  const char *file, int draw, FILE *page, struct err *e);

/* Whether a job has a page: for chart_svg, data is a struct sweep_data. */
int report_has_page(int64_t job, const void *data);

/* Writes the section of an experiment in index.html, and the page of a job. */
int report_section(struct report *r, const struct sweep_data *data, FILE *out, struct err *e);
int report_job(struct report *r, const struct sweep_data *data, int job, struct err *e);

/* Writes a table of jobs: number, parameters that differ, metrics of the planes. */
void report_jobs_table(const struct sweep_data *data, const unsigned char *chosen, FILE *out);

/* Lists the metrics that occur in a plane, each once: writes their indices to out (room for all)
   and returns their number. */
int report_plane_metrics(const struct experiment *x, int *out);

#endif
