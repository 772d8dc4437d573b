/* regularizer: the tables, the coefficients of the connection cost, its value and subgradient. */
#include "math/rng.h"
#include "rnn/grid.h"
#include "rnn/regularizer.h"
#include "suite.h"

#include <math.h>

enum { G = 3, H = G * G, I = 4, O = 2, P = H * H + H * I + O * H + H + O };

static const struct rnn_shape shape = {I, H, O};

START_TEST(tables_say_what_each_regularizer_is)
{
    static const struct {
        const char *name;
        int penalises, distance, swaps, communicates, frozen, masks;
    } expected[] = {{"none", 0, 0, 0, 0, 0, 0},  {"l1", 1, 0, 0, 0, 0, 0},
                    {"bimt", 1, 1, 1, 0, 0, 0},  {"local", 1, 1, 0, 0, 0, 0},
                    {"sernn", 1, 0, 0, 1, 0, 0}, {"sernn_frozen", 1, 0, 0, 1, 1, 0},
                    {"mask", 0, 0, 0, 0, 0, 1}};
    for (int i = 0; i < 7; i++) {
        const struct regularizer *r = regularizer_find(expected[i].name);
        ck_assert_ptr_eq(r, regularizer_at(i));
        ck_assert_str_eq(r->name, expected[i].name);
        ck_assert_int_eq(r->penalises, expected[i].penalises);
        ck_assert_int_eq(r->distance, expected[i].distance);
        ck_assert_int_eq(r->swaps, expected[i].swaps);
        ck_assert_int_eq(r->communicates, expected[i].communicates);
        ck_assert_int_eq(r->frozen, expected[i].frozen);
        ck_assert_int_eq(r->masks, expected[i].masks);
        ck_assert_ptr_nonnull(r->help);
    }
    ck_assert_ptr_null(regularizer_at(7));
    ck_assert_ptr_null(regularizer_at(-1));
    ck_assert_ptr_null(regularizer_find("l2"));

    ck_assert_int_eq(regularizer_treatment_find("proximal")->proximal, 1);
    ck_assert_int_eq(regularizer_treatment_find("subgradient")->proximal, 0);
    ck_assert_ptr_eq(regularizer_treatment_find("subgradient"), regularizer_treatment_at(1));
    ck_assert_ptr_null(regularizer_treatment_at(2));
    ck_assert_ptr_null(regularizer_treatment_find(""));
}
END_TEST

START_TEST(coefficients_are_one_and_grow_with_distance_on_w)
{
    float cost[P];
    const float A = 0.75f;
    regularizer_cost(shape, G, A, 0, 1, cost);
    for (int i = 0; i < H; i++) {
        for (int j = 0; j < H; j++) {
            float distance = (abs(i / G - j / G) + abs(i % G - j % G)) / (float)G;
            ck_assert_float_eq_tol(cost[i * H + j], 1 + A * distance, 1e-6);
        }
    }
    for (int p = H * H; p < P; p++)
        ck_assert_float_eq(cost[p], 1);

    regularizer_cost(shape, G, 0, 0.5f, 0, cost);
    for (int p = 0; p < P; p++)
        ck_assert_float_eq(cost[p], p < P - H - O ? 1 : 0);
}
END_TEST

/* On 3 x 3: units 0 and 4 are two steps apart, 2/3 of a side; 0 and 8 four. */
START_TEST(masks_keep_what_is_within_the_radius)
{
    static const struct {
        float radius;
        int kept;
    } cases[] = {{0, H}, {0.3f, H}, {1 / 3.f, H + 24}, {2 / 3.f, H + 24 + 28}, {2, H * H}};
    float mask[H * H];
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        int kept = 0;
        regularizer_mask(G, cases[k].radius, mask);
        for (int p = 0; p < H * H; p++) {
            ck_assert(mask[p] == 0 || mask[p] == 1);
            kept += mask[p] != 0;
        }
        ck_assert_int_eq(kept, cases[k].kept);
    }
    regularizer_mask(G, 2 / 3.f, mask);
    ck_assert(mask[0 * H + 4] == 1 && mask[0 * H + 8] == 0 && mask[7 * H + 2] == 0);
}
END_TEST

/* Equation 2 written out term by term; a connection of a unit to itself is as long as one to a
   neighbour. */
START_TEST(connection_cost_is_equation_2)
{
    float params[P], cost[P];
    struct rng r = rng_at(3, RNG_TEST, 0);
    for (int p = 0; p < P; p++)
        params[p] = p % 5 ? rng_normal(&r) : 0;
    const float A = 1.5f, self_distance = 1.0f / G;
    double l1 = 0, distance = 0;
    for (int p = 0; p < P; p++)
        l1 += fabsf(params[p]);
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            distance +=
                (i == j ? self_distance : grid_distance(G, i, j)) * fabsf(params[i * H + j]);

    regularizer_cost(shape, G, A, self_distance, 1, cost);
    double whole = regularizer_connection_cost(P, cost, params);
    ck_assert_double_eq_tol(whole, l1 + A * distance, 1e-5 * whole);
}
END_TEST

/* Away from 0 the cost is linear, so its finite difference is the subgradient. */
START_TEST(subgradient_is_the_slope)
{
    float params[P], cost[P], grad[P];
    struct rng r = rng_at(4, RNG_TEST, 0);
    for (int p = 0; p < P; p++) {
        params[p] = p % 7 ? rng_normal(&r) : 0;
        grad[p] = 5;
    }
    const float lambda = 0.25f, h = 0x1p-12f;
    regularizer_cost(shape, G, 1, 0.5f, 1, cost);
    regularizer_subgradient(P, lambda, cost, params, grad);
    for (int p = 0; p < P; p++) {
        float w = params[p];
        params[p] = w + h;
        double up = regularizer_connection_cost(P, cost, params);
        params[p] = w - h;
        double down = regularizer_connection_cost(P, cost, params);
        params[p] = w;
        double slope =
            fabsf(w) > h || w == 0 ? lambda * (up - down) / (2 * (double)h) : grad[p] - 5;
        ck_assert_double_eq_tol(grad[p] - 5, slope, 1e-3);
    }
}
END_TEST

SUITE_CASE(regularizers, "regularizer", tables_say_what_each_regularizer_is,
           coefficients_are_one_and_grow_with_distance_on_w, masks_keep_what_is_within_the_radius,
           connection_cost_is_equation_2, subgradient_is_the_slope)

SUITE_MAIN("regularizer", regularizers)
