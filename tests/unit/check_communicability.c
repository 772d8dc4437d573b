/* communicability: compares the penalty of spatially embedded RNNs and its slopes with SciPy,
   finite differences and known properties; tests the coefficients that a training uses. */
#include "base/mem.h"
#include "graph_fixture.h"
#include "math/rng.h"
#include "rnn/communicability.h"
#include "rnn/grid.h"
#include "rnn/spatial_cost.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 16 };

struct graph {
    int H;
    float w[MOST * MOST], distance[MOST * MOST], slope[MOST * MOST];
    struct communicability *c;
};

/* Where H is a square number, its units lie on a grid; otherwise on a line with steps of 1. */
static float distance_of(int H, int i, int j)
{
    int g = (int)lround(sqrt(H));
    return g * g == H ? grid_distance(g, i, j) : (float)abs(i - j);
}

static void graph_init(struct graph *graph, int H)
{
    graph->H = H;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            graph->distance[i * H + j] = distance_of(H, i, j);
    ck_assert_int_eq(communicability_new(&graph->c, H, NULL), 0);
}

static void graph_load(struct graph *graph, const char *name)
{
    int rows, cols;
    float *w = graph_fixture_matrix(name, &rows, &cols);
    ck_assert(rows == cols && rows <= MOST);
    memcpy(graph->w, w, (size_t)rows * (size_t)cols * sizeof *w);
    mem_free(w);
    graph_init(graph, rows);
}

static void graph_fini(struct graph *graph)
{
    communicability_free(graph->c);
}

static double cost(struct graph *graph)
{
    return communicability_cost(graph->c, graph->w, graph->distance);
}

static double slopes(struct graph *graph)
{
    return communicability_slope(graph->c, graph->w, graph->distance, 0, graph->slope);
}

/* ---- SciPy's values ---- */

static const char *const names[] = {"two_half", "ring3", "w9", "w16"};

enum { NAMES = sizeof names / sizeof names[0] };

static void assert_matrix(const char *name, const char *what, int H, const float *x)
{
    char file[64];
    int rows, cols;
    snprintf(file, sizeof file, "%s_%s_default", name, what);
    float *expected = graph_fixture_matrix(file, &rows, &cols);
    ck_assert_int_eq(rows, H);
    for (int p = 0; p < H * H; p++)
        ck_assert_float_eq_tol(x[p], expected[p], 1e-5f);
    mem_free(expected);
}

START_TEST(cost_matrix_and_slopes_are_those_of_scipy)
{
    struct graph graph;
    graph_load(&graph, names[_i]);
    double expected = graph_fixture_expected(names[_i], "sernn_cost_default");
    ck_assert_double_eq_tol(cost(&graph), expected, 1e-5);
    ck_assert_double_eq_tol(slopes(&graph), expected, 1e-5);
    assert_matrix(names[_i], "slope", graph.H, graph.slope);
    assert_matrix(names[_i], "C", graph.H, communicability_matrix(graph.c));
    int negative = 0;
    for (int p = 0; p < graph.H * graph.H; p++)
        negative += graph.slope[p] < -1e-6f;
    ck_assert_int_eq(negative, (int)graph_fixture_expected(names[_i], "negative_slopes_default"));
    graph_fini(&graph);
}
END_TEST

START_TEST(frozen_slopes_are_length_times_communicability)
{
    struct graph graph;
    graph_load(&graph, names[_i]);
    double r = communicability_slope(graph.c, graph.w, graph.distance, 1, graph.slope);
    ck_assert_double_eq_tol(r, graph_fixture_expected(names[_i], "sernn_cost_default"), 1e-5);
    const float *c = communicability_matrix(graph.c);
    for (int p = 0; p < graph.H * graph.H; p++)
        ck_assert_float_eq(graph.slope[p], graph.distance[p] * c[p]);
    graph_fini(&graph);
}
END_TEST

/* Central differences in float32 at two distances: their disagreement and rounding give their
   accuracy.  A zero weight has only one-sided slopes, and is left out. */
START_TEST(slopes_are_finite_differences)
{
    struct graph graph;
    int looked_at = 0;
    graph_load(&graph, names[_i]);
    slopes(&graph);
    for (int i = 0; i < graph.H; i++)
        for (int j = 0; j < graph.H; j++) {
            float *w = &graph.w[i * graph.H + j], before = *w, sign = copysignf(1, before);
            double difference[2];
            if (i == j || fabsf(before) < 0.04f)
                continue;
            for (int k = 0; k < 2; k++) {
                float h = k ? 0x1p-6f : 0x1p-7f;
                *w = before + sign * h;
                double up = cost(&graph);
                *w = before - sign * h;
                difference[k] = (up - cost(&graph)) / (2 * (double)h);
                *w = before;
            }
            double doubt = fabs(difference[0] - difference[1]) + 2e-4;
            ck_assert_double_lt(doubt, 0.03);
            ck_assert_double_eq_tol(graph.slope[i * graph.H + j], difference[0], doubt);
            looked_at++;
        }
    ck_assert_int_gt(looked_at, 1);
    graph_fini(&graph);
}
END_TEST

/* ---- properties ---- */

/* X has no scale: r grows with W, and so the weighted slopes add up to r. */
START_TEST(cost_grows_with_the_weights_and_is_the_sum_of_slopes)
{
    struct graph graph;
    graph_load(&graph, names[_i]);
    double before = slopes(&graph), sum = 0;
    for (int p = 0; p < graph.H * graph.H; p++)
        sum += (double)graph.slope[p] * fabsf(graph.w[p]);
    ck_assert_double_eq_tol(sum, before, 1e-5 * before);
    for (int p = 0; p < graph.H * graph.H; p++)
        graph.w[p] *= 2.5f;
    ck_assert_double_eq_tol(cost(&graph), 2.5 * before, 1e-5 * before);
    graph_fini(&graph);
}
END_TEST

START_TEST(names_of_units_mean_nothing)
{
    struct graph graph, other;
    int order[MOST];
    struct rng r = rng_at(5, RNG_TEST, 0);
    graph_load(&graph, "w16");
    graph_init(&other, graph.H);
    rng_permutation(&r, graph.H, order);
    for (int i = 0; i < graph.H; i++)
        for (int j = 0; j < graph.H; j++) {
            other.w[i * graph.H + j] = graph.w[order[i] * graph.H + order[j]];
            other.distance[i * graph.H + j] = graph.distance[order[i] * graph.H + order[j]];
        }
    ck_assert_double_eq_tol(slopes(&other), slopes(&graph), 1e-6);
    for (int i = 0; i < graph.H; i++)
        for (int j = 0; j < graph.H; j++)
            ck_assert_float_eq_tol(other.slope[i * graph.H + j],
                                   graph.slope[order[i] * graph.H + order[j]], 1e-6f);
    graph_fini(&graph);
    graph_fini(&other);
}
END_TEST

/* Nothing travels between blocks, and the cost of each is the same as alone. */
START_TEST(blocks_do_not_communicate)
{
    struct graph graph, part;
    graph_load(&graph, "w16");
    graph_init(&part, 8);
    double sum = 0;
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++)
            if (i / 8 != j / 8)
                graph.w[i * 16 + j] = 0;
    double whole = cost(&graph);
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++)
            if (i / 8 != j / 8)
                ck_assert_float_eq(communicability_matrix(graph.c)[i * 16 + j], 0);
    for (int block = 0; block < 2; block++) {
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 8; j++) {
                int from = (8 * block + i) * 16 + 8 * block + j;
                part.w[i * 8 + j] = graph.w[from];
                part.distance[i * 8 + j] = graph.distance[from];
            }
        sum += cost(&part);
    }
    ck_assert_double_eq_tol(whole, sum, 1e-6);
    graph_fini(&graph);
    graph_fini(&part);
}
END_TEST

START_TEST(self_connections_and_silence_count_nothing)
{
    struct graph graph;
    graph_load(&graph, "w9");
    double before = cost(&graph);
    for (int i = 0; i < 9; i++)
        graph.w[i * 9 + i] = 10;
    ck_assert_double_eq(cost(&graph), before);
    memset(graph.w, 0, sizeof graph.w);
    ck_assert_double_eq(slopes(&graph), 0);
    for (int p = 0; p < 81; p++)
        ck_assert_float_eq(graph.slope[p], 0);
    graph.w[1] = 1e-30f; /* the unit is too weak for 1 / s */
    slopes(&graph);
    for (int p = 0; p < 81; p++)
        ck_assert(isfinite(graph.slope[p]));
    graph_fini(&graph);
}
END_TEST

/* ---- the coefficients of a training ---- */

/* On the 3 x 3 grid: 9 / (e - 1) times the slopes, 1 + D_ii on the diagonal, and their sum is the
 * cost. */
START_TEST(coefficients_are_scaled_slopes)
{
    struct graph graph;
    struct spatial_cost *s;
    graph_load(&graph, "w9");
    slopes(&graph);
    ck_assert_int_eq(spatial_cost_new(&s, 3, 0.25f, 0, NULL), 0);
    spatial_cost_refresh(s, graph.w);
    float positive[81], negative[81];
    const float *slope = spatial_cost_slope(s);
    spatial_cost_split(s, positive, negative);
    double sum = 0, scale = 9 / (exp(1) - 1);
    for (int p = 0; p < 81; p++) {
        double expected = p % 10 ? scale * graph.slope[p] : 1.25;
        ck_assert_double_eq_tol(slope[p], expected, 1e-5);
        ck_assert_float_eq(positive[p] + negative[p], slope[p]);
        ck_assert(positive[p] >= 0 && negative[p] <= 0);
        sum += (double)slope[p] * fabsf(graph.w[p]);
    }
    ck_assert_double_eq_tol(spatial_cost_value(s, graph.w), sum, 1e-4);

    float other[81];
    for (int p = 0; p < 81; p++)
        other[p] = (float)p;
    spatial_cost_restore(s, other);
    ck_assert_mem_eq(spatial_cost_slope(s), other, sizeof other);
    spatial_cost_free(s);
    graph_fini(&graph);
}
END_TEST

/* A dense W of any size costs about its length: the mean D of two units is 2/3. */
START_TEST(coefficients_of_a_dense_network_are_about_its_lengths)
{
    for (int g = 8; g <= 16; g += 8) {
        int H = g * g;
        struct spatial_cost *s;
        struct rng r = rng_at(6, RNG_TEST, 0);
        float *w = mem_array((size_t)(H * H), sizeof *w);
        double sum = 0;
        for (int p = 0; p < H * H; p++)
            w[p] = 2 * rng_uniform(&r) - 1;
        ck_assert_int_eq(spatial_cost_new(&s, g, 0, 1, NULL), 0);
        spatial_cost_refresh(s, w);
        for (int p = 0; p < H * H; p++)
            sum += p % (H + 1) ? spatial_cost_slope(s)[p] : 0;
        ck_assert_double_eq_tol(sum / (H * (H - 1)), 2 / 3.0, 0.03);
        spatial_cost_free(s);
        mem_free(w);
    }
}
END_TEST

START_TEST(coefficients_are_found_at_100_steps_and_then_now_and_then)
{
    for (long done = 0; done < 100; done++)
        ck_assert(spatial_cost_due(done, 10));
    for (long done = 100; done < 200; done++)
        ck_assert_int_eq(spatial_cost_due(done, 7) != 0, done % 7 == 0);
}
END_TEST

START_TEST(memory_running_out_is_an_error)
{
    struct spatial_cost *s = NULL;
    long n = 0;
    for (;; n++) {
        mem_fail_at(n);
        int code = spatial_cost_new(&s, 3, 0, 0, NULL);
        mem_fail_at(-1);
        if (!code)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(s);
    }
    ck_assert_int_gt(n, 8);
    ck_assert_double_gt(spatial_cost_bytes(3), 13 * 81 * 4);
    spatial_cost_free(s);
    spatial_cost_free(NULL);
}
END_TEST

static TCase *scipy(void)
{
    TCase *tcase = tcase_create("SciPy and finite differences");
    tcase_add_loop_test(tcase, cost_matrix_and_slopes_are_those_of_scipy, 0, NAMES);
    tcase_add_loop_test(tcase, frozen_slopes_are_length_times_communicability, 0, NAMES);
    tcase_add_loop_test(tcase, slopes_are_finite_differences, 0, NAMES);
    tcase_add_loop_test(tcase, cost_grows_with_the_weights_and_is_the_sum_of_slopes, 0, NAMES);
    return tcase;
}

SUITE_CASE(invariants, "invariants", names_of_units_mean_nothing, blocks_do_not_communicate,
           self_connections_and_silence_count_nothing)
SUITE_CASE(coefficients, "coefficients", coefficients_are_scaled_slopes,
           coefficients_of_a_dense_network_are_about_its_lengths,
           coefficients_are_found_at_100_steps_and_then_now_and_then,
           memory_running_out_is_an_error)

SUITE_MAIN("communicability", scipy, invariants, coefficients)
