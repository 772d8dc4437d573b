/*
 * chart_gnuplot - a chart as numbers (.tsv) and a gnuplot script (.gp) that draws them.  Users can
 * restyle it for a paper; it also gives PDF and PNG where gnuplot is installed.
 */
#ifndef BRAINSWEEP_CHART_GNUPLOT_H
#define BRAINSWEEP_CHART_GNUPLOT_H

#include "report/chart.h"

#include <stdio.h>

/* Writes the layers one after the other, each with a heading, with two empty lines between them. */
void chart_gnuplot_numbers(const struct chart *chart, FILE *out);

/* Writes a script that reads NAME.tsv from its own directory; its first argument is pdf, png or
   svg. */
void chart_gnuplot_script(const struct chart *chart, FILE *out);

/* Whether gnuplot is available. */
int chart_gnuplot_found(void);

/* Draws the scripts NAME.gp of these names in `directory` as NAME.pdf and NAME.png. */
int chart_gnuplot_draw(const char *directory, const char *const *names, size_t count, struct err *e)
    __attribute__((warn_unused_result));

#endif
