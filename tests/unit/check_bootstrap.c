/* bootstrap: textbook results, and the guaranteed rates of intervals and p values. */
#include "base/mem.h"
#include "math/rng.h"
#include "stats/bootstrap.h"
#include "suite.h"
#include "uniform.h"

#include <math.h>
#include <string.h>

static struct bootstrap *resample_of(int resamples)
{
    struct bootstrap *r;
    ck_assert_int_eq(bootstrap_new(&r, resamples, 5, NULL), 0);
    return r;
}

START_TEST(few_get_no_interval)
{
    struct bootstrap *r = resample_of(1000);
    const double value[] = {4, 8, 6};
    for (int n = 0; n < RESAMPLE_FEWEST; n++) {
        struct estimate e = bootstrap_mean(r, value, n);
        ck_assert_int_eq(e.n, n);
        ck_assert(!e.has_interval);
        ck_assert_double_eq(e.mean, n == 0 ? 0 : n == 1 ? 4 : 6);
        ck_assert(e.low == e.mean && e.high == e.mean);
    }
    /* with three values, each extreme resample has probability 1/27: the arms are 2 t / z sqrt(3/2)
       long */
    struct estimate e = bootstrap_mean(r, value, 3);
    ck_assert(e.has_interval);
    ck_assert_double_eq_tol(e.mean, 6, 1e-12);
    ck_assert_double_eq_tol(e.low, 6 - 2 * 4.30265 / 1.959964 * sqrt(1.5), 1e-6);
    ck_assert_double_eq_tol(e.high, 6 + 2 * 4.30265 / 1.959964 * sqrt(1.5), 1e-6);
    bootstrap_free(r);
}
END_TEST

START_TEST(interval_moves_with_the_values)
{
    enum { N = 12 };
    struct bootstrap *r = resample_of(500);
    double value[N], other[N];
    struct rng draw = rng_at(0, RNG_TEST, 0);
    for (int i = 0; i < N; i++) {
        value[i] = (double)rng_normal(&draw);
        other[i] = 100 + 4 * value[i];
    }
    struct estimate a = bootstrap_mean(r, value, N), b = bootstrap_mean(r, other, N);
    ck_assert_double_eq_tol(b.mean, 100 + 4 * a.mean, 1e-9);
    ck_assert_double_eq_tol(b.low, 100 + 4 * a.low, 1e-9);
    ck_assert_double_eq_tol(b.high, 100 + 4 * a.high, 1e-9);
    ck_assert(a.low < a.mean && a.mean < a.high);
    struct estimate again = bootstrap_mean(r, value, N);
    ck_assert_double_eq(again.low, a.low);
    for (int i = 0; i < N; i++)
        other[i] = 0.1;
    b = bootstrap_mean(r, other, N);
    ck_assert_double_eq_tol(b.low, 0.1, 1e-15);
    ck_assert_double_eq_tol(b.high, 0.1, 1e-15);
    bootstrap_free(r);
}
END_TEST

/* Share of intervals that contain the true mean: of normal values, and of exponential ones, whose
   skewness reduces it a little.  1200 samples: a standard error of 0.6 %. */
static double coverage(int n, int skewed)
{
    enum { SAMPLES = 1200 };
    struct bootstrap *r = resample_of(500);
    double value[32];
    int held = 0;
    for (int s = 0; s < SAMPLES; s++) {
        struct rng draw = rng_at(7, RNG_TEST, (uint64_t)s);
        for (int i = 0; i < n; i++)
            value[i] =
                skewed ? -log(1 - (double)rng_uniform(&draw)) - 1 : (double)rng_normal(&draw);
        struct estimate e = bootstrap_mean(r, value, n);
        held += e.low <= 0 && e.high >= 0;
    }
    bootstrap_free(r);
    return (double)held / SAMPLES;
}

START_TEST(intervals_hold_the_truth)
{
    static const struct {
        int n, skewed;
        double low, high;
    } rows[] = {{3, 0, 0.93, 0.97},
                {5, 0, 0.925, 0.97},
                {10, 0, 0.93, 0.97},
                {25, 0, 0.93, 0.97},
                {25, 1, 0.90, 0.95}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double share = coverage(rows[i].n, rows[i].skewed);
        ck_assert_msg(share >= rows[i].low && share <= rows[i].high, "n = %d: %g", rows[i].n,
                      share);
    }
}
END_TEST

/* {1,2,3} is one of two choices in eight; sums of +-1 +-2 +-3 are 2 or more away in six of eight.
   Fisher (1935, section 21) on Darwin's fifteen pairs of maize: 863 of 32768 choices on either
   side. */
START_TEST(sign_flips_by_hand)
{
    struct bootstrap *r = resample_of(10);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){1, 2, 3}, 3), 0.25);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){-1, -2, -3}, 3), 0.25);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){1, -2, 3}, 3), 0.75);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){0, 0, 0}, 3), 1);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){5}, 1), 1);
    ck_assert_double_eq(bootstrap_sign_flip(r, (const double[]){0.1, 0.2, 0.3, -0.6}, 4), 1);
    const double maize[] = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
    ck_assert_double_eq(bootstrap_sign_flip(r, maize, 15), 2 * 863.0 / 32768);
    for (int n = 1; n <= 16; n++) {
        double one[16];
        for (int i = 0; i < n; i++)
            one[i] = 1 + 0.1 * i;
        ck_assert_double_eq(bootstrap_sign_flip(r, one, n), bootstrap_least_p(n));
    }
    bootstrap_free(r);
}
END_TEST

/* Twenty differences of size 1 with sum 8: 2 P(Binomial(20, 1/2) >= 14) = 0.1153; forty with sum
   12: 2 P(Binomial(40, 1/2) >= 26) = 0.0807. */
START_TEST(many_pairs_are_sampled)
{
    struct bootstrap *r = resample_of(20000);
    double d[40];
    for (int i = 0; i < 40; i++)
        d[i] = i < 26 ? 1 : -1;
    double p = bootstrap_sign_flip(r, d, 40);
    ck_assert_double_eq_tol(p, 0.0807, 4 * sqrt(0.0807 * 0.9193 / 20000));
    for (int i = 0; i < 20; i++)
        d[i] = i < 14 ? 1 : -1;
    p = bootstrap_sign_flip(r, d, 20);
    ck_assert_double_eq_tol(p, 0.1153, 4 * sqrt(0.1153 * 0.8847 / 20000));
    for (int i = 0; i < 20; i++)
        d[i] = 1;
    ck_assert_double_le(bootstrap_sign_flip(r, d, 20), 3.0 / 20001);
    ck_assert_double_gt(bootstrap_sign_flip(r, d, 20), 0);
    for (int i = 0; i < 20; i++)
        d[i] = i % 2 ? 1 : -1;
    ck_assert_double_eq(bootstrap_sign_flip(r, d, 20), 1);
    bootstrap_free(r);
}
END_TEST

/* 1.95 / sqrt(n) is exceeded with probability 0.001.  The choices of twelve signs come in pairs. */
START_TEST(p_is_uniform_without_a_difference)
{
    enum { SAMPLES = 600, N = 12 };
    struct bootstrap *r = resample_of(10);
    double p[SAMPLES], d[N];
    for (int s = 0; s < SAMPLES; s++) {
        struct rng draw = rng_at(11, RNG_TEST, (uint64_t)s);
        for (int i = 0; i < N; i++) {
            double scale = 1 + i; /* they must be symmetric, not identically distributed */
            d[i] = scale * (double)rng_normal(&draw);
        }
        p[s] = bootstrap_sign_flip(r, d, N);
    }
    ck_assert_double_lt(uniform_distance(p, SAMPLES, 2047), 1.95 / sqrt(SAMPLES));
    bootstrap_free(r);
}
END_TEST

/* The usual small example; R's p.adjust(method = "holm") gives the same. */
START_TEST(holm_by_hand)
{
    const double p[] = {0.01, 0.04, 0.03, 0.005}, expected[] = {0.03, 0.06, 0.06, 0.02};
    double adjusted[4];
    bootstrap_holm(p, 4, adjusted);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(adjusted[i], expected[i], 1e-12);
    bootstrap_holm((const double[]){0.5, 0.9}, 2, adjusted);
    ck_assert(adjusted[0] == 1 && adjusted[1] == 1);
    bootstrap_holm((const double[]){0.02, 0.02}, 2, adjusted);
    ck_assert(adjusted[0] == 0.04 && adjusted[1] == 0.04);
    bootstrap_holm(p, 0, adjusted);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    for (long n = 0; n < 2; n++) {
        struct bootstrap *r;
        struct err e = {0};
        mem_fail_at(n);
        ck_assert_int_eq(bootstrap_new(&r, 10, 0, &e), ERR_MEMORY);
        mem_fail_at(-1);
        ck_assert_ptr_null(r);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    bootstrap_free(NULL);
}
END_TEST

SUITE_CASE(intervals, "intervals", few_get_no_interval, interval_moves_with_the_values,
           intervals_hold_the_truth, out_of_memory_is_an_error)
SUITE_CASE(tests, "tests", sign_flips_by_hand, many_pairs_are_sampled,
           p_is_uniform_without_a_difference, holm_by_hand)

SUITE_MAIN("resample", intervals, tests)
