#include "stats/contrast.h"

#include "base/mem.h"
#include "math/rng.h"
#include "stats/pareto.h"

#include <math.h>

struct work {
    const struct group_compare_jobs *jobs;
    const int *point;
    int points;
    const struct contrast_options *options;
    struct bootstrap *resample;
    int *start; /* (cells + 2) where a cell's jobs begin in row; a cell is a group's seed */
    int *row;   /* (n) jobs by cell, and by x within it */
    int *order; /* (n) scratch */
    unsigned char *allowed; /* (points) scratch: of a choice */
    int *list;              /* (points) scratch: points of a group */
    double *value[2];       /* (seeds) of a and of b */
    int *defined[2];        /* (seeds) in how many choices; 0 = no value */
    double *difference;     /* (seeds) scratch */
    double *p, *adjusted;   /* (contrasts) scratch */
};

/* What is asked of a seed's jobs: the least y at an x, or the area. */
struct question {
    int is_area;
    double limit;
};

/* ---- opening ---- */

static void work_free(struct work *w)
{
    void *const owned[] = {w->start,      w->row,        w->order,    w->allowed,
                           w->list,       w->value[0],   w->value[1], w->defined[0],
                           w->defined[1], w->difference, w->p,        w->adjusted};
    bootstrap_free(w->resample);
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
}

static int work_allocate(struct work *w, int contrasts)
{
    size_t n = (size_t)w->jobs->n, seeds = (size_t)w->jobs->seeds, points = (size_t)w->points;
    const struct mem_slot slots[] = {
        MEM_SLOT(w->start, (size_t)w->jobs->groups * seeds + 2),
        MEM_SLOT(w->row, n),
        MEM_SLOT(w->order, n),
        MEM_SLOT(w->allowed, points),
        MEM_SLOT(w->list, points),
        MEM_SLOT(w->difference, seeds),
        MEM_SLOT(w->p, (size_t)contrasts),
        MEM_SLOT(w->adjusted, (size_t)contrasts),
        MEM_SLOT(w->value[0], seeds),
        MEM_SLOT(w->defined[0], seeds),
        MEM_SLOT(w->value[1], seeds),
        MEM_SLOT(w->defined[1], seeds),
        {0},
    };
    return !mem_arrays(slots);
}

/* Counting sort by cell of the jobs in the order of x. */
static void fill_cells(struct work *w)
{
    const struct group_compare_jobs *jobs = w->jobs;
    int cells = jobs->groups * jobs->seeds;
    pareto_sort(jobs->x, jobs->y, jobs->n, w->order);
    for (int i = 0; i < jobs->n; i++)
        w->start[jobs->group[i] * jobs->seeds + jobs->seed[i] + 2]++;
    for (int c = 0; c < cells; c++)
        w->start[c + 2] += w->start[c + 1];
    for (int i = 0; i < jobs->n; i++) {
        int job = w->order[i];
        w->row[w->start[jobs->group[job] * jobs->seeds + jobs->seed[job] + 1]++] = job;
    }
}

/* ---- one seed of a group ---- */

/* Its value from the jobs of the allowed points; false where there is none. */
static int ask(struct work *w, int group, int seed, struct question q, double *value)
{
    const struct group_compare_jobs *jobs = w->jobs;
    int cell = group * jobs->seeds + seed, n = 0;
    for (int i = w->start[cell]; i < w->start[cell + 1]; i++)
        if (w->allowed[w->point[w->row[i]]])
            w->order[n++] = w->row[i];
    if (!n)
        return 0;
    int stairs = pareto_stairs(jobs->x, jobs->y, w->order, n, w->order);
    if (!q.is_area)
        return pareto_least(jobs->x, jobs->y, w->order, stairs, q.limit, PARETO_LINEAR, value);
    *value = pareto_hypervolume(jobs->x, jobs->y, w->order, stairs, w->options->reference_x,
                                w->options->reference_y);
    return 1;
}

/* The points of a group into list, how many there are. */
static int points_of(struct work *w, int group)
{
    const struct group_compare_jobs *jobs = w->jobs;
    int n = 0;
    for (int p = 0; p < w->points; p++)
        w->allowed[p] = 0;
    for (int c = group * jobs->seeds; c < (group + 1) * jobs->seeds; c++)
        for (int i = w->start[c]; i < w->start[c + 1]; i++) {
            int point = w->point[w->row[i]];
            if (!w->allowed[point])
                w->list[n++] = point;
            w->allowed[point] = 1;
        }
    return n;
}

/* Allows `wanted` of the n points of the list, by choice number `choice`. */
static void choose(struct work *w, int n, int wanted, int choice)
{
    struct rng r = rng_at(w->options->seed, RNG_BOOTSTRAP, UINT64_C(3) << 32 | (uint64_t)choice);
    for (int p = 0; p < w->points; p++)
        w->allowed[p] = 0;
    for (int i = 0; i < wanted; i++) {
        int k = i + (int)rng_below(&r, (uint32_t)(n - i)), point = w->list[k];
        w->list[k] = w->list[i];
        w->list[i] = point;
        w->allowed[point] = 1;
    }
}

/* A group's seeds, each at its mean over the choices of `wanted` points that give it a value. */
static void ask_all(struct work *w, int group, int wanted, struct question q, double *value,
                    int *defined)
{
    int n = points_of(w, group), S = w->jobs->seeds;
    int choices = wanted < n ? w->options->equal_points : 1;
    for (int s = 0; s < S; s++)
        value[s] = defined[s] = 0;
    for (int c = 0; c < choices; c++) {
        if (wanted < n)
            choose(w, n, wanted, c);
        for (int s = 0; s < S; s++) {
            double one;
            if (ask(w, group, s, q, &one)) {
                value[s] += one;
                defined[s]++;
            }
        }
    }
    for (int s = 0; s < S; s++)
        value[s] /= defined[s] ? defined[s] : 1;
}

/* ---- one contrast ---- */

static struct contrast_test test(struct work *w, const struct contrast *c, struct question q)
{
    struct contrast_test t = {0};
    int fewer = c->points_a < c->points_b ? c->points_a : c->points_b, n = 0;
    int equal = w->options->equal_points > 0;
    double a = 0, b = 0;
    ask_all(w, c->a, equal ? fewer : c->points_a, q, w->value[0], w->defined[0]);
    ask_all(w, c->b, equal ? fewer : c->points_b, q, w->value[1], w->defined[1]);
    for (int s = 0; s < w->jobs->seeds; s++) {
        t.seeds_a += w->defined[0][s] > 0;
        t.seeds_b += w->defined[1][s] > 0;
        if (!w->defined[0][s] || !w->defined[1][s])
            continue;
        a += w->value[0][s];
        b += w->value[1][s];
        w->difference[n++] = w->value[0][s] - w->value[1][s];
    }
    t.difference = bootstrap_mean(w->resample, w->difference, n);
    if (n) {
        t.a = optional_of(a / n);
        t.b = optional_of(b / n);
    }
    if (n >= RESAMPLE_FEWEST)
        t.p = optional_of(bootstrap_sign_flip(w->resample, w->difference, n));
    return t;
}

/* ---- the whole ---- */

static struct contrast_test *test_of(const struct contrasts *c, int i, int question)
{
    return question < c->n_limits ? &c->contrast[i].at[question] : &c->contrast[i].area;
}

/* Holm over the contrasts that have a p for this question. */
static void correct(struct work *w, struct contrasts *c, int question)
{
    int m = 0;
    for (int i = 0; i < c->n; i++)
        if (test_of(c, i, question)->p.defined)
            w->p[m++] = test_of(c, i, question)->p.value;
    bootstrap_holm(w->p, m, w->adjusted);
    m = 0;
    for (int i = 0; i < c->n; i++)
        if (test_of(c, i, question)->p.defined)
            test_of(c, i, question)->p_holm = optional_of(w->adjusted[m++]);
}

static struct contrasts *allocate(int n, int n_limits)
{
    struct contrasts *c = mem_array(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct contrasts){.n = n, .n_limits = n_limits};
    c->contrast = mem_array((size_t)n, sizeof *c->contrast);
    int failed = !c->contrast;
    for (int i = 0; i < n && !failed; i++) {
        c->contrast[i].at = mem_array((size_t)n_limits, sizeof *c->contrast[i].at);
        failed = !c->contrast[i].at;
    }
    if (!failed)
        return c;
    contrast_free(c);
    return NULL;
}

static void measure(struct work *w, struct contrasts *c)
{
    for (int i = 0; i < c->n; i++) {
        struct contrast *contrast = &c->contrast[i];
        contrast->points_a = points_of(w, contrast->a);
        contrast->points_b = points_of(w, contrast->b);
        for (int q = 0; q <= c->n_limits; q++) {
            struct question question = {q == c->n_limits,
                                        q < c->n_limits ? w->options->limits[q] : 0};
            *test_of(c, i, q) = test(w, contrast, question);
        }
    }
    for (int q = 0; q <= c->n_limits; q++)
        correct(w, c, q);
}

int contrast_new(struct contrasts **contrasts, const struct group_compare_jobs *jobs,
                 const int *point, int points, const struct contrast_pair *pairs, int n,
                 const struct contrast_options *options, struct err *e)
{
    struct work w = {.jobs = jobs, .point = point, .points = points, .options = options};
    struct contrasts *c = allocate(n, options->n_limits);
    *contrasts = NULL;
    int code = bootstrap_new(&w.resample, options->resamples, options->seed, e);
    if (!code && (!c || !work_allocate(&w, n)))
        code = err_set(e, ERR_MEMORY, "out of memory for %d contrasts", n);
    if (!code) {
        for (int i = 0; i < n; i++) {
            c->contrast[i].a = pairs[i].a;
            c->contrast[i].b = pairs[i].b;
        }
        fill_cells(&w);
        measure(&w, c);
        *contrasts = c;
        c = NULL;
    }
    contrast_free(c);
    work_free(&w);
    return code;
}

void contrast_free(struct contrasts *c)
{
    if (!c)
        return;
    for (int i = 0; c->contrast && i < c->n; i++)
        mem_free(c->contrast[i].at);
    mem_free(c->contrast);
    mem_free(c);
}

double contrast_least_p(int contrasts, int seeds)
{
    return seeds < 1 ? 1 : fmin(1, contrasts * bootstrap_least_p(seeds));
}

int contrast_seeds_needed(int contrasts, double alpha)
{
    int seeds = RESAMPLE_FEWEST;
    while (contrast_least_p(contrasts, seeds) >= alpha)
        seeds++;
    return seeds;
}
