#include "math/simd.h"

#if defined __x86_64__

#include <xmmintrin.h>

/* Denormal results become zero; denormal operands are treated as zero. */
enum { FLUSH = 0x8000, OPERANDS = 0x0040 };

uint64_t simd_flush_denormals(void)
{
    unsigned state = _mm_getcsr();
    _mm_setcsr(state | FLUSH | OPERANDS);
    return state;
}

void simd_restore_denormals(uint64_t state)
{
    _mm_setcsr((unsigned)state);
}

#elif defined __aarch64__

/* On this architecture, one bit does both. */
static const uint64_t flush = UINT64_C(1) << 24;

uint64_t simd_flush_denormals(void)
{
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    __asm__ volatile("msr fpcr, %0" : : "r"(state | flush));
    return state;
}

void simd_restore_denormals(uint64_t state)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(state));
}

#else

uint64_t simd_flush_denormals(void)
{
    return 0;
}

void simd_restore_denormals(uint64_t state)
{
    (void)state;
}

#endif
