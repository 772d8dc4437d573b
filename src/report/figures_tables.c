/* Figures of rows of tables and of arrays: lines, categories, histograms, matrices, maps. */
#include "report/figures_private.h"

#include "base/array.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double number_of(const struct store_row *row, const char *column)
{
    int c = column ? store_row_column(row, column) : -1;
    if (c < 0 || row->values[c].type == VALUE_NULL || row->values[c].type == VALUE_TEXT)
        return NAN;
    return value_number(row->values[c]);
}

static const char *text_of(const struct store_row *row, const char *column)
{
    int c = store_row_column(row, column);
    return c >= 0 && row->values[c].type == VALUE_TEXT ? row->values[c].as.text : "";
}

static void set_title(struct chart_axis *axis, const char *column)
{
    snprintf(axis->title, CHART_NAME, "%s", column);
    for (char *c = axis->title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

/* ---- means over jobs of the values at the same x ---- */

struct mean {
    double x, sum, low, high;
    int n;
};

struct gathering {
    struct figure *f;
    const char *y;
    struct mean *means;
    size_t count;
};

static int compare_means(const void *a, const void *b)
{
    const struct mean *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

static int gather(struct gathering *g, double x, double y, struct err *e)
{
    size_t i = 0;
    while (i < g->count && g->means[i].x != x)
        i++;
    if (i == g->count) {
        struct mean *grown = array_room(g->means, g->count, sizeof *grown);
        if (!grown)
            return err_set(e, ERR_MEMORY, "out of memory for a figure");
        g->means = grown;
        g->means[g->count++] = (struct mean){.x = x, .low = y, .high = y};
    }
    struct mean *m = &g->means[i];
    m->sum += y;
    m->n++;
    m->low = y < m->low ? y : m->low;
    m->high = y > m->high ? y : m->high;
    return 0;
}

static int gather_row(const struct store_row *row, void *data, struct err *e)
{
    struct gathering *g = data;
    const struct plot *p = g->f->plot;
    double x = number_of(row, p->x), y = number_of(row, g->y);
    if ((p->only && number_of(row, p->only) != 0) || !isfinite(x) || !isfinite(y))
        return 0;
    return gather(g, x, y, e);
}

static void add_means(struct figure *f, const struct gathering *g, int colour, const char *name)
{
    int band = chart_layer(f->chart, CHART_BAND, colour, name);
    int line = chart_layer(f->chart, CHART_LINE, colour, name);
    if (g->count)
        qsort(g->means, g->count, sizeof *g->means, compare_means);
    for (size_t i = 0; i < g->count; i++) {
        const struct mean *m = &g->means[i];
        if (m->n > 1)
            chart_add(f->chart, band, (struct chart_item){{m->x, m->low, m->high}, 0});
        chart_add(f->chart, line, (struct chart_item){{m->x, m->sum / m->n}, 0});
    }
}

enum { COLUMNS = 3 };

int figures_lines(struct figure *f, struct err *e)
{
    const struct plot *p = f->plot;
    int code = 0;
    set_title(&f->chart->x, p->x);
    set_title(&f->chart->y, p->y[0]);
    f->chart->x.is_log = p->log_x;
    f->chart->y.is_log = p->log_y;
    for (int g = 0; !code && g < figures_groups(f); g++)
        for (int c = 0; !code && c < COLUMNS && p->y[c]; c++) {
            char name[CHART_NAME];
            struct gathering gathering = {f, p->y[c], NULL, 0};
            code = figures_each_row(f, g, gather_row, &gathering, e);
            if (f->job)
                add_means(f, &gathering, 6 + c, p->y[c]);
            else
                add_means(f, &gathering, sweep_data_colour(f->data, g),
                          figures_group(f, g, 0, name));
            mem_free(gathering.means);
        }
    return code;
}

/* ---- categories ---- */

static int gather_category(const struct store_row *row, void *data, struct err *e)
{
    struct gathering *g = data;
    double y = number_of(row, g->f->plot->y[0]);
    int at = chart_place(g->f->chart, &g->f->chart->x, text_of(row, g->f->plot->x));
    return isfinite(y) ? gather(g, at, y, e) : 0;
}

int figures_categories(struct figure *f, struct err *e)
{
    int code = 0, groups = figures_groups(f);
    set_title(&f->chart->x, f->plot->x);
    set_title(&f->chart->y, f->plot->y[0]);
    for (int g = 0; !code && g < groups; g++) {
        char name[CHART_NAME];
        struct gathering gathering = {f, NULL, NULL, 0};
        code = figures_each_row(f, g, gather_category, &gathering, e);
        int layer = f->job ? chart_layer(f->chart, CHART_POINTS, 6, f->plot->y[0])
                           : chart_layer(f->chart, CHART_INTERVALS, sweep_data_colour(f->data, g),
                                         figures_group(f, g, 0, name));
        for (size_t i = 0; i < gathering.count; i++) {
            const struct mean *m = &gathering.means[i];
            double aside = 0.6 * ((g + 0.5) / groups - 0.5);
            chart_add(f->chart, layer,
                      (struct chart_item){{m->x + aside, m->sum / m->n, m->low, m->high}, 0});
        }
        mem_free(gathering.means);
    }
    return code;
}

/* ---- a histogram of a job's rows ---- */

enum { BINS = 24 };

struct numbers {
    struct figure *f;
    double *x;
    size_t count;
};

static int take_number(const struct store_row *row, void *data, struct err *e)
{
    struct numbers *n = data;
    double x = number_of(row, n->f->plot->x);
    if (!isfinite(x) || (n->f->plot->log_x && x <= 0))
        return 0;
    double *grown = array_room(n->x, n->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for a figure");
    n->x = grown;
    n->x[n->count++] = n->f->plot->log_x ? log10(x) : x;
    return 0;
}

static void add_histogram(struct figure *f, const struct numbers *n)
{
    double low = INFINITY, high = -INFINITY;
    int count[BINS] = {0}, layer = chart_layer(f->chart, CHART_BARS, 6, "");
    for (size_t i = 0; i < n->count; i++) {
        low = n->x[i] < low ? n->x[i] : low;
        high = n->x[i] > high ? n->x[i] : high;
    }
    if (f->plot->log_x && high - low > 8) /* units near zero must not compress the rest */
        low = high - 8;
    double width = high > low ? (high - low) / BINS : 1;
    for (size_t i = 0; i < n->count; i++) {
        int bin = (int)((n->x[i] - low) / width);
        count[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
    for (int b = 0; b < BINS; b++) {
        double from = low + b * width, to = from + width;
        if (count[b])
            chart_add(f->chart, layer,
                      (struct chart_item){{f->plot->log_x ? pow(10, from) : from,
                                           f->plot->log_x ? pow(10, to) : to, count[b]},
                                          0});
    }
}

int figures_histogram(struct figure *f, struct err *e)
{
    struct numbers n = {f, NULL, 0};
    int code = figures_each_row(f, 0, take_number, &n, e);
    set_title(&f->chart->x, f->plot->x);
    snprintf(f->chart->y.title, CHART_NAME, "units");
    f->chart->x.is_log = f->plot->log_x;
    if (!code && n.count) {
        add_histogram(f, &n);
        if (f->plot->mark > 0)
            chart_add(f->chart, chart_layer(f->chart, CHART_RULE, CHART_PLAIN, ""),
                      (struct chart_item){{f->plot->mark, NAN}, 0});
    }
    mem_free(n.x);
    return code;
}

/* ---- a matrix of a table ---- */

/* Clusters have the same letters in maps and in matrices. */
static char letter_of(int cluster)
{
    return (char)('A' + (cluster < 0 ? 0 : cluster) % 26);
}

static int take_cell(const struct store_row *row, void *data, struct err *e)
{
    struct figure *f = data;
    char name[64];
    (void)e;
    double value = number_of(row, f->plot->y[0]);
    snprintf(name, sizeof name, "%s %c", f->plot->by, letter_of((int)number_of(row, f->plot->by)));
    int column = chart_place(f->chart, &f->chart->x, text_of(row, f->plot->x));
    int line = chart_place(f->chart, &f->chart->y, name);
    if (isfinite(value))
        chart_add(f->chart, 0, (struct chart_item){{column, line, value, value}, 0});
    return 0;
}

/* Scales the shades from 0 to the largest value. */
static void scale_cells(struct chart *chart)
{
    double most = 0;
    for (size_t i = 0; chart->count && i < chart->layers[0].count; i++)
        most = fmax(most, chart->layers[0].items[i].v[2]);
    for (size_t i = 0; most > 0 && i < chart->layers[0].count; i++)
        chart->layers[0].items[i].v[2] = fmax(0, chart->layers[0].items[i].v[2] / most);
}

int figures_cells(struct figure *f, struct err *e)
{
    f->chart->is_square = 1;
    set_title(&f->chart->x, f->plot->x);
    chart_layer(f->chart, CHART_CELLS, CHART_PLAIN, "");
    int code = figures_each_row(f, 0, take_cell, f, e);
    scale_cells(f->chart);
    return code;
}

/* ---- units ---- */

struct unit {
    double x, y;
    int cluster; /* -1 = none */
};

struct units {
    struct figure *f;
    struct unit *units;
    size_t count;
};

static int take_unit(const struct store_row *row, void *data, struct err *e)
{
    struct units *u = data;
    struct unit *grown = array_room(u->units, u->count, sizeof *grown);
    double cluster = number_of(row, u->f->plot->by);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for a figure of %zu units", u->count);
    u->units = grown;
    u->units[u->count++] =
        (struct unit){number_of(row, u->f->plot->x), number_of(row, u->f->plot->y[0]),
                      isfinite(cluster) ? (int)cluster : -1};
    return 0;
}

static int clusters_of(const struct units *u)
{
    int most = -1;
    for (size_t i = 0; i < u->count; i++)
        most = u->units[i].cluster > most ? u->units[i].cluster : most;
    return most + 1;
}

/* ---- an array, its rows in the order of clusters ---- */

static int take_name(const struct store_row *row, void *data, struct err *e)
{
    struct figure *f = data;
    (void)e;
    chart_place(f->chart, &f->chart->x, text_of(row, f->plot->y[0]));
    return 0;
}

static void add_row(struct figure *f, const float *x, int cols, int line)
{
    float most = 0;
    for (int c = 0; c < cols; c++)
        most = x[c] > most ? x[c] : most;
    for (int c = 0; c < cols; c++)
        chart_add(
            f->chart, 0,
            (struct chart_item){{c, line, most > 0 ? (double)(x[c] / most) : 0, (double)x[c]}, 0});
}

static void add_array(struct figure *f, const struct units *u, const float *x, int rows, int cols)
{
    int line = 0, clusters = clusters_of(u);
    chart_layer(f->chart, CHART_CELLS, CHART_PLAIN, "");
    for (int k = 0; k < clusters; k++) {
        int first = line;
        for (int i = 0; i < rows && (size_t)i < u->count; i++)
            if (u->units[i].cluster == k)
                add_row(f, x + (long)i * cols, cols, line++);
        if (k && line > first)
            chart_add(f->chart, chart_layer(f->chart, CHART_RULE, CHART_PLAIN, ""),
                      (struct chart_item){{NAN, first - 0.5}, 0});
    }
}

int figures_array(struct figure *f, struct err *e)
{
    const struct experiment *x = f->data->experiment;
    struct units u = {f, NULL, 0};
    struct err none = {0};
    int rows, cols;
    float *array;
    int code = store_array(f->data->store, f->job, f->plot->source, &rows, &cols, &array, &none);
    if (code)
        return code == ERR_USAGE ? 0 : err_set(e, code, "%s", none.text);
    const struct table *table = &x->tables[experiment_table(x, f->plot->x)];
    code = store_each_row(f->data->store, x, table, f->job, take_unit, &u, e);
    f->chart->is_square = 1;
    snprintf(f->chart->y.title, CHART_NAME, "units by %s", f->plot->by);
    table = &x->tables[experiment_table(x, f->plot->y[1])];
    if (!code)
        code = store_each_row(f->data->store, x, table, f->job, take_name, f, e);
    if (!code)
        add_array(f, &u, array, rows, cols);
    mem_free(u.units);
    mem_free(array);
    return code;
}

/* ---- a map ---- */

enum { EDGES = 400 };

struct edge {
    float size;
    int from, to;
};

static int compare_edges(const void *a, const void *b)
{
    float p = ((const struct edge *)a)->size, q = ((const struct edge *)b)->size;
    return (p < q) - (p > q);
}

/* The largest entries of w (n, n), W[to][from]; a unit's link to itself is skipped. */
static int add_edges(struct figure *f, const struct units *u, const float *w, int n, struct err *e)
{
    struct edge *edges = NULL;
    size_t count = 0;
    int layer = chart_layer(f->chart, CHART_EDGES, CHART_PLAIN, "");
    for (int i = 0; i < n * n; i++) {
        if (w[i] == 0 || i / n == i % n)
            continue;
        struct edge *grown = array_room(edges, count, sizeof *grown);
        if (!grown) {
            mem_free(edges);
            return err_set(e, ERR_MEMORY, "out of memory for a map of %d units", n);
        }
        edges = grown;
        edges[count++] = (struct edge){fabsf(w[i]), i % n, i / n};
    }
    if (count)
        qsort(edges, count, sizeof *edges, compare_edges);
    for (size_t k = 0; k < count && k < EDGES; k++) {
        const struct unit *a = &u->units[edges[k].from], *b = &u->units[edges[k].to];
        double share = (double)(w[edges[k].to * n + edges[k].from] / edges[0].size);
        chart_add(f->chart, layer, (struct chart_item){{a->x, a->y, b->x, b->y, share}, 0});
    }
    mem_free(edges);
    return 0;
}

static void add_units(struct figure *f, const struct units *u)
{
    int clusters = clusters_of(u);
    for (int k = -1; k < clusters; k++) {
        char name[CHART_NAME] = "not important";
        if (k >= 0)
            snprintf(name, sizeof name, "%s %c", f->plot->by, letter_of(k));
        int layer = chart_layer(f->chart, k < 0 ? CHART_FAINT : CHART_POINTS,
                                k < 0 ? CHART_PLAIN : k, name);
        if (layer >= 0)
            f->chart->layers[layer].letters = k >= 0;
        for (size_t i = 0; i < u->count; i++)
            if (u->units[i].cluster == k)
                chart_add(f->chart, layer, (struct chart_item){{u->units[i].x, u->units[i].y}, 0});
    }
}

int figures_map(struct figure *f, struct err *e)
{
    struct units u = {f, NULL, 0};
    struct err none = {0};
    int rows = 0, cols = 0;
    float *w = NULL;
    int code = figures_each_row(f, 0, take_unit, &u, e);
    f->chart->is_square = f->chart->x.hidden = f->chart->y.hidden = 1;
    if (!code && store_array(f->data->store, f->job, f->plot->y[1], &rows, &cols, &w, &none) == 0 &&
        rows == cols && (size_t)rows == u.count)
        code = add_edges(f, &u, w, rows, e);
    if (!code)
        add_units(f, &u);
    mem_free(u.units);
    mem_free(w);
    return code;
}
