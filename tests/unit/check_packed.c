/* packed: products compared with sums in double precision, for every kernel of this processor. */
#include "base/mem.h"
#include "math/packed.h"
#include "math/rng.h"
#include "packed_bf16_plain.h"
#include "suite.h"

#include <math.h>
#include <string.h>

/* Rows of a, depth and columns of the packed matrix: one of each, primes, and the sizes just below
   and above a vector (4, 8, 16 lanes), a panel (12, 24, 48 columns) and a tile (4, 8 rows). */
static const int rows_tried[] = {1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 32, 33};
static const int depths_tried[] = {1, 2, 3, 16, 37, 101};
static const int cols_tried[] = {1,  3,  4,  5,  7,  8,  9,  12, 13, 15, 16, 17, 23,
                                 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 113};

enum { MOST = 128, GAP = 3 };

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* Numbers in -1..1: all of a float's bits, or multiples of 1/8, whose products and their sums no
   kernel rounds. */
enum digits { FINE, COARSE };

static float draw(struct rng *rng, enum digits digits)
{
    return digits == FINE ? 2 * rng_uniform(rng) - 1 : (float)rng_below(rng, 17) / 8 - 1;
}

/* A matrix of such numbers with a gap after each row but the last.  Its block ends with its last
   number, so that a sanitizer detects reads and writes past it. */
static struct mat drawn_matrix(struct rng *rng, enum digits digits, int rows, int cols)
{
    size_t n = (size_t)(rows - 1) * (size_t)(cols + GAP) + (size_t)cols;
    struct mat m = {malloc(n * sizeof(float)), rows, cols, cols + GAP};
    ck_assert_ptr_nonnull(m.x);
    for (size_t i = 0; i < n; i++)
        m.x[i] = draw(rng, digits);
    return m;
}

static struct mat random_matrix(struct rng *rng, int rows, int cols)
{
    return drawn_matrix(rng, FINE, rows, cols);
}

/* The element (r,c) that a product must be within rounding of: c0 + sum_k a[r][k] p[k][c], where p
   is m or its transpose; in *size the sum of the terms' absolute values. */
static double exact(struct mat a, struct mat m, int transposed, float c0, int r, int c,
                    double *size)
{
    double sum = c0;
    *size = fabs(sum);
    for (int k = 0; k < a.cols; k++) {
        int at = transposed ? c * m.stride + k : k * m.stride + c;
        double term = (double)a.x[r * a.stride + k] * m.x[at];
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

static void assert_product(struct mat a, struct mat m, int transposed, const float *c0,
                           struct mat c)
{
    for (int r = 0; r < c.rows; r++) {
        for (int j = 0; j < c.cols; j++) {
            double size, sum = exact(a, m, transposed, c0[r * c.stride + j], r, j, &size);
            ck_assert_double_eq_tol(c.x[r * c.stride + j], sum,
                                    0x1p-23 * (a.cols + 1) * size + 1e-30);
        }
        for (int j = c.cols; j < c.stride && r < c.rows - 1; j++)
            ck_assert_float_eq(c.x[r * c.stride + j], c0[r * c.stride + j]);
    }
}

/* A product, and what it is made of: a or its transpose, times m or its transpose, onto c or not.
 */
struct product {
    int rows, depth, cols;
    int a_transposed, m_transposed, add, thin;
    enum digits digits;
};

static struct mat transposed(struct mat m)
{
    struct mat t = {malloc(sizeof(float) * (size_t)(m.rows * m.cols)), m.cols, m.rows, m.rows};
    ck_assert_ptr_nonnull(t.x);
    for (int r = 0; r < t.rows; r++)
        for (int c = 0; c < t.cols; c++)
            t.x[r * t.stride + c] = m.x[c * m.stride + r];
    return t;
}

/* Puts zeros into half of the pieces of 20 columns of each row of p, where p is m or its transpose,
   so that rows are skipped in some panels, in all, or in none. */
static void thin(struct rng *rng, struct mat m, int m_transposed)
{
    int depth = m_transposed ? m.cols : m.rows, cols = m_transposed ? m.rows : m.cols;
    for (int k = 0; k < depth; k++) {
        uint32_t zero = rng_bits(rng);
        for (int c = 0; c < cols; c++) {
            if (zero >> (c / 20) & 1) /* MOST is less than 32 pieces */
                m.x[m_transposed ? c * m.stride + k : k * m.stride + c] = 0;
        }
    }
}

static void try_product(struct packed *packed, struct rng *rng, struct product p)
{
    static float c0[MOST * (MOST + GAP)];
    struct mat a = drawn_matrix(rng, p.digits, p.rows, p.depth),
               c = drawn_matrix(rng, p.digits, p.rows, p.cols);
    struct mat m = drawn_matrix(rng, p.digits, p.m_transposed ? p.cols : p.depth,
                                p.m_transposed ? p.depth : p.cols);
    struct mat across = transposed(a);
    memcpy(c0, c.x, sizeof(float) * (size_t)((p.rows - 1) * c.stride + p.cols));
    if (p.thin)
        thin(rng, m, p.m_transposed);
    if (p.m_transposed)
        packed_set_transposed(packed, m);
    else
        packed_set(packed, m);
    if (p.a_transposed)
        packed_transposed_mul_add(packed, across, c);
    else if (p.add)
        packed_mul_add(packed, a, c);
    else
        packed_mul(packed, a, c);
    for (int r = 0; !p.add && r < p.rows; r++)
        memset(c0 + r * c.stride, 0, sizeof(float) * (size_t)p.cols);
    assert_product(a, m, p.m_transposed, c0, c);
    free(a.x);
    free(c.x);
    free(m.x);
    free(across.x);
}

static void try_all_shapes(const struct packed_kernel *kernel, enum digits digits)
{
    struct rng rng = rng_at(1, RNG_TEST, 0);
    struct packed *packed;
    ck_assert_int_eq(packed_new(&packed, kernel, MOST, MOST, NULL), 0);
    for (int r = 0; r < COUNT(rows_tried); r++)
        for (int d = 0; d < COUNT(depths_tried); d++)
            for (int c = 0; c < COUNT(cols_tried); c++) {
                int way = (r + d + c) % 3; /* a p, += a p, += a^T p */
                try_product(packed, &rng,
                            (struct product){rows_tried[r], depths_tried[d], cols_tried[c],
                                             way == 2, (r + c) % 2, way > 0, c % 2, digits});
            }
    packed_free(packed);
}

START_TEST(every_kernel_multiplies_matrices_of_any_shape)
{
    for (int k = 0; packed_kernel_at(k); k++)
        try_all_shapes(packed_kernel_at(k), FINE);
}
END_TEST

/* The kernels that round: the i-th of this processor; the last one is in plain C. */
static const struct packed_kernel *rounding_kernel(int i)
{
    int n = 0;
    while (packed_kernel_bf16_at(n))
        n++;
    return i < n ? packed_kernel_bf16_at(i) : i == n ? &packed_bf16_plain : NULL;
}

/* bfloat16 keeps eight bits: each factor is off by 2^-9 of itself at most, a product by 2^-8. */
static void assert_near(const struct packed_kernel *kernel)
{
    enum { ROWS = 45, DEPTH = 71, COLS = 83 };
    struct rng rng = rng_at(4, RNG_TEST, 0);
    struct mat a = random_matrix(&rng, ROWS, DEPTH), m = random_matrix(&rng, DEPTH, COLS);
    struct mat c = random_matrix(&rng, ROWS, COLS);
    struct packed *packed;
    int rounded = 0;
    ck_assert_int_eq(packed_new(&packed, kernel, DEPTH, COLS, NULL), 0);
    packed_set(packed, m);
    packed_mul(packed, a, c);
    for (int r = 0; r < ROWS; r++)
        for (int j = 0; j < COLS; j++) {
            double size, sum = exact(a, m, 0, 0, r, j, &size), got = c.x[r * c.stride + j];
            ck_assert_double_eq_tol(got, sum, 0x1.01p-8 * size);
            rounded += fabs(got - sum) > 0x1p-16 * size;
        }
    ck_assert_int_gt(rounded, ROWS * COLS / 2);
    packed_free(packed);
    free(a.x);
    free(m.x);
    free(c.x);
}

START_TEST(bf16_is_exact_where_eight_bits_are_enough_and_near_elsewhere)
{
    ck_assert_ptr_eq(packed_kernel_bf16(), packed_kernel_bf16_at(0));
    for (int i = 0; rounding_kernel(i); i++) {
        ck_assert_ptr_nonnull(strstr(packed_kernel_name(rounding_kernel(i)), "-bf16"));
        try_all_shapes(rounding_kernel(i), COARSE);
        assert_near(rounding_kernel(i));
    }
}
END_TEST

/* More rows than are rounded at a time, while the other factor has fewer columns than the packed
   matrix has rows. */
START_TEST(bf16_goes_through_long_factors_in_chunks)
{
    enum { DEPTH = 23, FEWER = 18, ROWS = 200, COLS = 50 };
    struct rng rng = rng_at(5, RNG_TEST, 0);
    struct mat a = drawn_matrix(&rng, COARSE, ROWS, FEWER);
    struct mat m = drawn_matrix(&rng, COARSE, DEPTH, COLS);
    struct mat across = transposed(a), c = drawn_matrix(&rng, COARSE, ROWS, COLS);
    size_t bytes = sizeof(float) * (size_t)((ROWS - 1) * c.stride + COLS);
    float *c0 = malloc(bytes);
    ck_assert_ptr_nonnull(c0);
    for (int i = 0; rounding_kernel(i); i++) {
        struct packed *packed;
        ck_assert_int_eq(packed_new(&packed, rounding_kernel(i), DEPTH, COLS, NULL), 0);
        packed_set(packed, m);
        memcpy(c0, c.x, bytes);
        packed_transposed_mul_add(packed, across, c);
        assert_product(a, m, 0, c0, c);
        packed_free(packed);
    }
    free(a.x);
    free(m.x);
    free(c.x);
    free(across.x);
    free(c0);
}
END_TEST

/* The kernels that do not round, then those that do. */
static const struct packed_kernel *any_kernel(int i)
{
    int n = 0;
    while (packed_kernel_at(n))
        n++;
    return i < n ? packed_kernel_at(i) : rounding_kernel(i - n);
}

/* A row's result must not depend on how many rows are multiplied with it: a network must give the
   same answers in batches of any size. */
START_TEST(a_row_is_the_same_in_any_company)
{
    enum { ROWS = 29, DEPTH = 50, COLS = 61 };
    struct rng rng = rng_at(2, RNG_TEST, 0);
    struct mat a = random_matrix(&rng, ROWS, DEPTH), m = random_matrix(&rng, DEPTH, COLS);
    static float all[ROWS * COLS], alone[COLS];
    for (int k = 0; any_kernel(k); k++) {
        struct packed *packed;
        ck_assert_int_eq(packed_new(&packed, any_kernel(k), DEPTH, COLS, NULL), 0);
        packed_set(packed, m);
        memset(all, 0, sizeof all);
        packed_mul_add(packed, a, mat_view(all, ROWS, COLS));
        for (int r = 0; r < ROWS; r++) {
            memset(alone, 0, sizeof alone);
            packed_mul_add(packed, mat_view(a.x + r * a.stride, 1, DEPTH),
                           mat_view(alone, 1, COLS));
            ck_assert_mem_eq(alone, all + r * COLS, sizeof alone);
        }
        packed_free(packed);
    }
    free(a.x);
    free(m.x);
}
END_TEST

/* The case of the last, incomplete block of a sequence. */
START_TEST(a_transposed_factor_may_have_fewer_rows)
{
    enum { DEPTH = 9, FEWER = 5, ROWS = 11, COLS = 19 };
    struct rng rng = rng_at(3, RNG_TEST, 0);
    struct mat a = random_matrix(&rng, ROWS, FEWER), m = random_matrix(&rng, DEPTH, COLS);
    struct mat across = transposed(a), c = random_matrix(&rng, ROWS, COLS);
    for (int k = 0; packed_kernel_at(k); k++) {
        float c0[ROWS * (COLS + GAP)];
        struct packed *packed;
        ck_assert_int_eq(packed_new(&packed, packed_kernel_at(k), DEPTH, COLS, NULL), 0);
        packed_set(packed, m);
        memcpy(c0, c.x, sizeof(float) * (size_t)((ROWS - 1) * c.stride + COLS));
        packed_transposed_mul_add(packed, across, c);
        assert_product(a, m, 0, c0, c);
        packed_free(packed);
    }
    free(a.x);
    free(m.x);
    free(c.x);
    free(across.x);
}
END_TEST

START_TEST(kernels_have_names_and_the_last_runs_everywhere)
{
    int n = 0;
    while (packed_kernel_at(n))
        n++;
    ck_assert_int_ge(n, 1);
    ck_assert_str_eq(packed_kernel_name(packed_kernel_at(n - 1)), "plain");
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(packed_kernel_name(packed_kernel_at(i)),
                             packed_kernel_name(packed_kernel_at(k)));
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    struct packed *packed = NULL;
    struct err e;
    int failures = 0;
    for (;; failures++) {
        mem_fail_at(failures);
        if (packed_new(&packed, NULL, 40, 30, &e) == 0)
            break;
        ck_assert_int_eq(e.code, ERR_MEMORY);
        ck_assert_ptr_null(packed);
    }
    mem_fail_at(-1);
    ck_assert_int_eq(failures, 4);
    ck_assert_double_ge(packed_bytes(40, 30), 40 * 30 * sizeof(float));
    packed_free(packed);
    packed_free(NULL);
}
END_TEST

SUITE_CASE(products, "products", every_kernel_multiplies_matrices_of_any_shape,
           bf16_is_exact_where_eight_bits_are_enough_and_near_elsewhere,
           bf16_goes_through_long_factors_in_chunks, a_row_is_the_same_in_any_company,
           a_transposed_factor_may_have_fewer_rows)
SUITE_CASE(kernels, "kernels", kernels_have_names_and_the_last_runs_everywhere,
           out_of_memory_is_an_error)

SUITE_MAIN("packed", products, kernels)
