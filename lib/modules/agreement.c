#include "modules/agreement.h"

#include "base/mem.h"

#include <math.h>

struct pair {
    int a, b;      /* trials, as they are numbered here */
    double weight; /* 1 over the pairs of the value, over the values */
};

struct agreement {
    int V, count;      /* trials that are compared */
    int *trial;        /* (count): which of the N they are */
    struct pair *pair; /* (V + 1, count): of each variable; then of any two */
    int *pairs;        /* (V + 1): how many */
    int n;             /* units of a state */
    float *z;          /* (count, m): states of m units with mean 0 and length 1 */
};

/* A ring of trials [first, last) of `order`; `share` is the weight of all of them. */
static void add_ring(struct agreement *x, int v, const int *order, int first, int last,
                     double share)
{
    int count = last - first;
    struct pair *out = x->pair + (size_t)v * (size_t)x->count + x->pairs[v];
    for (int i = 0; i < count; i++)
        out[i] = (struct pair){order[first + i], order[first + (i + 1) % count], share / count};
    x->pairs[v] += count;
}

/* Trials of value `value` of variable v into order; how many. */
static int members(const struct agreement *x, const int *label, int v, int value, int *order)
{
    int count = 0;
    for (int i = 0; i < x->count; i++)
        if (label[x->trial[i] * x->V + v] == value)
            order[count++] = i;
    return count;
}

static void pair_variable(struct agreement *x, const int *label, int v, int *order)
{
    int top = -1, values = 0;
    for (int i = 0; i < x->count; i++)
        if (label[x->trial[i] * x->V + v] > top)
            top = label[x->trial[i] * x->V + v];
    for (int value = 0; value <= top; value++)
        values += members(x, label, v, value, order) > 1;
    for (int value = 0; value <= top; value++) {
        int count = members(x, label, v, value, order);
        if (count > 1)
            add_ring(x, v, order, 0, count, 1.0 / values);
    }
}

int agreement_new(struct agreement **out, int N, int n, int V, const int *label, struct rng *r,
                  struct err *e)
{
    *out = NULL;
    struct agreement *x = mem_array(1, sizeof *x);
    int *order = mem_array((size_t)N, sizeof *order);
    if (x) {
        x->V = V;
        x->n = n;
        x->count = N < AGREEMENT_TRIALS ? N : AGREEMENT_TRIALS;
        x->trial = mem_array((size_t)N, sizeof *x->trial);
        x->pair = mem_array((size_t)(V + 1) * (size_t)x->count, sizeof *x->pair);
        x->pairs = mem_array((size_t)V + 1, sizeof *x->pairs);
        x->z = mem_array((size_t)x->count * (size_t)n, sizeof *x->z);
    }
    if (!x || !order || !x->trial || !x->pair || !x->pairs || !x->z) {
        mem_free(order);
        agreement_free(x);
        return err_set(e, ERR_MEMORY, "out of memory for pairs of %d trials", N);
    }
    rng_permutation(r, N, x->trial); /* in random order, so rings are */
    for (int v = 0; v < V; v++)
        pair_variable(x, label, v, order);
    for (int i = 0; i < x->count; i++)
        order[i] = i;
    if (x->count > 1)
        add_ring(x, V, order, 0, x->count, 1);
    mem_free(order);
    *out = x;
    return 0;
}

void agreement_free(struct agreement *x)
{
    if (!x)
        return;
    mem_free(x->trial);
    mem_free(x->pair);
    mem_free(x->pairs);
    mem_free(x->z);
    mem_free(x);
}

/* A state of m units with mean 0 and length 1; all 0 where it does not vary. */
static void standardise(int m, const float *x, const int *unit, float *z)
{
    double mean = 0, square = 0;
    for (int i = 0; i < m; i++)
        mean += x[unit[i]] / (double)m;
    for (int i = 0; i < m; i++) {
        z[i] = (float)(x[unit[i]] - mean);
        square += (double)z[i] * z[i];
    }
    float scale = square > 0 ? (float)(1 / sqrt(square)) : 0;
    for (int i = 0; i < m; i++)
        z[i] *= scale;
}

static double mean_product(const struct agreement *x, int v, int m)
{
    double sum = 0;
    const struct pair *pair = x->pair + (size_t)v * (size_t)x->count;
    for (int p = 0; p < x->pairs[v]; p++) {
        const float *a = x->z + (size_t)pair[p].a * (size_t)m;
        const float *b = x->z + (size_t)pair[p].b * (size_t)m;
        float product = 0;
        for (int i = 0; i < m; i++)
            product += a[i] * b[i];
        sum += pair[p].weight * product;
    }
    return sum;
}

void agreement_measure(struct agreement *x, const float *h, int m, const int *unit, double *within,
                       double *any)
{
    for (int i = 0; i < x->count; i++)
        standardise(m, h + (size_t)x->trial[i] * (size_t)x->n, unit, x->z + (size_t)i * (size_t)m);
    for (int v = 0; v < x->V; v++)
        within[v] = mean_product(x, v, m);
    *any = mean_product(x, x->V, m);
}
