/* mantel: a correlation worked out by hand, perfect and absent ones, and the distribution of chance
   results. */
#include "base/mem.h"
#include "math/rng.h"
#include "measure/mantel.h"
#include "rnn/grid.h"
#include "suite.h"
#include "uniform.h"

#include <math.h>
#include <string.h>

enum { G = 8, SHUFFLES = 200 };

static struct baseline measure(int n, const int *place, const float *variance, int R, int shuffles,
                               uint64_t key)
{
    struct shuffles *positions;
    struct baseline b;
    ck_assert_int_eq(shuffles_new(&positions, G, n, place, shuffles, key, NULL), 0);
    ck_assert_int_eq(mantel_measure(positions, variance, R, &b, NULL), 0);
    shuffles_free(positions);
    return b;
}

/* Three units in a row at 0, 1, 3, with rows of variance at angles 0, 90 and 45 degrees and of very
   different lengths.  Pairs (0,1) (0,3) (1,3): steps 1, 3, 2, ranks 1, 3, 2; functional distances
   1, .29, .29, ranks 3, 1.5, 1.5.  The correlation of the ranks is (-1)(1) + (1)(-.5) + 0 over
   sqrt(2 * 1.5). */
START_TEST(three_units_by_hand)
{
    const int place[] = {0, 1, 3};
    const float variance[] = {1, 0, 0, 5, 100, 100};
    struct baseline b = measure(3, place, variance, 2, SHUFFLES, 1);
    ck_assert_double_eq_tol(b.observed.value, -1.5 / sqrt(3), 1e-6);
    ck_assert_double_gt(b.p.value, 0.5);
}
END_TEST

/* Directions that turn along a line: the larger the distance, the more different. */
START_TEST(what_turns_with_the_place_correlates_perfectly)
{
    enum { N = 8 };
    int place[N];
    float variance[N][2];
    for (int i = 0; i < N; i++) {
        place[i] = i;
        variance[i][0] = cosf(0.2f * i);
        variance[i][1] = sinf(0.2f * i);
    }
    struct baseline b = measure(N, place, variance[0], 2, SHUFFLES, 2);
    /* distances of the same number of steps differ in their last digits, which unties their ranks
     */
    ck_assert_double_gt(b.observed.value, 0.97);
    ck_assert_double_le(b.p.value, 2.0 / (1 + SHUFFLES));
    ck_assert_double_gt((b.observed.value - b.mean.value) / b.sd.value, 3);
}
END_TEST

START_TEST(what_does_not_vary_is_undefined)
{
    const int place[] = {0, 1, 8, 9}, triangle[] = {0, 9, 2}; /* steps 2, 2, 2 */
    const float same[] = {1, 2, 2, 4, 0.5, 1, 3, 6}, other[] = {1, 0, 0, 1, 1, 1};
    ck_assert_int_eq(measure(4, place, same, 2, 10, 0).observed.defined, 0);
    ck_assert_int_eq(measure(3, triangle, other, 2, 10, 0).observed.defined, 0);
    ck_assert_int_eq(measure(2, place, other, 2, 10, 0).observed.defined, 0);
    ck_assert_int_eq(measure(1, place, other, 2, 10, 0).p.defined, 0);
    ck_assert_int_eq(measure(0, place, other, 2, 10, 0).observed.defined, 0);
}
END_TEST

static void random_units(int seed, int n, int R, int *place, float *variance)
{
    struct rng r = rng_at(seed, RNG_TEST, 5);
    int order[G * G];
    rng_permutation(&r, G * G, order);
    memcpy(place, order, n * sizeof *place);
    for (int i = 0; i < n * R; i++)
        variance[i] = rng_uniform(&r);
}

START_TEST(a_row_of_zeros_is_far_from_all)
{
    enum { N = 10, R = 3 };
    int place[N];
    float variance[N * R];
    random_units(1, N, R, place, variance);
    memset(variance, 0, 2 * R * sizeof *variance);
    struct baseline b = measure(N, place, variance, R, SHUFFLES, 0);
    ck_assert(b.observed.defined && fabs(b.observed.value) <= 1);
}
END_TEST

START_TEST(the_order_of_the_units_does_not_matter)
{
    enum { N = 25, R = 4 };
    int place[N], other_place[N], order[N];
    float variance[N * R], other[N * R];
    struct rng r = rng_at(3, RNG_TEST, 0);
    random_units(2, N, R, place, variance);
    rng_permutation(&r, N, order);
    for (int i = 0; i < N; i++) {
        other_place[i] = place[order[i]];
        memcpy(other + i * R, variance + order[i] * R, R * sizeof *other);
    }
    struct baseline a = measure(N, place, variance, R, SHUFFLES, 4);
    struct baseline b = measure(N, other_place, other, R, SHUFFLES, 4);
    ck_assert_double_eq(a.observed.value, b.observed.value);
    ck_assert_double_eq(a.z.value, b.z.value);
    ck_assert_double_eq(a.p.value, b.p.value);
}
END_TEST

/* A shuffled value equals the correlation on a map with that shuffle. */
START_TEST(shuffles_move_the_units)
{
    enum { N = 12, R = 3, FEW = 10 };
    int place[N];
    float variance[N * R], moved[N * R];
    double correlation[FEW];
    random_units(8, N, R, place, variance);
    struct shuffles *positions;
    ck_assert_int_eq(shuffles_new(&positions, G, N, place, FEW, 6, NULL), 0);
    for (int s = 0; s < FEW; s++) {
        const int *order = shuffles_shuffle(positions, s), *unit = shuffles_unit(positions);
        for (int i = 0; i < N; i++) /* the unit of the i-th place moves to place order[i] */
            memcpy(moved + order[i] * R, variance + unit[i] * R, R * sizeof *moved);
        correlation[s] = measure(N, shuffles_place(positions), moved, R, 1, 0).observed.value;
    }
    struct baseline b = measure(N, place, variance, R, FEW, 6);
    ck_assert_double_eq_tol(b.mean.value, stats_mean(correlation, FEW), 1e-9);
    ck_assert_double_eq_tol(b.sd.value, stats_sd(correlation, FEW), 1e-9);
    shuffles_free(positions);
}
END_TEST

/* As in check_anatomy: 1.95 is the 0.1 % point. */
START_TEST(p_is_uniform_where_positions_mean_nothing)
{
    enum { MAPS = 500, N = 16, R = 4, FEW = 99 };
    static double p[MAPS];
    for (int map = 0; map < MAPS; map++) {
        int place[N];
        float variance[N * R];
        random_units(1000 + map, N, R, place, variance);
        p[map] = measure(N, place, variance, R, FEW, map).p.value;
    }
    ck_assert_double_lt(uniform_distance(p, MAPS, FEW), 1.95 / sqrt(MAPS));
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    enum { N = 6, R = 2 };
    int place[N];
    float variance[N * R];
    random_units(7, N, R, place, variance);
    struct shuffles *positions;
    ck_assert_int_eq(shuffles_new(&positions, G, N, place, 10, 0, NULL), 0);
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 20);
        struct err e = {0};
        struct baseline b;
        mem_fail_at(n);
        rc = mantel_measure(positions, variance, R, &b, &e);
        mem_fail_at(-1);
        ck_assert_int_eq(rc, e.code);
        ck_assert_int_eq(b.observed.defined, rc == 0);
    }
    shuffles_free(positions);
}
END_TEST

SUITE_CASE(answers, "known answers", three_units_by_hand,
           what_turns_with_the_place_correlates_perfectly, what_does_not_vary_is_undefined,
           a_row_of_zeros_is_far_from_all)
SUITE_CASE(properties, "properties", shuffles_move_the_units,
           the_order_of_the_units_does_not_matter, p_is_uniform_where_positions_mean_nothing,
           out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("mantel", answers, properties)
