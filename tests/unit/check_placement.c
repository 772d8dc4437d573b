/* qap and placement: the arithmetic of exchanges on a grid by brute force, and the quality of the
   search on instances whose optimum is published. */
#include "base/mem.h"
#include "math/qap.h"
#include "math/rng.h"
#include "measure/placement.h"
#include "rnn/grid.h"
#include "rnn/swap.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 4, COLS = 6, N = ROWS * COLS };

static struct qap *random_problem(int seed, float share)
{
    struct qap *qap;
    ck_assert_int_eq(qap_new(&qap, ROWS, COLS, NULL), 0);
    struct rng r = rng_at(seed, RNG_TEST, 2);
    float *flow = qap_flow(qap);
    for (int u = 0; u < N; u++)
        for (int v = 0; v < u; v++)
            flow[u * N + v] = flow[v * N + u] = rng_uniform(&r) < share ? fabsf(rng_normal(&r)) : 0;
    qap_assign(qap, NULL);
    return qap;
}

/* Computed directly from the definition. */
static double brute_cost(struct qap *qap, const int *place)
{
    double cost = 0;
    for (int u = 0; u < N; u++)
        for (int v = 0; v < u; v++)
            cost += (double)qap_flow(qap)[u * N + v] * (abs(place[u] / COLS - place[v] / COLS) +
                                                        abs(place[u] % COLS - place[v] % COLS));
    return cost;
}

static double brute_delta(struct qap *qap, int a, int b)
{
    int place[N];
    memcpy(place, qap_place_of(qap), sizeof place);
    place[a] = qap_place_of(qap)[b];
    place[b] = qap_place_of(qap)[a];
    return brute_cost(qap, place) - brute_cost(qap, qap_place_of(qap));
}

static void assert_consistent(struct qap *qap)
{
    for (int p = 0; p < N; p++)
        ck_assert_int_eq(qap_place_of(qap)[qap_unit_at(qap)[p]], p);
    ck_assert_double_eq_tol(qap_cost(qap), brute_cost(qap, qap_place_of(qap)), 1e-9);
    for (int a = 0; a < N; a++) {
        double least = HUGE_VAL, delta;
        for (int b = 0; b < N; b++) {
            double expected = a == b ? 0 : brute_delta(qap, a, b);
            ck_assert_double_eq_tol(qap_delta(qap, a, b), expected, 1e-9);
            least = a != b && expected < least ? expected : least;
        }
        int partner = qap_best(qap, a, &delta);
        ck_assert_double_eq_tol(delta, least, 1e-9);
        ck_assert_double_eq_tol(brute_delta(qap, a, partner), least, 1e-9);
    }
}

/* Dense and sparse flows are updated in different ways. */
START_TEST(deltas_are_true_for_all_pairs_before_and_after_exchanges)
{
    static const float shares[] = {0.9f, 0.5f, 0.1f, 0.02f};
    for (int k = 0; k < 4; k++) {
        struct qap *qap = random_problem(1, shares[k]);
        assert_consistent(qap);
        struct rng r = rng_at(2, RNG_TEST, 0);
        for (int i = 0; i < 40; i++)
            qap_exchange(qap, (int)rng_below(&r, N / 2), N / 2 + (int)rng_below(&r, N / 2));
        assert_consistent(qap);
        int order[N];
        rng_permutation(&r, N, order);
        qap_assign(qap, order);
        ck_assert_mem_eq(qap_unit_at(qap), order, sizeof order);
        assert_consistent(qap);
        qap_free(qap);
    }
}
END_TEST

/* A grid of one row, and of one place. */
START_TEST(degenerate_grids)
{
    struct qap *line, *point;
    ck_assert_int_eq(qap_new(&line, 1, 3, NULL), 0);
    qap_load(line, (const float[]){9, 0, -1, 0, 9, 0, 1, 0, 9});
    ck_assert_double_eq(qap_cost(line), 4);
    ck_assert_double_eq(qap_delta(line, 1, 2), -2);
    ck_assert_int_eq(placement_search(line, 2, 0, NULL, NULL), 0);
    ck_assert_double_eq(qap_cost(line), 2);
    qap_free(line);

    ck_assert_int_eq(qap_new(&point, 1, 1, NULL), 0);
    qap_load(point, (const float[]){3});
    ck_assert_int_eq(placement_search(point, 2, 0, NULL, NULL), 0);
    ck_assert_double_eq(qap_cost(point), 0);
    qap_free(point);
}
END_TEST

/* Ties and rounding do not count as improvements, so that a search ends: where all flows are equal,
   all assignments cost the same. */
START_TEST(equal_flow_moves_nothing)
{
    static const float flows[] = {0, 0.1f};
    int units[N];
    for (int u = 0; u < N; u++)
        units[u] = u;
    for (int k = 0; k < 2; k++) {
        struct qap *qap = random_problem(3, 0);
        for (int i = 0; i < N * N; i++)
            qap_flow(qap)[i] = i % (N + 1) ? flows[k] : 0;
        qap_assign(qap, NULL);
        ck_assert_int_eq(qap_descend(qap, N, units, 10), 0);
        double before = qap_cost(qap);
        ck_assert_int_eq(placement_search(qap, 2, 0, NULL, NULL), 0);
        ck_assert_double_eq_tol(qap_cost(qap), before, 1e-9);
        qap_free(qap);
    }
}
END_TEST

/* Reads a published instance; returns its optimum, over unordered pairs. */
static double read_instance(const char *name, struct qap **qap)
{
    char path[512];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/fixtures/qap/%s.txt", srcdir ? srcdir : ".", name);
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s cannot be read", path);
    char line[256];
    int rows, cols, optimum;
    do
        ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
    while (line[0] == '#');
    ck_assert_int_eq(sscanf(line, "%d %d %d", &rows, &cols, &optimum), 3);
    ck_assert_int_eq(qap_new(qap, rows, cols, NULL), 0);
    for (int i = 0; i < rows * cols * rows * cols; i++)
        ck_assert_int_eq(fscanf(f, "%f", &qap_flow(*qap)[i]), 1);
    fclose(f);
    qap_assign(*qap, NULL);
    return optimum / 2.0;
}

/* QAPLIB's Nugent instances: their optima are proven. */
START_TEST(published_optima_are_found)
{
    static const char *const names[] = {"nug12", "nug15", "nug20", "nug30"};
    for (int i = 0; i < 4; i++) {
        struct qap *qap;
        double optimum = read_instance(names[i], &qap);
        ck_assert_int_eq(placement_search(qap, 120, 1, NULL, NULL), 0);
        ck_assert_msg(qap_cost(qap) == optimum, "%s: cost %g, optimum %g", names[i], qap_cost(qap),
                      optimum);
        qap_free(qap);
    }
}
END_TEST

/* Units that are connected only to their grid neighbours, in a random placement: no wire can be
   shorter than one step, and the search must make all wires that short. */
START_TEST(a_scrambled_lattice_is_put_in_order)
{
    enum { G = 8, H = G * G };
    float *w = mem_array(H * H, sizeof *w);
    int deal[H];
    struct rng r = rng_at(5, RNG_TEST, 0);
    rng_permutation(&r, H, deal);
    double wires = 0;
    for (int u = 0; u < H; u++)
        for (int v = 0; v < H; v++)
            if (grid_steps(G, u, v) == 1) {
                w[deal[u] * H + deal[v]] = 1;
                wires++;
            }
    struct qap *qap;
    ck_assert_int_eq(qap_new(&qap, G, G, NULL), 0);
    qap_load(qap, w);
    ck_assert_double_gt(qap_cost(qap), 3 * wires);
    ck_assert_int_eq(placement_search(qap, 40, 0, NULL, NULL), 0);
    ck_assert_double_eq(qap_cost(qap), wires);
    qap_free(qap);
    mem_free(w);
}
END_TEST

START_TEST(search_never_raises_the_cost)
{
    for (int seed = 0; seed < 5; seed++) {
        struct qap *qap = random_problem(seed, 0.3f);
        double before = qap_cost(qap), after;
        for (int restarts = 0; restarts < 3; restarts++, before = after) {
            ck_assert_int_eq(placement_search(qap, restarts, seed, NULL, NULL), 0);
            after = qap_cost(qap);
            ck_assert_double_le(after, before * (1 + 1e-12));
        }
        assert_consistent(qap);
        qap_free(qap);
    }
}
END_TEST

/* ---- networks ---- */

enum { G = 6, H = G * G, I = 2, O = 2, P = H * H + H * I + O * H + H + O };

static const struct rnn_shape shape = {I, H, O};

static void fill(float *params)
{
    struct rng r = rng_at(6, RNG_TEST, 0);
    for (int p = 0; p < P; p++)
        params[p] = rng_uniform(&r) < 0.2f ? rng_normal(&r) : 0;
}

static double distance_cost(const float *params)
{
    double sum = 0;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            sum += grid_steps(G, i, j) * fabs(params[i * H + j]) / G;
    return sum;
}

START_TEST(a_network_is_placed_better_than_by_relocation_alone)
{
    float params[P], placed[P], scratch[P];
    int order[H], again[H];
    fill(params);
    struct swap *swap;
    ck_assert_int_eq(swap_new(&swap, G, NULL), 0);
    swap_load(swap, shape, params);
    swap_run(swap, 0, 100);

    ck_assert_int_eq(placement_of_network(shape, G, params, 9, order, NULL, NULL), 0);
    memcpy(placed, params, sizeof placed);
    swap_apply(shape, order, placed, scratch);
    ck_assert_double_lt(distance_cost(placed), swap_cost(swap));
    ck_assert_double_lt(distance_cost(placed), 0.8 * distance_cost(params));
    swap_free(swap);

    ck_assert_int_eq(placement_of_network(shape, G, params, 9, again, NULL, NULL), 0);
    ck_assert_mem_eq(again, order, sizeof order);
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    float params[P];
    int order[H];
    fill(params);
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 100);
        struct err e = {0};
        mem_fail_at(n);
        rc = placement_of_network(shape, G, params, 0, order, NULL, &e);
        mem_fail_at(-1);
        ck_assert_int_eq(rc, e.code);
        ck_assert(rc == 0 || rc == ERR_MEMORY);
    }
    qap_free(NULL);
    ck_assert_double_gt(placement_bytes(G), H * H * sizeof(float));
}
END_TEST

SUITE_CASE(arithmetic, "exchanges", deltas_are_true_for_all_pairs_before_and_after_exchanges,
           degenerate_grids, equal_flow_moves_nothing)
SUITE_CASE(quality, "the search", published_optima_are_found, a_scrambled_lattice_is_put_in_order,
           search_never_raises_the_cost)
SUITE_CASE(networks, "networks", a_network_is_placed_better_than_by_relocation_alone,
           out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("placement", arithmetic, quality, networks)
