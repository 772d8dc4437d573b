/*
 * simd - what the processor's vectors and floating point unit are told beside plain C.
 *
 * CLONES before a function makes the program choose, when it is loaded, the copy for AVX-512, AVX2
 * or any x86-64.  It is meant for loops whose turns do not depend on each other: each lane then
 * computes what the plain code would (nothing is contracted to fused multiply-adds, see
 * Makefile.am), and results are the same to the bit whichever copy runs.  Elsewhere it is empty.
 *
 * Denormal numbers, below 2^-126, are taken as zero while a computation runs.  Processors handle
 * them by microcode, a hundred times slower than others, and training makes them by the million:
 * the probability of a class that is out of the question, the moments of a weight that gets no
 * gradient any more.  Nothing that matters is that small.
 */
#ifndef BRAINSWEEP_SIMD_H
#define BRAINSWEEP_SIMD_H

#include <limits.h> /* __GLIBC__: only its loader can choose */
#include <stddef.h>
#include <stdint.h>

#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/*
 * Asks for the n numbers at x, which are needed soon and which the processor cannot foresee: the
 * row of a matrix that a permutation names next, say.
 */
static inline void simd_prefetch(const float *x, size_t n)
{
    enum { CACHE_LINE = 64 / sizeof(float) };
    for (size_t i = 0; i < n; i += CACHE_LINE)
        __builtin_prefetch(x + i);
}

/* Takes denormals as zero from now on, in this thread; returns what simd_restore_denormals needs.
 */
uint64_t simd_flush_denormals(void);
void simd_restore_denormals(uint64_t state);

#endif
