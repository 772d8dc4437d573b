#include "report/sweep_data.h"

#include "base/array.h"
#include "base/mem.h"
#include "report/palette.h"
#include "stats/bootstrap.h"
#include "stats/pareto.h"

#include <math.h>
#include <string.h>

static const double limits[] = {0.05, 0.1, 0.2, 0.3};

enum { LIMITS = sizeof limits / sizeof limits[0] };

/* ---- the jobs ---- */

static int take_job(const struct store_row *row, void *context, struct err *e)
{
    struct sweep_data *d = context;
    int64_t *grown = array_room(d->id, (size_t)d->table.n, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for %d jobs", d->table.n);
    d->id = grown;
    d->id[d->table.n] = row->values[0].as.i;
    return job_table_add(row, &d->table, e);
}

int sweep_data_find(const struct sweep_data *data, int64_t id)
{
    int low = 0, high = data->table.n - 1; /* rows come in the order of job_id */
    while (low <= high) {
        int middle = (low + high) / 2;
        if (data->id[middle] == id)
            return middle;
        if (data->id[middle] < id)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}

double sweep_data_metric(const struct sweep_data *data, int job, const char *metric)
{
    int m = experiment_metric(data->experiment, metric);
    return m < 0 ? NAN : data->table.jobs[job].metrics[m];
}

int sweep_data_colour(const struct sweep_data *data, int group)
{
    char name[VALUE_TEXT_SIZE];
    return palette_of(job_table_group_name(&data->table, group, name), group);
}

/* ---- the best of each group at equal error ---- */

static double least_of_group(const struct sweep_data *d, int group)
{
    double least = INFINITY;
    for (int i = 0; i < d->table.n; i++) {
        double x = sweep_data_metric(d, i, d->plane->x);
        if (d->table.jobs[i].group == group && x < least)
            least = x;
    }
    return least;
}

/* The smallest of a few round errors that every group reaches; where there is none, the least error
   that every group reaches. */
static double find_equal_error(const struct sweep_data *d)
{
    double worst = 0;
    for (int g = 0; g < d->table.groups; g++) {
        double least = least_of_group(d, g);
        if (isfinite(least))
            worst = least > worst ? least : worst;
    }
    for (int i = 0; i < LIMITS; i++)
        if (worst <= limits[i])
            return limits[i];
    return worst;
}

static void find_best(struct sweep_data *d)
{
    for (int g = 0; g < d->table.groups; g++)
        d->best[g] = -1;
    for (int i = 0; i < d->table.n; i++) {
        int *best = &d->best[d->table.jobs[i].group];
        double x = sweep_data_metric(d, i, d->plane->x), y = sweep_data_metric(d, i, d->plane->y);
        if (x <= d->equal_error && isfinite(y) &&
            (*best < 0 || y < sweep_data_metric(d, *best, d->plane->y)))
            *best = i;
    }
    for (int g = 0; g < d->table.groups; g++)
        if (d->best[g] >= 0)
            d->page[d->best[g]] = 1;
}

/* The plane with a placed twin, which is the most informative; else the first. */
static const struct plane *headline_plane(const struct experiment *x)
{
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (p->placed)
            return p;
    return x->planes;
}

/* The jobs that are on the frontier of all jobs in any plane. */
static int mark_frontiers(struct sweep_data *d, struct err *e)
{
    int n = d->table.n;
    double *x = mem_array((size_t)n, sizeof *x), *y = mem_array((size_t)n, sizeof *y);
    int *job = mem_array((size_t)n, sizeof *job), *order = mem_array((size_t)n, sizeof *order);
    unsigned char *on = mem_array((size_t)n, 1);
    int complete = x && y && job && order && on;
    for (const struct plane *p = d->experiment->planes; complete && p && p->name; p++) {
        int m = 0;
        for (int i = 0; i < n; i++) {
            x[m] = sweep_data_metric(d, i, p->x);
            y[m] = sweep_data_metric(d, i, p->y);
            job[m] = i;
            m += isfinite(x[m]) && isfinite(y[m]);
        }
        pareto_sort(x, y, m, order);
        pareto_mark(x, y, order, m, on);
        for (int k = 0; k < m; k++)
            d->page[job[k]] |= on[k];
    }
    mem_free(x);
    mem_free(y);
    mem_free(job);
    mem_free(order);
    mem_free(on);
    return complete ? 0 : err_set(e, ERR_MEMORY, "out of memory for the frontiers of %d jobs", n);
}

static int compare(struct sweep_data *d, struct err *e)
{
    const struct comparison_options options = {
        .limits = limits, .n_limits = LIMITS, .resamples = RESAMPLE_DEFAULT};
    return comparison_new(&d->comparison, &d->table, &options, e);
}

int sweep_data_load(struct sweep_data *d, struct store *store, const struct experiment *x,
                    const struct selection *selection, struct err *e)
{
    *d = (struct sweep_data){.store = store, .experiment = x, .plane = headline_plane(x)};
    job_table_begin(&d->table, x, experiment_parameter(x, x->group));
    int code = selection_each_result(selection, store, take_job, d, e);
    if (!code)
        code = job_table_number(&d->table, e);
    if (!code)
        code = job_table_count_lost(&d->table, store, e);
    if (code || !d->table.n)
        return code;
    d->best = mem_array((size_t)d->table.groups, sizeof *d->best);
    d->page = mem_array((size_t)d->table.n, 1);
    if (!d->best || !d->page)
        return err_set(e, ERR_MEMORY, "out of memory for %d jobs", d->table.n);
    for (int i = 0; x->alive && i < d->table.n; i++)
        d->dead += sweep_data_metric(d, i, x->alive) == 0;
    if (d->plane && d->plane->name) {
        d->equal_error = find_equal_error(d);
        find_best(d);
    }
    code = mark_frontiers(d, e);
    return code ? code : compare(d, e);
}

void sweep_data_free(struct sweep_data *d)
{
    comparison_free(d->comparison);
    if (d->experiment)
        job_table_free(&d->table);
    mem_free(d->id);
    mem_free(d->best);
    mem_free(d->page);
}
