/*
 * report_private - what the files of the report share: where it goes, and what has been drawn.
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
    int gnuplot;  /* there is one */
    char **drawn; /* (drawn_count) names of figures that it is to draw; owned */
    size_t drawn_count;
};

/* Opens DIRECTORY/name for writing. */
int report_open(const struct report *r, const char *name, FILE **out, struct err *e);
/* Closes it; ERR_DISK where not all of it could be written, or code when that is an error. */
int report_close(const struct report *r, const char *name, FILE *out, int code, struct err *e);

/* The files of a figure, figures/FILE.tsv, .gp, .svg, and its place in a page; as PDF and PNG too
   when `draw`. */
int report_figure(struct report *r, const struct sweep_data *data, const struct chart *chart,
                  const char *file, int draw, FILE *page, struct err *e);

/* Whether a job has a page: for chart_svg, data is a struct sweep_data. */
int report_has_page(int64_t job, const void *data);

/* The section of an experiment in index.html, and the pages of its jobs. */
int report_section(struct report *r, const struct sweep_data *data, FILE *out, struct err *e);
int report_job(struct report *r, const struct sweep_data *data, int job, struct err *e);

/* A table of jobs: number, parameters that differ, metrics of the planes. */
void report_jobs_table(const struct sweep_data *data, const unsigned char *chosen, FILE *out);

/* The metrics that lie in a plane, each once: their indices into out (room for all), and how many.
 */
int report_plane_metrics(const struct experiment *x, int *out);

#endif
