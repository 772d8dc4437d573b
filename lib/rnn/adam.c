#include "rnn/adam.h"
#include "math/simd.h"

#include <math.h>

const struct adam adam_default = {0.9f, 0.999f, 1e-8f, 0};

/* What stays the same over one step. */
struct adam_factors {
    float beta1, beta2, epsilon;
    float first;  /* rate / (1 - beta1^step): m_hat * rate = first * m */
    float second; /* 1 / sqrt(1 - beta2^step): sqrt(v_hat) = second * sqrt(v) */
    float shrink; /* rate * lambda */
    float keep;   /* 1 - rate * decay */
};

/* Updates the moments, and returns sqrt(v_hat) + epsilon. */
static inline float update_moments(const struct adam_factors *f, float g, float *m, float *v)
{
    *m = f->beta1 * *m + (1 - f->beta1) * g;
    *v = f->beta2 * *v + (1 - f->beta2) * (g * g);
    return f->second * sqrtf(*v) + f->epsilon;
}

static SIMD_CLONES void step_plain(struct adam_factors f, size_t P, float *restrict params,
                                   const float *restrict grad, float *restrict m, float *restrict v)
{
    for (size_t i = 0; i < P; i++) {
        float scale = update_moments(&f, grad[i], &m[i], &v[i]);
        params[i] = f.keep * params[i] - f.first * m[i] / scale;
    }
}

/* The proximal operator of threshold * |.|: moves w towards zero by the threshold, but not past
   zero.  NaN stays NaN. */
static inline float soft_threshold(float w, float threshold)
{
    float left = fabsf(w) - threshold;
    return left <= 0 ? 0 : copysignf(left, w);
}

static SIMD_CLONES void step_proximal(struct adam_factors f, size_t P, float *restrict params,
                                      const float *restrict grad, float *restrict m,
                                      float *restrict v, const float *restrict cost)
{
    for (size_t i = 0; i < P; i++) {
        float scale = update_moments(&f, grad[i], &m[i], &v[i]);
        params[i] =
            soft_threshold(f.keep * params[i] - f.first * m[i] / scale, f.shrink * cost[i] / scale);
    }
}

void adam_step(const struct adam *adam, long step, float rate, size_t P, float *params,
               const float *grad, float *m, float *v, float lambda, const float *cost)
{
    struct adam_factors f = {
        .beta1 = adam->beta1,
        .beta2 = adam->beta2,
        .epsilon = adam->epsilon,
        .first = (float)(rate / (1 - pow(adam->beta1, (double)step))),
        .second = (float)(1 / sqrt(1 - pow(adam->beta2, (double)step))),
        .shrink = rate * lambda,
        .keep = 1 - rate * adam->decay,
    };
    if (cost)
        step_proximal(f, P, params, grad, m, v, cost);
    else
        step_plain(f, P, params, grad, m, v);
}
