/*
 * chart - a figure as data: axes, and layers of marks on them.  chart_svg draws it for the page;
 * chart_gnuplot writes its numbers and a script, for readers who want another layout.
 *
 * The items of a layer have up to five numbers, which depend on the mark:
 *   POINTS x y   FAINT x y   RINGS x y   LINE x y   RULE x y (one is NAN)   BAND x low high
 *   INTERVALS x y low high   BARS x0 x1 y   CELLS column row value(0..1)
 *   EDGES x y x y weight(-1..1)
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
    int64_t job; /* that it represents; 0 = none */
};

struct chart_layer {
    enum chart_mark mark;
    int colour;            /* of the palette; CHART_PLAIN = the colour of text */
    int dashed;            /* a second style of the same colour */
    int letters;           /* points are drawn as letters, one per colour, not as shapes */
    char name[CHART_NAME]; /* of its group in the legend; "" = not in the legend */
    struct chart_item *items;
    size_t count;
};

struct chart_axis {
    char title[CHART_NAME];
    int is_log, hidden;
    double low, high;          /* the range shown; set by chart_fit */
    char (*names)[CHART_NAME]; /* of the places 0, 1 ...; NULL = numbers */
    int name_count;
};

struct chart {
    const char *name, *title, *help; /* not owned, or one of the next three arrays */
    char own_name[CHART_NAME], heading[2 * CHART_NAME], caption[640];
    struct chart_axis x, y;
    int is_square; /* x and y have the same scale; y grows downwards */
    struct chart_layer *layers;
    size_t count;
    int failed; /* memory was out: later additions are lost */
};

struct chart *chart_new(const char *name, const char *title, const char *help);
void chart_free(struct chart *chart);

/* Appends a number to the chart's name: "onsets-3". */
void chart_number(struct chart *chart, int number);

/* Adds a layer and returns its index; -1 when memory is out, which chart_add accepts. */
int chart_layer(struct chart *chart, enum chart_mark mark, int colour, const char *name);
void chart_add(struct chart *chart, int layer, struct chart_item item);

/* Returns the place of a name on an axis; a new name gets the next place. */
int chart_place(struct chart *chart, struct chart_axis *axis, const char *name);

/* Sets the ranges of the axes from the items.  Returns 0 when there is nothing to show. */
int chart_fit(struct chart *chart);

/* Whether any layer has an item. */
int chart_has_items(const struct chart *chart);

/* Chooses up to `most` round numbers on the axis as ticks; returns how many. */
int chart_ticks(const struct chart_axis *axis, double *ticks, int most);

/* Position of x between the ends of the axis, 0 to 1; NAN where a logarithmic axis cannot show
   x. */
double chart_position(const struct chart_axis *axis, double x);

#endif
