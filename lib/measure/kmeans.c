#include "measure/kmeans.h"

#include "base/mem.h"
#include "math/rng.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Scores are made in tiles of so many centres by so many points, which fit the registers that every
   x86-64 and every 64-bit ARM has. */
enum { LANES = 4, TILE = 4 };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t lane_mask __attribute__((vector_size(LANES * sizeof(int32_t))));

struct kmeans {
    int N, R, most;
    const float *distance; /* (N,N), not owned */
    double tolerance;      /* on the squared shift of all centres */
    float *x; /* (N,R), then rows of 0 to a whole tile; every column has mean 0, so that scores lose
                 no digits to an offset */
    double *mean;      /* (R) of the columns as they came */
    float *centre;     /* (most,R) */
    lanes *lane;       /* (blocks,R): the centres again, interleaved */
    lanes *half_norm;  /* (blocks): |c|^2 / 2, infinite where there is no centre */
    double *sum;       /* (most,R) */
    int *count;        /* (most) members */
    int *label;        /* (N) */
    int *previous;     /* (N) labels of the last iteration */
    float *closest;    /* (N) squared distance to the nearest seed so far */
    float *trial;      /* (N) the same with the candidate added */
    float *best_trial; /* (N) the same with the best candidate added */
};

static int blocks_of(int k)
{
    return (k + LANES - 1) / LANES;
}

/* Centres the columns, keeping their means; returns the mean of their variances. */
static double centre_columns(float *x, int N, int R, double *mean)
{
    double variance = 0;
    for (int r = 0; r < R; r++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < N; i++)
            sum += (double)x[i * R + r];
        mean[r] = sum / N;
        for (int i = 0; i < N; i++) {
            double d = (double)x[i * R + r] - mean[r];
            x[i * R + r] = (float)d;
            squares += d * d;
        }
        variance += squares / N;
    }
    return variance / R;
}

int kmeans_new(struct kmeans **kmeans, const float *x, const float *distance, int N, int R,
               int most, struct err *e)
{
    assert(N >= 1 && R >= 1 && most >= 1);
    size_t points = (size_t)N, columns = (size_t)R, centres = (size_t)most;
    size_t blocks = (size_t)blocks_of(most);
    *kmeans = NULL;
    struct kmeans *km = mem_array(1, sizeof *km);
    if (!km)
        return err_set(e, ERR_MEMORY, "out of memory for k-means");
    km->N = N;
    km->R = R;
    km->most = most;
    km->distance = distance;
    const struct mem_slot slots[] = {
        MEM_SLOT(km->x, (points + TILE - 1) * columns),
        MEM_SLOT(km->mean, columns),
        MEM_SLOT(km->centre, centres * columns),
        MEM_SLOT(km->lane, blocks * columns),
        MEM_SLOT(km->half_norm, blocks),
        MEM_SLOT(km->sum, centres * columns),
        MEM_SLOT(km->count, centres),
        MEM_SLOT(km->label, points),
        MEM_SLOT(km->previous, points),
        MEM_SLOT(km->closest, points),
        MEM_SLOT(km->trial, points),
        MEM_SLOT(km->best_trial, points),
        {0},
    };
    if (mem_arrays(slots)) {
        kmeans_free(km);
        return err_set(e, ERR_MEMORY, "out of memory for k-means of %d points", N);
    }
    memcpy(km->x, x, points * columns * sizeof *x);
    km->tolerance = KMEANS_TOLERANCE * centre_columns(km->x, N, R, km->mean);
    *kmeans = km;
    return 0;
}

void kmeans_free(struct kmeans *km)
{
    if (!km)
        return;
    void *const owned[] = {km->x,         km->mean,    km->centre, km->lane,
                           km->half_norm, km->sum,     km->count,  km->label,
                           km->previous,  km->closest, km->trial,  km->best_trial};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        mem_free(owned[i]);
    mem_free(km);
}

/* ---- seeding ---- */

/* A point drawn in proportion to its weight; never one of weight 0 while others have some. */
static int draw_weighted(struct rng *r, const float *weight, int n, double total)
{
    double target = (double)rng_uniform(r) * total, sum = 0;
    int last = 0;
    for (int i = 0; i < n; i++) {
        if (!(weight[i] > 0))
            continue;
        last = i;
        sum += (double)weight[i];
        if (sum > target)
            break;
    }
    return last;
}

/* trial = what closest becomes when point `seed` is a centre too; returns its sum. */
static double with_seed(const struct kmeans *km, int seed, float *trial)
{
    const float *d = km->distance + (size_t)seed * (size_t)km->N;
    double sum = 0;
    for (int i = 0; i < km->N; i++) {
        float square = d[i] * d[i];
        trial[i] = square < km->closest[i] ? square : km->closest[i];
        sum += (double)trial[i];
    }
    return sum;
}

static void swap_rows(float **a, float **b)
{
    float *other = *a;
    *a = *b;
    *b = other;
}

/* k-means++, greedy: of 2 + ln k candidates each time, the one that leaves the least. */
static void seed_centres(struct kmeans *km, int k, struct rng *r)
{
    int candidates = 2 + (int)log(k);
    size_t row = (size_t)km->R;
    int seed = (int)rng_below(r, (uint32_t)km->N);
    for (int i = 0; i < km->N; i++)
        km->closest[i] = INFINITY;
    double total = with_seed(km, seed, km->trial);
    swap_rows(&km->closest, &km->trial);
    memcpy(km->centre, km->x + (size_t)seed * row, row * sizeof *km->x);
    for (int c = 1; c < k; c++) {
        double least = INFINITY;
        for (int t = 0; t < candidates; t++) {
            int candidate = draw_weighted(r, km->closest, km->N, total);
            double left = with_seed(km, candidate, km->trial);
            if (left < least) {
                least = left;
                seed = candidate;
                swap_rows(&km->trial, &km->best_trial);
            }
        }
        total = least;
        swap_rows(&km->closest, &km->best_trial);
        memcpy(km->centre + (size_t)c * row, km->x + (size_t)seed * row, row * sizeof *km->x);
    }
}

/* ---- Lloyd ---- */

static void interleave(struct kmeans *km, int k)
{
    int R = km->R;
    for (int c = 0; c < blocks_of(k) * LANES; c++) {
        lanes *lane = km->lane + (size_t)(c / LANES) * (size_t)R;
        const float *centre = km->centre + (size_t)c * (size_t)R;
        double norm = c < k ? 0 : INFINITY;
        for (int r = 0; r < R; r++) {
            lane[r][c % LANES] = c < k ? centre[r] : 0;
            if (c < k)
                norm += (double)centre[r] * (double)centre[r];
        }
        km->half_norm[c / LANES][c % LANES] = (float)(norm / 2);
    }
}

/* Which of the lanes' own bests is the best: the first of equals. */
static int first_least(lanes best, lane_mask block)
{
    int which = block[0] * LANES;
    float least = best[0];
    for (int j = 1; j < LANES; j++) {
        int c = block[j] * LANES + j;
        int wins = best[j] < least || (best[j] == least && c < which);
        which = wins ? c : which;
        least = wins ? best[j] : least;
    }
    return which;
}

/* |x - c|^2 / 2 = |c|^2 / 2 - x c + a term that is the same for all c: the least wins.  Every lane
   keeps its own best block, by masks and not by branches: which centre is nearest is what a
   processor cannot predict.  x is (TILE,R). */
static void nearest(const struct kmeans *km, int blocks, const float *x, int *which)
{
    lanes best[TILE] = {{0}};
    lane_mask block[TILE] = {{0}};
    int R = km->R;
    for (int b = 0; b < blocks; b++) {
        const lanes *lane = km->lane + (size_t)b * (size_t)R;
        lanes h = km->half_norm[b], s0 = h, s1 = h, s2 = h, s3 = h;
        for (int r = 0; r < R; r++) {
            s0 -= x[r] * lane[r];
            s1 -= x[R + r] * lane[r];
            s2 -= x[2 * R + r] * lane[r];
            s3 -= x[3 * R + r] * lane[r];
        }
        const lanes score[TILE] = {s0, s1, s2, s3};
        for (int p = 0; p < TILE; p++) {
            lane_mask better = b == 0 ? ~block[p] : score[p] < best[p];
            best[p] = (lanes)((better & (lane_mask)score[p]) | (~better & (lane_mask)best[p]));
            block[p] = (better & b) | (~better & block[p]);
        }
    }
    for (int p = 0; p < TILE; p++)
        which[p] = first_least(best[p], block[p]);
}

static void assign(struct kmeans *km, int k)
{
    interleave(km, k);
    for (int i = 0; i < km->N; i += TILE) {
        int which[TILE];
        nearest(km, blocks_of(k), km->x + (size_t)i * (size_t)km->R, which);
        for (int p = 0; p < TILE && i + p < km->N; p++)
            km->label[i + p] = which[p];
    }
}

static double squared_distance(const float *a, const float *b, int R)
{
    double sum = 0;
    for (int r = 0; r < R; r++) {
        double d = (double)(a[r] - b[r]);
        sum += d * d;
    }
    return sum;
}

/* Moves point i's share of the sums to cluster c. */
static void move_point(struct kmeans *km, int i, int c)
{
    const float *x = km->x + (size_t)i * (size_t)km->R;
    double *from = km->sum + (size_t)km->label[i] * (size_t)km->R;
    double *to = km->sum + (size_t)c * (size_t)km->R;
    for (int r = 0; r < km->R; r++) {
        from[r] -= (double)x[r];
        to[r] += (double)x[r];
    }
    km->count[km->label[i]]--;
    km->count[c]++;
    km->label[i] = c;
}

/* A cluster that ran empty gets the point that lies farthest from its own centre, as in
   scikit-learn, but never the only member of another cluster. */
static void fill_empty(struct kmeans *km, int k)
{
    for (int c = 0; c < k; c++) {
        if (km->count[c] > 0)
            continue;
        double farthest = 0;
        int which = -1;
        for (int i = 0; i < km->N; i++) {
            const float *own = km->centre + (size_t)km->label[i] * (size_t)km->R;
            double d = squared_distance(km->x + (size_t)i * (size_t)km->R, own, km->R);
            if (d > farthest && km->count[km->label[i]] > 1) {
                farthest = d;
                which = i;
            }
        }
        if (which >= 0)
            move_point(km, which, c);
    }
}

/* Centres become the means of their members; returns the sum of their squared shifts. */
static double update_centres(struct kmeans *km, int k)
{
    int R = km->R;
    memset(km->sum, 0, (size_t)k * (size_t)R * sizeof *km->sum);
    memset(km->count, 0, (size_t)k * sizeof *km->count);
    for (int i = 0; i < km->N; i++) {
        double *sum = km->sum + (size_t)km->label[i] * (size_t)R;
        for (int r = 0; r < R; r++)
            sum[r] += (double)km->x[(size_t)i * (size_t)R + (size_t)r];
        km->count[km->label[i]]++;
    }
    fill_empty(km, k);
    double shift = 0;
    for (int c = 0; c < k; c++) {
        if (!km->count[c])
            continue;
        for (int r = 0; r < R; r++) {
            float *old = km->centre + (size_t)c * (size_t)R + r;
            double mean = km->sum[(size_t)c * (size_t)R + (size_t)r] / km->count[c];
            shift += (mean - (double)*old) * (mean - (double)*old);
            *old = (float)mean;
        }
    }
    return shift;
}

static void lloyd(struct kmeans *km, int k)
{
    size_t bytes = (size_t)km->N * sizeof *km->label;
    assign(km, k);
    for (int i = 0; i < KMEANS_ITERATIONS; i++) {
        memcpy(km->previous, km->label, bytes);
        double shift = update_centres(km, k);
        assign(km, k);
        if (shift <= km->tolerance || memcmp(km->previous, km->label, bytes) == 0)
            break;
    }
}

/* The sum of squared distances to the own centre; negative when a cluster has no members. */
static double inertia_of(struct kmeans *km, int k)
{
    double sum = 0;
    memset(km->count, 0, (size_t)k * sizeof *km->count);
    for (int i = 0; i < km->N; i++) {
        const float *own = km->centre + (size_t)km->label[i] * (size_t)km->R;
        sum += squared_distance(km->x + (size_t)i * (size_t)km->R, own, km->R);
        km->count[km->label[i]]++;
    }
    for (int c = 0; c < k; c++)
        if (!km->count[c])
            return -1;
    return sum;
}

int kmeans_run(struct kmeans *km, int k, int restarts, uint64_t seed, int *label, double *inertia)
{
    assert(k >= 1 && k <= km->most && k <= km->N);
    double best = INFINITY;
    for (int i = 0; i < restarts; i++) {
        struct rng r = rng_at(seed, RNG_CLUSTER, (uint64_t)k << 32 | (uint64_t)i);
        seed_centres(km, k, &r);
        lloyd(km, k);
        double sum = inertia_of(km, k);
        if (sum < 0 || sum >= best)
            continue;
        best = sum;
        memcpy(label, km->label, (size_t)km->N * sizeof *label);
    }
    if (isinf(best))
        return 0;
    *inertia = best;
    return 1;
}

int kmeans_lloyd(struct kmeans *km, int k, const float *centre, int *label, double *inertia)
{
    assert(k >= 1 && k <= km->most && k <= km->N);
    for (int c = 0; c < k; c++)
        for (int r = 0; r < km->R; r++) {
            size_t at = (size_t)c * (size_t)km->R + (size_t)r;
            km->centre[at] = (float)((double)centre[at] - km->mean[r]);
        }
    lloyd(km, k);
    double sum = inertia_of(km, k);
    if (sum < 0)
        return 0;
    memcpy(label, km->label, (size_t)km->N * sizeof *label);
    *inertia = sum;
    return 1;
}
