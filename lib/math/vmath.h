/*
 * vmath - exp, expm1 and log1p in float32, as straight lines that a compiler turns into vectors.
 *
 * The C library's expf and tanhf are calls, one number at a time; a step with tanh takes a million
 * of them.  These are branch-free, so that gcc vectorises the loops around them without
 * -ffast-math, and every lane computes what the scalar code would: results don't depend on
 * position or on the length of an array.  Errors are below 3 units in the last place.  NaN goes
 * through; results below 2^-126 are not kept.
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

/* exp(r) - 1 for |r| <= ln(2)/2: Taylor's series, its first left-out term below 2^-27 of r. */
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

/* exp(x) for x <= 0; 0x1p-125 or so for anything below -87. */
static inline float vmath_exp_negative(float x)
{
    float scale, clamped = x < -87.0f ? -87.0f : x;
    float r = vmath_reduce(clamped, &scale);
    return scale * vmath_expm1_small(r) + scale;
}

/* exp(x) - 1 for x <= 0, relative to its own size: good near 0. */
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

#endif
