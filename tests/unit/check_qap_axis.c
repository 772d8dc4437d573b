/* qap_axis: the sums kept at its anchors give the costs of the definition, in every line and after
   any moves. */
#include "base/mem.h"
#include "math/qap_axis.h"
#include "math/rng.h"
#include "suite.h"

#include <math.h>
#include <stdlib.h>

enum { N = 2 * AXIS_BLOCK, LINES_MOST = 41 };

/* By definition: sum over lines x of M_u(x) |x - y|. */
static double cost_by_hand(double mass[][N], int lines, int u, int y)
{
    double sum = 0;
    for (int x = 0; x < lines; x++)
        sum += mass[x][u] * abs(x - y);
    return sum;
}

static void assert_costs(const struct qap_axis *axis, double mass[][N], int lines)
{
    double profile[LINES_MOST], sum[N];
    for (int y = 0; y < lines; y++) {
        int count;
        const struct qap_axis_term *terms = qap_axis_at(axis, y, &count);
        for (int u = 0; u < N; u++)
            sum[u] = 1;
        qap_axis_add(0, N, count, terms, sum);
        for (int u = 0; u < N; u++) {
            double expected = cost_by_hand(mass, lines, u, y);
            ck_assert_double_eq_tol(qap_axis_cost(axis, u, y), expected, 1e-9);
            ck_assert_double_eq_tol(sum[u], 1 + expected, 1e-9);
            qap_axis_profile(axis, u, profile);
            ck_assert_double_eq_tol(profile[y], expected, 1e-9);
        }
    }
}

static struct qap_axis *random_axis(int lines, double mass[][N], struct rng *r)
{
    struct qap_axis *axis;
    ck_assert_int_eq(qap_axis_new(&axis, lines, N, NULL), 0);
    for (int x = 0; x < lines; x++)
        for (int u = 0; u < N; u++)
            qap_axis_mass(axis, x)[u] = mass[x][u] = rng_uniform(r);
    qap_axis_sum(axis);
    return axis;
}

/* From one line, which is an anchor, to as many as a grid has. */
START_TEST(costs_are_those_of_the_definition)
{
    double mass[LINES_MOST][N];
    struct rng r = rng_at(1, RNG_TEST, 0);
    for (int lines = 1; lines <= LINES_MOST; lines++) {
        struct qap_axis *axis = random_axis(lines, mass, &r);
        assert_costs(axis, mass, lines);
        qap_axis_free(axis);
    }
}
END_TEST

START_TEST(costs_hold_after_every_move)
{
    static const int sizes[] = {2, 3, 7, 12};
    double mass[LINES_MOST][N];
    struct rng r = rng_at(2, RNG_TEST, 0);
    for (int k = 0; k < 4; k++) {
        int lines = sizes[k];
        struct qap_axis *axis = random_axis(lines, mass, &r);
        for (int from = 0; from < lines; from++)
            for (int to = 0; to < lines; to++) {
                struct qap_axis_term changes[AXIS_CHANGES];
                int count = qap_axis_changes(axis, from, to, changes), u = (from * lines + to) % N;
                double moved = rng_uniform(&r);
                ck_assert_int_le(count, AXIS_CHANGES);
                for (int i = 0; i < count; i++)
                    changes[i].x[u] += changes[i].weight * moved;
                mass[from][u] -= moved;
                mass[to][u] += moved;
            }
        assert_costs(axis, mass, lines);
        qap_axis_free(axis);
    }
}
END_TEST

/* Units outside begin .. end - 1 are not changed. */
START_TEST(a_part_of_the_units_is_added)
{
    double mass[LINES_MOST][N], sum[N] = {0};
    struct rng r = rng_at(3, RNG_TEST, 0);
    struct qap_axis *axis = random_axis(9, mass, &r);
    int count;
    const struct qap_axis_term *terms = qap_axis_at(axis, 7, &count);
    qap_axis_add(5, 40, count, terms, sum);
    for (int u = 0; u < N; u++)
        ck_assert_double_eq_tol(sum[u], u >= 5 && u < 40 ? cost_by_hand(mass, 9, u, 7) : 0, 1e-9);
    qap_axis_free(axis);
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    struct qap_axis *axis = NULL;
    struct err e = {0};
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 100);
        mem_fail_at(n);
        rc = qap_axis_new(&axis, 5, N, &e);
        mem_fail_at(-1);
        ck_assert(rc == 0 || (rc == ERR_MEMORY && e.code == rc && !axis));
    }
    qap_axis_free(axis);
    qap_axis_free(NULL);
    ck_assert_double_gt(qap_axis_bytes(5, N), 5.0 * N * sizeof(double));
}
END_TEST

SUITE_CASE(costs, "costs", costs_are_those_of_the_definition, costs_hold_after_every_move,
           a_part_of_the_units_is_added)
SUITE_CASE(memory, "memory", out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("axis", costs, memory)
