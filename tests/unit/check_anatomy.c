/* anatomy: maps with obvious results, brute force, and the distribution of chance results. */
#include "base/mem.h"
#include "math/rng.h"
#include "measure/anatomy.h"
#include "rnn/grid.h"
#include "suite.h"
#include "uniform.h"

#include <math.h>
#include <string.h>

enum { G = 8, H = G * G, SHUFFLES = 200 };

/* Measures a map drawn in rows of G characters: '.' is no important unit, letters are clusters. */
static struct anatomy measure_map(const char *map)
{
    int place[H], label[H], n = 0, length = (int)strlen(map);
    ck_assert_int_le(length, H);
    for (int p = 0; p < length; p++) {
        if (map[p] == '.')
            continue;
        place[n] = p;
        label[n++] = map[p] - 'a';
    }
    struct shuffles *positions;
    struct anatomy anatomy;
    ck_assert_int_eq(shuffles_new(&positions, G, n, place, SHUFFLES, 3, NULL), 0);
    ck_assert_int_eq(anatomy_measure(positions, label, 26, &anatomy, NULL, NULL, NULL), 0);
    shuffles_free(positions);
    return anatomy;
}

static void assert_absent(struct baseline b)
{
    ck_assert(!b.observed.defined && !b.mean.defined && !b.sd.defined && !b.z.defined &&
              !b.p.defined);
}

static void assert_nothing(struct anatomy a)
{
    assert_absent(a.isolated);
    assert_absent(a.size);
    assert_absent(a.size_by_members);
    ck_assert_int_eq(a.locality.defined, 0);
}

/* Mean distance of two different units of a block of w x h. */
static double mean_distance(int w, int h)
{
    double sum = 0;
    for (int u = 0; u < w * h; u++)
        for (int v = 0; v < u; v++)
            sum += abs(u / w - v / w) + abs(u % w - v % w);
    return 2 * sum / ((double)w * h * (w * h - 1)) / G;
}

START_TEST(two_halves_are_as_compact_as_can_be)
{
    struct anatomy a = measure_map("aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb"
                                   "aaaabbbb");
    ck_assert_double_eq(a.isolated.observed.value, 0);
    ck_assert_double_eq_tol(a.size.observed.value, mean_distance(4, 8), 1e-12);
    ck_assert_double_eq_tol(a.size.mean.value, mean_distance(8, 8), 0.01);
    ck_assert_double_eq(a.size.p.value, 1.0 / (1 + SHUFFLES));
    ck_assert_int_eq(a.size.z.defined, 0); /* with two clusters the shuffles are skewed */
    ck_assert_double_lt((a.size.observed.value - a.size.mean.value) / a.size.sd.value, -5);
    ck_assert_double_eq_tol(a.size_by_members.observed.value, a.size.observed.value, 1e-12);
    ck_assert_double_eq_tol(a.locality.value, 1 - a.size.observed.value / a.size.mean.value, 1e-12);
}
END_TEST

/* On a checkerboard the diagonal neighbours are of the same cluster, and no cluster is compact. */
START_TEST(a_checkerboard_is_not_isolated_and_not_compact)
{
    char map[H + 1] = "";
    for (int p = 0; p < H; p++)
        map[p] = "ab"[(p / G + p % G) % 2];
    struct anatomy a = measure_map(map);
    ck_assert_double_eq(a.isolated.observed.value, 0);
    ck_assert_double_eq_tol(a.locality.value, 0, 0.02);
    ck_assert_double_gt(a.size.p.value, 0.2);
}
END_TEST

/* Four clusters in a layout where all eight neighbours of a unit are of other clusters. */
START_TEST(four_interleaved_clusters_are_all_isolated)
{
    char map[H + 1] = "";
    for (int p = 0; p < H; p++)
        map[p] = "abcd"[p / G % 2 * 2 + p % 2];
    struct anatomy a = measure_map(map);
    ck_assert_double_eq(a.isolated.observed.value, 1);
    ck_assert_double_eq(a.isolated.p.value, 1);
    ck_assert_double_gt(a.isolated.z.value, 5);
}
END_TEST

START_TEST(isolation_looks_at_eight_neighbours_and_not_around_the_edge)
{
    ck_assert_double_eq(measure_map("a......a"
                                    "a......b")
                            .isolated.observed.value,
                        0.5);
    ck_assert_double_eq(measure_map("a.......a.......b").isolated.observed.value, 1.0 / 3);
    ck_assert_double_eq(measure_map("a........a......b").isolated.observed.value, 1.0 / 3);
    ck_assert_double_eq(measure_map(".a......a.......b").isolated.observed.value, 1.0 / 3);
    ck_assert_double_eq(measure_map(".......aa.......b").isolated.observed.value, 1);
    ck_assert_double_eq(measure_map("a.a.............b").isolated.observed.value, 1);
}
END_TEST

START_TEST(one_cluster_one_unit_or_none_is_undefined)
{
    assert_nothing(measure_map("aaa....aa"));
    assert_nothing(measure_map("...b"));
    assert_nothing(measure_map("........"));
}
END_TEST

/* Clusters of one unit have no size, but an isolation; a cluster of two units has a size. */
START_TEST(single_units_have_no_size)
{
    struct anatomy a = measure_map("a.b..c..");
    ck_assert_double_eq(a.isolated.observed.value, 1);
    ck_assert(a.isolated.sd.defined && a.isolated.sd.value == 0 && !a.isolated.z.defined);
    assert_absent(a.size);
    ck_assert_int_eq(a.locality.defined, 0);

    a = measure_map("a.b..c.c");
    ck_assert_double_eq_tol(a.size.observed.value, 2.0 / G, 1e-15);
}
END_TEST

/* A random map of n units and K clusters (all with members). */
static void random_map(int seed, int n, int K, int *place, int *label)
{
    struct rng r = rng_at(seed, RNG_TEST, 4);
    int order[H];
    rng_permutation(&r, H, order);
    for (int i = 0; i < n; i++) {
        place[i] = order[i];
        label[i] = i < K ? i : (int)rng_below(&r, K);
    }
}

/* Both metrics by visiting all pairs. */
static void brute_force(int n, int K, const int *place, const int *label, double *isolated,
                        double *size)
{
    double alone = 0, sum = 0;
    int clusters = 0;
    for (int i = 0; i < n; i++) {
        int company = 0;
        for (int j = 0; j < n; j++)
            company += j != i && label[j] == label[i] && abs(place[i] / G - place[j] / G) <= 1 &&
                       abs(place[i] % G - place[j] % G) <= 1;
        alone += company == 0;
    }
    for (int c = 0; c < K; c++) {
        double distance = 0, pairs = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                if (label[i] == c && label[j] == c) {
                    distance += grid_distance(G, place[i], place[j]);
                    pairs++;
                }
        sum += pairs > 0 ? distance / pairs : 0;
        clusters += pairs > 0;
    }
    *isolated = alone / n;
    *size = sum / clusters;
}

START_TEST(metrics_and_their_shuffles_agree_with_brute_force)
{
    enum { N = 40, K = 7 };
    int place[N], label[N], shuffled[N];
    double isolated[SHUFFLES], size[SHUFFLES], expected_isolated, expected_size;
    random_map(1, N, K, place, label);
    struct shuffles *positions;
    struct anatomy a;
    ck_assert_int_eq(shuffles_new(&positions, G, N, place, SHUFFLES, 5, NULL), 0);
    ck_assert_int_eq(anatomy_measure(positions, label, K, &a, isolated, size, NULL), 0);

    brute_force(N, K, place, label, &expected_isolated, &expected_size);
    ck_assert_double_eq_tol(a.isolated.observed.value, expected_isolated, 1e-12);
    ck_assert_double_eq_tol(a.size.observed.value, expected_size, 1e-6);
    for (int s = 0; s < 20; s++) {
        const int *order = shuffles_shuffle(positions, s), *unit = shuffles_unit(positions);
        for (int i = 0; i < N; i++)
            shuffled[i] = label[unit[order[i]]];
        brute_force(N, K, shuffles_place(positions), shuffled, &expected_isolated, &expected_size);
        ck_assert_double_eq_tol(isolated[s], expected_isolated, 1e-12);
        ck_assert_double_eq_tol(size[s], expected_size, 1e-6);
    }
    shuffles_free(positions);
}
END_TEST

/* Equal except for `rounding`. */
static void assert_same(struct baseline a, struct baseline b, double rounding)
{
    ck_assert_double_le(fabs(a.observed.value - b.observed.value), rounding);
    ck_assert_double_le(fabs(a.mean.value - b.mean.value), rounding);
    ck_assert_double_le(fabs(a.sd.value - b.sd.value), rounding);
    ck_assert_double_eq(a.p.value, b.p.value);
}

/* Units may be listed in any order, and clusters may have any numbers. */
START_TEST(names_do_not_matter)
{
    enum { N = 40, K = 6 };
    int place[N], label[N], other_place[N], other_label[N], order[N], name[K];
    struct rng r = rng_at(9, RNG_TEST, 0);
    random_map(2, N, K, place, label);
    rng_permutation(&r, N, order);
    rng_permutation(&r, K, name);

    struct anatomy as_drawn, units_renamed, clusters_renamed;
    struct shuffles *positions, *renamed;
    ck_assert_int_eq(shuffles_new(&positions, G, N, place, SHUFFLES, 5, NULL), 0);
    ck_assert_int_eq(anatomy_measure(positions, label, K, &as_drawn, NULL, NULL, NULL), 0);

    for (int i = 0; i < N; i++) {
        other_place[i] = place[order[i]];
        other_label[i] = label[order[i]];
    }
    ck_assert_int_eq(shuffles_new(&renamed, G, N, other_place, SHUFFLES, 5, NULL), 0);
    ck_assert_int_eq(anatomy_measure(renamed, other_label, K, &units_renamed, NULL, NULL, NULL), 0);
    assert_same(units_renamed.isolated, as_drawn.isolated, 0);
    assert_same(units_renamed.size, as_drawn.size, 0);
    ck_assert_double_eq(units_renamed.locality.value, as_drawn.locality.value);

    for (int i = 0; i < N; i++)
        other_label[i] = name[label[i]];
    ck_assert_int_eq(
        anatomy_measure(positions, other_label, K, &clusters_renamed, NULL, NULL, NULL), 0);
    assert_same(clusters_renamed.isolated, as_drawn.isolated, 1e-12);
    assert_same(clusters_renamed.size, as_drawn.size, 1e-12);
    shuffles_free(positions);
    shuffles_free(renamed);
}
END_TEST

/* 500 random maps: p of the size must be uniform (the 0.1 % point of Kolmogorov and Smirnov is 1.95
   over the square root of their number); isolation has ties, which make its p larger, never
   smaller.
 */
START_TEST(p_is_uniform_where_positions_mean_nothing)
{
    enum { MAPS = 500, N = 45, K = 4, FEW = 99 };
    static double size_p[MAPS], isolated_p[MAPS];
    for (int map = 0; map < MAPS; map++) {
        int place[N], label[N];
        random_map(1000 + map, N, K, place, label);
        struct shuffles *positions;
        struct anatomy a;
        ck_assert_int_eq(shuffles_new(&positions, G, N, place, FEW, map, NULL), 0);
        ck_assert_int_eq(anatomy_measure(positions, label, K, &a, NULL, NULL, NULL), 0);
        size_p[map] = a.size.p.value;
        isolated_p[map] = a.isolated.p.value;
        shuffles_free(positions);
    }
    ck_assert_double_lt(uniform_distance(size_p, MAPS, FEW), 1.95 / sqrt(MAPS));
    uniform_distance(isolated_p, MAPS, FEW); /* sorts */
    for (int i = 0; i < MAPS; i++)
        ck_assert_double_ge(isolated_p[i], (i + 1.0) / MAPS - 1.95 / sqrt(MAPS));
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    const int place[] = {0, 1, 5, 6}, label[] = {0, 0, 1, 1};
    struct shuffles *positions;
    ck_assert_int_eq(shuffles_new(&positions, G, 4, place, 10, 0, NULL), 0);
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 20);
        struct err e = {0};
        struct anatomy a;
        mem_fail_at(n);
        rc = anatomy_measure(positions, label, 2, &a, NULL, NULL, &e);
        mem_fail_at(-1);
        ck_assert_int_eq(rc, e.code);
        ck_assert_int_eq(a.size.observed.defined, rc == 0);
    }
    shuffles_free(positions);
}
END_TEST

SUITE_CASE(maps, "hand-made maps", two_halves_are_as_compact_as_can_be,
           a_checkerboard_is_not_isolated_and_not_compact,
           four_interleaved_clusters_are_all_isolated,
           isolation_looks_at_eight_neighbours_and_not_around_the_edge,
           one_cluster_one_unit_or_none_is_undefined, single_units_have_no_size)
SUITE_CASE(properties, "properties", metrics_and_their_shuffles_agree_with_brute_force,
           names_do_not_matter, p_is_uniform_where_positions_mean_nothing,
           out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("anatomy", maps, properties)
