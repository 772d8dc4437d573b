#include "rnn/activation.h"
#include "math/simd.h"
#include "math/vmath.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Comparisons are written so that NaN gives NaN: a diverged network must not look valid. */

static inline float relu(float z)
{
    return z < 0 ? 0 : z;
}

static inline float relu_slope(float h)
{
    return h > 0 ? 1.0f : 0.0f;
}

/* With e = exp(-2|z|) - 1: tanh |z| = -e / (e + 2), which stays accurate near 0. */
static inline float hyperbolic_tangent(float z)
{
    float e = vmath_expm1_negative(-2 * fabsf(z));
    return copysignf(-e / (e + 2), z);
}

static inline float tanh_slope(float h)
{
    return 1 - h * h;
}

/* log(1 + exp(z)) without overflow. */
static inline float softplus(float z)
{
    float positive = z < 0 ? 0 : z;
    return positive + vmath_log1p(vmath_exp_negative(-fabsf(z)));
}

/* The logistic function of z: 1 - exp(-h). */
static inline float softplus_slope(float h)
{
    return -vmath_expm1_negative(-h);
}

/* One loop for each function: calling a function pointer for every number would not vectorise. */
#define ACTIVATION_LOOPS(name, phi, slope)                                                         \
    static SIMD_CLONES void name##_apply(int rows, int cols, const float *bias, float *z)          \
    {                                                                                              \
        for (int r = 0; r < rows; r++, z += cols)                                                  \
            for (int c = 0; c < cols; c++)                                                         \
                z[c] = phi(z[c] + bias[c]);                                                        \
    }                                                                                              \
    static SIMD_CLONES void name##_backward(int rows, int cols, const float *h, float *dh)         \
    {                                                                                              \
        size_t n = (size_t)rows * (size_t)cols;                                                    \
        for (size_t i = 0; i < n; i++)                                                             \
            dh[i] *= slope(h[i]);                                                                  \
    }

ACTIVATION_LOOPS(relu, relu, relu_slope)
ACTIVATION_LOOPS(tanh, hyperbolic_tangent, tanh_slope)
ACTIVATION_LOOPS(softplus, softplus, softplus_slope)

static const struct activation activations[] = {
    {"relu", "max(z, 0)", relu_apply, relu_backward},
    {"tanh", "the hyperbolic tangent", tanh_apply, tanh_backward},
    {"softplus", "log(1 + exp(z)), a smooth relu", softplus_apply, softplus_backward},
};

enum { ACTIVATIONS = sizeof activations / sizeof activations[0] };

const struct activation *activation_at(int i)
{
    return i >= 0 && i < ACTIVATIONS ? &activations[i] : NULL;
}

const struct activation *activation_find(const char *name)
{
    for (int i = 0; i < ACTIVATIONS; i++)
        if (strcmp(activations[i].name, name) == 0)
            return &activations[i];
    return NULL;
}
