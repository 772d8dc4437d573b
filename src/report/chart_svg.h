/*
 * chart_svg - a chart as an SVG image: within the page, whose style sheet has the colours, or as a
 * file of its own.
 */
#ifndef BRAINSWEEP_CHART_SVG_H
#define BRAINSWEEP_CHART_SVG_H

#include "report/chart.h"

#include <stdio.h>

enum chart_svg_place { CHART_SVG_IN_PAGE, CHART_SVG_ALONE };

/* Draws a chart that chart_fit has fitted.  In the page, marks of a job that `has_page` are links
   to job-N.html; NULL = none are. */
void chart_svg(const struct chart *chart, enum chart_svg_place place,
               int (*has_page)(int64_t job, const void *data), const void *data, FILE *out);

/* The layers' jobs as [x, y, job, layer, ...] in the image's tenths of a unit, for the page's
   script: a point under the pointer is looked up there. */
void chart_svg_points(const struct chart *chart, FILE *out);

/* Rules of a style sheet for the palette's colours, of the light or the dark kind. */
void chart_svg_colours(int dark, FILE *out);

/* A small picture of a layer's mark, for the legend. */
void chart_svg_sample(const struct chart_layer *layer, FILE *out);

#endif
