#include "rnn/rnn.h"
#include "base/mem.h"
#include "math/packed.h"
#include "math/simd.h"
#include "rnn/softmax.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Rows that the weights' gradients process at a time: enough to be worth loading the gradient for,
   few enough to stay in the cache meanwhile. */
enum { BLOCK_ROWS = 128 };

struct rnn {
    struct rnn_shape shape;
    const struct activation *activation;
    int max_T, max_B, max_H;
    int T, B;       /* of the last forward pass */
    float *h;       /* (T,B,H): z, then phi(z) */
    float *logits;  /* (T,B,O) */
    float *dlogits; /* (T,B,O): gradient of the loss with respect to the logits */
    float *dh;      /* (T,B,H): gradient with respect to h, then to z (h = phi(z)); training only */

    struct packed *w_in;       /* W_in^T (I,H) */
    struct packed *w;          /* W^T (H,H) forward, W backward */
    struct packed *w_out;      /* W_out^T (H,O) */
    struct packed *w_out_back; /* W_out (O,H); training only */
    struct packed *block; /* h (steps*B,H) or x (steps*B,I) of some time steps; training only */
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

/* The views have no read-only type; the parameters are only read here. */
static struct rnn_params read_params(struct rnn_shape shape, const float *flat)
{
    return rnn_params(shape, (float *)flat);
}

/* ---- buffers ---- */

/* Time steps whose h or x is packed at a time. */
static int steps_in_block(int B)
{
    return B < BLOCK_ROWS ? BLOCK_ROWS / B : 1;
}

/* Rows of the largest block of any batch of up to B sequences. */
static int block_rows(int B)
{
    return B < BLOCK_ROWS ? BLOCK_ROWS : B;
}

/* The packed matrices, those for the forward pass first. */
enum { PACKED = 5, PACKED_FORWARD = 3 };

struct room {
    int rows, cols;
};

static struct room room_of(struct rnn_shape s, int B, int i)
{
    int widest = s.inputs < s.hidden ? s.hidden : s.inputs;
    const struct room rooms[PACKED] = {{s.inputs, s.hidden},
                                       {s.hidden, s.hidden},
                                       {s.hidden, s.outputs},
                                       {s.outputs, s.hidden},
                                       {block_rows(B), widest}};
    return rooms[i];
}

double rnn_bytes(struct rnn_shape shape, int T, int B, int training)
{
    double hidden = shape.hidden * (training ? 2.0 : 1.0), outputs = 2.0 * shape.outputs;
    double bytes = (double)sizeof(struct rnn) + (double)sizeof(float) * T * B * (hidden + outputs);
    for (int i = 0; i < (training ? PACKED : PACKED_FORWARD); i++) {
        struct room room = room_of(shape, B, i);
        bytes += packed_bytes(room.rows, room.cols);
    }
    return bytes;
}

static int allocate(struct rnn *rnn, const struct packed_kernel *kernel, int T, int B, int training)
{
    size_t rows = (size_t)T * (size_t)B;
    size_t H = (size_t)rnn->shape.hidden, O = (size_t)rnn->shape.outputs;
    struct packed **const packed[PACKED] = {&rnn->w_in, &rnn->w, &rnn->w_out, &rnn->w_out_back,
                                            &rnn->block};
    rnn->h = mem_array(rows * H, sizeof(float));
    rnn->logits = mem_array(rows * O, sizeof(float));
    rnn->dlogits = mem_array(rows * O, sizeof(float));
    rnn->dh = training ? mem_array(rows * H, sizeof(float)) : NULL;
    if (!rnn->h || !rnn->logits || !rnn->dlogits || (training && !rnn->dh))
        return ERR_MEMORY;
    for (int i = 0; i < (training ? PACKED : PACKED_FORWARD); i++) {
        struct room room = room_of(rnn->shape, B, i);
        int code = packed_new(packed[i], kernel, room.rows, room.cols, NULL);
        if (code)
            return code;
    }
    return 0;
}

int rnn_new(struct rnn **out, struct rnn_shape shape, const struct activation *activation, int T,
            int B, int training, struct err *e)
{
    return rnn_new_with(out, NULL, shape, activation, T, B, training, e);
}

int rnn_new_with(struct rnn **out, const struct packed_kernel *kernel, struct rnn_shape shape,
                 const struct activation *activation, int T, int B, int training, struct err *e)
{
    double bytes = rnn_bytes(shape, T, B, training);
    int indexable = (double)T * B <= INT_MAX && bytes < (double)(SIZE_MAX / 2);
    struct rnn *rnn = indexable ? mem_array(1, sizeof *rnn) : NULL;
    *out = NULL;
    if (rnn)
        *rnn = (struct rnn){.shape = shape,
                            .activation = activation,
                            .max_T = T,
                            .max_B = B,
                            .max_H = shape.hidden};
    if (!rnn || allocate(rnn, kernel, T, B, training) != 0) {
        rnn_free(rnn);
        return err_set(e, ERR_MEMORY,
                       "out of memory: a network of %d units for %d x %d steps takes "
                       "%.0f MiB",
                       shape.hidden, B, T, bytes / (1 << 20));
    }
    *out = rnn;
    return 0;
}

void rnn_free(struct rnn *rnn)
{
    if (!rnn)
        return;
    mem_free(rnn->h);
    mem_free(rnn->logits);
    mem_free(rnn->dlogits);
    mem_free(rnn->dh);
    packed_free(rnn->w_in);
    packed_free(rnn->w);
    packed_free(rnn->w_out);
    packed_free(rnn->w_out_back);
    packed_free(rnn->block);
    mem_free(rnn);
}

void rnn_set_hidden(struct rnn *rnn, int hidden)
{
    assert(hidden >= 1 && hidden <= rnn->max_H);
    rnn->shape.hidden = hidden;
}

const float *rnn_hidden(const struct rnn *rnn)
{
    return rnn->h;
}

const float *rnn_logits(const struct rnn *rnn)
{
    return rnn->logits;
}

/* ---- passes ---- */

/* The rows of `steps` time steps, starting at t, in a sequence (T,B,cols). */
static struct mat steps_of(const struct rnn *rnn, const float *sequence, int cols, int t, int steps)
{
    size_t block = (size_t)rnn->B * (size_t)cols;
    return mat_view((float *)sequence + (size_t)t * block, steps * rnn->B, cols);
}

static struct mat hidden_at(const struct rnn *rnn, const float *sequence, int t)
{
    return steps_of(rnn, sequence, rnn->shape.hidden, t, 1);
}

/* sum (cols) += each row of x. */
static SIMD_CLONES void add_rows(struct mat x, float *sum)
{
    for (int r = 0; r < x.rows; r++)
        for (int c = 0; c < x.cols; c++)
            sum[c] += x.x[(size_t)r * (size_t)x.stride + (size_t)c];
}

/* Sets each row of x (rows,cols) to row (cols). */
static void fill_rows(struct mat x, const float *row)
{
    for (int r = 0; r < x.rows; r++)
        memcpy(x.x + (size_t)r * (size_t)x.stride, row, (size_t)x.cols * sizeof *row);
}

void rnn_forward(struct rnn *rnn, const float *params, int T, int B, const float *x)
{
    struct rnn_params p = read_params(rnn->shape, params);
    int I = rnn->shape.inputs, H = rnn->shape.hidden, O = rnn->shape.outputs;
    assert(T >= 1 && T <= rnn->max_T && B >= 1 && B <= rnn->max_B);
    rnn->T = T;
    rnn->B = B;

    packed_set_transposed(rnn->w_in, p.w_in);
    packed_set_transposed(rnn->w, p.w);
    packed_set_transposed(rnn->w_out, p.w_out);
    fill_rows(steps_of(rnn, rnn->logits, O, 0, T), p.b_o);
    for (int t = 0; t < T; t++) {
        struct mat z = hidden_at(rnn, rnn->h, t);
        packed_mul(rnn->w_in, steps_of(rnn, x, I, t, 1), z);
        if (t > 0) /* h_0 = 0 contributes nothing */
            packed_mul_add(rnn->w, hidden_at(rnn, rnn->h, t - 1), z);
        rnn->activation->apply(B, H, p.b_h, z.x);
        packed_mul_add(rnn->w_out, z, steps_of(rnn, rnn->logits, O, t, 1));
    }
}

double rnn_loss(struct rnn *rnn, const int *label)
{
    return softmax_cross_entropy(rnn->T * rnn->B, rnn->shape.outputs, rnn->logits, label,
                                 rnn->dlogits);
}

/* Adds to the weights' gradients the contributions of h and of x in `steps` time steps, starting at
   t.  They need dz of one step later, which the backward pass has already computed. */
static void add_weight_gradients(struct rnn *rnn, const float *x, int t, int steps,
                                 struct rnn_params g)
{
    int I = rnn->shape.inputs, H = rnn->shape.hidden, O = rnn->shape.outputs;
    int later = t + steps < rnn->T ? steps : steps - 1; /* of these, steps with a next one */
    packed_set(rnn->block, steps_of(rnn, rnn->h, H, t, steps));
    packed_transposed_mul_add(rnn->block, steps_of(rnn, rnn->dlogits, O, t, steps), g.w_out);
    if (later > 0)
        packed_transposed_mul_add(rnn->block, steps_of(rnn, rnn->dh, H, t + 1, later), g.w);
    packed_set(rnn->block, steps_of(rnn, x, I, t, steps));
    packed_transposed_mul_add(rnn->block, steps_of(rnn, rnn->dh, H, t, steps), g.w_in);
}

void rnn_backward(struct rnn *rnn, const float *params, const float *x, float *grad)
{
    struct rnn_params p = read_params(rnn->shape, params), g = rnn_params(rnn->shape, grad);
    int T = rnn->T, B = rnn->B, H = rnn->shape.hidden, O = rnn->shape.outputs;
    int steps = steps_in_block(B);
    assert(rnn->dh);

    memset(grad, 0, rnn_param_count(rnn->shape) * sizeof(float));
    add_rows(steps_of(rnn, rnn->dlogits, O, 0, T), g.b_o);
    packed_set(rnn->w, p.w);
    packed_set(rnn->w_out_back, p.w_out);
    for (int t = T - 1; t >= 0; t--) {
        struct mat dz = hidden_at(rnn, rnn->dh, t);
        packed_mul(rnn->w_out_back, steps_of(rnn, rnn->dlogits, O, t, 1), dz);
        if (t + 1 < T)
            packed_mul_add(rnn->w, hidden_at(rnn, rnn->dh, t + 1), dz);
        rnn->activation->backward(B, H, hidden_at(rnn, rnn->h, t).x, dz.x);
        add_rows(dz, g.b_h);
        if (t % steps == 0)
            add_weight_gradients(rnn, x, t, t + steps < T ? steps : T - t, g);
    }
}
