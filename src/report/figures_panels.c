/* Which jobs and rows the figures of PLOT_SERIES and PLOT_COURSE are of, and the panels they have.

   A mean is never taken over unlike jobs.  Only jobs that agree in every parameter that the plot
   does not name are shown: the largest such set. */
#include "report/figures_private.h"

#include "base/array.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- which jobs ---- */

static int is_named(const struct plot *p, const char *name)
{
    const char *const names[] = {p->x,        p->by,       p->split,    p->panel[0],
                                 p->panel[1], p->along[0], p->along[1], p->along[2]};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] && !strcmp(names[i], name))
            return 1;
    return 0;
}

/* Whether jobs that differ in this parameter count as unlike. */
int figures_holds(const struct figure *f, int parameter)
{
    const struct job_table *t = &f->data->table;
    return t->varies[parameter] && parameter != t->replicate &&
           !is_named(f->plot, t->experiment->parameters[parameter].name);
}

static int are_alike(const struct figure *f, int a, int b)
{
    const struct job_table *t = &f->data->table;
    for (int p = 0; p < t->parameters; p++)
        if (figures_holds(f, p) && !value_equal(t->jobs[a].parameters[p], t->jobs[b].parameters[p]))
            return 0;
    return 1;
}

/* How many parameters of the job have their default value. */
static int defaults_of(const struct figure *f, int job)
{
    const struct job_table *t = &f->data->table;
    int count = 0;
    for (int p = 0; p < t->parameters; p++) {
        const struct parameter *parameter = &t->experiment->parameters[p];
        struct value v;
        struct err none = {0};
        count += figures_holds(f, p) &&
                 !value_parse(parameter->type, parameter->default_text, &v, &none) &&
                 value_equal(v, t->jobs[job].parameters[p]);
    }
    return count;
}

static int is_usable(const struct figure *f, int job)
{
    return f->plot->kind == PLOT_COURSE || isfinite(sweep_data_metric(f->data, job, f->plot->y[0]));
}

/* Returns a job of the largest set of like jobs; of two sets of the same size, the one nearer to
   the defaults counts.  -1 = there is none. */
int figures_find_set(const struct figure *f)
{
    const struct job_table *t = &f->data->table;
    int best = -1, most = 0, most_defaults = 0;
    for (int q = 0; !f->job && q < t->points; q++) {
        int job = t->first_of_point[q], count = 0, defaults = defaults_of(f, job);
        for (int i = 0; i < t->n; i++)
            count += is_usable(f, i) && are_alike(f, i, job);
        if (count > most || (count && count == most && defaults > most_defaults)) {
            best = job;
            most = count;
            most_defaults = defaults;
        }
    }
    return f->job ? sweep_data_find(f->data, f->job) : best;
}

int figures_in_set(const struct figure *f, int set, int job)
{
    return f->job ? f->data->id[job] == f->job
                  : set >= 0 && is_usable(f, job) && are_alike(f, set, job);
}

/* ---- values by name ---- */

/* A parameter of the job or, for a table, a column of the row; NULL = there is none. */
struct value figures_value(const struct figure *f, int job, const struct store_row *row,
                           const char *name)
{
    int p = name ? experiment_parameter(f->data->experiment, name) : -1;
    int c = name && p < 0 && row ? store_row_column(row, name) : -1;
    if (p >= 0)
        return f->data->table.jobs[job].parameters[p];
    return c >= 0 ? row->values[c] : value_null();
}

double figures_number(const struct figure *f, int job, const struct store_row *row,
                      const char *name)
{
    struct value v = figures_value(f, job, row, name);
    if (!row && experiment_parameter(f->data->experiment, name) < 0)
        return sweep_data_metric(f->data, job, name);
    return v.type == VALUE_NULL || v.type == VALUE_TEXT ? NAN : value_number(v);
}

int figures_wants(const struct figure *f, int job, const struct store_row *row)
{
    struct value v = figures_value(f, job, row, f->plot->where);
    return !f->plot->where || (v.type == VALUE_TEXT && !strcmp(v.as.text, f->plot->is));
}

/* "u_0 = 1, u_1 = 3" */
void figures_name_panel(const struct figure *f, int job, const struct store_row *row,
                        char out[CHART_NAME])
{
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < 2; i++) {
        const char *name = f->plot->panel[i];
        int p = name ? experiment_parameter(f->data->experiment, name) : -1;
        char text[VALUE_TEXT_SIZE];
        if (!name || (p >= 0 && !f->data->table.varies[p]) || length >= CHART_NAME - 1)
            continue;
        struct value v = figures_value(f, job, row, name);
        int is_text = v.type == VALUE_TEXT; /* a text needs no name before it */
        length += (size_t)snprintf(out + length, CHART_NAME - length, "%s%.20s%s%.20s",
                                   length ? ", " : "", is_text ? "" : name, is_text ? "" : " = ",
                                   value_format(v, text));
    }
}

int figures_rows_of(const struct figure *f, int job, store_row_handler *row, void *data,
                    struct err *e)
{
    const struct experiment *x = f->data->experiment;
    const struct table *table = &x->tables[experiment_table(x, f->plot->source)];
    return store_each_row(f->data->store, x, table, f->data->id[job], row, data, e);
}

/* ---- panels ---- */

struct listing {
    const struct figure *f;
    int job;
    struct figures_panels *panels;
};

static int add_panel(struct figures_panels *panels, const char *name, struct err *e)
{
    for (int i = 0; i < panels->count; i++)
        if (!strcmp(panels->names[i], name))
            return 0;
    char(*grown)[CHART_NAME] = array_room(panels->names, (size_t)panels->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for a figure");
    panels->names = grown;
    snprintf(grown[panels->count++], CHART_NAME, "%s", name);
    return 0;
}

static int list_row(const struct store_row *row, void *data, struct err *e)
{
    struct listing *l = data;
    char panel[CHART_NAME];
    figures_name_panel(l->f, l->job, row, panel);
    return figures_wants(l->f, l->job, row) ? add_panel(l->panels, panel, e) : 0;
}

int figures_list_panels(const struct sweep_data *data, const struct plot *plot, int64_t job,
                        struct figures_panels *panels, struct err *e)
{
    const struct figure f = {.data = data, .plot = plot, .job = job};
    *panels = (struct figures_panels){0};
    struct listing l = {&f, 0, panels};
    int code = 0;
    if (!plot->panel[0])
        return add_panel(panels, "", e);
    int set = figures_find_set(&f);
    for (l.job = 0; !code && l.job < data->table.n; l.job++) {
        char name[CHART_NAME];
        if (!figures_in_set(&f, set, l.job))
            continue;
        if (plot->kind == PLOT_COURSE) {
            code = figures_rows_of(&f, l.job, list_row, &l, e);
        } else {
            figures_name_panel(&f, l.job, NULL, name);
            code = add_panel(panels, name, e);
        }
    }
    return code;
}

void figures_free_panels(struct figures_panels *panels)
{
    mem_free(panels->names);
}
