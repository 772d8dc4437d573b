#include "compare/comparison.h"

#include "base/mem.h"
#include "stats/bootstrap.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

char *comparison_name(const struct job_table *roster, int group, int placed, char *out)
{
    char name[VALUE_TEXT_SIZE];
    snprintf(out, COMPARISON_NAME_SIZE, "%s%s", job_table_group_name(roster, group, name),
             placed ? ", placed" : "");
    return out;
}

int comparison_is_named(const struct job_table *r, int group, int placed, const char *name)
{
    static const char suffix[] = ", placed";
    char own[COMPARISON_NAME_SIZE], first[VALUE_TEXT_SIZE];
    size_t length = strlen(name), tail = sizeof suffix - 1;
    if (!strcmp(name, comparison_name(r, group, placed, own)))
        return 1;
    value_format(r->jobs[r->first_of_group[group]].parameters[r->by], first);
    int wants_placed = length > tail && !strcmp(name + length - tail, suffix);
    length -= wants_placed ? tail : 0;
    return wants_placed == placed && strlen(first) == length && !strncmp(name, first, length);
}

/* ---- the jobs of a plane ---- */

/* What a plane uses of the roster; the rows of jobs as trained come first, then those of placed
   jobs. */
struct sample {
    int n, trained; /* rows; rows of jobs as trained */
    double *x, *y;  /* (n) */
    int *group, *point, *seed;
    int *joint;           /* (groups, twice) 0 as trained, 1 placed */
    unsigned char *there; /* (points) scratch */
};

static void sample_free(struct sample *s)
{
    void *const owned[] = {s->x, s->y, s->group, s->point, s->seed, s->joint, s->there};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
}

static int sample_new(struct sample *s, const struct job_table *r, struct err *e)
{
    size_t n = 2 * (size_t)r->n;
    *s = (struct sample){0};
    const struct mem_slot slots[] = {
        MEM_SLOT(s->x, n),
        MEM_SLOT(s->y, n),
        MEM_SLOT(s->group, n),
        MEM_SLOT(s->point, n),
        MEM_SLOT(s->seed, n),
        MEM_SLOT(s->joint, 2 * (size_t)r->groups),
        MEM_SLOT(s->there, (size_t)r->points),
        {0},
    };
    return mem_arrays(slots) ? err_set(e, ERR_MEMORY, "out of memory for comparing %d jobs", r->n)
                             : 0;
}

/* Adds the jobs that have both metrics of the plane; group is (groups of the roster). */
static void take(struct sample *s, const struct job_table *r, const struct plane *plane, int placed,
                 struct comparison_group *group)
{
    int x = experiment_metric(r->experiment, plane->x);
    int y = experiment_metric(r->experiment, plane->y);
    assert(x >= 0 && y >= 0);
    for (int g = 0; g < r->groups; g++) {
        group[g] = (struct comparison_group){.group = g, .placed = placed};
        s->joint[g + placed * r->groups] = placed;
    }
    memset(s->there, 0, (size_t)r->points);
    for (int i = 0; i < r->n; i++) {
        const struct job_table_job *job = &r->jobs[i];
        struct comparison_group *of = &group[job->group];
        if (!isfinite(job->metrics[x]) || !isfinite(job->metrics[y])) {
            of->left_out++;
            continue;
        }
        of->jobs++;
        of->collapsed += plane->chance > 0 && job->metrics[x] > plane->chance / 2;
        of->points += !s->there[job->point];
        s->there[job->point] = 1;
        s->x[s->n] = job->metrics[x];
        s->y[s->n] = job->metrics[y];
        s->group[s->n] = job->group + placed * r->groups;
        s->point[s->n] = job->point;
        s->seed[s->n++] = job->seed;
    }
}

/* ---- planes ---- */

static int find_frontier(struct comparison_plane *p, const struct sample *s,
                         const struct job_table *r, const struct plane *plane, int placed,
                         int resamples, struct err *e)
{
    int from = placed ? s->trained : 0, n = placed ? s->n - s->trained : s->trained;
    struct comparison_frontier *frontier = &p->frontier[p->frontiers];
    struct frontier_membership *member = mem_array((size_t)r->points, sizeof *member);
    if (!member)
        return err_set(e, ERR_MEMORY, "out of memory for the frontier of %d points", r->points);
    *frontier = (struct comparison_frontier){placed, plane, member};
    p->frontiers++;
    const struct frontier_membership_jobs jobs = {
        n, s->x + from, s->y + from, s->point + from, s->seed + from, r->points, r->seeds};
    return frontier_membership_measure(&jobs, resamples, COMPARISON_SEED, member, e);
}

/* The user's x, else at most half of chance; y is set by the largest y up to that x. */
static void find_reference(struct comparison_plane *p, const struct group_compare_jobs *jobs,
                           double max_error)
{
    double most = 0, ceiling = p->plane->chance > 0 ? p->plane->chance / 2 : INFINITY;
    int within = 0;
    group_compare_reference(jobs, &p->reference_x, &p->reference_y);
    p->reference_x = max_error > 0 ? max_error : fmin(p->reference_x, ceiling);
    for (int i = 0; i < jobs->n; i++)
        if (jobs->x[i] < p->reference_x) {
            most = within ? fmax(most, jobs->y[i]) : jobs->y[i];
            within = 1;
        }
    if (within)
        p->reference_y = 1.05 * most;
}

/* Finds the contrasts whose groups have jobs in the plane; writes them into pairs unless that is
   NULL; returns their number. */
static int find_contrasts(const struct comparison *c, const struct comparison_plane *p,
                          struct contrast_pair *pairs)
{
    const struct job_table *r = c->roster;
    const struct experiment *x = r->experiment;
    const struct planned_contrast *planned = c->options.contrasts;
    int n = 0;
    if (!planned && x->group && r->by == experiment_parameter(x, x->group))
        planned = x->contrasts;
    for (; planned && planned->a; planned++)
        for (int a = 0; a < p->groups; a++)
            for (int b = 0; b < p->groups; b++) {
                const struct comparison_group *ga = &p->group[a], *gb = &p->group[b];
                if (a == b || !ga->jobs || !gb->jobs ||
                    !comparison_is_named(r, ga->group, ga->placed, planned->a) ||
                    !comparison_is_named(r, gb->group, gb->placed, planned->b))
                    continue;
                if (pairs)
                    pairs[n] = (struct contrast_pair){a, b};
                n++;
            }
    return n;
}

static int measure_contrasts(const struct comparison *c, struct comparison_plane *p,
                             const struct sample *s, const struct group_compare_jobs *jobs,
                             struct err *e)
{
    int n = find_contrasts(c, p, NULL);
    const struct contrast_options how = {
        .limits = c->options.limits,
        .n_limits = c->options.n_limits,
        .reference_x = p->reference_x,
        .reference_y = p->reference_y,
        .resamples = c->options.resamples,
        .seed = COMPARISON_SEED,
        .equal_points = c->options.equal_points,
    };
    if (!n)
        return 0;
    struct contrast_pair *pairs = mem_array((size_t)n, sizeof *pairs);
    if (!pairs)
        return err_set(e, ERR_MEMORY, "out of memory for %d contrasts", n);
    find_contrasts(c, p, pairs);
    int code = contrast_new(&p->contrasts, jobs, s->point, c->roster->points, pairs, n, &how, e);
    mem_free(pairs);
    return code;
}

static int compare_groups(const struct comparison *c, struct comparison_plane *p,
                          const struct sample *s, struct err *e)
{
    const struct job_table *r = c->roster;
    const struct comparison_options *options = &c->options;
    const struct group_compare_jobs jobs = {s->n,    s->x,      s->y,     s->group,
                                            s->seed, p->groups, r->seeds, s->joint};
    find_reference(p, &jobs, options->max_error);
    const struct group_compare_options how = {
        .reference_x = p->reference_x,
        .reference_y = p->reference_y,
        .limits = options->limits,
        .n_limits = options->n_limits,
        .resamples = options->resamples,
        .seed = COMPARISON_SEED,
    };
    int code = group_compare_new(&p->compare, &jobs, &how, e);
    return code ? code : measure_contrasts(c, p, s, &jobs, e);
}

static int measure_plane(const struct comparison *c, struct comparison_plane *p,
                         const struct plane *plane, const struct plane *twin, struct err *e)
{
    const struct job_table *r = c->roster;
    int resamples = c->options.resamples;
    struct sample s;
    p->plane = plane;
    p->group = mem_array(2 * (size_t)r->groups, sizeof *p->group);
    int code = sample_new(&s, r, e);
    if (!code && !p->group)
        code = err_set(e, ERR_MEMORY, "out of memory for comparing %d groups", r->groups);
    if (code)
        goto out;
    take(&s, r, plane, 0, p->group);
    s.trained = s.n;
    if (twin)
        take(&s, r, twin, 1, p->group + r->groups);
    p->groups = s.n > s.trained ? 2 * r->groups : r->groups;
    if (s.n)
        code = compare_groups(c, p, &s, e);
    if (!code && s.trained)
        code = find_frontier(p, &s, r, plane, 0, resamples, e);
    if (!code && s.n > s.trained)
        code = find_frontier(p, &s, r, twin, 1, resamples, e);
out:
    sample_free(&s);
    return code;
}

static const struct plane *find_plane(const struct experiment *x, const char *name)
{
    for (const struct plane *p = x->planes; name && p && p->name; p++)
        if (!strcmp(p->name, name))
            return p;
    return NULL;
}

/* Whether the plane is the placed twin of another; the two are shown together. */
static int is_twin(const struct experiment *x, const struct plane *plane)
{
    for (const struct plane *p = x->planes; p->name; p++)
        if (p->placed && !strcmp(p->placed, plane->name))
            return 1;
    return 0;
}

static int measure_planes(struct comparison *c, struct err *e)
{
    const struct experiment *x = c->roster->experiment;
    int code = 0, count = 0;
    for (const struct plane *p = x->planes; p && p->name; p++)
        count += !is_twin(x, p);
    c->plane = mem_array((size_t)count, sizeof *c->plane);
    if (!c->plane)
        return err_set(e, ERR_MEMORY, "out of memory for comparing %d planes", count);
    for (const struct plane *p = x->planes; !code && p && p->name; p++)
        if (!is_twin(x, p))
            code = measure_plane(c, &c->plane[c->planes++], p, find_plane(x, p->placed), e);
    return code;
}

/* ---- evidence ---- */

/* Collects the jobs of a group that have the metric; value and seed are (n); returns n. */
static int collect(const struct job_table *r, int group, int metric, double *value, int *seed)
{
    int n = 0;
    for (int i = 0; i < r->n; i++)
        if (r->jobs[i].group == group && isfinite(r->jobs[i].metrics[metric])) {
            value[n] = r->jobs[i].metrics[metric];
            seed[n++] = r->jobs[i].seed;
        }
    return n;
}

/* Measures a metric and its p in every group. */
static int measure_metric(struct comparison *c, const char *name, const char *p, int placed,
                          struct bootstrap *resample, double *value, int *seed, struct err *e)
{
    const struct job_table *r = c->roster;
    int metric = experiment_metric(r->experiment, name), code = 0;
    assert(metric >= 0);
    for (int g = 0; !code && g < r->groups; g++) {
        struct comparison_evidence *evidence = &c->evidence[c->evidences++];
        *evidence = (struct comparison_evidence){
            .metric = name, .group = g, .placed = placed, .has_p = p != NULL};
        if (p) {
            evidence->tested = collect(r, g, experiment_metric(r->experiment, p), value, seed);
            for (int i = 0; i < evidence->tested; i++)
                evidence->significant += value[i] < COMPARISON_ALPHA;
        }
        evidence->jobs = collect(r, g, metric, value, seed);
        code = group_compare_metric(value, seed, evidence->jobs, r->seeds, resample,
                                    &evidence->mean, e);
    }
    return code;
}

static int measure_evidence(struct comparison *c, struct err *e)
{
    const struct job_table *r = c->roster;
    struct bootstrap *resample = NULL;
    int code, rows = 0;
    for (const struct evidence *v = r->experiment->evidence; v && v->metric; v++)
        rows += v->placed ? 2 : 1;
    double *value = mem_array((size_t)r->n, sizeof *value);
    int *seed = mem_array((size_t)r->n, sizeof *seed);
    c->evidence = mem_array((size_t)rows * (size_t)r->groups, sizeof *c->evidence);
    code = value && seed && c->evidence
               ? bootstrap_new(&resample, c->options.resamples, COMPARISON_SEED, e)
               : err_set(e, ERR_MEMORY, "out of memory for %d metrics of %d jobs", rows, r->n);
    for (const struct evidence *v = r->experiment->evidence; !code && v && v->metric; v++) {
        code = measure_metric(c, v->metric, v->p, 0, resample, value, seed, e);
        if (!code && v->placed)
            code = measure_metric(c, v->placed, v->p_placed, 1, resample, value, seed, e);
    }
    bootstrap_free(resample);
    mem_free(value);
    mem_free(seed);
    return code;
}

const struct comparison_evidence *comparison_beside(const struct comparison *c,
                                                    const struct plane *plane,
                                                    const struct comparison_evidence *last)
{
    const struct comparison_evidence *v = last ? last + 1 : c->evidence;
    for (; plane->beside && v < c->evidence + c->evidences; v++)
        if (!strcmp(v->metric, plane->beside) && !v->placed && v->mean.n)
            return v;
    return NULL;
}

/* ---- the whole ---- */

int comparison_new(struct comparison **comparison, const struct job_table *roster,
                   const struct comparison_options *options, struct err *e)
{
    assert(roster->n > 0);
    *comparison = NULL;
    struct comparison *c = mem_array(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_MEMORY, "out of memory for a comparison");
    c->roster = roster;
    c->options = *options;
    int code = measure_planes(c, e);
    if (!code)
        code = measure_evidence(c, e);
    if (code) {
        comparison_free(c);
        return code;
    }
    *comparison = c;
    return 0;
}

void comparison_free(struct comparison *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->planes; i++) {
        for (int f = 0; f < c->plane[i].frontiers; f++)
            mem_free(c->plane[i].frontier[f].member);
        group_compare_free(c->plane[i].compare);
        contrast_free(c->plane[i].contrasts);
        mem_free(c->plane[i].group);
    }
    mem_free(c->plane);
    mem_free(c->evidence);
    mem_free(c);
}
