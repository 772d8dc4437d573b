/*
 * simd - processor features for loops over numbers: wider vectors, prefetching, and treating
 * denormal numbers as zero.
 */
#ifndef BRAINSWEEP_SIMD_H
#define BRAINSWEEP_SIMD_H

#include <limits.h> /* __GLIBC__: only its loader can choose between versions of a function */
#include <stddef.h>
#include <stdint.h>

/*
 * Put before a function: it is compiled once for AVX-512, once for AVX2 and once for any x86-64,
 * and the loader picks the version for this processor.  Meant for loops whose iterations are
 * independent: every lane then computes what the plain code would (nothing is contracted to fused
 * multiply-adds, see Makefile.am).  So results are the same to the bit whichever version runs.
 * Does nothing on other systems.
 */
#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#define SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SIMD_CLONES
#endif

/* Prefetches n floats that are needed soon and whose address the processor cannot predict, such as
   the row of a matrix that comes next in a permutation. */
static inline void simd_prefetch(const float *x, size_t n)
{
    enum { CACHE_LINE = 64 / sizeof(float) };
    for (size_t i = 0; i < n; i += CACHE_LINE)
        __builtin_prefetch(x + i);
}

/*
 * From now on, in this thread, numbers below 2^-126 are zero.  Returns the state that
 * simd_restore_denormals restores.
 *
 * Processors compute with such numbers a hundred times more slowly than with others, and training
 * produces millions of them: the probability of a class that is practically impossible, the moments
 * of a weight that no longer gets a gradient.  No result depends on numbers that small.
 */
uint64_t simd_flush_denormals(void);
void simd_restore_denormals(uint64_t state);

#endif
