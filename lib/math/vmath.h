/*
 * vmath - exp, expm1, log, log1p, sin and cos in float32, as branch-free code that a compiler can
 * vectorise.
 *
 * The C library's expf and tanhf compute one number per call, and a step with tanh needs a million
 * of them.  gcc vectorises the loops around these functions without -ffast-math.  Every lane
 * computes what the scalar code would: results do not depend on the position in an array or on its
 * length.  Errors are below 3 units in the last place.  NaN gives NaN; results below 2^-126 are not
 * preserved.
 */
#ifndef BRAINSWEEP_VMATH_H
#define BRAINSWEEP_VMATH_H

#include <stdint.h>

/* x = n ln 2 + r with |r| <= ln(2)/2; r is returned, and 2^n in *scale.  |x| <= 87. */
static inline float vmath_reduce(float x, float *scale)
{
    /* adding 1.5 * 2^23 rounds to the nearest integer, and leaves it in the low bits */
    const float shift = 0x1.8p23f;
    union {
        float f;
        int32_t i;
    } n = {x * 0x1.715476p+0f + shift}, power;
    float whole = n.f - shift;
    power.i = (int32_t)((uint32_t)n.i << 23) + 0x3f800000;
    *scale = power.f;
    /* ln 2 in two parts, the first short enough that whole * part is exact (Cody & Waite) */
    return (x - whole * 0x1.62ep-1f) - whole * 0x1.0bfbe8p-15f;
}

/* exp(r) - 1 for |r| <= ln(2)/2: Taylor's series; the first omitted term is below 2^-27 of r. */
static inline float vmath_expm1_small(float r)
{
    float tail = 1.0f / 5040;
    tail = tail * r + 1.0f / 720;
    tail = tail * r + 1.0f / 120;
    tail = tail * r + 1.0f / 24;
    tail = tail * r + 1.0f / 6;
    tail = tail * r + 0.5f;
    return tail * r * r + r;
}

/* exp(x) for x <= 0; about 0x1p-125 for anything below -87. */
static inline float vmath_exp_negative(float x)
{
    float scale, clamped = x < -87.0f ? -87.0f : x;
    float r = vmath_reduce(clamped, &scale);
    return scale * vmath_expm1_small(r) + scale;
}

/* exp(x) - 1 for x <= 0, with a small relative error even near 0. */
static inline float vmath_expm1_negative(float x)
{
    float scale, clamped = x < -87.0f ? -87.0f : x;
    float r = vmath_reduce(clamped, &scale);
    return scale * vmath_expm1_small(r) + (scale - 1.0f);
}

/* log(1 + u) for 0 <= u <= 1, as 2 atanh(s), s = u / (2 + u) <= 1/3. */
static inline float vmath_log1p(float u)
{
    float s = u / (2.0f + u), q = s * s;
    float tail = 2.0f / 17;
    tail = tail * q + 2.0f / 15;
    tail = tail * q + 2.0f / 13;
    tail = tail * q + 2.0f / 11;
    tail = tail * q + 2.0f / 9;
    tail = tail * q + 2.0f / 7;
    tail = tail * q + 2.0f / 5;
    tail = tail * q + 2.0f / 3;
    return tail * q * s + 2.0f * s;
}

/* log(u) for u >= 2^-126: u = m 2^e with sqrt(1/2) <= m < sqrt(2), and log(m) is 2 atanh(s),
   s = (m - 1) / (m + 1), |s| < 0.172. */
static inline float vmath_log(float u)
{
    union {
        float f;
        int32_t i;
    } m = {u};
    int32_t e = (m.i - 0x3f3504f3) >> 23; /* the bits of sqrt(1/2) */
    m.i -= (int32_t)((uint32_t)e << 23);
    float s = (m.f - 1.0f) / (m.f + 1.0f), q = s * s;
    float tail = 2.0f / 9;
    tail = tail * q + 2.0f / 7;
    tail = tail * q + 2.0f / 5;
    tail = tail * q + 2.0f / 3;
    return (float)e * 0x1.62e43p-1f + (tail * q * s + 2.0f * s) + (u - u); /* NaN if u is */
}

/* Sine and cosine of t turns, 0 <= t <= 1: the nearest quarter turn is subtracted exactly, and
   Taylor's series is applied to the rest, at most an eighth. */
static inline void vmath_sincos_turns(float t, float *sine, float *cosine)
{
    const float shift = 0x1.8p23f; /* as in vmath_reduce */
    union {
        float f;
        int32_t i;
    } n = {4.0f * t + shift};
    float r = (4.0f * t - (n.f - shift)) * 0x1.921fb6p+0f, q = r * r;
    float s = 1.0f / 362880;
    s = s * q - 1.0f / 5040;
    s = s * q + 1.0f / 120;
    s = s * q - 1.0f / 6;
    s = s * q * r + r;
    float c = -1.0f / 3628800;
    c = c * q + 1.0f / 40320;
    c = c * q - 1.0f / 720;
    c = c * q + 1.0f / 24;
    c = c * q - 0.5f;
    c = c * q + 1.0f;
    float upright = n.i & 1 ? c : s, flat = n.i & 1 ? s : c;
    *sine = n.i & 2 ? -upright : upright;
    *cosine = (n.i + 1) & 2 ? -flat : flat;
}

#endif
