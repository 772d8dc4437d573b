#include "rnn/live_units.h"

#include "base/mem.h"

#include <string.h>

struct live_units {
    struct rnn_shape shape, heard; /* of the whole network; of the live units */
    const struct activation *activation;
    int *unit;            /* (H) the live units, in ascending order */
    float *alone, *slope; /* (H) phi(b) and phi'(b): the units without input */
    float *params;        /* (P) room for the parameters of the live units */
};

double live_units_bytes(struct rnn_shape shape)
{
    double H = shape.hidden, P = (double)rnn_param_count(shape);
    return (double)sizeof(struct live_units) + H * (double)sizeof(int) +
           (2 * H + P) * (double)sizeof(float);
}

int live_units_new(struct live_units **out, struct rnn_shape shape,
                   const struct activation *activation, struct err *e)
{
    size_t H = (size_t)shape.hidden, P = rnn_param_count(shape);
    struct live_units *live = mem_array(1, sizeof *live);
    *out = NULL;
    if (!live)
        goto no_memory;
    *live = (struct live_units){.shape = shape, .heard = shape, .activation = activation};
    live->unit = mem_array(H, sizeof *live->unit);
    live->alone = mem_array(H, sizeof *live->alone);
    live->slope = mem_array(H, sizeof *live->slope);
    live->params = mem_array(P, sizeof *live->params);
    if (!live->unit || !live->alone || !live->slope || !live->params)
        goto no_memory;
    *out = live;
    return 0;

no_memory:
    live_units_free(live);
    return err_set(e, ERR_MEMORY, "out of memory for the live units of %d units", shape.hidden);
}

void live_units_free(struct live_units *live)
{
    if (!live)
        return;
    mem_free(live->unit);
    mem_free(live->alone);
    mem_free(live->slope);
    mem_free(live->params);
    mem_free(live);
}

/* ---- which units are live ---- */

/* Whether the n numbers x[0], x[step], ... are all zero; also true if n is 0. */
static int all_zero(int n, const float *x, int step)
{
    for (int i = 0; i < n; i++)
        if (x[(size_t)i * (size_t)step] != 0)
            return 0;
    return 1;
}

static const float *row_of(struct mat m, int row)
{
    return m.x + (size_t)row * (size_t)m.stride;
}

static int is_silent(const struct live_units *live, struct rnn_params p, int u)
{
    if (live->alone[u] != 0 || !all_zero(p.w.cols, row_of(p.w, u), 1) ||
        !all_zero(p.w_in.cols, row_of(p.w_in, u), 1))
        return 0;
    return live->slope[u] == 0 || (all_zero(p.w.rows, p.w.x + u, p.w.stride) &&
                                   all_zero(p.w_out.rows, p.w_out.x + u, p.w_out.stride));
}

struct rnn_shape live_units_find(struct live_units *live, const float *params)
{
    int H = live->shape.hidden, n = 0;
    struct rnn_params p = rnn_params(live->shape, (float *)params);
    for (int u = 0; u < H; u++) {
        live->alone[u] = 0;
        live->slope[u] = 1;
    }
    live->activation->apply(1, H, p.b_h, live->alone);
    live->activation->backward(1, H, live->alone, live->slope);
    for (int u = 0; u < H; u++)
        if (!is_silent(live, p, u))
            live->unit[n++] = u;
    if (n == 0)
        live->unit[n++] = 0; /* a network needs at least one unit, even a silent one */
    live->heard.hidden = n;
    return live->heard;
}

/* ---- copying parameters ---- */

/* Copies the numbers in columns col[0..n-1] of one row; scatter_row copies them back. */
static void gather_row(int n, const int *col, const float *from, float *to)
{
    for (int i = 0; i < n; i++)
        to[i] = from[col[i]];
}

static void scatter_row(int n, const int *col, const float *from, float *to)
{
    for (int i = 0; i < n; i++)
        to[col[i]] = from[i];
}

const float *live_units_gather(struct live_units *live, const float *params)
{
    int n = live->heard.hidden, O = live->shape.outputs;
    size_t I = (size_t)live->shape.inputs;
    struct rnn_params from = rnn_params(live->shape, (float *)params);
    struct rnn_params to = rnn_params(live->heard, live->params);
    for (int i = 0; i < n; i++) {
        gather_row(n, live->unit, row_of(from.w, live->unit[i]), to.w.x + (size_t)i * (size_t)n);
        memcpy(to.w_in.x + (size_t)i * I, row_of(from.w_in, live->unit[i]), I * sizeof(float));
    }
    for (int o = 0; o < O; o++)
        gather_row(n, live->unit, row_of(from.w_out, o), to.w_out.x + (size_t)o * (size_t)n);
    gather_row(n, live->unit, from.b_h, to.b_h);
    memcpy(to.b_o, from.b_o, (size_t)O * sizeof(float));
    return live->params;
}

void live_units_scatter(const struct live_units *live, const float *part, float *grad)
{
    int n = live->heard.hidden, O = live->shape.outputs;
    size_t H = (size_t)live->shape.hidden, I = (size_t)live->shape.inputs;
    struct rnn_params from = rnn_params(live->heard, (float *)part),
                      to = rnn_params(live->shape, grad);
    memset(grad, 0, rnn_param_count(live->shape) * sizeof *grad);
    for (int i = 0; i < n; i++) {
        size_t u = (size_t)live->unit[i];
        scatter_row(n, live->unit, row_of(from.w, i), to.w.x + u * H);
        memcpy(to.w_in.x + u * I, row_of(from.w_in, i), I * sizeof(float));
    }
    for (int o = 0; o < O; o++)
        scatter_row(n, live->unit, row_of(from.w_out, o), to.w_out.x + (size_t)o * H);
    scatter_row(n, live->unit, from.b_h, to.b_h);
    memcpy(to.b_o, from.b_o, (size_t)O * sizeof(float));
}
