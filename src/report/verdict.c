#include "report/verdict.h"

#include "base/mem.h"
#include "stats/bootstrap.h"
#include "stats/pareto.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The least cost of every seed of a group, at the equal error; NAN where a seed does not get there.
 */
struct costs {
    int group, placed;
    double *of_seed; /* (seeds) */
    double mean;
    int seeds;
};

struct buffers {
    double *x, *y;
    int *order;
};

static void measure(const struct sweep_data *d, const char *metric, struct costs *c,
                    const struct buffers *b)
{
    c->seeds = 0;
    c->mean = 0;
    for (int s = 0; s < d->table.seeds; s++) {
        int n = 0;
        for (int i = 0; i < d->table.n; i++) {
            b->x[n] = sweep_data_metric(d, i, d->plane->x);
            b->y[n] = sweep_data_metric(d, i, metric);
            n += d->table.jobs[i].group == c->group && d->table.jobs[i].seed == s &&
                 isfinite(b->x[n]) && isfinite(b->y[n]);
        }
        pareto_sort(b->x, b->y, n, b->order);
        int m = pareto_stairs(b->x, b->y, b->order, n, b->order);
        c->of_seed[s] = NAN;
        if (!pareto_least(b->x, b->y, b->order, m, d->equal_error, PARETO_LINEAR, &c->of_seed[s]))
            continue;
        c->mean += c->of_seed[s];
        c->seeds++;
    }
    if (c->seeds)
        c->mean /= c->seeds;
}

static void contrast(const struct sweep_data *d, const struct costs *a, const struct costs *b,
                     struct bootstrap *resample, double *difference, struct verdict_contrast *out)
{
    char name[COMPARISON_NAME_SIZE];
    double sum_a = 0, sum_b = 0;
    int n = 0;
    for (int s = 0; s < d->table.seeds; s++)
        if (isfinite(a->of_seed[s]) && isfinite(b->of_seed[s])) {
            difference[n++] = a->of_seed[s] - b->of_seed[s];
            sum_a += a->of_seed[s];
            sum_b += b->of_seed[s];
        }
    *out = (struct verdict_contrast){.seeds = n, .ratio = sum_b > 0 ? sum_a / sum_b : NAN};
    snprintf(out->other, sizeof out->other, "%.90s",
             comparison_name(&d->table, b->group, b->placed, name));
    out->has_p = n >= RESAMPLE_FEWEST;
    if (out->has_p)
        out->p = bootstrap_sign_flip(resample, difference, n);
}

static void correct(struct verdict *v)
{
    double p[VERDICT_CONTRASTS], adjusted[VERDICT_CONTRASTS];
    int which[VERDICT_CONTRASTS], m = 0;
    for (int i = 0; i < v->contrasts; i++)
        if (v->contrast[i].has_p) {
            which[m] = i;
            p[m++] = v->contrast[i].p;
        }
    if (m)
        bootstrap_holm(p, m, adjusted);
    for (int k = 0; k < m; k++)
        v->contrast[which[k]].p = adjusted[k];
}

/* The group of least mean cost as trained. */
static int find_best(const struct costs *costs, int groups)
{
    int best = -1, reached = 0;
    for (int g = 0; g < groups; g++) {
        if (!costs[g].seeds)
            continue;
        reached++;
        if (best < 0 || costs[g].mean < costs[best].mean)
            best = g;
    }
    return reached >= 2 ? best : -1;
}

static void judge(const struct sweep_data *d, const struct costs *costs, int count,
                  struct bootstrap *resample, double *difference, struct verdict *v)
{
    char name[COMPARISON_NAME_SIZE];
    int groups = d->table.groups, best = find_best(costs, groups);
    if (best < 0)
        return;
    v->has_best = 1;
    v->mean = costs[best].mean;
    v->seeds = costs[best].seeds;
    snprintf(v->best, sizeof v->best, "%.90s", job_table_group_name(&d->table, best, name));
    for (int i = 0; i < count && v->contrasts < VERDICT_CONTRASTS; i++)
        if (i % groups != best && costs[i].seeds)
            contrast(d, &costs[best], &costs[i], resample, difference,
                     &v->contrast[v->contrasts++]);
    correct(v);
}

static const char *placed_metric(const struct sweep_data *d)
{
    for (const struct plane *p = d->experiment->planes; d->plane->placed && p->name; p++)
        if (!strcmp(p->name, d->plane->placed))
            return p->y;
    return NULL;
}

int verdict_make(const struct sweep_data *d, struct verdict *v, struct err *e)
{
    const char *placed = d->plane ? placed_metric(d) : NULL;
    int groups = d->table.groups, count = groups * (placed ? 2 : 1), seeds = d->table.seeds;
    size_t n = (size_t)d->table.n + 1;
    struct bootstrap *resample = NULL;
    *v = (struct verdict){.has_best = 0};
    if (!d->table.n || !d->plane || !d->plane->name)
        return 0;
    struct buffers b = {mem_array(n, sizeof(double)), mem_array(n, sizeof(double)),
                        mem_array(n, sizeof(int))};
    struct costs *costs = mem_array((size_t)count, sizeof *costs);
    double *values = mem_array((size_t)(count + 1) * (size_t)seeds, sizeof *values);
    int code = b.x && b.y && b.order && costs && values
                   ? bootstrap_new(&resample, RESAMPLE_DEFAULT, COMPARISON_SEED, e)
                   : err_set(e, ERR_MEMORY, "out of memory for the verdict");
    for (int i = 0; !code && i < count; i++) {
        costs[i] = (struct costs){i % groups, i / groups, values + (size_t)i * (size_t)seeds, 0, 0};
        measure(d, i < groups ? d->plane->y : placed, &costs[i], &b);
    }
    if (!code)
        judge(d, costs, count, resample, values + (size_t)count * (size_t)seeds, v);
    bootstrap_free(resample);
    mem_free(b.x);
    mem_free(b.y);
    mem_free(b.order);
    mem_free(costs);
    mem_free(values);
    return code;
}
