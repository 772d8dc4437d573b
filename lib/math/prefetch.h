/*
 * prefetch - asks for memory that is soon needed and that the processor cannot foresee, such as the
 * row of a matrix that a permutation names next.
 */
#ifndef BRAINSWEEP_PREFETCH_H
#define BRAINSWEEP_PREFETCH_H

#include <stddef.h>

static inline void prefetch_floats(const float *x, size_t n)
{
    enum { CACHE_LINE = 64 / sizeof(float) };
    for (size_t i = 0; i < n; i += CACHE_LINE)
        __builtin_prefetch(x + i);
}

#endif
