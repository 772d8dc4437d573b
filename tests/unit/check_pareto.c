/* pareto: results by hand, and comparison with the definitions on random points with many ties. */
#include "math/rng.h"
#include "stats/pareto.h"
#include "suite.h"

#include <string.h>

/* Ten points; the frontier is 1 = 6, 3, 0, 8 and the equal pair 1, 6 is on it whole. */
static const double X[] = {5, 1, 6, 2, 2, 5, 1, 9, 7, 3};
static const double Y[] = {3, 9, 3, 5, 6, 4, 9, 2, 2, 5};

START_TEST(frontier_by_hand)
{
    int order[10], stairs[10];
    unsigned char on[10];
    const int sorted[] = {1, 6, 3, 4, 9, 0, 5, 2, 8, 7}, expected[] = {1, 3, 0, 8};
    const unsigned char marked[] = {1, 1, 0, 1, 0, 0, 1, 0, 1, 0};
    pareto_sort(X, Y, 10, order);
    ck_assert_mem_eq(order, sorted, sizeof sorted);
    ck_assert_int_eq(pareto_mark(X, Y, order, 10, on), 5);
    ck_assert_mem_eq(on, marked, sizeof marked);
    ck_assert_int_eq(pareto_stairs(X, Y, order, 10, stairs), 4);
    ck_assert_mem_eq(stairs, expected, sizeof expected);
    ck_assert_int_eq(pareto_stairs(X, Y, order, 10, order), 4);
    ck_assert_mem_eq(order, expected, sizeof expected);
}
END_TEST

/* Stairs (1,9) (2,5) (5,3) (7,2) below (10,10), column by column: 1*1 + 3*5 + 2*7 + 3*8. */
START_TEST(hypervolume_by_hand)
{
    const int stairs[] = {1, 3, 0, 8};
    ck_assert_double_eq(pareto_hypervolume(X, Y, stairs, 4, 10, 10), 1 + 15 + 14 + 24);
    ck_assert_double_eq(pareto_hypervolume(X, Y, stairs, 4, 6, 6), 3 * 1 + 1 * 3);
    ck_assert_double_eq(pareto_hypervolume(X, Y, stairs, 4, 1, 10), 0);
    ck_assert_double_eq(pareto_hypervolume(X, Y, stairs, 4, 10, 2), 0);
    ck_assert_double_eq(pareto_hypervolume(X, Y, stairs, 0, 10, 10), 0);
}
END_TEST

START_TEST(least_by_hand)
{
    static const struct {
        double limit, step, linear;
    } rows[] = {{1, 9, 9}, {1.5, 9, 7}, {2, 5, 5}, {3.5, 5, 4}, {6, 3, 2.5}, {7, 2, 2}, {99, 2, 2}};
    const int stairs[] = {1, 3, 0, 8};
    double least = -1;
    ck_assert(!pareto_least(X, Y, stairs, 4, 0.99, PARETO_LINEAR, &least));
    ck_assert(!pareto_least(X, Y, stairs, 0, 5, PARETO_STEP, &least));
    ck_assert_double_eq(least, -1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert(pareto_least(X, Y, stairs, 4, rows[i].limit, PARETO_STEP, &least));
        ck_assert_double_eq(least, rows[i].step);
        ck_assert(pareto_least(X, Y, stairs, 4, rows[i].limit, PARETO_LINEAR, &least));
        ck_assert_double_eq(least, rows[i].linear);
    }
}
END_TEST

/* ---- comparison with the definitions: coordinates are small integers, so that ties are frequent
   and areas can be counted in unit squares ---- */

enum { MOST = 60, SIDE = 12, ROUNDS = 400 };

static int draw_points(int round, double *x, double *y)
{
    struct rng r = rng_at(1, RNG_TEST, (uint64_t)round);
    int n = (int)rng_below(&r, MOST + 1);
    for (int i = 0; i < n; i++) {
        x[i] = (double)rng_below(&r, SIDE);
        y[i] = (double)rng_below(&r, SIDE);
    }
    return n;
}

START_TEST(marks_are_the_definition)
{
    double x[MOST], y[MOST];
    int order[MOST];
    unsigned char on[MOST];
    for (int round = 0; round < ROUNDS; round++) {
        int n = draw_points(round, x, y), count = 0;
        pareto_sort(x, y, n, order);
        int got = pareto_mark(x, y, order, n, on);
        for (int i = 0; i < n; i++) {
            int dominated = 0;
            for (int j = 0; j < n; j++)
                dominated |= x[j] <= x[i] && y[j] <= y[i] && (x[j] < x[i] || y[j] < y[i]);
            ck_assert_int_eq(on[i], !dominated);
            count += !dominated;
        }
        ck_assert_int_eq(got, count);
    }
}
END_TEST

START_TEST(stairs_fall_and_are_on_the_frontier)
{
    double x[MOST], y[MOST];
    int order[MOST], stairs[MOST];
    unsigned char on[MOST], covered[MOST];
    for (int round = 0; round < ROUNDS; round++) {
        int n = draw_points(round, x, y);
        pareto_sort(x, y, n, order);
        pareto_mark(x, y, order, n, on);
        int m = pareto_stairs(x, y, order, n, stairs);
        memset(covered, 0, sizeof covered);
        for (int i = 0; i < m; i++) {
            ck_assert(on[stairs[i]]);
            ck_assert(i == 0 ||
                      (x[stairs[i]] > x[stairs[i - 1]] && y[stairs[i]] < y[stairs[i - 1]]));
            for (int j = 0; j < n; j++)
                covered[j] |= x[j] == x[stairs[i]] && y[j] == y[stairs[i]];
        }
        for (int j = 0; j < n; j++)
            ck_assert_int_eq(covered[j], on[j]);
    }
}
END_TEST

static int is_dominated_square(const double *x, const double *y, int n, int column, int row)
{
    for (int i = 0; i < n; i++)
        if (x[i] <= column && y[i] <= row)
            return 1;
    return 0;
}

START_TEST(hypervolume_counts_squares)
{
    double x[MOST], y[MOST];
    int stairs[MOST];
    for (int round = 0; round < ROUNDS; round++) {
        int n = draw_points(round, x, y), reference_x = 1 + round % SIDE, squares = 0;
        int reference_y = 1 + round / SIDE % SIDE;
        pareto_sort(x, y, n, stairs);
        int m = pareto_stairs(x, y, stairs, n, stairs);
        for (int column = 0; column < reference_x; column++)
            for (int row = 0; row < reference_y; row++)
                squares += is_dominated_square(x, y, n, column, row);
        ck_assert_double_eq(pareto_hypervolume(x, y, stairs, m, reference_x, reference_y), squares);
    }
}
END_TEST

START_TEST(least_is_what_is_reached)
{
    double x[MOST], y[MOST];
    int stairs[MOST];
    for (int round = 0; round < ROUNDS; round++) {
        int n = draw_points(round, x, y);
        pareto_sort(x, y, n, stairs);
        int m = pareto_stairs(x, y, stairs, n, stairs);
        double before = SIDE;
        for (double limit = -0.5; limit < SIDE + 1; limit += 0.25) {
            double best = SIDE, step = SIDE, linear = SIDE;
            for (int i = 0; i < n; i++)
                if (x[i] <= limit && y[i] < best)
                    best = y[i];
            int reached = pareto_least(x, y, stairs, m, limit, PARETO_STEP, &step);
            ck_assert_int_eq(pareto_least(x, y, stairs, m, limit, PARETO_LINEAR, &linear), reached);
            ck_assert_int_eq(reached, best < SIDE);
            ck_assert_double_eq(step, best);
            ck_assert(linear <= step && linear <= before &&
                      (m == 0 || !reached || linear >= y[stairs[m - 1]]));
            before = linear;
        }
    }
}
END_TEST

SUITE_CASE(by_hand, "by hand", frontier_by_hand, hypervolume_by_hand, least_by_hand)
SUITE_CASE(definitions, "definitions", marks_are_the_definition,
           stairs_fall_and_are_on_the_frontier, hypervolume_counts_squares,
           least_is_what_is_reached)

SUITE_MAIN("pareto", by_hand, definitions)
