/* Figures of groups of jobs: planes, costs, parameters, baselines. */
#include "report/figures_private.h"

#include "base/mem.h"
#include "stats/pareto.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *unit_of(const struct experiment *x, const char *metric)
{
    int m = experiment_metric(x, metric);
    return m < 0 || !strcmp(x->metrics[m].unit, "1") ? "" : x->metrics[m].unit;
}

/* "wiring length (grid sides)" */
static void set_title(struct chart_axis *axis, const struct experiment *x, const char *metric)
{
    const char *unit = unit_of(x, metric);
    int same = strstr(metric, unit) != NULL; /* the metric names its unit */
    snprintf(axis->title, CHART_NAME, "%.60s%s%.20s%s", metric, same ? "" : " (", same ? "" : unit,
             same ? "" : ")");
    for (char *c = axis->title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

static const struct comparison_plane *compared(const struct sweep_data *d, const char *plane)
{
    for (int i = 0; d->comparison && i < d->comparison->planes; i++)
        if (!strcmp(d->comparison->plane[i].plane->name, plane))
            return &d->comparison->plane[i];
    return NULL;
}

static const struct plane *plane_named(const struct experiment *x, const char *name)
{
    const struct plane *p = x->planes;
    while (strcmp(p->name, name))
        p++;
    return p;
}

/* ---- planes ---- */

struct cloud {
    double *x, *y; /* (n) */
    int *job, *order, *stairs;
    unsigned char *on;
    int n;
};

static int cloud_new(struct cloud *c, int room, struct err *e)
{
    size_t n = (size_t)room;
    *c = (struct cloud){.x = mem_array(n, sizeof *c->x),
                        .y = mem_array(n, sizeof *c->y),
                        .job = mem_array(n, sizeof *c->job),
                        .order = mem_array(n, sizeof *c->order),
                        .stairs = mem_array(n, sizeof *c->stairs),
                        .on = mem_array(n, 1)};
    return c->x && c->y && c->job && c->order && c->stairs && c->on
               ? 0
               : err_set(e, ERR_MEMORY, "out of memory for a figure of %d jobs", room);
}

static void cloud_free(struct cloud *c)
{
    mem_free(c->x);
    mem_free(c->y);
    mem_free(c->job);
    mem_free(c->order);
    mem_free(c->stairs);
    mem_free(c->on);
}

static void cloud_fill(struct cloud *c, const struct sweep_data *d, const struct plane *p,
                       int group)
{
    c->n = 0;
    for (int i = 0; i < d->table.n; i++) {
        double x = sweep_data_metric(d, i, p->x), y = sweep_data_metric(d, i, p->y);
        if (d->table.jobs[i].group != group || !isfinite(x) || !isfinite(y))
            continue;
        c->x[c->n] = x;
        c->y[c->n] = y;
        c->job[c->n++] = i;
    }
    pareto_sort(c->x, c->y, c->n, c->order);
    pareto_mark(c->x, c->y, c->order, c->n, c->on);
}

static struct chart_item point(double x, double y, int64_t job)
{
    return (struct chart_item){{x, y}, job};
}

/* Adds a group's jobs, those on its frontier as larger points, and the frontier's staircase
   line. */
static void add_cloud(struct figure *f, struct cloud *c, int group)
{
    char name[CHART_NAME];
    int colour = sweep_data_colour(f->data, group);
    figures_group(f, group, 0, name);
    int faint = chart_layer(f->chart, CHART_FAINT, colour, name);
    int line = chart_layer(f->chart, CHART_LINE, colour, name);
    int on = chart_layer(f->chart, CHART_POINTS, colour, name);
    int m = pareto_stairs(c->x, c->y, c->order, c->n, c->stairs);
    for (int k = 0; k < c->n; k++)
        chart_add(f->chart, c->on[k] ? on : faint, point(c->x[k], c->y[k], f->data->id[c->job[k]]));
    for (int k = 0; k < m; k++) {
        int i = c->stairs[k];
        if (k)
            chart_add(f->chart, line, point(c->x[i], c->y[c->stairs[k - 1]], 0));
        chart_add(f->chart, line, point(c->x[i], c->y[i], 0));
    }
}

/* Adds the points of the sweep, at the mean over their seeds, that may be on the frontier of all
   groups. */
static void add_membership(struct figure *f, const struct plane *p)
{
    static const struct {
        enum frontier_membership_state state;
        const char *name;
        int dashed;
    } shown[] = {{MEMBERSHIP_ON, "mean over seeds on the frontier for certain", 0},
                 {MEMBERSHIP_AMBIGUOUS, "perhaps on it", 1}};
    const struct comparison *c = f->data->comparison;
    for (int i = 0; c && i < c->planes; i++)
        for (int k = 0; k < c->plane[i].frontiers; k++) {
            const struct comparison_frontier *frontier = &c->plane[i].frontier[k];
            if (strcmp(frontier->plane->name, p->name))
                continue;
            for (size_t s = 0; s < sizeof shown / sizeof shown[0]; s++) {
                int rings = chart_layer(f->chart, CHART_RINGS, CHART_PLAIN, shown[s].name);
                if (rings >= 0)
                    f->chart->layers[rings].dashed = shown[s].dashed;
                for (int q = 0; q < f->data->table.points; q++)
                    if (frontier->member[q].seeds && frontier->member[q].state == shown[s].state)
                        chart_add(f->chart, rings,
                                  point(frontier->member[q].x, frontier->member[q].y, 0));
            }
            return;
        }
}

/* The axis is logarithmic where the costs span more than a factor of 30. */
static void choose_scale(struct figure *f)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < f->chart->count; i++)
        for (size_t k = 0; k < f->chart->layers[i].count; k++) {
            double y = f->chart->layers[i].items[k].v[1];
            low = y < low ? y : low;
            high = y > high ? y : high;
        }
    f->chart->y.is_log = low > 0 && high > 30 * low;
}

int figures_plane(struct figure *f, struct err *e)
{
    const struct experiment *x = f->data->experiment;
    const struct plane *p = plane_named(x, f->plot->source);
    struct cloud c;
    int code = cloud_new(&c, f->data->table.n, e);
    set_title(&f->chart->x, x, p->x);
    set_title(&f->chart->y, x, p->y);
    for (int g = 0; !code && g < f->data->table.groups; g++) {
        cloud_fill(&c, f->data, p, g);
        if (c.n)
            add_cloud(f, &c, g);
    }
    cloud_free(&c);
    add_membership(f, p);
    choose_scale(f);
    return code;
}

/* ---- costs and hypervolumes ---- */

static struct chart_item interval(double x, struct estimate s)
{
    return (struct chart_item){{x, s.mean, s.low, s.high}, 0};
}

int figures_least(struct figure *f, struct err *e)
{
    (void)e;
    const struct comparison_plane *p = compared(f->data, f->plot->source);
    const struct comparison_options *o = &f->data->comparison->options;
    if (!p || !p->compare)
        return 0;
    set_title(&f->chart->y, f->data->experiment, p->plane->y);
    snprintf(f->chart->x.title, CHART_NAME, "%s at most", p->plane->x);
    for (int l = 0; l < o->n_limits; l++) {
        char name[32];
        snprintf(name, sizeof name, "%g", o->limits[l]);
        chart_place(f->chart, &f->chart->x, name);
    }
    for (int g = 0; g < p->groups; g++) {
        char name[CHART_NAME];
        int layer =
            chart_layer(f->chart, CHART_INTERVALS, sweep_data_colour(f->data, p->group[g].group),
                        figures_group(f, p->group[g].group, p->group[g].placed, name));
        if (layer >= 0)
            f->chart->layers[layer].dashed = p->group[g].placed;
        for (int l = 0; l < o->n_limits; l++)
            if (p->compare->group[g].least[l].by_seed.n)
                chart_add(f->chart, layer,
                          interval(l + 0.7 * ((g + 0.5) / p->groups - 0.5),
                                   p->compare->group[g].least[l].by_seed));
    }
    return 0;
}

int figures_volume(struct figure *f, struct err *e)
{
    (void)e;
    const struct comparison_plane *p = compared(f->data, f->plot->source);
    if (!p || !p->compare)
        return 0;
    snprintf(f->chart->y.title, CHART_NAME, "hypervolume below (%.3g, %.4g)", p->reference_x,
             p->reference_y);
    for (int g = 0; g < p->groups; g++) {
        char name[CHART_NAME];
        figures_group(f, p->group[g].group, p->group[g].placed, name);
        int layer = chart_layer(f->chart, CHART_INTERVALS,
                                sweep_data_colour(f->data, p->group[g].group), name);
        if (layer >= 0)
            f->chart->layers[layer].dashed = p->group[g].placed;
        if (p->compare->group[g].hypervolume.n)
            chart_add(f->chart, layer,
                      interval(chart_place(f->chart, &f->chart->x, name),
                               p->compare->group[g].hypervolume));
    }
    return 0;
}

/* ---- a metric against a parameter ---- */

struct at_value {
    double x, sum, low, high;
    int n;
};

/* The place of x among the values seen so far, in order; there are a few dozen values at most. */
enum { VALUES = 256 };

static int value_place(struct at_value *values, int *count, double x)
{
    int i = *count;
    while (i > 0 && values[i - 1].x >= x)
        i--;
    if (i < *count && values[i].x == x)
        return i;
    if (*count == VALUES)
        return -1;
    memmove(&values[i + 1], &values[i], (size_t)(*count - i) * sizeof *values);
    values[i] = (struct at_value){.x = x, .low = INFINITY, .high = -INFINITY};
    ++*count;
    return i;
}

static int sum_up(const struct figure *f, int group, int parameter, struct at_value *values)
{
    int count = 0;
    for (int i = 0; i < f->data->table.n; i++) {
        const struct job_table_job *job = &f->data->table.jobs[i];
        double x = value_number(job->parameters[parameter]);
        double y = sweep_data_metric(f->data, i, f->plot->y[0]);
        int at = job->group == group && isfinite(y) ? value_place(values, &count, x) : -1;
        if (at < 0)
            continue;
        values[at].sum += y;
        values[at].n++;
        values[at].low = y < values[at].low ? y : values[at].low;
        values[at].high = y > values[at].high ? y : values[at].high;
    }
    return count;
}

/* A group at x = 0, such as none, is a horizontal line where the axis is logarithmic. */
static void add_values(struct figure *f, int group, const struct at_value *values, int count)
{
    char name[CHART_NAME];
    int colour = sweep_data_colour(f->data, group);
    figures_group(f, group, 0, name);
    int band = chart_layer(f->chart, CHART_BAND, colour, name);
    int line = chart_layer(f->chart, CHART_LINE, colour, name);
    int dots = chart_layer(f->chart, CHART_POINTS, colour, name);
    for (int i = 0; i < count; i++) {
        const struct at_value *v = &values[i];
        if (f->plot->log_x && v->x <= 0) {
            int rule = chart_layer(f->chart, CHART_RULE, colour, name);
            if (rule >= 0)
                f->chart->layers[rule].dashed = 1;
            chart_add(f->chart, rule, point(NAN, v->sum / v->n, 0));
            continue;
        }
        chart_add(f->chart, band, (struct chart_item){{v->x, v->low, v->high}, 0});
        chart_add(f->chart, line, point(v->x, v->sum / v->n, 0));
        chart_add(f->chart, dots, point(v->x, v->sum / v->n, 0));
    }
}

int figures_parameter(struct figure *f, struct err *e)
{
    const struct experiment *x = f->data->experiment;
    int parameter = experiment_parameter(x, f->plot->x);
    struct at_value *values = mem_array(VALUES, sizeof *values);
    if (!values)
        return err_set(e, ERR_MEMORY, "out of memory for a figure");
    set_title(&f->chart->x, x, f->plot->x);
    set_title(&f->chart->y, x, f->plot->y[0]);
    f->chart->x.is_log = f->plot->log_x;
    f->chart->y.is_log = f->plot->log_y;
    for (int g = 0; f->data->table.varies[parameter] && g < f->data->table.groups; g++)
        add_values(f, g, values, sum_up(f, g, parameter, values));
    mem_free(values);
    return 0;
}

/* ---- baselines ---- */

enum { BINS = 30 };

static void add_bins(struct figure *f, int layer, const float *x, int n, double low, double high)
{
    int count[BINS] = {0};
    for (int i = 0; i < n; i++) {
        int bin = (int)(BINS * ((double)x[i] - low) / (high - low));
        count[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
    double width = (high - low) / BINS;
    for (int b = 0; b < BINS; b++)
        if (count[b])
            chart_add(f->chart, layer,
                      (struct chart_item){
                          {low + b * width, low + (b + 1) * width, (double)count[b] / n}, 0});
}

static int add_baseline(struct figure *f, int group, struct err *e)
{
    char name[CHART_NAME];
    int rows, cols, best = f->data->best[group], colour = sweep_data_colour(f->data, group);
    float *x;
    struct err none = {0};
    double observed = best < 0 ? NAN : sweep_data_metric(f->data, best, f->plot->x);
    if (!isfinite(observed))
        return 0;
    int code =
        store_array(f->data->store, f->data->id[best], f->plot->source, &rows, &cols, &x, &none);
    if (code) /* the array exists only for jobs that could be measured */
        return code == ERR_USAGE ? 0 : err_set(e, code, "%s", none.text);
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < rows * cols; i++) {
        low = (double)x[i] < low ? (double)x[i] : low;
        high = (double)x[i] > high ? (double)x[i] : high;
    }
    if (high <= low)
        high = low + 1e-3;
    figures_group(f, group, 0, name);
    add_bins(f, chart_layer(f->chart, CHART_BARS, colour, name), x, rows * cols, low, high);
    chart_add(f->chart, chart_layer(f->chart, CHART_RULE, colour, name),
              point(observed, NAN, f->data->id[best]));
    mem_free(x);
    return 0;
}

int figures_baseline(struct figure *f, struct err *e)
{
    int code = 0;
    set_title(&f->chart->x, f->data->experiment, f->plot->x);
    snprintf(f->chart->y.title, CHART_NAME, "share of shuffles");
    for (int g = 0; !code && g < f->data->table.groups; g++)
        code = add_baseline(f, g, e);
    return code;
}
