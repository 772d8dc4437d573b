/*
 * scatter - a plot in plain text: points of several groups, each with its letter.
 */
#ifndef BRAINSWEEP_SCATTER_H
#define BRAINSWEEP_SCATTER_H

#include <stddef.h>
#include <stdio.h>

struct scatter_point {
    double x, y;
    char mark;    /* a letter; of points at the same position, one on the frontier is shown */
    int frontier; /* shown as a capital */
};

/* Prints the points on width x height characters with both axes labelled; `y` grows upwards. */
void scatter_print(FILE *out, const struct scatter_point *points, size_t n, const char *x_name,
                   const char *y_name, int width, int height);

#endif
