#include "peak.h"

#include <stdlib.h>
#include <time.h>

/* Enough independent sums to keep two adders with a latency of four cycles busy; factor and term
   prevent overflow. */
enum { SUMS = 12, ROUNDS = 30000 };

#define PEAK(name, target, vector, lanes, multiply_add)                                            \
    static target double name(void)                                                                \
    {                                                                                              \
        vector sum[SUMS], factor = {0}, term = {0};                                                \
        _Pragma("GCC unroll 12") for (int i = 0; i < SUMS; i++) sum[i] = term + (float)i;          \
        factor += 0.999f;                                                                          \
        term += 1e-4f;                                                                             \
        for (int k = 0; k < ROUNDS; k++) {                                                         \
            _Pragma("GCC unroll 12") for (int i = 0; i < SUMS; i++) sum[i] =                       \
                multiply_add(sum[i], factor, term);                                                \
            __asm__ volatile("");                                                                  \
        }                                                                                          \
        _Pragma("GCC unroll 12") for (int i = 1; i < SUMS; i++) sum[0] += sum[i];                  \
        volatile float kept = sum[0][0];                                                           \
        (void)kept;                                                                                \
        return 2.0 * (lanes)*SUMS * ROUNDS;                                                        \
    }

typedef float plain_vector __attribute__((vector_size(16)));
#define MULTIPLY_THEN_ADD(a, b, c) ((a) * (b) + (c))
PEAK(run_plain, , plain_vector, 4, MULTIPLY_THEN_ADD)

#if defined __x86_64__
#include <immintrin.h>
PEAK(run_avx512, __attribute__((target("avx512f"))), __m512, 16, _mm512_fmadd_ps)
PEAK(run_avx2, __attribute__((target("avx2,fma"))), __m256, 8, _mm256_fmadd_ps)

double peak_run(void)
{
    if (__builtin_cpu_supports("avx512f"))
        return run_avx512();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return run_avx2();
    return run_plain();
}
#else
double peak_run(void)
{
    return run_plain();
}
#endif

double peak_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double peak_median(int n, double *x)
{
    qsort(x, (size_t)n, sizeof *x, ascending);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}
