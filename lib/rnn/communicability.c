#include "rnn/communicability.h"

#include "base/mem.h"
#include "math/mat.h"
#include "math/packed.h"

#include <math.h>
#include <string.h>

/* A matrix and its derivative, (H,H) each: products obey (A,dA)(B,dB) = (AB, dA B + A dB). */
struct pair {
    float *value, *derivative;
};

/* Matrices that are stored: X^T, its square, its cube and two more. */
enum { PAIRS = 5, MATRICES = 2 * PAIRS + 1 };

struct communicability {
    int H;
    float *room; /* (MATRICES,H,H) */
    struct pair x, x2, x3, y, z;
    float *c;              /* (H,H) */
    double *strength;      /* (H) s */
    float *root;           /* (H) s^(-1/2) */
    double *pull;          /* (H) q */
    struct packed *factor; /* the second factor of a product */
};

double communicability_bytes(int H)
{
    double h = H;
    return (double)sizeof(struct communicability) + MATRICES * h * h * (double)sizeof(float) +
           h * (double)(2 * sizeof(double) + sizeof(float)) + packed_bytes(H, H);
}

int communicability_new(struct communicability **out, int H, struct err *e)
{
    size_t h = (size_t)H, area = h * h;
    struct communicability *c = mem_array(1, sizeof *c);
    *out = NULL;
    if (!c)
        goto no_memory;
    c->H = H;
    c->room = mem_array(MATRICES * area, sizeof *c->room);
    c->strength = mem_array(h, sizeof *c->strength);
    c->root = mem_array(h, sizeof *c->root);
    c->pull = mem_array(h, sizeof *c->pull);
    if (!c->room || !c->strength || !c->root || !c->pull || packed_new(&c->factor, NULL, H, H, e))
        goto no_memory;
    struct pair *const pairs[PAIRS] = {&c->x, &c->x2, &c->x3, &c->y, &c->z};
    for (size_t i = 0; i < PAIRS; i++)
        *pairs[i] = (struct pair){c->room + 2 * i * area, c->room + (2 * i + 1) * area};
    c->c = c->room + 2 * PAIRS * area;
    *out = c;
    return 0;

no_memory:
    communicability_free(c);
    return err_set(e, ERR_MEMORY, "out of memory for the communicability of %d units", H);
}

void communicability_free(struct communicability *c)
{
    if (!c)
        return;
    packed_free(c->factor);
    mem_free(c->room);
    mem_free(c->strength);
    mem_free(c->root);
    mem_free(c->pull);
    mem_free(c);
}

/* ---- exp and its derivative ---- */

static void multiply(const struct communicability *c, const float *a, float *out, int add)
{
    struct mat left = mat_view((float *)a, c->H, c->H), to = mat_view(out, c->H, c->H);
    (add ? packed_mul_add : packed_mul)(c->factor, left, to);
}

/* out = a b, for the values alone or for both parts. */
static void multiply_pairs(const struct communicability *c, struct pair a, struct pair b,
                           struct pair out, int derive)
{
    packed_set(c->factor, mat_view(b.value, c->H, c->H));
    multiply(c, a.value, out.value, 0);
    if (!derive)
        return;
    multiply(c, a.derivative, out.derivative, 0);
    packed_set(c->factor, mat_view(b.derivative, c->H, c->H));
    multiply(c, a.value, out.derivative, 1);
}

/* out += k[1] x + k[2] x2 + k[3] x3. */
static void add_powers(const struct communicability *c, const float k[4], int derivative,
                       float *out)
{
    size_t area = (size_t)c->H * (size_t)c->H;
    const float *x = derivative ? c->x.derivative : c->x.value;
    const float *x2 = derivative ? c->x2.derivative : c->x2.value;
    const float *x3 = derivative ? c->x3.derivative : c->x3.value;
    for (size_t i = 0; i < area; i++)
        out[i] += k[1] * x[i] + k[2] * x2[i] + k[3] * x3[i];
}

/* out += k[0] I + k[1] x + k[2] x2 + k[3] x3; I has no derivative. */
static void add_polynomial(const struct communicability *c, const float k[4], struct pair out,
                           int derive)
{
    size_t H = (size_t)c->H;
    add_powers(c, k, 0, out.value);
    for (size_t i = 0; i < H; i++)
        out.value[i * H + i] += k[0];
    if (derive)
        add_powers(c, k, 1, out.derivative);
}

/* Writes exp of x.value to y.value, and its derivative in the direction x.derivative to
   y.derivative. */
static void exponentiate(struct communicability *c, int derive)
{
    static const float low[4] = {1, 1, 1 / 2.f, 0}, middle[4] = {1 / 6.f, 1 / 24.f, 1 / 120.f, 0},
                       high[4] = {1 / 720.f, 1 / 5040.f, 1 / 40320.f, 1 / 362880.f};
    size_t bytes = (size_t)c->H * (size_t)c->H * sizeof(float);
    multiply_pairs(c, c->x, c->x, c->x2, derive);
    multiply_pairs(c, c->x2, c->x, c->x3, derive);
    memset(c->y.value, 0, bytes);
    memset(c->y.derivative, 0, bytes);
    add_polynomial(c, high, c->y, derive);
    multiply_pairs(c, c->x3, c->y, c->z, derive);
    add_polynomial(c, middle, c->z, derive);
    multiply_pairs(c, c->x3, c->z, c->y, derive);
    add_polynomial(c, low, c->y, derive);
}

/* ---- from W and back ---- */

static void measure_strengths(struct communicability *c, const float *w)
{
    static const double mute = 1e-20;
    size_t H = (size_t)c->H;
    memset(c->strength, 0, H * sizeof *c->strength);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < H; j++) {
            double half = i == j ? 0 : fabsf(w[i * H + j]) / 2;
            c->strength[i] += half;
            c->strength[j] += half;
        }
    for (size_t i = 0; i < H; i++)
        c->root[i] = c->strength[i] < mute ? 0 : (float)(1 / sqrt(c->strength[i]));
}

/* x = (X^T, G). */
static void load(struct communicability *c, const float *w, const float *distance)
{
    size_t H = (size_t)c->H;
    measure_strengths(c, w);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < H; j++) {
            float a = i == j ? 0 : fabsf(w[i * H + j]);
            c->x.value[j * H + i] = a * c->root[i] * c->root[j];
            c->x.derivative[i * H + j] = a * distance[i * H + j];
        }
}

/* Sets C from exp(X^T); returns r. */
static double conclude(struct communicability *c)
{
    size_t H = (size_t)c->H;
    double sum = 0;
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < H; j++) {
            c->c[i * H + j] = i == j ? 0 : c->y.value[j * H + i];
            sum += (double)c->x.derivative[i * H + j] * c->c[i * H + j];
        }
    return sum;
}

/* Computes q from K = y.derivative. */
static void measure_pulls(struct communicability *c)
{
    size_t H = (size_t)c->H;
    memset(c->pull, 0, H * sizeof *c->pull);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < H; j++) {
            double kx = (double)c->y.derivative[i * H + j] * c->x.value[j * H + i];
            c->pull[i] += kx;
            c->pull[j] += kx;
        }
    for (size_t k = 0; k < H; k++)
        c->pull[k] = c->root[k] == 0 ? 0 : -c->pull[k] / (2 * c->strength[k]);
}

double communicability_cost(struct communicability *c, const float *w, const float *distance)
{
    load(c, w, distance);
    exponentiate(c, 0);
    return conclude(c);
}

double communicability_slope(struct communicability *c, const float *w, const float *distance,
                             int frozen, float *slope)
{
    size_t H = (size_t)c->H, area = H * H;
    load(c, w, distance);
    exponentiate(c, !frozen);
    double cost = conclude(c);
    for (size_t p = 0; p < area; p++)
        slope[p] = distance[p] * c->c[p];
    if (frozen)
        return cost;
    measure_pulls(c);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < H; j++)
            if (i != j)
                slope[i * H + j] += c->y.derivative[i * H + j] * c->root[i] * c->root[j] +
                                    (float)((c->pull[i] + c->pull[j]) / 2);
    return cost;
}

const float *communicability_matrix(const struct communicability *c)
{
    return c->c;
}
