#include "stats/frontier_membership.h"

#include "base/mem.h"
#include "math/rng.h"
#include "stats/bootstrap.h"

#include <math.h>
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

/* From so many seeds on, the times that each is drawn are independent Poisson numbers of mean 1,
   which is what they tend to, and takes no random access to memory. */
enum { POISSON_FEWEST = 1000, POISSON_BITS = 16, POISSON_MOST = 8 };

struct work {
    int points, seeds;
    int *start;             /* (points + 1) */
    double *x, *y;          /* (n) by point, and by seed within it */
    int *seed;              /* (n) */
    unsigned char *whole;   /* (points) whether it has all seeds */
    double *weight;         /* (seeds) times that each was drawn */
    unsigned char *poisson; /* (2^POISSON_BITS) as many times as uniform numbers say */
    struct position *mean;  /* (points) */
    unsigned char *there;   /* (points) whether one of its seeds was drawn */
    unsigned char *on;      /* (points) */
    struct position *stair; /* (points) the frontier so far, x rising, y falling */
    int stairs;
    int *drawn, *marked; /* (points) resamples that have the point; that have it on the frontier */
};

static void work_free(struct work *w)
{
    void *const owned[] = {w->start, w->x,     w->y,  w->seed,  w->whole, w->weight, w->poisson,
                           w->mean,  w->there, w->on, w->stair, w->drawn, w->marked};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
}

/* By inversion: entry u is the k with P(< k) <= u < P(<= k). */
static void fill_poisson(struct work *w)
{
    int u = 0, of = 1 << POISSON_BITS;
    double share = exp(-1), sum = share;
    for (int k = 0; k <= POISSON_MOST; k++) {
        for (; u < of && (k == POISSON_MOST || u < sum * of); u++)
            w->poisson[u] = (unsigned char)k;
        share /= k + 1;
        sum += share;
    }
}

/* Counting sort by point of the jobs, which by_seed has in the order of their seeds. */
static void fill_points(struct work *w, const struct frontier_membership_jobs *jobs,
                        const int *by_seed)
{
    for (int i = 0; i < jobs->n; i++)
        w->start[jobs->point[i] + 2]++;
    for (int p = 0; p < jobs->points; p++)
        w->start[p + 2] += w->start[p + 1];
    for (int i = 0; i < jobs->n; i++) {
        int job = by_seed[i], at = w->start[jobs->point[job] + 1]++;
        w->x[at] = jobs->x[job];
        w->y[at] = jobs->y[job];
        w->seed[at] = jobs->seed[job];
    }
    for (int p = 0; p < jobs->points; p++)
        w->whole[p] = w->start[p + 1] - w->start[p] == jobs->seeds;
}

/* start (seeds + 1) and by_seed (n) are scratch. */
static void sort_by_seed(const struct frontier_membership_jobs *jobs, int *start, int *by_seed)
{
    for (int i = 0; i < jobs->n; i++)
        start[jobs->seed[i] + 1]++;
    for (int s = 0; s < jobs->seeds; s++)
        start[s + 1] += start[s];
    for (int i = 0; i < jobs->n; i++)
        by_seed[start[jobs->seed[i]]++] = i;
}

static int work_new(struct work *w, const struct frontier_membership_jobs *jobs, struct err *e)
{
    size_t points = (size_t)jobs->points, n = (size_t)jobs->n, seeds = (size_t)jobs->seeds;
    *w = (struct work){.points = jobs->points, .seeds = jobs->seeds};
    int *start, *by_seed;
    const struct mem_slot slots[] = {
        MEM_SLOT(start, seeds + 2),
        MEM_SLOT(by_seed, n),
        MEM_SLOT(w->start, points + 2),
        MEM_SLOT(w->x, n),
        MEM_SLOT(w->y, n),
        MEM_SLOT(w->seed, n),
        MEM_SLOT(w->whole, points),
        MEM_SLOT(w->weight, seeds),
        MEM_SLOT(w->poisson, (size_t)1 << POISSON_BITS),
        MEM_SLOT(w->mean, points),
        MEM_SLOT(w->there, points),
        MEM_SLOT(w->on, points),
        MEM_SLOT(w->stair, points),
        MEM_SLOT(w->drawn, points),
        MEM_SLOT(w->marked, points),
        {0},
    };
    int complete = !mem_arrays(slots);
    if (complete) {
        sort_by_seed(jobs, start, by_seed);
        fill_points(w, jobs, by_seed);
        fill_poisson(w);
    }
    mem_free(start);
    mem_free(by_seed);
    return complete ? 0
                    : err_set(e, ERR_MEMORY, "out of memory for the frontier of %d points",
                              jobs->points);
}

/* Sums over n jobs of weight times x and times y; in eight parts each, whose order is fixed, so
   that a processor may add them side by side.  The sum of all the weights is the caller's. */
struct sums {
    double x, y, weight;
};

static struct sums sum_whole(const double *weight, double all, const double *x, const double *y,
                             int n)
{
    enum { PARTS = 8 };
    double sx[PARTS] = {0}, sy[PARTS] = {0};
    struct sums s = {0, 0, all};
    int i = 0;
    for (; i + PARTS <= n; i += PARTS)
        for (int k = 0; k < PARTS; k++) {
            sx[k] += weight[i + k] * x[i + k];
            sy[k] += weight[i + k] * y[i + k];
        }
    for (int k = 0; k < PARTS; k++) {
        s.x += sx[k];
        s.y += sy[k];
    }
    for (; i < n; i++) {
        s.x += weight[i] * x[i];
        s.y += weight[i] * y[i];
    }
    return s;
}

static struct sums sum_some(const struct work *w, int from, int to)
{
    struct sums s = {0, 0, 0};
    for (int i = from; i < to; i++) {
        double weight = w->weight[w->seed[i]];
        s.x += weight * w->x[i];
        s.y += weight * w->y[i];
        s.weight += weight;
    }
    return s;
}

/* Means of the points under the present weights of the seeds. */
static void find_means(struct work *w)
{
    double all = 0; /* whole numbers: exact in any order */
    for (int s = 0; s < w->seeds; s++)
        all += w->weight[s];
    for (int p = 0; p < w->points; p++) {
        int from = w->start[p], n = w->start[p + 1] - from;
        struct sums s = w->whole[p] ? sum_whole(w->weight, all, w->x + from, w->y + from, n)
                                    : sum_some(w, from, from + n);
        w->there[p] = s.weight > 0;
        if (w->there[p])
            w->mean[p] = (struct position){s.x / s.weight, s.y / s.weight};
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
    if (S >= POISSON_FEWEST) {
        for (int s = 0; s < S; s += 2) {
            uint32_t bits = rng_bits(&r);
            w->weight[s] = w->poisson[bits >> POISSON_BITS];
            if (s + 1 < S)
                w->weight[s + 1] = w->poisson[bits & ((1u << POISSON_BITS) - 1)];
        }
        return;
    }
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
