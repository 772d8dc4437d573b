#include "report/figures_private.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static figure_filler *const fillers[] = {
    [PLOT_PLANE] = figures_plane,
    [PLOT_LEAST] = figures_least,
    [PLOT_VOLUME] = figures_volume,
    [PLOT_PARAMETER] = figures_parameter,
    [PLOT_BASELINE] = figures_baseline,
    [PLOT_SERIES] = figures_series,
    [PLOT_COURSE] = figures_series,
    [PLOT_LINES] = figures_lines,
    [PLOT_CATEGORIES] = figures_categories,
    [PLOT_HISTOGRAM] = figures_histogram,
    [PLOT_CELLS] = figures_cells,
    [PLOT_ARRAY] = figures_array,
    [PLOT_MAP] = figures_map,
};

const char *figures_group(const struct figure *f, int group, int placed, char *out)
{
    char name[COMPARISON_NAME_SIZE];
    snprintf(out, CHART_NAME, "%.90s", comparison_name(&f->data->table, group, placed, name));
    return out;
}

int figures_groups(const struct figure *f)
{
    return f->job ? 1 : f->data->table.groups;
}

int figures_each_row(struct figure *f, int group, store_row_handler *row, void *data, struct err *e)
{
    const struct experiment *x = f->data->experiment;
    const struct table *table = &x->tables[experiment_table(x, f->plot->source)];
    if (f->job)
        return store_each_row(f->data->store, x, table, f->job, row, data, e);
    int code = 0, best = f->data->best[group];
    for (int i = 0; !code && best >= 0 && i < f->data->table.n; i++)
        if (f->data->table.jobs[i].point == f->data->table.jobs[best].point)
            code = store_each_row(f->data->store, x, table, f->data->id[i], row, data, e);
    return code;
}

int figures_make(const struct sweep_data *data, const struct plot *plot, int64_t job,
                 const struct figures_panels *panels, int panel, struct chart **chart,
                 struct err *e)
{
    struct figure f = {data, plot, job, chart_new(plot->name, plot->title, plot->help),
                       panels->names[panel]};
    *chart = NULL;
    if (!f.chart)
        return err_set(e, ERR_MEMORY, "out of memory for figure %s", plot->name);
    if (panels->count > 1)
        chart_number(f.chart, panel + 1);
    int code = data->table.n ? fillers[plot->kind](&f, e) : 0;
    if (!code && f.chart->failed)
        code = err_set(e, ERR_MEMORY, "out of memory for figure %s", plot->name);
    if (code || !chart_has_items(f.chart) || !chart_fit(f.chart)) {
        chart_free(f.chart);
        return code;
    }
    *chart = f.chart;
    return 0;
}
