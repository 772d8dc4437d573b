/* wiring: counts and lengths of matrices with obvious results. */
#include "measure/wiring.h"
#include "suite.h"

#include <string.h>

enum { G = 2, H = G * G, I = 3, O = 2, P = H * H + H * I + O * H + H + O };

static const struct rnn_shape shape = {I, H, O};

START_TEST(nothing_is_wired_in_a_network_of_zeros)
{
    float params[P] = {0};
    struct wiring w = wiring_measure(shape, G, params);
    ck_assert_int_eq(w.active_connections, 0);
    ck_assert_double_eq(w.length, 0);
    ck_assert_int_eq(w.zero_weights, P);
    ck_assert_int_eq(w.wired_units, 0);
}
END_TEST

/* Every connection of the 2 x 2 grid: 4 to itself, 8 between neighbours (1/2), 4 across (1). */
START_TEST(everything_is_wired_in_a_full_network)
{
    float params[P];
    for (int p = 0; p < P; p++)
        params[p] = p % 2 ? 0.5f : -0.5f;
    struct wiring w = wiring_measure(shape, G, params);
    ck_assert_int_eq(w.active_connections, 16);
    ck_assert_double_eq(w.length, 8 * 0.5 + 4);
    ck_assert_int_eq(w.zero_weights, 0);
    ck_assert_int_eq(w.wired_units, H);
}
END_TEST

/* A connection is active above 1e-2 in size, not at it; below, it still wires its units. */
START_TEST(small_weights_wire_but_are_not_active)
{
    float params[P] = {0};
    struct rnn_params p = rnn_params(shape, params);
    p.w.x[0 * H + 3] = 1e-2f;
    struct wiring w = wiring_measure(shape, G, params);
    ck_assert_int_eq(w.active_connections, 0);
    ck_assert_int_eq(w.wired_units, 2);
    ck_assert_int_eq(w.zero_weights, P - 1);

    p.w.x[0 * H + 3] = -1.001e-2f;
    w = wiring_measure(shape, G, params);
    ck_assert_int_eq(w.active_connections, 1);
    ck_assert_double_eq(w.length, 1);
}
END_TEST

/* Each of the four kinds of weights that wire a unit, alone; biases wire no unit. */
START_TEST(one_weight_wires_the_units_it_touches)
{
    float params[P] = {0};
    struct rnn_params p = rnn_params(shape, params);
    const struct {
        float *weight;
        int units;
    } touches[] = {{&p.w.x[1 * H + 1], 1}, {&p.w.x[1 * H + 2], 2}, {&p.w_in.x[2 * I + 2], 1},
                   {&p.w_out.x[H + 3], 1}, {&p.b_h[0], 0},         {&p.b_o[1], 0}};
    for (size_t k = 0; k < sizeof touches / sizeof touches[0]; k++) {
        *touches[k].weight = 1;
        struct wiring w = wiring_measure(shape, G, params);
        ck_assert_int_eq(w.wired_units, touches[k].units);
        ck_assert_int_eq(w.zero_weights, P - 1);
        *touches[k].weight = 0;
    }
}
END_TEST

/* On the 2 x 2 grid: 8 pairs half a side apart, 4 a whole side. */
START_TEST(profile_sorts_connections_by_length)
{
    float params[P] = {0};
    struct rnn_params p = rnn_params(shape, params);
    p.w.x[0 * H + 0] = 9; /* no length */
    p.w.x[0 * H + 1] = -1;
    p.w.x[1 * H + 0] = 0.5f;
    p.w.x[3 * H + 1] = 0.005f;
    p.w.x[2 * H + 1] = 2;
    struct wiring_length profile[2];
    ck_assert_int_eq(wiring_lengths(G), 2);
    wiring_profile(shape, G, params, WIRING_ALL, NULL, profile);
    ck_assert_double_eq(profile[0].distance, 0.5);
    ck_assert_int_eq(profile[0].pairs, 8);
    ck_assert_double_eq_tol(profile[0].mean_weight, 1.505 / 8, 1e-8);
    ck_assert_double_eq(profile[0].active, 2.0 / 8);
    ck_assert_double_eq(profile[1].distance, 1);
    ck_assert_int_eq(profile[1].pairs, 4);
    ck_assert_double_eq(profile[1].mean_weight, 0.5);
    ck_assert_double_eq(profile[1].active, 0.25);

    /* the profile adds up to the whole */
    struct wiring w = wiring_measure(shape, G, params);
    double length = 0;
    for (int k = 0; k < 2; k++)
        length += profile[k].pairs * profile[k].active * profile[k].distance;
    ck_assert_double_eq_tol(length, w.length, 1e-12);
}
END_TEST

SUITE_CASE(hand_made, "hand-made networks", nothing_is_wired_in_a_network_of_zeros,
           everything_is_wired_in_a_full_network, small_weights_wire_but_are_not_active,
           one_weight_wires_the_units_it_touches, profile_sorts_connections_by_length)

SUITE_MAIN("wiring", hand_made)
