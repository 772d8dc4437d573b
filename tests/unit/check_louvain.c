/* louvain: known optima, and Q of given partitions. */
#include "base/mem.h"
#include "graph_fixture.h"
#include "measure/cluster.h"
#include "measure/louvain.h"
#include "suite.h"

#include <math.h>

enum { MOST = 64, STARTS = 20 };

struct net {
    int n, label[MOST];
    struct louvain *l;
};

static void net_load(struct net *net, const char *name)
{
    int cols;
    float *w = graph_fixture_matrix(name, &net->n, &cols);
    ck_assert_int_eq(louvain_new(&net->l, net->n, NULL), 0);
    ck_assert(louvain_load(net->l, w));
    mem_free(w);
}

static void net_fini(struct net *net)
{
    louvain_free(net->l);
}

/* The first two are known optima of the literature, the last the best of all 21,147 partitions. */
START_TEST(the_best_partitions_are_found)
{
    static const char *const cases[][2] = {{"karate", "Q_best"},
                                           {"karate_weighted", "Q_best"},
                                           {"cliques", "Q_best"},
                                           {"w9", "Q_dir_best_exact"}};
    struct net net;
    net_load(&net, cases[_i][0]);
    double q = louvain_search(net.l, STARTS, 1, 0, net.label);
    ck_assert_double_eq_tol(q, graph_fixture_expected(cases[_i][0], cases[_i][1]), 1e-7);
    ck_assert_double_eq_tol(louvain_modularity(net.l, net.label), q, 1e-12);
    ck_assert_double_eq(louvain_search(net.l, STARTS, 1, 0, net.label), q);
    net_fini(&net);
}
END_TEST

START_TEST(the_best_partition_of_w9_is_the_enumerated_one)
{
    struct net net;
    int rows, n, expected[MOST];
    net_load(&net, "w9");
    louvain_search(net.l, STARTS, 1, 0, net.label);
    float *best = graph_fixture_matrix("w9_best_partition", &rows, &n);
    for (int i = 0; i < n; i++)
        expected[i] = (int)best[i];
    ck_assert_double_eq(cluster_adjusted_rand(net.label, expected, n), 1);
    ck_assert_int_eq(net.label[0], 0); /* numbered by their first units */
    mem_free(best);
    net_fini(&net);
}
END_TEST

START_TEST(modularity_of_the_clubs)
{
    static const char *const names[] = {"karate", "karate_weighted"};
    struct net net;
    int rows, n;
    net_load(&net, names[_i]);
    float *club = graph_fixture_matrix("karate_club", &rows, &n);
    for (int i = 0; i < n; i++)
        net.label[i] = (int)club[i];
    ck_assert_double_eq_tol(louvain_modularity(net.l, net.label),
                            graph_fixture_expected(names[_i], "Q_of_the_two_clubs"), 1e-9);
    mem_free(club);
    net_fini(&net);
}
END_TEST

/* Four cliques of five in a ring: one community each.  On the ring lattice, contiguous arcs. */
START_TEST(communities_are_what_they_should_be)
{
    struct net net;
    net_load(&net, "cliques");
    louvain_search(net.l, STARTS, 7, 0, net.label);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(net.label[i], i / 5);
    ck_assert_int_eq(louvain_communities(net.label, 20), 4);
    net_fini(&net);

    net_load(&net, "ring_lattice_20_4");
    double q = louvain_search(net.l, STARTS, 7, 0, net.label);
    int borders = 0;
    for (int i = 0; i < 20; i++)
        borders += net.label[i] != net.label[(i + 1) % 20];
    ck_assert_int_eq(borders, louvain_communities(net.label, 20));
    ck_assert_double_gt(q, 0.4);
    net_fini(&net);
}
END_TEST

/* Q is of |w| between units; a network without any has none. */
START_TEST(signs_and_self_connections_count_nothing)
{
    float w[16] = {3, 1, 0, 0, 1, 0, 0, 0, 0, 0, -9, -1, 0, 0, -1, 0};
    struct louvain *l;
    int label[4];
    ck_assert_int_eq(louvain_new(&l, 4, NULL), 0);
    ck_assert(louvain_load(l, w));
    ck_assert_double_eq_tol(louvain_search(l, 3, 1, 0, label), 0.5, 1e-12);
    ck_assert(label[0] == 0 && label[1] == 0 && label[2] == 1 && label[3] == 1);
    for (int i = 0; i < 16; i++)
        w[i] = i % 5 ? 0 : 1;
    ck_assert(!louvain_load(l, w));
    const int alone[3] = {0, 1, 2};
    ck_assert_int_eq(louvain_communities(alone, 3), 0);
    louvain_free(l);
    louvain_free(NULL);
}
END_TEST

START_TEST(memory_running_out_is_an_error)
{
    struct louvain *l = NULL;
    long n = 0;
    for (;; n++) {
        mem_fail_at(n);
        int code = louvain_new(&l, 5, NULL);
        mem_fail_at(-1);
        if (!code)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(l);
    }
    ck_assert_int_gt(n, 20);
    louvain_free(l);
}
END_TEST

static TCase *optima(void)
{
    TCase *tcase = tcase_create("known answers");
    tcase_add_loop_test(tcase, the_best_partitions_are_found, 0, 4);
    tcase_add_loop_test(tcase, modularity_of_the_clubs, 0, 2);
    return tcase;
}

SUITE_CASE(properties, "properties", the_best_partition_of_w9_is_the_enumerated_one,
           communities_are_what_they_should_be, signs_and_self_connections_count_nothing,
           memory_running_out_is_an_error)

SUITE_MAIN("louvain", optima, properties)
