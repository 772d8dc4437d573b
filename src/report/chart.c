#include "report/chart.h"

#include "base/array.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct chart *chart_new(const char *name, const char *title, const char *help)
{
    struct chart *chart = mem_array(1, sizeof *chart);
    if (chart)
        *chart = (struct chart){.name = name, .title = title, .help = help};
    return chart;
}

void chart_number(struct chart *chart, int number)
{
    snprintf(chart->own_name, sizeof chart->own_name, "%.60s-%d", chart->name, number);
    chart->name = chart->own_name;
}

void chart_free(struct chart *chart)
{
    if (!chart)
        return;
    for (size_t i = 0; i < chart->count; i++)
        mem_free(chart->layers[i].items);
    mem_free(chart->layers);
    mem_free(chart->x.names);
    mem_free(chart->y.names);
    mem_free(chart);
}

int chart_layer(struct chart *chart, enum chart_mark mark, int colour, const char *name)
{
    struct chart_layer *grown = array_room(chart->layers, chart->count, sizeof *grown);
    if (!grown) {
        chart->failed = 1;
        return -1;
    }
    chart->layers = grown;
    grown[chart->count] = (struct chart_layer){.mark = mark, .colour = colour};
    snprintf(grown[chart->count].name, CHART_NAME, "%s", name);
    return (int)chart->count++;
}

void chart_add(struct chart *chart, int layer, struct chart_item item)
{
    if (layer < 0)
        return;
    struct chart_layer *l = &chart->layers[layer];
    struct chart_item *grown = array_room(l->items, l->count, sizeof *grown);
    if (!grown) {
        chart->failed = 1;
        return;
    }
    l->items = grown;
    l->items[l->count++] = item;
}

int chart_place(struct chart *chart, struct chart_axis *axis, const char *name)
{
    for (int i = 0; i < axis->name_count; i++)
        if (!strncmp(axis->names[i], name, CHART_NAME - 1))
            return i;
    char(*grown)[CHART_NAME] = array_room(axis->names, (size_t)axis->name_count, sizeof *grown);
    if (!grown) {
        chart->failed = 1;
        return 0;
    }
    axis->names = grown;
    snprintf(grown[axis->name_count], CHART_NAME, "%s", name);
    return axis->name_count++;
}

int chart_has_items(const struct chart *chart)
{
    for (size_t i = 0; i < chart->count; i++)
        if (chart->layers[i].count)
            return 1;
    return 0;
}

/* ---- what the axes show ---- */

/* Which numbers of an item belong to x and which to y, as bit sets. */
static const struct {
    unsigned x, y;
} lies_on[CHART_MARKS] = {
    [CHART_POINTS] = {1, 2},     [CHART_FAINT] = {1, 2}, [CHART_RINGS] = {1, 2},
    [CHART_LINE] = {1, 2},       [CHART_RULE] = {1, 2},  [CHART_BAND] = {1, 6},
    [CHART_INTERVALS] = {1, 14}, [CHART_BARS] = {3, 4},  [CHART_CELLS] = {1, 2},
    [CHART_EDGES] = {5, 10},
};

static void widen(struct chart_axis *axis, double x)
{
    if (!isfinite(x) || (axis->is_log && x <= 0))
        return;
    axis->low = x < axis->low ? x : axis->low;
    axis->high = x > axis->high ? x : axis->high;
}

static void pad(struct chart_axis *axis, int from_zero)
{
    if (axis->name_count) {
        axis->low = -0.5;
        axis->high = axis->name_count - 0.5;
        return;
    }
    if (axis->is_log) {
        double ratio = axis->high / axis->low, room = ratio > 1 ? pow(ratio, 0.05) : 2;
        axis->low /= room;
        axis->high *= room;
        return;
    }
    double span = axis->high - axis->low;
    if (from_zero && axis->low >= 0 && axis->low < 0.5 * axis->high) {
        axis->low = 0;
        axis->high += 0.05 * axis->high;
        return;
    }
    span = span > 0 ? span : fabs(axis->high) > 0 ? fabs(axis->high) : 1;
    axis->low -= 0.05 * span;
    axis->high += 0.05 * span;
}

/* Both axes reach as far as the items of a layer. */
static void widen_to_layer(struct chart *chart, const struct chart_layer *layer)
{
    for (size_t k = 0; k < layer->count; k++)
        for (int n = 0; n < CHART_NUMBERS; n++) {
            double v = layer->items[k].v[n];
            if (lies_on[layer->mark].x & 1u << n)
                widen(&chart->x, v);
            if (lies_on[layer->mark].y & 1u << n)
                widen(&chart->y, v);
        }
    if (layer->mark == CHART_BARS && layer->count)
        widen(&chart->y, 0); /* a bar begins at 0: else the shortest would have no height */
}

int chart_fit(struct chart *chart)
{
    struct chart_axis *x = &chart->x, *y = &chart->y;
    x->low = y->low = INFINITY;
    x->high = y->high = -INFINITY;
    for (size_t i = 0; i < chart->count; i++)
        widen_to_layer(chart, &chart->layers[i]);
    if (x->low > x->high || y->low > y->high)
        return 0;
    if (chart->is_square) { /* cells have a width */
        x->low -= 0.5;
        y->low -= 0.5;
        x->high += 0.5;
        y->high += 0.5;
        return 1;
    }
    pad(x, 1);
    pad(y, 1);
    return 1;
}

/* ---- ticks ---- */

static int ticks_of_log(const struct chart_axis *axis, double *ticks, int most)
{
    static const double few[] = {1}, more[] = {1, 2, 5};
    int wide = log10(axis->high / axis->low) > 2.2, n = 0;
    int step = 1 + (int)(log10(axis->high / axis->low) / 7);
    for (int e = (int)floor(log10(axis->low)); e <= (int)ceil(log10(axis->high)); e++)
        for (int k = 0; k < (wide ? 1 : 3); k++) {
            double t = (wide ? few[k] : more[k]) * pow(10, e);
            if (t >= axis->low * (1 - 1e-9) && t <= axis->high * (1 + 1e-9) && n < most &&
                (!wide || e % step == 0))
                ticks[n++] = t;
        }
    return n;
}

int chart_ticks(const struct chart_axis *axis, double *ticks, int most)
{
    if (axis->is_log)
        return ticks_of_log(axis, ticks, most);
    enum { WANTED = 5 };
    double raw = (axis->high - axis->low) / WANTED, unit = pow(10, floor(log10(raw)));
    double step = raw / unit < 1.5   ? unit
                  : raw / unit < 3.5 ? 2 * unit
                  : raw / unit < 7.5 ? 5 * unit
                                     : 10 * unit;
    int n = 0;
    for (double k = ceil(axis->low / step - 1e-9); k * step <= axis->high + 1e-9 * step && n < most;
         k++)
        ticks[n++] = k == 0 ? 0 : k * step;
    return n;
}

double chart_position(const struct chart_axis *axis, double x)
{
    if (axis->is_log)
        return x > 0 ? log(x / axis->low) / log(axis->high / axis->low) : NAN;
    return (x - axis->low) / (axis->high - axis->low);
}
