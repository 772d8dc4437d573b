#include "rnn/swap.h"

#include "base/mem.h"
#include "math/qap.h"
#include "math/simd.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ranked {
    float importance; /* sum of the |weights| that touch the unit */
    int unit;
};

struct swap {
    int g, H;
    struct qap *qap;       /* the flow of units j and q is |W_jq| + |W_qj| */
    struct ranked *ranked; /* (H) units in descending order of importance */
    int *turn;             /* (H) the same order, only the units */
    int *wired_turn;       /* (wired) those that have a recurrent weight to or from another unit */
    int wired;
};

double swap_bytes(int g)
{
    double H = (double)g * g;
    return qap_bytes(g, g) + H * (sizeof(struct ranked) + 2 * sizeof(int));
}

int swap_new(struct swap **swap, int g, struct err *e)
{
    *swap = NULL;
    struct swap *s = mem_array(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory for swapping");
    s->g = g;
    s->H = g * g;
    s->ranked = mem_array(s->H, sizeof *s->ranked);
    s->turn = mem_array(s->H, sizeof *s->turn);
    int code = 0;
    s->wired_turn = mem_array(s->H, sizeof *s->wired_turn);
    if (!s->ranked || !s->turn || !s->wired_turn)
        code = err_set(e, ERR_MEMORY, "out of memory for swapping %d units", s->H);
    else
        code = qap_new(&s->qap, g, g, e);
    if (code) {
        swap_free(s);
        return code;
    }
    *swap = s;
    return 0;
}

void swap_free(struct swap *swap)
{
    if (!swap)
        return;
    qap_free(swap->qap);
    mem_free(swap->ranked);
    mem_free(swap->turn);
    mem_free(swap->wired_turn);
    mem_free(swap);
}

/* Descending importance; equal ones in the order of the units. */
static int by_importance(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->importance != y->importance)
        return x->importance < y->importance ? 1 : -1;
    return x->unit - y->unit;
}

static void rank_units(struct swap *swap, struct rnn_params p)
{
    int H = swap->H;
    for (int u = 0; u < H; u++) {
        const float *in = p.w_in.x + (size_t)u * p.w_in.stride;
        double sum = qap_degree(swap->qap)[u];
        sum += 2 * fabsf(p.w.x[(size_t)u * H + u]); /* once in its row, once in its column */
        for (int i = 0; i < p.w_in.cols; i++)
            sum += fabsf(in[i]);
        for (int o = 0; o < p.w_out.rows; o++)
            sum += fabsf(p.w_out.x[(size_t)o * p.w_out.stride + u]);
        swap->ranked[u] = (struct ranked){(float)sum, u};
    }
    qsort(swap->ranked, H, sizeof *swap->ranked, by_importance);
    swap->wired = 0;
    for (int i = 0; i < H; i++) {
        int u = swap->turn[i] = swap->ranked[i].unit;
        if (qap_degree(swap->qap)[u] > 0)
            swap->wired_turn[swap->wired++] = u;
    }
}

void swap_load(struct swap *swap, struct rnn_shape shape, const float *params)
{
    assert(shape.hidden == swap->H);
    /* the views are only used for reading */
    struct rnn_params p = rnn_params(shape, (float *)params);
    qap_load(swap->qap, p.w.x);
    rank_units(swap, p);
}

double swap_delta(const struct swap *swap, int j, int q)
{
    const int *unit_at = qap_unit_at(swap->qap);
    return qap_delta(swap->qap, unit_at[j], unit_at[q]) / swap->g;
}

double swap_cost(const struct swap *swap)
{
    return qap_cost(swap->qap) / swap->g;
}

int swap_run(struct swap *swap, int units, int max_passes)
{
    if (units > 0)
        return qap_descend(swap->qap, units < swap->H ? units : swap->H, swap->turn, 1);
    return qap_descend(swap->qap, swap->wired, swap->wired_turn, max_passes);
}

const int *swap_order(const struct swap *swap)
{
    return qap_unit_at(swap->qap);
}

/* to[v] = from[order[v]]; a plain copy if order is NULL.  The two must not overlap. */
static void permute(int n, const int *order, const float *restrict from, float *restrict to)
{
    if (!order)
        memcpy(to, from, (size_t)n * sizeof *to);
    else
        for (int v = 0; v < n; v++)
            to[v] = from[order[v]];
}

/* Sets row u to the row order[u], with its entries permuted by `columns`.  Works in place along the
   cycles of the order, so that a row is read while the row it is copied to is still in the
   cache. */
static void move_rows(struct mat x, const int *order, const int *columns, float *scratch)
{
    float *first = scratch; /* the first row of a cycle: overwritten first and needed last */
    unsigned char *done = (unsigned char *)(scratch + x.cols);
    memset(done, 0, (size_t)x.rows);
    for (int start = 0; start < x.rows; start++) {
        if (done[start])
            continue;
        memcpy(first, x.x + (size_t)start * (size_t)x.stride, (size_t)x.cols * sizeof *first);
        for (int u = start; !done[u]; u = order[u]) {
            const float *from = x.x + (size_t)order[u] * (size_t)x.stride;
            simd_prefetch(x.x + (size_t)order[order[u]] * (size_t)x.stride, (size_t)x.cols);
            permute(x.cols, columns, order[u] == start ? first : from,
                    x.x + (size_t)u * (size_t)x.stride);
            done[u] = 1;
        }
    }
}

static void move_entries(int n, float *x, const int *order, float *scratch)
{
    memcpy(scratch, x, (size_t)n * sizeof *x);
    permute(n, order, scratch, x);
}

void swap_apply(struct rnn_shape shape, const int *order, float *flat, float *scratch)
{
    struct rnn_params p = rnn_params(shape, flat);
    move_rows(p.w, order, order, scratch);
    move_rows(p.w_in, order, NULL, scratch);
    for (int o = 0; o < shape.outputs; o++)
        move_entries(shape.hidden, p.w_out.x + (size_t)o * (size_t)p.w_out.stride, order, scratch);
    move_entries(shape.hidden, p.b_h, order, scratch);
}
