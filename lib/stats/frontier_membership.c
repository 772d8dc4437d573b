#include "stats/frontier_membership.h"

#include "base/mem.h"
#include "math/rng.h"
#include "stats/bootstrap.h"

#include <string.h>

/* The share of resamples that decides. */
#define CERTAIN 0.95

const char *frontier_membership_name(enum frontier_membership_state state)
{
    static const char *const names[] = {"unknown", "dominated", "ambiguous", "on"};
    return names[state];
}

struct position {
    double x, y;
};

struct job {
    struct position at;
    int seed;
};

struct work {
    int points, seeds;
    int *start;             /* (points + 1) */
    struct job *job;        /* (n) by point */
    int *weight;            /* (seeds) times that each was drawn */
    struct position *mean;  /* (points) */
    unsigned char *there;   /* (points) whether one of its seeds was drawn */
    unsigned char *on;      /* (points) */
    struct position *stair; /* (points) the frontier so far, x rising, y falling */
    int stairs;
    int *drawn, *marked; /* (points) resamples that have the point; that have it on the frontier */
};

static void work_free(struct work *w)
{
    void *const owned[] = {w->start, w->job,   w->weight, w->mean,  w->there,
                           w->on,    w->stair, w->drawn,  w->marked};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
}

static int work_new(struct work *w, const struct frontier_membership_jobs *jobs, struct err *e)
{
    size_t points = (size_t)jobs->points;
    *w = (struct work){.points = jobs->points, .seeds = jobs->seeds};
    w->start = mem_array(points + 2, sizeof *w->start);
    w->job = mem_array((size_t)jobs->n, sizeof *w->job);
    w->weight = mem_array((size_t)jobs->seeds, sizeof *w->weight);
    w->mean = mem_array(points, sizeof *w->mean);
    w->there = mem_array(points, sizeof *w->there);
    w->on = mem_array(points, sizeof *w->on);
    w->stair = mem_array(points, sizeof *w->stair);
    w->drawn = mem_array(points, sizeof *w->drawn);
    w->marked = mem_array(points, sizeof *w->marked);
    if (!w->start || !w->job || !w->weight || !w->mean || !w->there || !w->on || !w->stair ||
        !w->drawn || !w->marked)
        return err_set(e, ERR_MEMORY, "out of memory for the frontier of %d points", jobs->points);
    for (int i = 0; i < jobs->n; i++)
        w->start[jobs->point[i] + 2]++;
    for (int p = 0; p < jobs->points; p++)
        w->start[p + 2] += w->start[p + 1];
    for (int i = 0; i < jobs->n; i++)
        w->job[w->start[jobs->point[i] + 1]++] =
            (struct job){{jobs->x[i], jobs->y[i]}, jobs->seed[i]};
    return 0;
}

/* Means of the points under the present weights of the seeds. */
static void find_means(struct work *w)
{
    for (int p = 0; p < w->points; p++) {
        double x = 0, y = 0;
        int total = 0;
        for (int i = w->start[p]; i < w->start[p + 1]; i++) {
            int weight = w->weight[w->job[i].seed];
            total += weight;
            x += weight * w->job[i].at.x;
            y += weight * w->job[i].at.y;
        }
        w->there[p] = total > 0;
        if (total)
            w->mean[p] = (struct position){x / total, y / total};
    }
}

/* The number of stairs with x at most that of q: the last of them is what may dominate q. */
static int stairs_up_to(const struct work *w, struct position q)
{
    int low = 0, high = w->stairs;
    while (low < high) {
        int middle = (low + high) / 2;
        if (w->stair[middle].x <= q.x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_stair(const struct work *w, struct position q, int up_to)
{
    return up_to > 0 && w->stair[up_to - 1].x == q.x && w->stair[up_to - 1].y == q.y;
}

/* Takes in a point unless a stair is as good, and drops the stairs to its right that it is better
   than.  Returns whether the point is a stair now.  Few of many points are, so that this beats
   sorting them all anew in every resample. */
static int add_to_stairs(struct work *w, struct position q)
{
    int at = stairs_up_to(w, q), end = at;
    if (at > 0 && w->stair[at - 1].y <= q.y)
        return is_stair(w, q, at);
    while (end < w->stairs && w->stair[end].y >= q.y)
        end++;
    memmove(w->stair + at + 1, w->stair + end, (size_t)(w->stairs - end) * sizeof *w->stair);
    w->stair[at] = q;
    w->stairs += 1 - (end - at);
    return 1;
}

/* Marks the points whose means are on the frontier, equal ones all. */
static void mark(struct work *w)
{
    w->stairs = 0;
    for (int p = 0; p < w->points; p++)
        w->on[p] = w->there[p] && add_to_stairs(w, w->mean[p]);
    for (int p = 0; p < w->points; p++)
        if (w->on[p]) /* unless a later one was better */
            w->on[p] = (unsigned char)is_stair(w, w->mean[p], stairs_up_to(w, w->mean[p]));
}

static void draw_seeds(struct work *w, uint64_t seed, int resample)
{
    int S = w->seeds;
    struct rng r = rng_at(seed, RNG_BOOTSTRAP, UINT64_C(2) << 32 | (uint64_t)resample);
    memset(w->weight, 0, (size_t)S * sizeof *w->weight);
    for (int s = 0; s < S; s++)
        w->weight[rng_below(&r, (uint32_t)S)]++;
}

static enum frontier_membership_state state_of(double share)
{
    return share >= CERTAIN       ? MEMBERSHIP_ON
           : share <= 1 - CERTAIN ? MEMBERSHIP_DOMINATED
                                  : MEMBERSHIP_AMBIGUOUS;
}

int frontier_membership_measure(const struct frontier_membership_jobs *jobs, int resamples,
                                uint64_t seed, struct frontier_membership *member, struct err *e)
{
    struct work w;
    int code = work_new(&w, jobs, e);
    if (code < 0)
        goto out;
    for (int s = 0; s < jobs->seeds; s++)
        w.weight[s] = 1;
    find_means(&w);
    mark(&w);
    for (int p = 0; p < jobs->points; p++) {
        member[p] =
            (struct frontier_membership){.seeds = w.start[p + 1] - w.start[p], .on = w.on[p]};
        if (w.there[p]) {
            member[p].x = w.mean[p].x;
            member[p].y = w.mean[p].y;
        }
    }
    for (int b = 0; b < resamples; b++) {
        draw_seeds(&w, seed, b);
        find_means(&w);
        mark(&w);
        for (int p = 0; p < jobs->points; p++) {
            w.drawn[p] += w.there[p];
            w.marked[p] += w.on[p];
        }
    }
    for (int p = 0; p < jobs->points; p++)
        if (member[p].seeds >= RESAMPLE_FEWEST && w.drawn[p]) {
            member[p].share = (double)w.marked[p] / w.drawn[p];
            member[p].state = state_of(member[p].share);
        }
out:
    work_free(&w);
    return code;
}
