#include "modules/bottleneck.h"

#include "base/mem.h"
#include "math/packed.h"
#include "math/rng.h"
#include "rnn/activation.h"
#include "rnn/adam.h"
#include "rnn/softmax.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { CLASSES = 10, DIGITS = 2, WIDE = DIGITS * BOTTLENECK_UNITS };

/* The readouts of one source, both digits side by side: views into the parameters. */
struct part {
    int from, width; /* the columns of h it sees */
    struct mat w1;   /* (60,width) */
    float *b1;       /* (60) */
    struct mat w2;   /* (20,30): ten rows for each digit */
    float *b2;       /* (20) */
};

struct bottleneck {
    int n, T, max_B;
    size_t P;
    long done;
    const struct activation *relu;
    float *params, *grad, *m, *v;     /* (P) */
    float *a, *da;                    /* (T,B,60) */
    float *logits, *dlogits;          /* (T,B,10) */
    float *cut;                       /* (60,2n) */
    int *label;                       /* (T,B) */
    struct packed *w1, *w2, *w2_back; /* W1^T, W2^T, W2 */
    struct packed *block;             /* states or units of one time step */
};

static int width_of(int n, int source)
{
    return source == BOTTLENECK_BOTH ? 2 * n : n;
}

static size_t count_params(int n)
{
    size_t P = 0;
    for (int s = 0; s < BOTTLENECK_SOURCES; s++)
        P +=
            (size_t)WIDE * (size_t)(width_of(n, s) + 1) + DIGITS * CLASSES * (BOTTLENECK_UNITS + 1);
    return P;
}

static struct part part_of(int n, int source, float *flat)
{
    struct part p = {0};
    for (int s = 0; s <= source; s++) {
        p.from = s == BOTTLENECK_BOTH ? 0 : s * n;
        p.width = width_of(n, s);
        p.w1 = mat_view(flat, WIDE, p.width);
        p.b1 = flat + WIDE * p.width;
        p.w2 = mat_view(p.b1 + WIDE, DIGITS * CLASSES, BOTTLENECK_UNITS);
        p.b2 = p.w2.x + DIGITS * CLASSES * BOTTLENECK_UNITS;
        flat = p.b2 + DIGITS * CLASSES;
    }
    return p;
}

/* ---- making ---- */

static void fill(struct rng *r, int inputs, int n, float *x)
{
    float bound = 1 / sqrtf((float)inputs);
    for (int i = 0; i < n; i++)
        x[i] = bound * (2 * rng_uniform(r) - 1);
}

static void draw(struct bottleneck *x, uint64_t seed, int which)
{
    struct rng r = rng_at(seed, RNG_INIT, 1 + (uint64_t)which);
    for (int s = 0; s < BOTTLENECK_SOURCES; s++) {
        struct part p = part_of(x->n, s, x->params);
        fill(&r, p.width, WIDE * p.width, p.w1.x);
        fill(&r, p.width, WIDE, p.b1);
        fill(&r, BOTTLENECK_UNITS, DIGITS * CLASSES * BOTTLENECK_UNITS, p.w2.x);
        fill(&r, BOTTLENECK_UNITS, DIGITS * CLASSES, p.b2);
    }
}

double bottleneck_bytes(int n, int T, int B)
{
    double rows = (double)T * B;
    return sizeof(struct bottleneck) + sizeof(int) * rows +
           sizeof(float) *
               (4.0 * (double)count_params(n) + rows * 2 * (WIDE + CLASSES) + 2.0 * WIDE * n) +
           packed_bytes(2 * n, WIDE) + packed_bytes(BOTTLENECK_UNITS, CLASSES) +
           packed_bytes(CLASSES, BOTTLENECK_UNITS) + packed_bytes(B, 2 * n < WIDE ? WIDE : 2 * n);
}

static int allocate(struct bottleneck *x)
{
    size_t rows = (size_t)x->T * (size_t)x->max_B, P = x->P = count_params(x->n);
    const struct {
        float **x;
        size_t n;
    } arrays[] = {{&x->params, P},
                  {&x->grad, P},
                  {&x->m, P},
                  {&x->v, P},
                  {&x->a, rows * WIDE},
                  {&x->da, rows * WIDE},
                  {&x->logits, rows * CLASSES},
                  {&x->dlogits, rows * CLASSES},
                  {&x->cut, WIDE * 2 * (size_t)x->n}};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i].x = mem_array(arrays[i].n, sizeof(float))))
            return ERR_MEMORY;
    x->label = mem_array(rows, sizeof *x->label);
    if (!x->label)
        return ERR_MEMORY;
    int widest = 2 * x->n < WIDE ? WIDE : 2 * x->n;
    int code = packed_new(&x->w1, NULL, 2 * x->n, WIDE, NULL);
    if (!code)
        code = packed_new(&x->w2, NULL, BOTTLENECK_UNITS, CLASSES, NULL);
    if (!code)
        code = packed_new(&x->w2_back, NULL, CLASSES, BOTTLENECK_UNITS, NULL);
    return code ? code : packed_new(&x->block, NULL, x->max_B, widest, NULL);
}

int bottleneck_new(struct bottleneck **out, int n, int T, int B, uint64_t seed, int which,
                   struct err *e)
{
    assert(T >= 1 && T <= BOTTLENECK_STEPS);
    *out = NULL;
    struct bottleneck *x = mem_array(1, sizeof *x);
    if (x)
        *x = (struct bottleneck){.n = n, .T = T, .max_B = B, .relu = activation_find("relu")};
    if (!x || allocate(x)) {
        bottleneck_free(x);
        return err_set(e, ERR_MEMORY, "no memory for readouts of two modules of %d units", n);
    }
    draw(x, seed, which);
    *out = x;
    return 0;
}

void bottleneck_free(struct bottleneck *x)
{
    if (!x)
        return;
    float *const arrays[] = {x->params, x->grad,   x->m,       x->v,  x->a,
                             x->da,     x->logits, x->dlogits, x->cut};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        mem_free(arrays[i]);
    mem_free(x->label);
    packed_free(x->w1);
    packed_free(x->w2);
    packed_free(x->w2_back);
    packed_free(x->block);
    mem_free(x);
}

/* ---- one pass ---- */

/* Some columns of all T*B rows of states. */
static struct mat states(const struct bottleneck *x, int B, const float *h, int from, int width)
{
    return (struct mat){(float *)h + from, x->T * B, width, 2 * x->n};
}

static struct mat units(int rows, float *a, int k)
{
    return (struct mat){a + k * BOTTLENECK_UNITS, rows, BOTTLENECK_UNITS, WIDE};
}

static struct mat w2_of(struct part p, int k)
{
    return mat_view(p.w2.x + k * CLASSES * BOTTLENECK_UNITS, CLASSES, BOTTLENECK_UNITS);
}

static void set_labels(struct bottleneck *x, int B, const int *digit, int k)
{
    for (int i = 0; i < x->T * B; i++)
        x->label[i] = digit[2 * (i % B) + k];
}

/* relu(W1 h + b1) of both digits' readouts. */
static void run_units(struct bottleneck *x, struct part p, struct mat w1, int B, const float *h)
{
    int rows = x->T * B;
    packed_set_transposed(x->w1, w1);
    packed_mul(x->w1, states(x, B, h, p.from, p.width), mat_view(x->a, rows, WIDE));
    x->relu->apply(rows, WIDE, p.b1, x->a);
}

static void run_logits(struct bottleneck *x, struct part p, int k, int rows)
{
    for (int i = 0; i < rows; i++)
        memcpy(x->logits + i * CLASSES, p.b2 + k * CLASSES, CLASSES * sizeof(float));
    packed_set_transposed(x->w2, w2_of(p, k));
    packed_mul_add(x->w2, units(rows, x->a, k), mat_view(x->logits, rows, CLASSES));
}

/* sum (cols) += each row of x. */
static void add_rows(struct mat x, float *sum)
{
    for (int r = 0; r < x.rows; r++)
        for (int c = 0; c < x.cols; c++)
            sum[c] += x.x[(size_t)r * (size_t)x.stride + (size_t)c];
}

static struct mat step_of(struct mat m, int B, int t)
{
    return (struct mat){m.x + (size_t)(t * B) * (size_t)m.stride, B, m.cols, m.stride};
}

/* c += a^T b over all T*B rows, of which b is packed a time step at a time. */
static void add_product(struct bottleneck *x, int B, struct mat a, struct mat b, struct mat c)
{
    for (int t = 0; t < x->T; t++) {
        packed_set(x->block, step_of(b, B, t));
        packed_transposed_mul_add(x->block, step_of(a, B, t), c);
    }
}

/* Loss and gradient of the readouts of one source. */
static double learn(struct bottleneck *x, int source, int B, const float *h, const int *digit)
{
    struct part p = part_of(x->n, source, x->params), g = part_of(x->n, source, x->grad);
    int rows = x->T * B;
    double loss = 0;
    run_units(x, p, p.w1, B, h);
    for (int k = 0; k < DIGITS; k++) {
        struct mat d = mat_view(x->dlogits, rows, CLASSES);
        run_logits(x, p, k, rows);
        set_labels(x, B, digit, k);
        loss += softmax_cross_entropy(rows, CLASSES, x->logits, x->label, x->dlogits);
        add_rows(d, g.b2 + k * CLASSES);
        add_product(x, B, d, units(rows, x->a, k), w2_of(g, k));
        packed_set(x->w2_back, w2_of(p, k));
        packed_mul(x->w2_back, d, units(rows, x->da, k));
    }
    x->relu->backward(rows, WIDE, x->a, x->da);
    struct mat da = mat_view(x->da, rows, WIDE);
    add_rows(da, g.b1);
    add_product(x, B, da, states(x, B, h, p.from, p.width), g.w1);
    return loss;
}

double bottleneck_step(struct bottleneck *x, int B, const float *h, const int *digit, float rate,
                       float decay)
{
    const float networks = DIGITS * BOTTLENECK_SOURCES;
    struct adam adam = adam_default;
    double loss = 0;
    assert(B <= x->max_B);
    memset(x->grad, 0, x->P * sizeof(float));
    for (int s = 0; s < BOTTLENECK_SOURCES; s++)
        loss += learn(x, s, B, h, digit);
    for (size_t i = 0; i < x->P; i++)
        x->grad[i] /= networks;
    adam.decay = decay;
    adam_step(&adam, ++x->done, rate, x->P, x->params, x->grad, x->m, x->v, 0, NULL);
    return loss / networks;
}

/* ---- counting ---- */

/* right[t * stride] += right answers about digit k at time step t. */
static void count_right(struct bottleneck *x, struct part p, int k, int B, const int *digit,
                        long *right, int stride)
{
    run_logits(x, p, k, x->T * B);
    for (int i = 0; i < x->T * B; i++)
        right[i / B * stride] +=
            softmax_choice(CLASSES, x->logits + i * CLASSES) == digit[2 * (i % B) + k];
}

/* W1 of the readout of both without the columns of module m. */
static struct mat without(struct bottleneck *x, struct mat w1, int m)
{
    memcpy(x->cut, w1.x, (size_t)w1.rows * (size_t)w1.cols * sizeof(float));
    for (int r = 0; r < w1.rows; r++)
        memset(x->cut + r * w1.cols + m * x->n, 0, (size_t)x->n * sizeof(float));
    return mat_view(x->cut, w1.rows, w1.cols);
}

void bottleneck_add(struct bottleneck *x, int B, const float *h, const int *digit,
                    struct bottleneck_count *count)
{
    assert(B <= x->max_B);
    count->trials += B;
    for (int s = 0; s < BOTTLENECK_SOURCES; s++) {
        struct part p = part_of(x->n, s, x->params);
        run_units(x, p, p.w1, B, h);
        for (int k = 0; k < DIGITS; k++)
            count_right(x, p, k, B, digit, &count->right[0][s][k], BOTTLENECK_SOURCES * DIGITS);
    }
    struct part both = part_of(x->n, BOTTLENECK_BOTH, x->params);
    for (int m = 0; m < 2; m++) {
        run_units(x, both, without(x, both.w1, m), B, h);
        for (int k = 0; k < DIGITS; k++)
            count_right(x, both, k, B, digit, &count->ablated[0][m][k], 2 * DIGITS);
    }
}
