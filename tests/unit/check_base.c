/* err, log, mem, rng, mat: the base of everything else. */
#include "base/array.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "math/mat.h"
#include "math/rng.h"
#include "math/simd.h"
#include "math/vmath.h"
#include "rnn/grid.h"
#include "suite.h"

#include <stdio.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

START_TEST(err_carries_code_and_sentence)
{
    struct err e = {0};
    ck_assert_int_eq(err_set(&e, ERR_VALUE, "grid = %d", 7), ERR_VALUE);
    ck_assert_int_eq(err_prefix(&e, "%s:%d", "a.sweep", 3), ERR_VALUE);
    ck_assert_str_eq(e.text, "a.sweep:3: grid = 7");
    ck_assert_int_eq(err_set(NULL, ERR_FILE, "nobody asks"), ERR_FILE);
    ck_assert_str_eq(err_reason(ERR_BUSY), "the database is in use");
    ck_assert_str_eq(err_reason(77), "unknown error");
}
END_TEST

START_TEST(err_cuts_what_is_too_long)
{
    struct err e = {0};
    char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    err_set(&e, ERR_VALUE, "%s", long_text);
    err_prefix(&e, "%s", long_text);
    ck_assert_uint_eq(strlen(e.text), sizeof e.text - 1);
}
END_TEST

static void keep_line(enum log_level level, const char *line, void *data)
{
    (void)level;
    snprintf(data, 64, "%s", line);
}

START_TEST(log_goes_to_the_handler_from_its_level_up)
{
    char kept[64] = "";
    log_error("nobody listens");
    log_set_handler(keep_line, kept);
    log_debug("too fine");
    ck_assert_str_eq(kept, "");
    log_warning("%d left", 3);
    ck_assert_str_eq(kept, "3 left");
    log_set_handler(NULL, NULL);
}
END_TEST

START_TEST(mem_is_zeroed_aligned_and_fails_on_request)
{
    float *x = mem_array(100, sizeof *x);
    ck_assert_ptr_nonnull(x);
    ck_assert_uint_eq((uintptr_t)x % 64, 0);
    for (int i = 0; i < 100; i++)
        ck_assert_float_eq(x[i], 0.0f);
    x[99] = 5;
    x = mem_grow(x, 100 * sizeof *x, 200 * sizeof *x);
    ck_assert_float_eq(x[99], 5.0f);
    ck_assert_float_eq(x[199], 0.0f);
    mem_free(x);
    double *small = mem_small(3 * sizeof *small);
    ck_assert(small && small[0] == 0 && small[2] == 0);
    mem_free(small);
    mem_trim();

    ck_assert_ptr_null(mem_array(SIZE_MAX / 2, 4));
    mem_fail_at(0);
    ck_assert_ptr_null(mem_small(1));
    mem_fail_at(0);
    ck_assert_ptr_null(mem_text("x"));
    mem_fail_at(1);
    void *first = mem_array(1, 1), *second = mem_array(1, 1), *third = mem_array(1, 1);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(second);
    ck_assert_ptr_nonnull(third);
    mem_free(first);
    mem_free(third);
}
END_TEST

START_TEST(arrays_come_together_or_not_at_all)
{
    for (long n = 0; n < 3; n++) {
        double before = 0; /* pointers that were not NULL before are NULL afterwards, too */
        int *a = (void *)&before;
        double *b = &before;
        char *c = (void *)&before;
        const struct mem_slot slots[] = {MEM_SLOT(a, 3), MEM_SLOT(b, 5), MEM_SLOT(c, 0), {0}};
        mem_fail_at(n);
        ck_assert_int_eq(mem_arrays(slots), ERR_MEMORY);
        ck_assert(!a && !b && !c);
        ck_assert_int_eq(mem_arrays(slots), 0);
        ck_assert(a && b && c && a[2] == 0 && b[4] == 0);
        mem_free(a);
        mem_free(b);
        mem_free(c);
    }
}
END_TEST

START_TEST(arrays_grow)
{
    int *items = NULL;
    for (size_t n = 0; n < 1000; n++) {
        int *grown = array_room(items, n, sizeof *grown);
        ck_assert_ptr_nonnull(grown);
        ck_assert_int_eq(grown[n], 0);
        items = grown;
        items[n] = (int)n;
    }
    for (int n = 0; n < 1000; n++)
        ck_assert_int_eq(items[n], n);
    mem_fail_at(0);
    ck_assert_ptr_null(array_room(items, 1024, sizeof *items)); /* the old block remains */
    ck_assert_ptr_null(array_room(items, SIZE_MAX / 2 + 1, sizeof *items));
    mem_fail_at(-1);
    ck_assert_int_eq(items[999], 999);
    mem_free(items);
}
END_TEST

/* Known answer: philox4x32-10 with zero key and counter, from Random123's kat_vectors. */
START_TEST(rng_is_philox)
{
    static const uint32_t expected[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    struct rng r = rng_at(0, RNG_TEST, 0);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(rng_bits(&r), expected[i]);
}
END_TEST

START_TEST(rng_streams_are_addressed)
{
    struct rng a = rng_at(7, RNG_BATCH, 5), b = rng_at(7, RNG_BATCH, 5);
    struct rng other[] = {rng_at(8, RNG_BATCH, 5), rng_at(7, RNG_INIT, 5), rng_at(7, RNG_BATCH, 6),
                          rng_at(7, RNG_BATCH, 5 + (UINT64_C(1) << 32))};
    uint32_t first = rng_bits(&a);
    ck_assert_uint_eq(first, rng_bits(&b));
    for (int i = 0; i < 4; i++)
        ck_assert_uint_ne(first, rng_bits(&other[i]));
}
END_TEST

/* Means of n draws lie within 5 standard errors of the distribution's own. */
START_TEST(rng_distributions)
{
    enum { N = 200000 };
    struct rng r = rng_at(1, RNG_TEST, 0);
    double sum = 0, square = 0, normal = 0, normal_square = 0, normal_fourth = 0;
    int count[10] = {0};
    for (int i = 0; i < N; i++) {
        double u = rng_uniform(&r), z = rng_normal(&r);
        ck_assert(u >= 0 && u < 1);
        sum += u;
        square += u * u;
        normal += z;
        normal_square += z * z;
        normal_fourth += z * z * z * z;
        count[rng_below(&r, 10)]++;
    }
    double se = 5 / sqrt(N);
    ck_assert_double_eq_tol(sum / N, 0.5, se * sqrt(1.0 / 12));
    ck_assert_double_eq_tol(square / N, 1.0 / 3, se * sqrt(4.0 / 45));
    ck_assert_double_eq_tol(normal / N, 0, se);
    ck_assert_double_eq_tol(normal_square / N, 1, se * sqrt(2));
    ck_assert_double_eq_tol(normal_fourth / N, 3, se * sqrt(96));
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol((double)count[i] / N, 0.1, se * 0.3);
}
END_TEST

/* The numbers do not depend on the lengths drawn at a time, or on earlier draws. */
START_TEST(many_random_numbers_are_those_drawn_one_by_one)
{
    enum { MOST = 300 };
    struct rng one = rng_at(3, RNG_TEST, 5), many = one;
    uint32_t bits[MOST];
    float normal[MOST];
    for (int k = 0; k < 400; k++) {
        int n = (int)(rng_below(&one, MOST + 1));
        ck_assert_int_eq((int)rng_below(&many, MOST + 1), n);
        if (k % 3)
            rng_normals(&many, (size_t)n, normal);
        else
            rng_fill(&many, (size_t)n, bits);
        for (int i = 0; i < n; i++) {
            if (k % 3)
                ck_assert_float_eq(normal[i], rng_normal(&one));
            else
                ck_assert_uint_eq(bits[i], rng_bits(&one));
        }
    }
}
END_TEST

/* Compares with the C library in double precision. */
START_TEST(logarithm_sine_and_cosine_are_good_to_the_last_places)
{
    for (uint32_t k = 1; k <= 1u << 24; k += 41) {
        float u = (float)k * 0x1p-24f, sine, cosine;
        double exact = log((double)u);
        ck_assert_double_eq_tol(vmath_log(u), exact, 0x1.8p-22 * fabs(exact));
        vmath_sincos_turns(u, &sine, &cosine);
        ck_assert_double_eq_tol(sine, sin(2 * acos(-1.0) * (double)u), 0x1p-23);
        ck_assert_double_eq_tol(cosine, cos(2 * acos(-1.0) * (double)u), 0x1p-23);
    }
    for (float u = 1.01f; u < 1e30f; u *= 1.07f)
        ck_assert_double_eq_tol(vmath_log(u), log((double)u), 0x1.8p-22 * log((double)u));
    ck_assert_float_eq(vmath_log(1), 0);
    ck_assert(isnan(vmath_log(NAN)));
}
END_TEST

START_TEST(rng_permutation_is_one_and_uniform)
{
    int order[3], seen[27] = {0};
    struct rng r = rng_at(2, RNG_TEST, 0);
    for (int i = 0; i < 6000; i++) {
        rng_permutation(&r, 3, order);
        ck_assert_int_eq((1 << order[0]) | (1 << order[1]) | (1 << order[2]), 7);
        seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    for (int i = 0; i < 27; i++)
        if (seen[i])
            ck_assert_int_le(abs(seen[i] - 1000), 5 * 29); /* 5 sqrt(6000 * 1/6 * 5/6) */
}
END_TEST

static void assert_floats(const float *got, const float *expected, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_float_eq(got[i], expected[i]);
}

START_TEST(mat_products_are_the_textbook_ones)
{
    float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 1, 3}, c[9];
    struct mat a23 = mat_view(a, 2, 3), b32 = mat_view(b, 3, 2), b23 = mat_view(b, 2, 3);

    mat_mul(1, a23, b32, 0, mat_view(c, 2, 2));
    assert_floats(c, (const float[]){8, 11, 20, 23}, 4);

    mat_mul_transposed(1, a23, b23, 0, mat_view(c, 2, 2));
    assert_floats(c, (const float[]){7, 12, 16, 27}, 4);

    mat_transposed_mul(2, a23, b23, 0, mat_view(c, 3, 3));
    assert_floats(c, (const float[]){10, 8, 28, 14, 10, 38, 18, 12, 48}, 9);
}
END_TEST

START_TEST(denormals_are_flushed_and_come_back)
{
    volatile float small = 0x1p-120f, factor = 0x1p-20f, denormal = small * factor;
    ck_assert_float_eq(denormal, 0x1p-140f);
    uint64_t state = simd_flush_denormals();
    volatile float product = small * factor, sum = denormal + 0x1p-125f, normal = small * small;
    simd_restore_denormals(state);
#if defined __x86_64__ || defined __aarch64__
    ck_assert_float_eq(product, 0);
    ck_assert_float_eq(sum, 0x1p-125f);
#endif
    ck_assert_float_eq(normal, 0);
    product = small * factor;
    ck_assert_float_eq(product, 0x1p-140f);
}
END_TEST

START_TEST(grid_distances_are_manhattan)
{
    ck_assert_int_eq(grid_steps(4, 0, 15), 6);
    ck_assert_float_eq(grid_distance(4, 1, 4), 0.5f);
    ck_assert_float_eq(grid_distance(4, 4, 1), 0.5f);
    ck_assert_float_eq(grid_distance(4, 9, 9), 0.0f);
}
END_TEST

SUITE_CASE(errors, "err and log", err_carries_code_and_sentence, err_cuts_what_is_too_long,
           log_goes_to_the_handler_from_its_level_up)
SUITE_CASE(memory, "mem", mem_is_zeroed_aligned_and_fails_on_request,
           arrays_come_together_or_not_at_all, arrays_grow)
SUITE_CASE(numbers, "rng", rng_is_philox, rng_streams_are_addressed, rng_distributions,
           many_random_numbers_are_those_drawn_one_by_one,
           logarithm_sine_and_cosine_are_good_to_the_last_places,
           rng_permutation_is_one_and_uniform, denormals_are_flushed_and_come_back)
SUITE_CASE(matrices, "mat and grid", mat_products_are_the_textbook_ones,
           grid_distances_are_manhattan)

SUITE_MAIN("base", errors, memory, numbers, matrices)
