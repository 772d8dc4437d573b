/*
 * recurrent - times the recurrent products of a pass in every available implementation, alternating
 * in one run.
 *
 *     OMP_NUM_THREADS=1 taskset -c 1 tests/bench/recurrent [H [B [T [rounds]]]]
 *
 * It prints a line for each implementation: the median rate, and the medians over the rounds of its
 * ratio to two other rates.  One is OpenBLAS's rate on all T*B rows at once, which is out of reach
 * because time steps depend on each other; the other is the core's peak.
 */
#include "recurrent.h"

#include "base/mem.h"
#include "config.h"
#include "math/mat.h"
#include "math/packed.h"
#include "math/rng.h"
#include "peak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mat block(const struct pass *pass, const float *sequence, int t)
{
    size_t size = (size_t)pass->B * (size_t)pass->H;
    return mat_view((float *)sequence + (size_t)t * size, pass->B, pass->H);
}

static struct mat weights(const struct pass *pass)
{
    return mat_view((float *)pass->w, pass->H, pass->H);
}

/* ---- OpenBLAS ---- */

static int nothing_open(const struct pass *pass, void **state)
{
    (void)pass;
    *state = NULL;
    return 0;
}

static void nothing_close(void *state)
{
    (void)state;
}

static void once_run(const struct pass *pass, void *state)
{
    int rows = pass->T * pass->B;
    (void)state;
    mat_mul_transposed(1, mat_view((float *)pass->h, rows, pass->H), weights(pass), 1,
                       mat_view(pass->z, rows, pass->H));
}

static void blas_run(const struct pass *pass, void *state)
{
    (void)state;
    for (int t = 0; t < pass->T; t++)
        mat_mul_transposed(1, block(pass, pass->h, t), weights(pass), 1, block(pass, pass->z, t));
}

/* ---- ours ---- */

static int packed_open(const struct pass *pass, void **state, int kernel)
{
    struct packed *packed = NULL;
    int failed = !packed_kernel_at(kernel) ||
                 packed_new(&packed, packed_kernel_at(kernel), pass->H, pass->H, NULL) != 0;
    *state = packed;
    return failed ? -1 : 0;
}

static int first_open(const struct pass *pass, void **state)
{
    return packed_open(pass, state, 0);
}

static int second_open(const struct pass *pass, void **state)
{
    return packed_open(pass, state, 1);
}

static int third_open(const struct pass *pass, void **state)
{
    return packed_open(pass, state, 2);
}

static void packed_run(const struct pass *pass, void *state)
{
    packed_set_transposed(state, weights(pass));
    for (int t = 0; t < pass->T; t++)
        packed_mul_add(state, block(pass, pass->h, t), block(pass, pass->z, t));
}

static void packed_close(void *state)
{
    packed_free(state);
}

/* ---- timing ---- */

static const struct contender all_at_once = {"openblas, at once", nothing_open, once_run,
                                             nothing_close},
                              openblas = {"openblas", nothing_open, blas_run, nothing_close},
                              first = {"packed, 1st kernel", first_open, packed_run, packed_close},
                              second = {"packed, 2nd kernel", second_open, packed_run,
                                        packed_close},
                              third = {"packed, 3rd kernel", third_open, packed_run, packed_close};

static const struct contender *const contenders[] = {
    &all_at_once,    &openblas, &first, &second, &third,
#if defined HAVE_XSMM
    &recurrent_xsmm,
#endif
#if defined HAVE_DNNL
    &recurrent_dnnl,
#endif
};

enum { CONTENDERS = sizeof contenders / sizeof contenders[0], PEAK = CONTENDERS };

static int problem_new(struct pass *pass)
{
    size_t n = (size_t)pass->T * (size_t)pass->B * (size_t)pass->H;
    size_t square = (size_t)pass->H * (size_t)pass->H;
    float *w = mem_array(square, sizeof *w), *h = mem_array(n, sizeof *h);
    struct rng rng = rng_at(1, RNG_TEST, 0);
    pass->w = w;
    pass->h = h;
    pass->z = mem_array(n, sizeof *pass->z);
    for (size_t i = 0; w && i < square; i++)
        w[i] = 0.1f * (rng_uniform(&rng) - 0.5f);
    for (size_t i = 0; h && i < n; i++)
        h[i] = rng_uniform(&rng);
    return w && h && pass->z ? 0 : -1;
}

/* The largest difference from OpenBLAS's product. */
static double difference(struct pass *pass, const struct contender *c, void *state)
{
    size_t n = (size_t)pass->T * (size_t)pass->B * (size_t)pass->H;
    float *expected = mem_array(n, sizeof *expected);
    double most = expected ? 0 : INFINITY;
    memset(pass->z, 0, n * sizeof *pass->z);
    once_run(pass, NULL);
    if (expected)
        memcpy(expected, pass->z, n * sizeof *expected);
    memset(pass->z, 0, n * sizeof *pass->z);
    c->run(pass, state);
    for (size_t i = 0; expected && i < n; i++)
        most = fmax(most, fabs((double)pass->z[i] - expected[i]));
    mem_free(expected);
    return most;
}

/* Rates in GFLOP/s, rate[i][round]. */
static void race(const struct pass *pass, void **state, const int *runs, int rounds, double **rate)
{
    double operations = 2.0 * pass->T * pass->B * pass->H * pass->H;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i <= CONTENDERS; i++) {
            double start = peak_clock(), done = operations;
            if (i == PEAK)
                done = peak_run();
            else if (runs[i])
                contenders[i]->run(pass, state[i]);
            rate[i][round] = 1e-9 * done / (peak_clock() - start);
        }
    }
}

static double median_ratio(int rounds, const double *rate, const double *other, double *scratch)
{
    for (int r = 0; r < rounds; r++)
        scratch[r] = rate[r] / other[r];
    return peak_median(rounds, scratch);
}

static int argument(int argc, char **argv, int i, int otherwise)
{
    int n = i < argc ? atoi(argv[i]) : otherwise;
    return n > 0 ? n : otherwise;
}

int main(int argc, char **argv)
{
    struct pass pass = {.H = argument(argc, argv, 1, 400),
                        .B = argument(argc, argv, 2, 32),
                        .T = argument(argc, argv, 3, 100)};
    int rounds = argument(argc, argv, 4, 51), runs[CONTENDERS];
    void *state[CONTENDERS];
    double *rate[CONTENDERS + 1], *scratch = mem_array((size_t)rounds, sizeof *scratch);
    mat_single_thread();
    if (!scratch || problem_new(&pass) != 0)
        return EXIT_FAILURE;
    for (int i = 0; i <= CONTENDERS; i++)
        if (!(rate[i] = mem_array((size_t)rounds, sizeof *rate[i])))
            return EXIT_FAILURE;

    printf("# H %d, B %d, T %d; OpenBLAS kernel %s; packed kernels:", pass.H, pass.B, pass.T,
           mat_blas_kernel());
    for (int i = 0; packed_kernel_at(i); i++)
        printf(" %s", packed_kernel_name(packed_kernel_at(i)));
    printf("\n%-20s %8s %10s %8s %10s\n", "# way", "GFLOP/s", "of at once", "of peak", "largest d");
    for (int i = 0; i < CONTENDERS; i++)
        runs[i] = contenders[i]->open(&pass, &state[i]) == 0;
    race(&pass, state, runs, rounds, rate);
    for (int i = 0; i < CONTENDERS; i++) {
        if (runs[i])
            printf("%-20s %8.1f %10.3f %8.3f %10.1e\n", contenders[i]->name,
                   peak_median(rounds, memcpy(scratch, rate[i], (size_t)rounds * sizeof *scratch)),
                   median_ratio(rounds, rate[i], rate[0], scratch),
                   median_ratio(rounds, rate[i], rate[PEAK], scratch),
                   difference(&pass, contenders[i], state[i]));
        contenders[i]->close(state[i]);
    }
    printf("%-20s %8.1f\n", "peak", peak_median(rounds, rate[PEAK]));
    return EXIT_SUCCESS;
}
