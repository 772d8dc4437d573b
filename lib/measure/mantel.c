#include "measure/mantel.h"

#include "base/mem.h"
#include "rnn/grid.h"

#include <math.h>

/* Pairs i > j stand in the order (1,0) (2,0) (2,1) (3,0) ... */
struct pairs {
    int n;
    size_t count;
    double *x;         /* (count) scratch: distances */
    double *rank;      /* (count) scratch: their ranks */
    float *functional; /* (count) ranks of the functional distances, less their mean */
    float *physical;   /* (n,n) likewise of the physical ones, both triangles */
    double *shuffled;  /* (shuffles) */
};

static int pairs_open(struct pairs *p, int n, int shuffles)
{
    *p = (struct pairs){.n = n, .count = (size_t)n * (n - 1) / 2};
    p->x = mem_array(p->count, sizeof *p->x);
    p->rank = mem_array(p->count, sizeof *p->rank);
    p->functional = mem_array(p->count, sizeof *p->functional);
    p->physical = mem_array((size_t)n * n, sizeof *p->physical);
    p->shuffled = mem_array(shuffles, sizeof *p->shuffled);
    return p->x && p->rank && p->functional && p->physical && p->shuffled ? 0 : ERR_MEMORY;
}

static void pairs_close(struct pairs *p)
{
    mem_free(p->x);
    mem_free(p->rank);
    mem_free(p->functional);
    mem_free(p->physical);
    mem_free(p->shuffled);
}

/* 1 - cosine; a row of zeros has no direction and is at distance 1 from all. */
static double cosine_distance(const float *a, const float *b, int R)
{
    double ab = 0, aa = 0, bb = 0;
    for (int r = 0; r < R; r++) {
        ab += (double)a[r] * b[r];
        aa += (double)a[r] * a[r];
        bb += (double)b[r] * b[r];
    }
    return aa > 0 && bb > 0 ? 1 - ab / sqrt(aa * bb) : 1;
}

/* Ranks less their mean are multiples of 1/2 and stay exact as floats up to 2^23. */
static float centred(const struct pairs *p, size_t k)
{
    return (float)(p->rank[k] - ((double)p->count + 1) / 2);
}

static int rank_functional(struct pairs *p, const struct shuffles *positions, const float *variance,
                           int R, struct err *e)
{
    const int *unit = shuffles_unit(positions);
    size_t k = 0;
    for (int i = 0; i < p->n; i++)
        for (int j = 0; j < i; j++)
            p->x[k++] =
                cosine_distance(variance + (size_t)unit[i] * R, variance + (size_t)unit[j] * R, R);
    int code = stats_ranks(p->x, p->count, p->rank, e);
    for (k = 0; k < p->count && !code; k++)
        p->functional[k] = centred(p, k);
    return code;
}

static int rank_physical(struct pairs *p, const struct shuffles *positions, struct err *e)
{
    const int *place = shuffles_place(positions);
    int g = shuffles_grid(positions);
    size_t k = 0, n = p->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            p->x[k++] = grid_steps(g, place[i], place[j]);
    int code = stats_ranks(p->x, p->count, p->rank, e);
    k = 0;
    for (size_t i = 0; i < n && !code; i++)
        for (size_t j = 0; j < i; j++, k++)
            p->physical[i * n + j] = p->physical[j * n + i] = centred(p, k);
    return code;
}

/* Sum over pairs of both ranks, the units of places i and j being those of order[i] and order[j].
 */
static double product(const struct pairs *p, const int *order)
{
    double sum = 0;
    const float *functional = p->functional;
    for (int i = 0; i < p->n; i++) {
        const float *row = p->physical + (size_t)order[i] * p->n;
        for (int j = 0; j < i; j++)
            sum += (double)functional[j] * row[order[j]];
        functional += i;
    }
    return sum;
}

/* Spearman's correlations; false where one of the distances does not vary. */
static int correlate(struct pairs *p, const struct shuffles *positions, double *observed)
{
    double ff = 0, dd = 0, fd = 0;
    size_t k = 0, n = p->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++, k++) {
            double f = p->functional[k], d = p->physical[i * n + j];
            ff += f * f;
            dd += d * d;
            fd += f * d;
        }
    }
    if (ff == 0 || dd == 0)
        return 0;
    double scale = sqrt(ff) * sqrt(dd);
    *observed = fd / scale;
    for (int s = 0; s < shuffles_shuffles(positions); s++)
        p->shuffled[s] = product(p, shuffles_shuffle(positions, s)) / scale;
    return 1;
}

int mantel_measure(const struct shuffles *positions, const float *variance, int R,
                   struct baseline *mantel, struct err *e)
{
    *mantel = (struct baseline){0};
    int n = shuffles_count(positions), shuffles = shuffles_shuffles(positions);
    if (n < 3)
        return 0;
    struct pairs p;
    int code = pairs_open(&p, n, shuffles);
    if (code) {
        code = err_set(e, code, "out of memory for the pairs of %d units", n);
        goto out;
    }
    code = rank_functional(&p, positions, variance, R, e);
    if (!code)
        code = rank_physical(&p, positions, e);
    double observed;
    if (!code && correlate(&p, positions, &observed))
        *mantel = stats_baseline(observed, p.shuffled, shuffles, STATS_UPPER);
out:
    pairs_close(&p);
    return code;
}
