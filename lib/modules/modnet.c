#include "modules/modnet.h"

#include "base/mem.h"
#include "math/packed.h"
#include "rnn/activation.h"
#include "rnn/softmax.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct modnet {
    struct modnet_shape shape;
    const struct activation *tanh;
    int max_B, B;          /* B: of the last forward pass */
    float *zero;           /* (2n): units have no biases */
    float *h, *dh;         /* (T,B,2n); dh: gradient by what tanh was taken of */
    float *logits;         /* (R,B,O*10) */
    float *dlogits;        /* the same */
    float *chosen, *slope; /* (B,O,10): logits that decide, and the gradient by them */
    int *module;           /* (B,O): whose they are */
    float *w_cut;          /* (2n,2n): W without connections between modules, or a gradient of it */
    struct packed *w, *cut; /* W^T forward, W backward; with and without those connections */
    struct packed *w_in[2]; /* W_in^T of a module */
    struct packed *v[2];    /* V^T of a readout forward, V backward */
    struct packed *block;   /* h or x of one time step (B, 2n or I) */
};

/* ---- shape ---- */

static int inputs_of(struct modnet_shape s)
{
    return s.shared_input ? 2 * s.d : s.d;
}

static int readouts_of(struct modnet_shape s)
{
    return s.shared_readout ? 1 : 2;
}

/* Units that a readout sees. */
static int seen_of(struct modnet_shape s)
{
    return s.shared_readout ? 2 * s.n : s.n;
}

static int logits_of(struct modnet_shape s)
{
    return s.outputs * MODNET_CLASSES;
}

size_t modnet_param_count(struct modnet_shape s)
{
    size_t H = 2 * (size_t)s.n, V = (size_t)readouts_of(s) * (size_t)logits_of(s);
    return H * H + H * (size_t)inputs_of(s) + V * (size_t)seen_of(s) + V;
}

struct modnet_params modnet_params(struct modnet_shape s, float *flat)
{
    int H = 2 * s.n, V = readouts_of(s) * logits_of(s);
    struct modnet_params p;
    p.w = mat_view(flat, H, H);
    p.w_in = mat_view(flat + (size_t)H * (size_t)H, H, inputs_of(s));
    p.v = mat_view(p.w_in.x + (size_t)H * (size_t)inputs_of(s), V, seen_of(s));
    p.b = p.v.x + (size_t)V * (size_t)seen_of(s);
    return p;
}

/* The views have no read-only kind; what is only read here stays as it is. */
static struct modnet_params read_params(struct modnet_shape s, const float *flat)
{
    return modnet_params(s, (float *)flat);
}

/* Some rows of a matrix. */
static struct mat rows_of(struct mat m, int first, int rows)
{
    return (struct mat){m.x + (size_t)first * (size_t)m.stride, rows, m.cols, m.stride};
}

/* Some columns of a matrix. */
static struct mat cols_of(struct mat m, int first, int cols)
{
    return (struct mat){m.x + first, m.rows, cols, m.stride};
}

static struct mat w_in_of(struct modnet_shape s, struct modnet_params p, int m)
{
    return rows_of(p.w_in, m * s.n, s.n);
}

static struct mat v_of(struct modnet_shape s, struct modnet_params p, int r)
{
    return rows_of(p.v, r * logits_of(s), logits_of(s));
}

/* ---- mask and initial parameters ---- */

static int is_link(int n, int i, int j)
{
    return (i < n) != (j < n);
}

void modnet_draw_mask(int n, int K, uint64_t seed, float *mask)
{
    int H = 2 * n;
    assert(K >= 0 && K <= n * n);
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            mask[i * H + j] = i != j && !is_link(n, i, j);
    for (int to = 0; to < 2; to++) {
        /* drawn until K are different: what is drawn for a smaller K comes first */
        struct rng r = rng_at(seed, RNG_MODULE_LINKS, (uint64_t)to);
        for (int k = 0; k < K;) {
            int link = (int)rng_below(&r, (uint32_t)(n * n));
            float *at = mask + (to * n + link / n) * H + (1 - to) * n + link % n;
            k += *at == 0;
            *at = 1;
        }
    }
}

void modnet_draw_params(struct modnet_shape s, const float *mask, uint64_t seed, float *flat)
{
    size_t P = modnet_param_count(s), W = (size_t)(2 * s.n) * (size_t)(2 * s.n);
    float bound = 1 / sqrtf(2 * (float)s.n);
    struct rng r = rng_at(seed, RNG_INIT, 0);
    for (size_t i = 0; i < P; i++) {
        float x = bound * (2 * rng_uniform(&r) - 1);
        flat[i] = i < W ? x * mask[i] : x;
    }
}

int modnet_count_links(struct modnet_shape s, const float *flat)
{
    int links = 0;
    for (int i = 0; i < 2 * s.n; i++)
        for (int j = 0; j < 2 * s.n; j++)
            links += is_link(s.n, i, j) && flat[i * 2 * s.n + j] != 0;
    return links;
}

/* out (2n,2n) becomes w without connections between the modules. */
static void cut_links(int n, const float *w, float *out)
{
    for (int i = 0; i < 2 * n; i++)
        for (int j = 0; j < 2 * n; j++)
            out[i * 2 * n + j] = is_link(n, i, j) ? 0 : w[i * 2 * n + j];
}

/* ---- buffers ---- */

enum { PACKED = 7 };

struct room {
    int rows, cols;
};

static struct room room_of(struct modnet_shape s, int B, int i)
{
    int H = 2 * s.n, I = inputs_of(s), widest = H < I ? I : H;
    int readout = seen_of(s) < logits_of(s) ? logits_of(s) : seen_of(s);
    const struct room rooms[PACKED] = {
        {H, H}, {H, H}, {I, s.n}, {I, s.n}, {readout, readout}, {readout, readout}, {B, widest}};
    return rooms[i];
}

double modnet_bytes(struct modnet_shape s, int B)
{
    double H = 2.0 * s.n, L = logits_of(s);
    double floats = H + 2.0 * s.T * B * H + 2.0 * B * L * (readouts_of(s) + 1) + H * H;
    double bytes = sizeof(struct modnet) + sizeof(float) * floats + sizeof(int) * B * 2.0;
    for (int i = 0; i < PACKED; i++)
        bytes += packed_bytes(room_of(s, B, i).rows, room_of(s, B, i).cols);
    return bytes;
}

static int allocate(struct modnet *net, int B)
{
    struct modnet_shape s = net->shape;
    size_t H = 2 * (size_t)s.n, rows = (size_t)B, L = (size_t)logits_of(s);
    size_t all = rows * L * (size_t)readouts_of(s), states = (size_t)s.T * rows * H;
    struct packed **const packed[PACKED] = {&net->w,    &net->cut,  &net->w_in[0], &net->w_in[1],
                                            &net->v[0], &net->v[1], &net->block};
    const struct {
        float **x;
        size_t n;
    } arrays[] = {{&net->zero, H},         {&net->h, states},    {&net->dh, states},
                  {&net->logits, all},     {&net->dlogits, all}, {&net->chosen, rows * L},
                  {&net->slope, rows * L}, {&net->w_cut, H * H}};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i].x = mem_array(arrays[i].n, sizeof(float))))
            return ERR_MEMORY;
    net->module = mem_array(rows * (size_t)s.outputs, sizeof *net->module);
    if (!net->module)
        return ERR_MEMORY;
    for (int i = 0; i < PACKED; i++) {
        struct room room = room_of(s, B, i);
        int code = packed_new(packed[i], NULL, room.rows, room.cols, NULL);
        if (code)
            return code;
    }
    return 0;
}

int modnet_new(struct modnet **out, struct modnet_shape shape, int B, struct err *e)
{
    *out = NULL;
    struct modnet *net = mem_array(1, sizeof *net);
    if (net)
        *net = (struct modnet){.shape = shape, .tanh = activation_find("tanh"), .max_B = B};
    if (!net || allocate(net, B)) {
        modnet_free(net);
        return err_set(e, ERR_MEMORY, "no memory for two modules of %d units", shape.n);
    }
    *out = net;
    return 0;
}

void modnet_free(struct modnet *net)
{
    if (!net)
        return;
    mem_free(net->zero);
    mem_free(net->h);
    mem_free(net->dh);
    mem_free(net->logits);
    mem_free(net->dlogits);
    mem_free(net->chosen);
    mem_free(net->slope);
    mem_free(net->w_cut);
    mem_free(net->module);
    packed_free(net->w);
    packed_free(net->cut);
    packed_free(net->block);
    for (int m = 0; m < 2; m++) {
        packed_free(net->w_in[m]);
        packed_free(net->v[m]);
    }
    mem_free(net);
}

const float *modnet_hidden(const struct modnet *net)
{
    return net->h;
}

/* ---- forward ---- */

/* The rows of time step t, counted from 0, in states (T,B,2n). */
static struct mat states_at(const struct modnet *net, float *states, int t)
{
    int H = 2 * net->shape.n;
    return mat_view(states + (size_t)t * (size_t)net->B * (size_t)H, net->B, H);
}

/* What module m sees at time step t. */
static struct mat input_at(const struct modnet *net, const float *x, int t, int m)
{
    struct modnet_shape s = net->shape;
    struct mat both =
        mat_view((float *)x + (size_t)t * (size_t)net->B * 2 * (size_t)s.d, net->B, 2 * s.d);
    return s.shared_input ? both : cols_of(both, m * s.d, s.d);
}

/* The product with W as it works at time step t, counted from 0. */
static const struct packed *recurrent_at(const struct modnet *net, int t)
{
    return t + 1 < net->shape.link_start ? net->cut : net->w;
}

void modnet_forward(struct modnet *net, const float *params, int B, const float *x)
{
    struct modnet_shape s = net->shape;
    struct modnet_params p = read_params(s, params);
    assert(B >= 1 && B <= net->max_B);
    net->B = B;
    packed_set_transposed(net->w, p.w);
    cut_links(s.n, p.w.x, net->w_cut);
    packed_set_transposed(net->cut, mat_view(net->w_cut, 2 * s.n, 2 * s.n));
    for (int m = 0; m < 2; m++)
        packed_set_transposed(net->w_in[m], w_in_of(s, p, m));
    for (int t = 0; t < s.T; t++) {
        struct mat z = states_at(net, net->h, t);
        for (int m = 0; m < 2; m++)
            packed_mul(net->w_in[m], input_at(net, x, t, m), cols_of(z, m * s.n, s.n));
        if (t > 0) /* h_0 = 0 contributes nothing */
            packed_mul_add(recurrent_at(net, t), states_at(net, net->h, t - 1), z);
        net->tanh->apply(B, 2 * s.n, net->zero, z.x);
    }
}

/* ---- decision and loss ---- */

static struct mat logits_by(const struct modnet *net, float *logits, int r)
{
    int L = logits_of(net->shape);
    return mat_view(logits + (size_t)r * (size_t)net->B * (size_t)L, net->B, L);
}

/* What readout r sees of states (T,B,2n) at the last time step. */
static struct mat seen_by(const struct modnet *net, float *states, int r)
{
    struct mat last = states_at(net, states, net->shape.T - 1);
    return cols_of(last, r * net->shape.n, seen_of(net->shape));
}

static void read_out(struct modnet *net, const float *params)
{
    struct modnet_shape s = net->shape;
    struct modnet_params p = read_params(s, params);
    int L = logits_of(s);
    for (int r = 0; r < readouts_of(s); r++) {
        struct mat logits = logits_by(net, net->logits, r);
        for (int b = 0; b < net->B; b++)
            memcpy(logits.x + b * L, p.b + r * L, (size_t)L * sizeof *p.b);
        packed_set_transposed(net->v[r], v_of(s, p, r));
        packed_mul_add(net->v[r], seen_by(net, net->h, r), logits);
    }
}

/* The logits of readout r for output o of trial b. */
static float *answer_logits(const struct modnet *net, float *logits, int r, int b, int o)
{
    return logits_by(net, logits, r).x + (size_t)b * (size_t)logits_of(net->shape) +
           (size_t)o * MODNET_CLASSES;
}

static float largest(const float *logits)
{
    return logits[softmax_choice(MODNET_CLASSES, logits)];
}

/* The readout with the largest logit; the first of equal ones. */
static void choose_modules(struct modnet *net)
{
    struct modnet_shape s = net->shape;
    for (int i = 0; i < net->B * s.outputs; i++) {
        int b = i / s.outputs, o = i % s.outputs;
        net->module[i] =
            readouts_of(s) == 2 && largest(answer_logits(net, net->logits, 1, b, o)) >
                                       largest(answer_logits(net, net->logits, 0, b, o));
    }
}

void modnet_decide(struct modnet *net, const float *params, struct modnet_decision *decision)
{
    int O = net->shape.outputs;
    read_out(net, params);
    choose_modules(net);
    for (int i = 0; i < net->B * O; i++) {
        const float *logits = answer_logits(net, net->logits, net->module[i], i / O, i % O);
        decision[i].module = net->module[i];
        decision[i].answer = softmax_choice(MODNET_CLASSES, logits);
    }
}

void modnet_decide_by(const struct modnet *net, int m, struct modnet_decision *decision)
{
    int O = net->shape.outputs;
    assert(!net->shape.shared_readout);
    for (int i = 0; i < net->B * O; i++) {
        const float *logits = answer_logits(net, net->logits, m, i / O, i % O);
        decision[i].module = m;
        decision[i].answer = softmax_choice(MODNET_CLASSES, logits);
    }
}

double modnet_loss(struct modnet *net, const float *params, const int *label)
{
    struct modnet_shape s = net->shape;
    size_t bytes = MODNET_CLASSES * sizeof(float);
    int O = s.outputs;
    read_out(net, params);
    choose_modules(net);
    for (int i = 0; i < net->B * O; i++)
        memcpy(net->chosen + i * MODNET_CLASSES,
               answer_logits(net, net->logits, net->module[i], i / O, i % O), bytes);
    double loss = softmax_cross_entropy(net->B * O, MODNET_CLASSES, net->chosen, label, net->slope);
    memset(net->dlogits, 0,
           (size_t)readouts_of(s) * (size_t)net->B * (size_t)logits_of(s) * sizeof(float));
    for (int i = 0; i < net->B * O; i++)
        memcpy(answer_logits(net, net->dlogits, net->module[i], i / O, i % O),
               net->slope + i * MODNET_CLASSES, bytes);
    return loss;
}

/* ---- backward ---- */

/* Gradients of the readouts, and of the last h into dh. */
static void backward_readouts(struct modnet *net, struct modnet_params p, struct modnet_params g)
{
    struct modnet_shape s = net->shape;
    int L = logits_of(s);
    for (int r = 0; r < readouts_of(s); r++) {
        struct mat d = logits_by(net, net->dlogits, r);
        for (int b = 0; b < net->B; b++)
            for (int c = 0; c < L; c++)
                g.b[r * L + c] += d.x[b * L + c];
        packed_set(net->block, seen_by(net, net->h, r));
        packed_transposed_mul_add(net->block, d, v_of(s, g, r));
        packed_set(net->v[r], v_of(s, p, r));
        packed_mul(net->v[r], d, seen_by(net, net->dh, r));
    }
}

/* What comes of h of time step t - 1 and x of time step t; `w` takes the first. */
static void add_weight_gradients(struct modnet *net, const float *x, int t, struct mat w,
                                 struct modnet_params g)
{
    struct modnet_shape s = net->shape;
    struct mat dz = states_at(net, net->dh, t);
    if (t > 0) {
        packed_set(net->block, states_at(net, net->h, t - 1));
        packed_transposed_mul_add(net->block, dz, w);
    }
    for (int m = 0; m < 2; m++) {
        if (m == 0 || !s.shared_input)
            packed_set(net->block, input_at(net, x, t, m));
        packed_transposed_mul_add(net->block, cols_of(dz, m * s.n, s.n), w_in_of(s, g, m));
    }
}

/* The gradient of W: all of what came while links worked, and what is within modules of the rest;
   where the mask is 1. */
static void finish_recurrent(const struct modnet *net, const float *mask, struct mat w)
{
    int n = net->shape.n, H = 2 * n;
    for (int i = 0; i < H * H; i++) {
        float early = is_link(n, i / H, i % H) ? 0 : net->w_cut[i];
        w.x[i] = mask[i] != 0 ? w.x[i] + early : 0;
    }
}

void modnet_backward(struct modnet *net, const float *params, const float *mask, const float *x,
                     float *grad)
{
    struct modnet_shape s = net->shape;
    struct modnet_params p = read_params(s, params), g = modnet_params(s, grad);
    struct mat early = mat_view(net->w_cut, 2 * s.n, 2 * s.n);

    memset(grad, 0, modnet_param_count(s) * sizeof *grad);
    packed_set(net->w, p.w);
    packed_set(net->cut, early);
    memset(net->w_cut, 0, (size_t)(2 * s.n) * (size_t)(2 * s.n) * sizeof(float));
    backward_readouts(net, p, g);
    for (int t = s.T - 1; t >= 0; t--) {
        struct mat dz = states_at(net, net->dh, t);
        if (t + 1 < s.T)
            packed_mul(recurrent_at(net, t + 1), states_at(net, net->dh, t + 1), dz);
        net->tanh->backward(net->B, 2 * s.n, states_at(net, net->h, t).x, dz.x);
        add_weight_gradients(net, x, t, recurrent_at(net, t) == net->w ? g.w : early, g);
    }
    finish_recurrent(net, mask, g.w);
}
