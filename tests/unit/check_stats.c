/* stats and positions: ranks, baselines with obvious results, addressed shuffles. */
#include "base/mem.h"
#include "measure/shuffles.h"
#include "stats/stats.h"
#include "suite.h"

#include <math.h>

START_TEST(a_figure_is_finite_or_absent)
{
    ck_assert_int_eq(optional_of(2.5).defined, 1);
    ck_assert_double_eq(optional_of(2.5).value, 2.5);
    ck_assert_int_eq(optional_of(NAN).defined, 0);
    ck_assert_int_eq(optional_of(-INFINITY).defined, 0);
    ck_assert_double_eq(optional_of(NAN).value, 0);
    ck_assert_int_eq(optional_none().defined, 0);
}
END_TEST

/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squared deviations 32. */
START_TEST(mean_and_sd_are_the_textbook_ones)
{
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9};
    ck_assert_double_eq(stats_mean(x, 8), 5);
    ck_assert_double_eq_tol(stats_sd(x, 8), sqrt(32.0 / 7), 1e-15);
    ck_assert_double_eq(stats_sd(x + 1, 3), 0);
}
END_TEST

START_TEST(ties_share_their_mean_rank)
{
    const double x[] = {3, -1, 3, 10, 3, 0}, expected[] = {4, 1, 4, 6, 4, 2};
    double rank[6];
    ck_assert_int_eq(stats_ranks(x, 6, rank, NULL), 0);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(rank[i], expected[i]);
    ck_assert_int_eq(stats_ranks(x, 0, rank, NULL), 0);

    struct err e = {0};
    mem_fail_at(0);
    ck_assert_int_eq(stats_ranks(x, 6, rank, &e), ERR_MEMORY);
    ck_assert_int_eq(e.code, ERR_MEMORY);
}
END_TEST

START_TEST(p_counts_the_tail_and_ties)
{
    const double shuffled[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const double bell[] = {1, 4, 4.5, 5, 5, 5, 5.5, 6, 9};
    struct baseline b = stats_baseline(2, shuffled, 9, STATS_LOWER);
    ck_assert_double_eq(b.observed.value, 2);
    ck_assert_double_eq(b.mean.value, 5);
    ck_assert_double_eq_tol(b.sd.value, sqrt(7.5), 1e-15);
    ck_assert_int_eq(b.z.defined, 0); /* nine equally likely values are not near normal */
    ck_assert_double_eq(b.p.value, 0.3);
    ck_assert_double_eq(stats_baseline(2, shuffled, 9, STATS_UPPER).p.value, 0.9);
    ck_assert_double_eq(stats_baseline(0, shuffled, 9, STATS_LOWER).p.value, 0.1);
    ck_assert_double_eq(stats_baseline(10, shuffled, 9, STATS_LOWER).p.value, 1);

    b = stats_baseline(2, bell, 9, STATS_LOWER);
    ck_assert_double_eq_tol(b.z.value, -3 / sqrt(34.5 / 8), 1e-15);

    /* equal except for rounding */
    double third = 1.0 / 3;
    ck_assert_double_eq(stats_baseline(third * (1 - 2e-16), &third, 1, STATS_LOWER).p.value, 1);
    ck_assert_double_eq(stats_baseline(third * (1 + 2e-16), &third, 1, STATS_UPPER).p.value, 1);
}
END_TEST

START_TEST(no_spread_no_z)
{
    const double same[] = {0.1 + 0.2, 0.3, 0.3};
    struct baseline b = stats_baseline(0.3, same, 3, STATS_LOWER);
    ck_assert(b.sd.defined && b.sd.value == 0);
    ck_assert_int_eq(b.z.defined, 0);
    ck_assert_double_eq(b.p.value, 1);
    b = stats_baseline(0.3, same, 1, STATS_LOWER);
    ck_assert(b.mean.defined && !b.sd.defined && !b.z.defined);
}
END_TEST

START_TEST(positions_come_in_order_with_their_shuffles)
{
    const int place[] = {14, 2, 7, 3}, other[] = {3, 14, 7, 2};
    const int sorted[] = {2, 3, 7, 14}, unit[] = {1, 3, 2, 0};
    struct shuffles *p, *q;
    ck_assert_int_eq(shuffles_new(&p, 4, 4, place, 50, 7, NULL), 0);
    ck_assert_int_eq(shuffles_new(&q, 4, 4, other, 50, 7, NULL), 0);
    ck_assert_int_eq(shuffles_grid(p), 4);
    ck_assert_int_eq(shuffles_count(p), 4);
    ck_assert_int_eq(shuffles_shuffles(p), 50);
    ck_assert_mem_eq(shuffles_place(p), sorted, sizeof sorted);
    ck_assert_mem_eq(shuffles_unit(p), unit, sizeof unit);
    int moved = 0;
    for (int s = 0; s < 50; s++) {
        const int *order = shuffles_shuffle(p, s);
        ck_assert_int_eq((1 << order[0]) | (1 << order[1]) | (1 << order[2]) | (1 << order[3]), 15);
        for (int i = 0; i < 4; i++) {
            ck_assert_int_eq(order[i], shuffles_shuffle(q, s)[i]);
            moved += order[i] != i;
        }
    }
    ck_assert_int_gt(moved, 100); /* 150 expected */
    shuffles_free(p);
    shuffles_free(q);
}
END_TEST

START_TEST(positions_out_of_memory)
{
    const int place[] = {0, 1};
    struct shuffles *p;
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 20);
        struct err e = {0};
        mem_fail_at(n);
        rc = shuffles_new(&p, 2, 2, place, 3, 0, &e);
        mem_fail_at(-1);
        ck_assert_int_eq(rc, e.code);
        ck_assert(rc == 0 || !p);
    }
    shuffles_free(p);
    shuffles_free(NULL);
}
END_TEST

SUITE_CASE(numbers, "stats", a_figure_is_finite_or_absent, mean_and_sd_are_the_textbook_ones,
           ties_share_their_mean_rank, p_counts_the_tail_and_ties, no_spread_no_z)
SUITE_CASE(places, "positions", positions_come_in_order_with_their_shuffles,
           positions_out_of_memory)

SUITE_MAIN("stats", numbers, places)
