/*
 * chart_svg - a chart as an SVG image: within the page, whose style sheet sets the colours, or as a
 * separate file.
 */
#ifndef BRAINSWEEP_CHART_SVG_H
#define BRAINSWEEP_CHART_SVG_H

#include "report/chart.h"

#include <stdio.h>

enum chart_svg_place { CHART_SVG_IN_PAGE, CHART_SVG_ALONE };

/* Draws a chart that chart_fit has fitted.  In the page, the marks of jobs for which `has_page` is
   true are links to job-N.html; NULL = no links. */
void chart_svg(const struct chart *chart, enum chart_svg_place place,
               int (*has_page)(int64_t job, const void *data), const void *data, FILE *out);

/* Writes the jobs of the layers as [x, y, job, layer, ...], in tenths of the image's unit.  The
   page's script looks up the point under the pointer there. */
void chart_svg_points(const struct chart *chart, FILE *out);

/* Writes style sheet rules for the palette's colours, light or dark. */
void chart_svg_colours(int dark, FILE *out);

/* Draws a small sample of a layer's mark, for the legend. */
void chart_svg_sample(const struct chart_layer *layer, FILE *out);

#endif
