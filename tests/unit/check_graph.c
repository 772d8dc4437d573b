/* graph: the measures compared with networkx and bctpy, thresholds, and the invariants of random
   graphs. */
#include "base/mem.h"
#include "graph_fixture.h"
#include "measure/graph.h"
#include "suite.h"

#include <math.h>

static struct graph *load(const char *name)
{
    int n, cols;
    struct graph *graph;
    float *a = graph_fixture_matrix(name, &n, &cols);
    ck_assert_int_eq(n, cols);
    ck_assert_int_eq(graph_new(&graph, n, NULL), 0);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (a[i * n + j] != 0)
                graph_connect(graph, j, i);
    mem_free(a);
    return graph;
}

static const char *const names[] = {"karate", "ws60", "ring_lattice_20_4", "cliques"};

enum { NAMES = sizeof names / sizeof names[0], LATTICE = 2 };

START_TEST(measures_are_those_of_networkx)
{
    struct graph *graph = load(names[_i]);
    ck_assert_int_eq(graph_edges(graph), (int)graph_fixture_expected(names[_i], "edges"));
    ck_assert_double_eq_tol(graph_clustering(graph),
                            graph_fixture_expected(names[_i], "clustering"), 1e-11);
    ck_assert_double_eq_tol(graph_efficiency(graph),
                            graph_fixture_expected(names[_i], "efficiency"), 1e-11);
    if (_i != LATTICE)
        ck_assert_double_eq_tol(graph_matching(graph),
                                graph_fixture_expected(names[_i], "matching_mean"), 1e-11);
    graph_free(graph);
}
END_TEST

/* By hand: a triangle with a tail, and two nodes alone. */
START_TEST(measures_of_a_small_graph)
{
    struct graph *graph;
    ck_assert_int_eq(graph_new(&graph, 6, NULL), 0);
    ck_assert_double_eq(graph_clustering(graph), 0);
    ck_assert_double_eq(graph_efficiency(graph), 0);
    ck_assert_double_eq(graph_matching(graph), 0);
    const int edges[][2] = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 2}, {3, 3}};
    for (int i = 0; i < 6; i++)
        graph_connect(graph, edges[i][0], edges[i][1]);
    ck_assert_int_eq(graph_edges(graph), 4);
    ck_assert_int_eq(graph_degree(graph, 2), 3);
    ck_assert_int_eq(graph_degree(graph, 4), 0);
    ck_assert_double_eq_tol(graph_clustering(graph), (1 + 1 + 1 / 3.0) / 6, 1e-12);
    ck_assert_double_eq_tol(graph_efficiency(graph), (4 + 2 / 2.0) / 15, 1e-12);
    graph_clear(graph);
    ck_assert_int_eq(graph_edges(graph), 0);
    ck_assert(!graph_connected(graph, 0, 1));
    graph_free(graph);
    graph_free(NULL);
}
END_TEST

/* Of 6 connections the share .5 keeps three: 0<-2 of size 5, 2<-1 of size 4, and of the two of size
   2 the first. */
START_TEST(the_strongest_connections_are_kept)
{
    const float w[9] = {9, 2, -5, 2, 9, 1, 0, 4, 9};
    struct graph *graph;
    double density;
    ck_assert_int_eq(graph_new(&graph, 3, NULL), 0);
    ck_assert_int_eq(graph_threshold(graph, w, 0.5, &density, NULL), 0);
    ck_assert_double_eq(density, 0.5);
    ck_assert(graph_connected(graph, 0, 2) && graph_connected(graph, 1, 2));
    ck_assert(graph_connected(graph, 0, 1));
    ck_assert_int_eq(graph_threshold(graph, w, 1, &density, NULL), 0);
    ck_assert_double_eq_tol(density, 5 / 6.0, 1e-12); /* a zero is no connection */
    ck_assert_int_eq(graph_threshold(graph, w, 1 / 3.0, &density, NULL), 0);
    ck_assert_int_eq(graph_edges(graph), 2);
    ck_assert(!graph_connected(graph, 0, 1));
    graph_free(graph);
}
END_TEST

START_TEST(random_graphs_keep_what_they_should)
{
    struct graph *graph = load("karate"), *random;
    struct rng rng = rng_at(3, RNG_TEST, 0);
    int n = 34, moved = 0;
    ck_assert_int_eq(graph_new(&random, n, NULL), 0);
    graph_copy(random, graph);
    graph_rewire(random, 10, &rng);
    ck_assert_int_eq(graph_edges(random), 78);
    for (int i = 0; i < n; i++) {
        int degree = 0;
        for (int j = 0; j < n; j++) {
            degree += graph_connected(random, i, j);
            moved += graph_connected(random, i, j) && !graph_connected(graph, i, j);
            ck_assert_int_eq(graph_connected(random, i, j), graph_connected(random, j, i));
        }
        ck_assert_int_eq(graph_degree(random, i), graph_degree(graph, i));
        ck_assert_int_eq(degree, graph_degree(graph, i));
        ck_assert(!graph_connected(random, i, i));
    }
    ck_assert_int_gt(moved, 40);
    graph_random(random, 78, &rng);
    ck_assert_int_eq(graph_edges(random), 78);
    graph_random(random, n * (n - 1) / 2, &rng);
    ck_assert_double_eq_tol(graph_clustering(random), 1, 1e-12);
    graph_rewire(random, 10, &rng); /* nothing to exchange */
    ck_assert_double_eq_tol(graph_efficiency(random), 1, 1e-12);
    graph_free(graph);
    graph_free(random);
}
END_TEST

/* Small-world index over 400 random graphs, as networkx has it to 5 %. */
START_TEST(sigma_is_that_of_networkx)
{
    enum { NULLS = 400 };
    static const char *const graphs[] = {"karate", "ws60", "cliques"};
    struct graph *graph = load(graphs[_i / 2]);
    int degrees = _i % 2, n, cols;
    mem_free(graph_fixture_matrix(graphs[_i / 2], &n, &cols));
    struct graph *random;
    struct rng rng = rng_at(4, RNG_TEST, (uint64_t)_i);
    double c = 0, e = 0;
    ck_assert_int_eq(graph_new(&random, n, NULL), 0);
    graph_copy(random, graph);
    for (int k = 0; k < NULLS; k++) {
        if (degrees)
            graph_rewire(random, k ? 3 : 10, &rng);
        else
            graph_random(random, graph_edges(graph), &rng);
        c += graph_clustering(random) / NULLS;
        e += graph_efficiency(random) / NULLS;
    }
    double sigma = graph_clustering(graph) / c * (graph_efficiency(graph) / e);
    double expected =
        graph_fixture_expected(graphs[_i / 2], degrees ? "sigma_degree" : "sigma_gnm");
    ck_assert_double_eq_tol(sigma, expected, 0.05 * expected);
    graph_free(graph);
    graph_free(random);
}
END_TEST

static TCase *fixtures(void)
{
    TCase *tcase = tcase_create("networkx and bctpy");
    tcase_add_loop_test(tcase, measures_are_those_of_networkx, 0, NAMES);
    tcase_add_loop_test(tcase, sigma_is_that_of_networkx, 0, 6);
    return tcase;
}

SUITE_CASE(by_hand, "by hand", measures_of_a_small_graph, the_strongest_connections_are_kept,
           random_graphs_keep_what_they_should)

SUITE_MAIN("graph", fixtures, by_hand)
