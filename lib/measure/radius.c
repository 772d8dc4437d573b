#include "measure/radius.h"

#include "base/mem.h"
#include "math/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

double radius_of(int g, int place)
{
    assert(g >= 2 && place >= 0 && place < g * g);
    int row = abs(2 * (place / g) - (g - 1)), col = abs(2 * (place % g) - (g - 1));
    return (double)(row > col ? row : col) / (g - 1);
}

/* The grid, and room for the draws. */
struct cells {
    int g, N, n, draws;
    double *rho;           /* (N) of each place */
    int *cell;             /* (N) scratch: the places in the order of a draw */
    double *plain;         /* (draws) */
    double *weighted;      /* (draws) */
    double *share;         /* (n) weights whose sum is 1 */
    double mean, variance; /* of rho over the grid */
};

static int cells_open(struct cells *c, int g, int n, int draws)
{
    *c = (struct cells){.g = g, .N = g * g, .n = n, .draws = draws};
    c->rho = mem_array((size_t)c->N, sizeof *c->rho);
    c->cell = mem_array((size_t)c->N, sizeof *c->cell);
    c->plain = mem_array((size_t)draws, sizeof *c->plain);
    c->weighted = mem_array((size_t)draws, sizeof *c->weighted);
    c->share = mem_array((size_t)n, sizeof *c->share);
    if (!c->rho || !c->cell || !c->plain || !c->weighted || !c->share)
        return ERR_MEMORY;
    for (int p = 0; p < c->N; p++)
        c->rho[p] = radius_of(g, p);
    c->mean = stats_mean(c->rho, (size_t)c->N);
    for (int p = 0; p < c->N; p++)
        c->variance += (c->rho[p] - c->mean) * (c->rho[p] - c->mean) / c->N;
    return ERR_OK;
}

static void cells_close(struct cells *c)
{
    mem_free(c->rho);
    mem_free(c->cell);
    mem_free(c->plain);
    mem_free(c->weighted);
    mem_free(c->share);
}

static void means(const struct cells *c, const int *place, double *plain, double *weighted)
{
    *plain = *weighted = 0;
    for (int i = 0; i < c->n; i++) {
        *plain += c->rho[place[i]] / c->n;
        *weighted += c->rho[place[i]] * c->share[i];
    }
}

/* The first n of a random order of all cells (the first steps of Fisher & Yates). */
static void draw(struct cells *c, uint64_t key, int index)
{
    struct rng r = rng_at(key, RNG_RADIUS, (uint64_t)index);
    for (int p = 0; p < c->N; p++)
        c->cell[p] = p;
    for (int i = 0; i < c->n; i++) {
        int other = i + (int)rng_below(&r, (uint32_t)(c->N - i)), kept = c->cell[i];
        c->cell[i] = c->cell[other];
        c->cell[other] = kept;
    }
}

/* p from the draws; mean, sd and z from the moments of sampling without replacement: the variance
   of sum p_i rho_i is v N/(N-1) (sum p_i^2 - 1/N), with p_i = 1/n too. */
static struct baseline against_cells(const struct cells *c, double observed, const double *drawn,
                                     double squares)
{
    const double rounding = 1e-12;
    struct baseline b = stats_baseline(observed, drawn, c->draws, STATS_LOWER);
    double N = c->N, left = squares - 1 / N;
    double sd = left > rounding ? sqrt(c->variance * N / (N - 1) * left) : 0;
    b.mean = optional_of(c->mean);
    b.sd = optional_of(sd);
    b.z = sd > 0 && stats_is_near_normal(drawn, (size_t)c->draws)
              ? optional_of((observed - c->mean) / sd)
              : optional_none();
    return b;
}

int radius_measure(int g, int n, const int *place, const double *weight, int draws, uint64_t key,
                   struct radius *radius, struct err *e)
{
    *radius = (struct radius){0};
    if (n < 1)
        return ERR_OK;
    struct cells c;
    double total = 0, squares = 0, plain, weighted;
    int code = cells_open(&c, g, n, draws);
    if (code) {
        code = err_set(e, code, "out of memory for the radius of %d units", n);
        goto out;
    }
    for (int i = 0; i < n; i++)
        total += weight[i];
    for (int i = 0; i < n && total > 0; i++) {
        c.share[i] = weight[i] / total;
        squares += c.share[i] * c.share[i];
    }
    for (int d = 0; d < draws; d++) {
        draw(&c, key, d);
        means(&c, c.cell, &c.plain[d], &c.weighted[d]);
    }
    means(&c, place, &plain, &weighted);
    radius->plain = against_cells(&c, plain, c.plain, 1.0 / n);
    if (total > 0)
        radius->weighted = against_cells(&c, weighted, c.weighted, squares);
out:
    cells_close(&c);
    return code;
}
