#include "rnn.h"
#include "mem.h"
#include "softmax.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

struct rnn {
    struct rnn_shape shape;
    const struct activation *activation;
    int max_T, max_B;
    int T, B;       /* of the last forward pass */
    float *h;       /* (T,B,H): W_in u, then with W h added, then phi of it */
    float *logits;  /* (T,B,O) */
    float *dlogits; /* (T,B,O): gradient of the loss by the logits */
    float *dh;      /* (T,B,H): gradient by h, then by what phi was taken of; training only */
};

/* ---- parameters ---- */

size_t rnn_param_count(struct rnn_shape shape)
{
    size_t I = (size_t)shape.inputs, H = (size_t)shape.hidden, O = (size_t)shape.outputs;
    return H * H + H * I + O * H + H + O;
}

struct rnn_params rnn_params(struct rnn_shape shape, float *flat)
{
    int I = shape.inputs, H = shape.hidden, O = shape.outputs;
    struct rnn_params p;
    p.w = mat_view(flat, H, H);
    p.w_in = mat_view(p.w.x + (size_t)H * (size_t)H, H, I);
    p.w_out = mat_view(p.w_in.x + (size_t)H * (size_t)I, O, H);
    p.b_h = p.w_out.x + (size_t)O * (size_t)H;
    p.b_o = p.b_h + H;
    return p;
}

/* The views have no read-only kind; what is only read here stays as it is. */
static struct rnn_params read_params(struct rnn_shape shape, const float *flat)
{
    return rnn_params(shape, (float *)flat);
}

/* ---- buffers ---- */

double rnn_bytes(struct rnn_shape shape, int T, int B, int training)
{
    double hidden = shape.hidden * (training ? 2.0 : 1.0), outputs = 2.0 * shape.outputs;
    return (double)sizeof(struct rnn) + (double)sizeof(float) * T * B * (hidden + outputs);
}

int rnn_new(struct rnn **out, struct rnn_shape shape, const struct activation *activation, int T,
            int B, int training, struct err *e)
{
    double bytes = rnn_bytes(shape, T, B, training);
    int indexable = (double)T * B <= INT_MAX && bytes < (double)(SIZE_MAX / 2);
    struct rnn *rnn = indexable ? mem_array(1, sizeof *rnn) : NULL;
    *out = NULL;
    if (!rnn)
        goto no_memory;
    *rnn = (struct rnn){.shape = shape, .activation = activation, .max_T = T, .max_B = B};

    size_t rows = (size_t)T * (size_t)B, H = (size_t)shape.hidden, O = (size_t)shape.outputs;
    rnn->h = mem_array(rows * H, sizeof(float));
    rnn->logits = mem_array(rows * O, sizeof(float));
    rnn->dlogits = mem_array(rows * O, sizeof(float));
    rnn->dh = training ? mem_array(rows * H, sizeof(float)) : NULL;
    if (!rnn->h || !rnn->logits || !rnn->dlogits || (training && !rnn->dh))
        goto no_memory;
    *out = rnn;
    return 0;

no_memory:
    rnn_free(rnn);
    return err_set(e, ERR_MEMORY,
                   "out of memory: a network of %d units for %d x %d steps takes "
                   "%.0f MiB",
                   shape.hidden, B, T, bytes / (1 << 20));
}

void rnn_free(struct rnn *rnn)
{
    if (!rnn)
        return;
    mem_free(rnn->h);
    mem_free(rnn->logits);
    mem_free(rnn->dlogits);
    mem_free(rnn->dh);
    mem_free(rnn);
}

const float *rnn_hidden(const struct rnn *rnn)
{
    return rnn->h;
}

const float *rnn_logits(const struct rnn *rnn)
{
    return rnn->logits;
}

/* ---- the recurrent products: the only ones made once a time step ---- */

/* z += h W^T, both (B,H). */
static void recur_forward(struct mat w, struct mat h, struct mat z)
{
    mat_mul_transposed(1, h, w, 1, z);
}

/* dh += dz W, both (B,H). */
static void recur_backward(struct mat w, struct mat dz, struct mat dh)
{
    mat_mul(1, dz, w, 1, dh);
}

/* ---- passes ---- */

/* The (B,H) block of time step t, counted from 0. */
static struct mat step_block(const struct rnn *rnn, float *sequence, int t)
{
    size_t block = (size_t)rnn->B * (size_t)rnn->shape.hidden;
    return mat_view(sequence + (size_t)t * block, rnn->B, rnn->shape.hidden);
}

/* sum (cols) += each row of x. */
static void add_rows(struct mat x, float *sum)
{
    for (int r = 0; r < x.rows; r++)
        for (int c = 0; c < x.cols; c++)
            sum[c] += x.x[(size_t)r * (size_t)x.stride + (size_t)c];
}

void rnn_forward(struct rnn *rnn, const float *params, int T, int B, const float *x)
{
    struct rnn_params p = read_params(rnn->shape, params);
    int rows = T * B, H = rnn->shape.hidden, O = rnn->shape.outputs;
    assert(T >= 1 && T <= rnn->max_T && B >= 1 && B <= rnn->max_B);
    rnn->T = T;
    rnn->B = B;

    struct mat inputs = mat_view((float *)x, rows, rnn->shape.inputs);
    struct mat hidden = mat_view(rnn->h, rows, H), logits = mat_view(rnn->logits, rows, O);
    mat_mul_transposed(1, inputs, p.w_in, 0, hidden);
    for (int t = 0; t < T; t++) {
        struct mat z = step_block(rnn, rnn->h, t);
        if (t > 0) /* h_0 = 0 contributes nothing */
            recur_forward(p.w, step_block(rnn, rnn->h, t - 1), z);
        rnn->activation->apply(B, H, p.b_h, z.x);
    }

    for (int r = 0; r < rows; r++)
        memcpy(rnn->logits + (size_t)r * (size_t)O, p.b_o, (size_t)O * sizeof(float));
    mat_mul_transposed(1, hidden, p.w_out, 1, logits);
}

double rnn_loss(struct rnn *rnn, const int *label)
{
    return softmax_cross_entropy(rnn->T * rnn->B, rnn->shape.outputs, rnn->logits, label,
                                 rnn->dlogits);
}

/* Leaves the gradient by z_t, of which h_t = phi(z_t), in dh, and adds it up into db_h. */
static void backward_through_time(struct rnn *rnn, struct mat w, float *db_h)
{
    for (int t = rnn->T - 1; t >= 0; t--) {
        struct mat dz = step_block(rnn, rnn->dh, t);
        rnn->activation->backward(dz.rows, dz.cols, step_block(rnn, rnn->h, t).x, dz.x);
        add_rows(dz, db_h);
        if (t > 0)
            recur_backward(w, dz, step_block(rnn, rnn->dh, t - 1));
    }
}

void rnn_backward(struct rnn *rnn, const float *params, const float *x, float *grad)
{
    struct rnn_params p = read_params(rnn->shape, params), g = rnn_params(rnn->shape, grad);
    int rows = rnn->T * rnn->B, later = rows - rnn->B; /* rows of all steps but the first */
    int H = rnn->shape.hidden, O = rnn->shape.outputs;
    struct mat inputs = mat_view((float *)x, rows, rnn->shape.inputs);
    struct mat hidden = mat_view(rnn->h, rows, H), dlogits = mat_view(rnn->dlogits, rows, O);
    assert(rnn->dh);

    memset(grad, 0, rnn_param_count(rnn->shape) * sizeof(float));
    add_rows(dlogits, g.b_o);
    mat_transposed_mul(1, dlogits, hidden, 0, g.w_out);
    mat_mul(1, dlogits, p.w_out, 0, mat_view(rnn->dh, rows, H));
    backward_through_time(rnn, p.w, g.b_h);
    mat_transposed_mul(1, mat_view(rnn->dh, rows, H), inputs, 0, g.w_in);
    if (later > 0)
        mat_transposed_mul(1, mat_view(step_block(rnn, rnn->dh, 1).x, later, H),
                           mat_view(rnn->h, later, H), 0, g.w);
}
