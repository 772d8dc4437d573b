#include "math/denormal.h"

#if defined __x86_64__

#include <xmmintrin.h>

/* Results flushed to zero, and operands taken as zero. */
enum { FLUSH = 0x8000, OPERANDS = 0x0040 };

uint64_t denormal_flush(void)
{
    unsigned state = _mm_getcsr();
    _mm_setcsr(state | FLUSH | OPERANDS);
    return state;
}

void denormal_restore(uint64_t state)
{
    _mm_setcsr((unsigned)state);
}

#elif defined __aarch64__

/* Both are one bit there. */
static const uint64_t flush = UINT64_C(1) << 24;

uint64_t denormal_flush(void)
{
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    __asm__ volatile("msr fpcr, %0" : : "r"(state | flush));
    return state;
}

void denormal_restore(uint64_t state)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(state));
}

#else

uint64_t denormal_flush(void)
{
    return 0;
}

void denormal_restore(uint64_t state)
{
    (void)state;
}

#endif
