#include "stats/group_compare.h"

#include "base/mem.h"
#include "stats/pareto.h"

#include <assert.h>
#include <math.h>

/* Jobs sorted by a key, and by x within it. */
struct buckets {
    int *start; /* (keys + 1) */
    int *row;   /* (n): the jobs of key k are row[start[k]] .. row[start[k + 1] - 1] */
};

struct work {
    const struct group_compare_jobs *jobs;
    const struct group_compare_options *options;
    struct bootstrap *resample;
    int *order;   /* (n) */
    int *cell_of; /* (n) group * seeds + seed */
    int *side_of; /* (n) joint * seeds + seed, at last joint alone */
    struct buckets by_group;
    struct buckets by_joint;
    struct buckets by_side;
    struct buckets by_cell;
    int *group_stairs; /* (groups) */
    int *cell_stairs;  /* (groups * seeds) */
    int *share_count;  /* (groups * seeds) jobs on the joint frontier of their seed */
    int *side_count;   /* (groups * seeds) by joint and seed: jobs on it, of all its groups */
    double *volume;    /* (groups * seeds) */
    double *value;     /* (seeds) */
    unsigned char *on; /* (n) */
};

static int jobs_of(const struct buckets *b, int key)
{
    return b->start[key + 1] - b->start[key];
}

static int *rows_of(const struct buckets *b, int key)
{
    return b->row + b->start[key];
}

/* Counting sort; keeps the given order within a key.  Returns false when memory is out. */
static int buckets_fill(struct buckets *b, const int *order, const int *key, int n, int keys)
{
    b->start = mem_array((size_t)keys + 2, sizeof *b->start);
    b->row = mem_array((size_t)n, sizeof *b->row);
    if (!b->start || !b->row)
        return 0;
    for (int i = 0; i < n; i++)
        b->start[key[i] + 2]++;
    for (int k = 0; k < keys; k++)
        b->start[k + 2] += b->start[k + 1];
    for (int i = 0; i < n; i++)
        b->row[b->start[key[order[i]] + 1]++] = order[i];
    return 1;
}

static void buckets_free(struct buckets *b)
{
    mem_free(b->start);
    mem_free(b->row);
}

static void work_free(struct work *w)
{
    bootstrap_free(w->resample);
    buckets_free(&w->by_group);
    buckets_free(&w->by_joint);
    buckets_free(&w->by_side);
    buckets_free(&w->by_cell);
    void *const owned[] = {w->order,       w->cell_of,     w->side_of,    w->group_stairs,
                           w->cell_stairs, w->share_count, w->side_count, w->volume,
                           w->value,       w->on};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
}

static int joint_of(const struct group_compare_jobs *jobs, int group)
{
    return jobs->joint ? jobs->joint[group] : 0;
}

static int fill_all(struct work *w)
{
    const struct group_compare_jobs *jobs = w->jobs;
    int n = jobs->n, groups = jobs->groups, cells = groups * jobs->seeds;
    for (int i = 0; i < n; i++) {
        w->cell_of[i] = jobs->group[i] * jobs->seeds + jobs->seed[i];
        w->side_of[i] = joint_of(jobs, jobs->group[i]) * jobs->seeds + jobs->seed[i];
    }
    if (!buckets_fill(&w->by_group, w->order, jobs->group, n, groups) ||
        !buckets_fill(&w->by_cell, w->order, w->cell_of, n, cells) ||
        !buckets_fill(&w->by_side, w->order, w->side_of, n, cells))
        return 0;
    for (int i = 0; i < n; i++)
        w->side_of[i] /= jobs->seeds;
    return buckets_fill(&w->by_joint, w->order, w->side_of, n, groups);
}

static int work_new(struct work *w, const struct group_compare_jobs *jobs,
                    const struct group_compare_options *options, struct err *e)
{
    size_t n = (size_t)jobs->n, groups = (size_t)jobs->groups, seeds = (size_t)jobs->seeds;
    *w = (struct work){.jobs = jobs, .options = options};
    if (bootstrap_new(&w->resample, options->resamples, options->seed, e) < 0)
        return ERR_MEMORY;
    const struct mem_slot slots[] = {
        MEM_SLOT(w->order, n),
        MEM_SLOT(w->cell_of, n),
        MEM_SLOT(w->side_of, n),
        MEM_SLOT(w->group_stairs, groups),
        MEM_SLOT(w->cell_stairs, groups * seeds),
        MEM_SLOT(w->share_count, groups * seeds),
        MEM_SLOT(w->side_count, groups * seeds),
        MEM_SLOT(w->volume, groups * seeds),
        MEM_SLOT(w->value, seeds),
        MEM_SLOT(w->on, n),
        {0},
    };
    if (mem_arrays(slots))
        return err_set(e, ERR_MEMORY, "out of memory for comparing %d jobs", jobs->n);
    pareto_sort(jobs->x, jobs->y, jobs->n, w->order);
    return fill_all(w) ? 0 : err_set(e, ERR_MEMORY, "out of memory for comparing %d jobs", jobs->n);
}

/* ---- measures ---- */

static double volume_of(const struct work *w, const int *stairs, int m)
{
    return pareto_hypervolume(w->jobs->x, w->jobs->y, stairs, m, w->options->reference_x,
                              w->options->reference_y);
}

/* Marks the frontier of each key's jobs; how many are on each into count (keys). */
static void mark_each(struct work *w, const struct buckets *b, int keys, int *count)
{
    for (int k = 0; k < keys; k++)
        count[k] = pareto_mark(w->jobs->x, w->jobs->y, rows_of(b, k), jobs_of(b, k), w->on);
}

/* Who is on the joint frontiers: of all seeds, and of every seed. */
static void count_on_joint(struct work *w, struct group_compare *c)
{
    const struct group_compare_jobs *jobs = w->jobs;
    mark_each(w, &w->by_joint, jobs->groups, w->side_count);
    for (int i = 0; i < jobs->n; i++)
        c->group[jobs->group[i]].on_joint += w->on[i];
    for (int g = 0; g < jobs->groups; g++)
        c->group[g].joint = w->side_count[joint_of(jobs, g)];
    mark_each(w, &w->by_side, jobs->groups * jobs->seeds, w->side_count);
    for (int i = 0; i < jobs->n; i++)
        w->share_count[w->cell_of[i]] += w->on[i];
}

/* From here on the rows of a group and of a cell begin with their frontier's stairs. */
static void find_stairs(struct work *w)
{
    const struct group_compare_jobs *jobs = w->jobs;
    for (int g = 0; g < jobs->groups; g++) {
        int *rows = rows_of(&w->by_group, g);
        w->group_stairs[g] = pareto_stairs(jobs->x, jobs->y, rows, jobs_of(&w->by_group, g), rows);
    }
    for (int c = 0; c < jobs->groups * jobs->seeds; c++) {
        int *rows = rows_of(&w->by_cell, c);
        w->cell_stairs[c] = pareto_stairs(jobs->x, jobs->y, rows, jobs_of(&w->by_cell, c), rows);
        w->volume[c] = volume_of(w, rows, w->cell_stairs[c]);
    }
}

static void measure_least(struct work *w, int g, double limit, struct group_compare_least *least)
{
    const struct group_compare_jobs *jobs = w->jobs;
    int n = 0;
    *least = (struct group_compare_least){.limit = limit};
    least->reached = pareto_least(jobs->x, jobs->y, rows_of(&w->by_group, g), w->group_stairs[g],
                                  limit, PARETO_LINEAR, &least->pooled);
    for (int s = 0; s < jobs->seeds; s++) {
        int cell = g * jobs->seeds + s;
        n += pareto_least(jobs->x, jobs->y, rows_of(&w->by_cell, cell), w->cell_stairs[cell], limit,
                          PARETO_LINEAR, &w->value[n]);
    }
    least->by_seed = bootstrap_mean(w->resample, w->value, n);
}

/* The stretched arms of an interval may leave the range that a mean can have. */
static struct estimate within(struct estimate est, double least, double most)
{
    est.low = fmax(est.low, least);
    est.high = fmin(est.high, most);
    return est;
}

static void measure_group(struct work *w, int g, struct group_compare_group *group)
{
    int S = w->jobs->seeds, joint = joint_of(w->jobs, g), n = 0;
    group->jobs = jobs_of(&w->by_group, g);
    group->pooled_hypervolume = volume_of(w, rows_of(&w->by_group, g), w->group_stairs[g]);
    for (int s = 0; s < S; s++)
        if (jobs_of(&w->by_cell, g * S + s))
            w->value[n++] = w->volume[g * S + s];
    group->seeds = n;
    group->hypervolume = within(bootstrap_mean(w->resample, w->value, n), 0, INFINITY);
    n = 0;
    for (int s = 0; s < S; s++)
        if (jobs_of(&w->by_cell, g * S + s))
            w->value[n++] = (double)w->share_count[g * S + s] / w->side_count[joint * S + s];
    group->share = within(bootstrap_mean(w->resample, w->value, n), 0, 1);
    for (int l = 0; l < w->options->n_limits; l++)
        measure_least(w, g, w->options->limits[l], &group->least[l]);
}

static void measure_pair(struct work *w, struct group_compare_pair *pair)
{
    int S = w->jobs->seeds, n = 0;
    for (int s = 0; s < S; s++) {
        int a = pair->a * S + s, b = pair->b * S + s;
        if (jobs_of(&w->by_cell, a) && jobs_of(&w->by_cell, b))
            w->value[n++] = w->volume[a] - w->volume[b];
    }
    pair->difference = bootstrap_mean(w->resample, w->value, n);
    pair->has_p = n >= RESAMPLE_FEWEST;
    if (pair->has_p)
        pair->p = bootstrap_sign_flip(w->resample, w->value, n);
}

/* Holm over the pairs that were tested. */
static int correct_pairs(struct group_compare *c, struct err *e)
{
    int m = 0;
    double *p, *adjusted;
    const size_t pairs = (size_t)c->pairs;
    if (mem_arrays((struct mem_slot[]){MEM_SLOT(p, pairs), MEM_SLOT(adjusted, pairs), {0}}))
        return err_set(e, ERR_MEMORY, "out of memory for comparing %d pairs", c->pairs);
    for (int i = 0; i < c->pairs; i++)
        if (c->pair[i].has_p)
            p[m++] = c->pair[i].p;
    bootstrap_holm(p, m, adjusted);
    m = 0;
    for (int i = 0; i < c->pairs; i++)
        if (c->pair[i].has_p)
            c->pair[i].p_holm = adjusted[m++];
    mem_free(p);
    mem_free(adjusted);
    return 0;
}

/* ---- the whole ---- */

void group_compare_reference(const struct group_compare_jobs *jobs, double *x, double *y)
{
    assert(jobs->n >= 1);
    double most_x = jobs->x[0], most_y = jobs->y[0];
    for (int i = 1; i < jobs->n; i++) {
        most_x = fmax(most_x, jobs->x[i]);
        most_y = fmax(most_y, jobs->y[i]);
    }
    *x = 1.05 * most_x;
    *y = 1.05 * most_y;
}

static int allocate(struct group_compare **compare, int groups, int n_limits, struct err *e)
{
    struct group_compare *c = mem_array(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_MEMORY, "out of memory for a comparison");
    c->groups = groups;
    c->pairs = groups * (groups - 1) / 2;
    c->group = mem_array((size_t)groups, sizeof *c->group);
    c->pair = mem_array((size_t)c->pairs, sizeof *c->pair);
    int failed = !c->group || !c->pair;
    for (int g = 0; g < groups && !failed; g++) {
        c->group[g].least = mem_array((size_t)n_limits, sizeof *c->group[g].least);
        failed = !c->group[g].least;
    }
    if (failed) {
        group_compare_free(c);
        return err_set(e, ERR_MEMORY, "out of memory for comparing %d groups", groups);
    }
    *compare = c;
    return 0;
}

int group_compare_new(struct group_compare **compare, const struct group_compare_jobs *jobs,
                      const struct group_compare_options *options, struct err *e)
{
    struct work w;
    struct group_compare *c = NULL;
    *compare = NULL;
    int code = work_new(&w, jobs, options, e);
    if (!code)
        code = allocate(&c, jobs->groups, options->n_limits, e);
    if (code < 0)
        goto out;
    count_on_joint(&w, c);
    find_stairs(&w);
    for (int g = 0; g < c->groups; g++)
        measure_group(&w, g, &c->group[g]);
    for (int a = 0, i = 0; a < c->groups; a++)
        for (int b = a + 1; b < c->groups; b++, i++) {
            c->pair[i].a = a;
            c->pair[i].b = b;
            measure_pair(&w, &c->pair[i]);
        }
    code = correct_pairs(c, e);
    if (code < 0)
        goto out;
    *compare = c;
    c = NULL;
out:
    group_compare_free(c);
    work_free(&w);
    return code;
}

void group_compare_free(struct group_compare *c)
{
    if (!c)
        return;
    for (int g = 0; g < c->groups && c->group; g++)
        mem_free(c->group[g].least);
    mem_free(c->group);
    mem_free(c->pair);
    mem_free(c);
}

int group_compare_metric(const double *value, const int *seed, int n, int seeds,
                         struct bootstrap *resample, struct estimate *estimate, struct err *e)
{
    int present = 0;
    double *sum;
    int *count;
    const size_t each = (size_t)seeds;
    if (mem_arrays((struct mem_slot[]){MEM_SLOT(sum, each), MEM_SLOT(count, each), {0}}))
        return err_set(e, ERR_MEMORY, "out of memory for the mean over %d seeds", seeds);
    for (int i = 0; i < n; i++) {
        sum[seed[i]] += value[i];
        count[seed[i]]++;
    }
    for (int s = 0; s < seeds; s++)
        if (count[s])
            sum[present++] = sum[s] / count[s];
    *estimate = bootstrap_mean(resample, sum, present);
    mem_free(sum);
    mem_free(count);
    return 0;
}
