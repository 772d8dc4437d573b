/* swap: an exchange changes no output, the predicted change of cost is correct, and relocation
   never raises the cost. */
#include "base/mem.h"
#include "math/rng.h"
#include "rnn/grid.h"
#include "rnn/swap.h"
#include "suite.h"

#include <math.h>
#include <string.h>

enum { G = 5, H = G * G, I = 3, O = 4, P = H * H + H * I + O * H + H + O };

static const struct rnn_shape shape = {I, H, O};

/* Weights of which `share` are not zero. */
static void fill(float *params, int seed, float share)
{
    struct rng r = rng_at(seed, RNG_TEST, 1);
    for (int p = 0; p < P; p++) {
        float w = rng_normal(&r) / G;
        params[p] = rng_uniform(&r) < share ? w : 0;
    }
}

/* |D (.) W|_1, computed directly from its definition. */
static double distance_cost(const float *params)
{
    double sum = 0;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            sum += grid_steps(G, i, j) * fabs(params[i * H + j]) / G;
    return sum;
}

/* Logits after T steps of one sequence in double, so that the order of summation hardly matters. */
static void forward(float *params, double *logits)
{
    struct rnn_params p = rnn_params(shape, params);
    double h[H] = {0}, next[H];
    for (int t = 0; t < 8; t++) {
        for (int i = 0; i < H; i++) {
            double z = p.b_h[i];
            for (int j = 0; j < H; j++)
                z += p.w.x[i * H + j] * h[j];
            for (int k = 0; k < I; k++)
                z += p.w_in.x[i * I + k] * cos(3 * t + k);
            next[i] = z > 0 ? z : 0;
        }
        memcpy(h, next, sizeof h);
    }
    for (int o = 0; o < O; o++) {
        logits[o] = p.b_o[o];
        for (int i = 0; i < H; i++)
            logits[o] += p.w_out.x[o * H + i] * h[i];
    }
}

static struct swap *swap_of(const float *params)
{
    struct swap *swap;
    ck_assert_int_eq(swap_new(&swap, G, NULL), 0);
    swap_load(swap, shape, params);
    return swap;
}

static void assert_permutation(const int *order)
{
    int seen[H] = {0};
    for (int p = 0; p < H; p++) {
        ck_assert_int_ge(order[p], 0);
        ck_assert_int_lt(order[p], H);
        ck_assert_int_eq(seen[order[p]]++, 0);
    }
}

START_TEST(relocation_changes_no_output)
{
    float params[P], scratch[P];
    fill(params, 1, 0.5f);
    double before[O], after[O];
    forward(params, before);
    struct swap *swap = swap_of(params);
    ck_assert_int_gt(swap_run(swap, 0, 10), 0);
    swap_apply(shape, swap_order(swap), params, scratch);
    forward(params, after);
    for (int o = 0; o < O; o++)
        ck_assert_double_eq_tol(after[o], before[o], 1e-10 * (1 + fabs(before[o])));
    swap_free(swap);
}
END_TEST

/* Relabels two places of a copy and measures it. */
static double exchanged_cost(const float *params, int j, int q)
{
    float copy[P], scratch[P];
    int order[H];
    for (int p = 0; p < H; p++)
        order[p] = p == j ? q : p == q ? j : p;
    memcpy(copy, params, sizeof copy);
    swap_apply(shape, order, copy, scratch);
    return distance_cost(copy);
}

static void assert_deltas(const struct swap *swap, const float *params)
{
    double cost = distance_cost(params);
    for (int j = 0; j < H; j++)
        for (int q = 0; q < H; q++)
            ck_assert_double_eq_tol(swap_delta(swap, j, q), exchanged_cost(params, j, q) - cost,
                                    1e-6 * cost);
}

START_TEST(delta_is_the_change_of_cost_for_all_pairs)
{
    float params[P];
    fill(params, 2, 0.6f);
    struct swap *swap = swap_of(params);
    ck_assert_double_eq_tol(swap_cost(swap), distance_cost(params), 1e-5);
    assert_deltas(swap, params);
    swap_free(swap);
}
END_TEST

/* The state of a search after its exchanges must still predict the next one correctly. */
START_TEST(delta_holds_after_exchanges)
{
    float params[P], moved[P], scratch[P];
    fill(params, 3, 0.6f);
    struct swap *swap = swap_of(params);
    for (int round = 0; round < 3; round++) {
        swap_run(swap, 2, 1);
        memcpy(moved, params, sizeof moved);
        swap_apply(shape, swap_order(swap), moved, scratch);
        assert_deltas(swap, moved);
    }
    ck_assert_int_ne(memcmp(moved, params, sizeof moved), 0);
    swap_free(swap);
}
END_TEST

static void assert_never_rises(int units, int max_passes)
{
    for (int seed = 10; seed < 30; seed++) {
        float params[P], scratch[P];
        fill(params, seed, seed % 3 ? 0.3f : 1.0f);
        struct swap *swap = swap_of(params);
        double before = distance_cost(params);
        for (int event = 0; event < 5; event++) {
            int exchanges = swap_run(swap, units, max_passes);
            swap_apply(shape, swap_order(swap), params, scratch);
            double after = distance_cost(params);
            ck_assert(exchanges ? after < before : after == before);
            swap_load(swap, shape, params);
            before = after;
        }
        swap_free(swap);
    }
}

START_TEST(relocation_never_raises_the_cost)
{
    assert_never_rises(1, 1);
    assert_never_rises(8, 1);
    assert_never_rises(0, 1);
    assert_never_rises(0, 10);
}
END_TEST

START_TEST(all_units_end_where_no_exchange_helps)
{
    float params[P];
    fill(params, 5, 0.4f);
    struct swap *swap = swap_of(params);
    swap_run(swap, 0, 1000);
    assert_permutation(swap_order(swap));
    double tolerance = 1e-5 * swap_cost(swap);
    for (int j = 0; j < H; j++)
        for (int q = 0; q < H; q++)
            ck_assert_double_ge(swap_delta(swap, j, q), -tolerance);
    ck_assert_int_eq(swap_run(swap, 0, 1000), 0);
    swap_free(swap);
}
END_TEST

/* The distance cost after the best exchange of the most important unit. */
static double cost_after_one_turn(const float *params)
{
    struct swap *swap = swap_of(params);
    ck_assert_int_eq(swap_run(swap, 1, 1), 1);
    double cost = swap_cost(swap);
    swap_free(swap);
    return cost;
}

/* One wire between opposite corners.  One end can move next to the other end; the unit in the
   centre can only take the place of one end, which halves the length. */
START_TEST(the_most_important_unit_moves_first)
{
    enum { CENTRE = H / 2 };
    float params[P] = {0};
    struct rnn_params p = rnn_params(shape, params);
    p.w.x[0 * H + H - 1] = 1;
    ck_assert_double_eq(cost_after_one_turn(params), 1.0 / G);

    float *const touches_centre[] = {&p.w.x[CENTRE * H + CENTRE], &p.w_in.x[CENTRE * I + 1],
                                     &p.w_out.x[3 * H + CENTRE]};
    for (int k = 0; k < 3; k++) {
        *touches_centre[k] = k == 0 ? -0.6f : -1.1f; /* a weight to itself counts twice */
        ck_assert_double_eq(cost_after_one_turn(params), 4.0 / G);
        *touches_centre[k] = k == 0 ? 0.4f : 0.9f;
        ck_assert_double_eq(cost_after_one_turn(params), 1.0 / G);
        *touches_centre[k] = 0;
    }
    p.b_h[CENTRE] = 9; /* a bias is not a wire */
    ck_assert_double_eq(cost_after_one_turn(params), 1.0 / G);
}
END_TEST

START_TEST(order_carries_every_block_there_and_back)
{
    float params[P], moved[P], scratch[P];
    int order[H], back[H];
    struct rng r = rng_at(7, RNG_TEST, 0);
    fill(params, 7, 1);
    memcpy(moved, params, sizeof moved);
    rng_permutation(&r, H, order);
    for (int u = 0; u < H; u++)
        back[order[u]] = u;

    swap_apply(shape, order, moved, scratch);
    struct rnn_params from = rnn_params(shape, params), to = rnn_params(shape, moved);
    for (int u = 0; u < H; u++) {
        for (int v = 0; v < H; v++)
            ck_assert_float_eq(to.w.x[u * H + v], from.w.x[order[u] * H + order[v]]);
        for (int i = 0; i < I; i++)
            ck_assert_float_eq(to.w_in.x[u * I + i], from.w_in.x[order[u] * I + i]);
        for (int o = 0; o < O; o++)
            ck_assert_float_eq(to.w_out.x[o * H + u], from.w_out.x[o * H + order[u]]);
        ck_assert_float_eq(to.b_h[u], from.b_h[order[u]]);
    }
    for (int o = 0; o < O; o++)
        ck_assert_float_eq(to.b_o[o], from.b_o[o]);

    swap_apply(shape, back, moved, scratch);
    ck_assert_mem_eq(moved, params, sizeof moved);
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    struct swap *swap = NULL;
    struct err e = {0};
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 100);
        mem_fail_at(n);
        rc = swap_new(&swap, G, &e);
        mem_fail_at(-1);
        ck_assert(rc == 0 || (rc == ERR_MEMORY && e.code == rc && !swap));
    }
    swap_free(swap);
    swap_free(NULL);
    ck_assert_double_gt(swap_bytes(G), H * H * sizeof(float));
}
END_TEST

SUITE_CASE(function, "the network's function", relocation_changes_no_output,
           order_carries_every_block_there_and_back)
SUITE_CASE(cost, "the cost", delta_is_the_change_of_cost_for_all_pairs, delta_holds_after_exchanges,
           relocation_never_raises_the_cost, all_units_end_where_no_exchange_helps,
           the_most_important_unit_moves_first)
SUITE_CASE(memory, "memory", out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("swap", function, cost, memory)
