/*
 * chart - a figure as data: axes, and layers of marks on them.  chart_svg draws it for the page,
 * chart_gnuplot as a script with its numbers, for whoever wants it otherwise.
 *
 * A layer's items have up to five numbers, by its mark:
 *   POINTS x y   FAINT x y   RINGS x y   LINE x y   RULE x y (one is NAN)   BAND x low high
 *   INTERVALS x y low high   BARS x0 x1 y   CELLS column row value(0..1)   EDGES x y x y
 * weight(-1..1)
 */
#ifndef BRAINSWEEP_CHART_H
#define BRAINSWEEP_CHART_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum chart_mark {
    CHART_POINTS,
    CHART_FAINT, /* many small ones */
    CHART_RINGS, /* hollow */
    CHART_LINE,
    CHART_RULE,
    CHART_BAND,
    CHART_INTERVALS,
    CHART_BARS,
    CHART_CELLS,
    CHART_EDGES,
    CHART_MARKS
};

enum { CHART_NUMBERS = 5, CHART_NAME = 96, CHART_PLAIN = -1 };

struct chart_item {
    double v[CHART_NUMBERS];
    int64_t job; /* that it stands for, 0 = none */
};

struct chart_layer {
    enum chart_mark mark;
    int colour;            /* of the palette; CHART_PLAIN = that of text */
    int dashed;            /* a second kind of the same colour */
    int letters;           /* points are the letter of their colour, not its shape */
    char name[CHART_NAME]; /* of its group in the legend; "" = not in it */
    struct chart_item *items;
    size_t count;
};

struct chart_axis {
    char title[CHART_NAME];
    int is_log, hidden;
    double low, high;          /* of what is shown; set by chart_fit */
    char (*names)[CHART_NAME]; /* of the places 0, 1 ...; NULL = numbers */
    int name_count;
};

struct chart {
    const char *name, *title, *help; /* not owned, or one of the three that follow */
    char own_name[CHART_NAME], heading[2 * CHART_NAME], caption[640];
    struct chart_axis x, y;
    int is_square; /* one unit of x is one of y; y grows downwards */
    struct chart_layer *layers;
    size_t count;
    int failed; /* memory was out: what was added since is lost */
};

struct chart *chart_new(const char *name, const char *title, const char *help);
void chart_free(struct chart *chart);

/* Adds a number to its name: "onsets-3". */
void chart_number(struct chart *chart, int number);

/* A new layer, its number; -1 where memory is out, which chart_add takes too. */
int chart_layer(struct chart *chart, enum chart_mark mark, int colour, const char *name);
void chart_add(struct chart *chart, int layer, struct chart_item item);

/* A name for the next place of an axis, or the place of the one that has it. */
int chart_place(struct chart *chart, struct chart_axis *axis, const char *name);

/* Sets what the axes show from the items.  0 when there is nothing to be shown. */
int chart_fit(struct chart *chart);

/* Whether any layer has an item. */
int chart_has_items(const struct chart *chart);

/* Places of up to `most` round numbers on the axis; returns how many. */
int chart_ticks(const struct chart_axis *axis, double *ticks, int most);

/* Where x is between the axis' ends: 0 to 1; NAN where it is on no logarithmic axis. */
double chart_position(const struct chart_axis *axis, double x);

#endif
