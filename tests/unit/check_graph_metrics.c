/* graph_metrics: agreement of partitions compared with scikit-learn, random weights, and whole
   networks with results by hand. */
#include "base/mem.h"
#include "graph_fixture.h"
#include "math/rng.h"
#include "measure/cluster.h"
#include "measure/graph_metrics.h"
#include "measure/weight_null.h"
#include "rnn/grid.h"
#include "suite.h"

#include <math.h>
#include <string.h>

static void check_partitions(const int *a, const int *b, int n, double ari, double nmi)
{
    double got;
    ck_assert_int_eq(graph_metrics_mutual_information(a, b, n, &got, NULL), 0);
    ck_assert_double_eq_tol(got, nmi, 1e-9);
    ck_assert_double_eq_tol(cluster_adjusted_rand(a, b, n), ari, 1e-9);
}

START_TEST(agreement_is_that_of_scikit_learn)
{
    ck_assert_int_eq(graph_fixture_partitions(check_partitions), 5);
}
END_TEST

/* ---- random weights ---- */

enum { N = 12 };

static void fill(float *w, float share)
{
    struct rng rng = rng_at(9, RNG_TEST, 0);
    for (int p = 0; p < N * N; p++)
        w[p] = rng_uniform(&rng) < share ? rng_normal(&rng) : 0;
}

static double sum_of(const float *w)
{
    double sum = 0;
    for (int p = 0; p < N * N; p++)
        sum += p % (N + 1) ? (double)w[p] : 0;
    return sum;
}

START_TEST(dealt_weights_keep_degrees_and_sizes)
{
    static const float shares[] = {0.2f, 0.8f, 1};
    float w[N * N], next[N * N];
    struct weight_null *null;
    struct rng rng = rng_at(10, RNG_TEST, 0);
    fill(w, shares[_i]);
    ck_assert_int_eq(weight_null_new(&null, N, w, NULL), 0);
    for (int k = 0; k < 5; k++) {
        int moved = 0, placed = 0;
        weight_null_next(null, &rng, next);
        for (int u = 0; u < N; u++) {
            int in[2] = {0}, out[2] = {0};
            for (int v = 0; v < N; v++) {
                in[0] += u != v && w[u * N + v] != 0;
                in[1] += next[u * N + v] != 0;
                out[0] += u != v && w[v * N + u] != 0;
                out[1] += next[v * N + u] != 0;
                placed += u != v && (w[u * N + v] != 0) != (next[u * N + v] != 0);
                moved += u != v && w[u * N + v] != next[u * N + v];
            }
            ck_assert_float_eq(next[u * (N + 1)], 0);
            ck_assert(in[0] == in[1] && out[0] == out[1]);
        }
        ck_assert_double_eq_tol(sum_of(next), sum_of(w), 1e-5);
        ck_assert_int_gt(moved, 10);
        ck_assert(shares[_i] == 1 ? placed == 0 : placed > 10);
    }
    weight_null_free(null);
    weight_null_free(NULL);
}
END_TEST

/* ---- whole networks ---- */

/* The fixture's network with two tasks: the units of the first half do one, those of the second
   half the other. */
struct network {
    int H;
    float *w;
    int *unit, *cluster;
    float *variance;
    struct graph_subject subject;
};

static void network_load(struct network *net, const char *name)
{
    int cols;
    net->w = graph_fixture_matrix(name, &net->H, &cols);
    net->unit = mem_array((size_t)net->H, sizeof(int));
    net->cluster = mem_array((size_t)net->H, sizeof(int));
    net->variance = mem_array((size_t)net->H * 2, sizeof(float));
    for (int u = 0; u < net->H; u++) {
        net->unit[u] = u;
        net->cluster[u] = 2 * u >= net->H;
        net->variance[2 * u + net->cluster[u]] = 1;
    }
    net->subject = (struct graph_subject){.H = net->H,
                                          .w = net->w,
                                          .n = net->H,
                                          .unit = net->unit,
                                          .variance = net->variance,
                                          .R = 2,
                                          .cluster = net->cluster,
                                          .shuffles = 100,
                                          .seed = 1};
}

static void network_fini(struct network *net)
{
    mem_free(net->w);
    mem_free(net->unit);
    mem_free(net->cluster);
    mem_free(net->variance);
}

/* Cliques 0-4 and 5-9 do one task, the others another: each community is within a cluster, and each
   cluster consists of two communities. */
START_TEST(cliques_are_communities_and_a_small_world)
{
    struct network net;
    struct graph_metrics m, again;
    network_load(&net, "cliques");
    ck_assert_int_eq(graph_metrics_measure(&net.subject, &m, NULL), 0);
    ck_assert_double_eq_tol(m.q_best.value, graph_fixture_expected("cliques", "Q_best"), 1e-9);
    ck_assert_double_eq(m.q_best_n.value, 4);
    ck_assert_double_gt(m.q_best_z.value, 5);
    ck_assert_double_lt(m.q_best_null.value, m.q_best.value);
    ck_assert_double_eq_tol(m.community_nmi.value, 2 / 3.0, 1e-9);
    /* 4 x C(5,2) pairs agree, 40 x 90 / 190 by chance, (40 + 90) / 2 at most */
    ck_assert_double_eq_tol(m.community_ari.value, (40 - 3600 / 190.0) / (65 - 3600 / 190.0), 1e-9);
    ck_assert_double_eq_tol(m.selectivity_r.value, -1, 1e-9);
    ck_assert_double_eq_tol(m.density.value, 0.1, 1e-9); /* 38 of 380, of 88 of equal weight */
    ck_assert(m.small_world.defined && m.small_world_degree.defined && m.q_best_binary.defined);
    ck_assert(m.clustering.value > 0 && m.clustering.value <= 1 && m.clustering_sd.value > 0);
    ck_assert_double_gt(m.homophily_tv.observed.value, 0.2);
    ck_assert_double_le(m.homophily_tv.p.value, 2 / 101.0);
    ck_assert_int_eq(graph_metrics_measure(&net.subject, &again, NULL), 0);
    ck_assert_double_eq(m.small_world_degree.value, again.small_world_degree.value);
    ck_assert_double_eq(m.q_best_z.value, again.q_best_z.value);
    network_fini(&net);
}
END_TEST

START_TEST(what_is_undefined_is_absent)
{
    struct network net;
    struct graph_metrics m;
    network_load(&net, "w9");
    memset(net.w, 0, 81 * sizeof *net.w);
    net.w[0] = 1; /* of a unit to itself */
    net.subject.cluster = NULL;
    ck_assert_int_eq(graph_metrics_measure(&net.subject, &m, NULL), 0);
    ck_assert(m.density.defined && m.density.value == 0);
    ck_assert(!m.clustering.defined && !m.small_world.defined && !m.small_world_degree.defined);
    ck_assert(!m.q_best.defined && !m.q_best_n.defined && !m.q_best_z.defined);
    ck_assert(!m.q_best_binary.defined && !m.community_ari.defined && !m.homophily.defined);
    ck_assert(!m.homophily_tv.observed.defined);
    net.subject.n = 0;
    ck_assert_int_eq(graph_metrics_measure(&net.subject, &m, NULL), 0);
    ck_assert(!m.selectivity_r.defined);
    network_fini(&net);
}
END_TEST

/* On 3 x 3: |w| = 1 + D on all connections, then two of one length. */
START_TEST(weight_against_distance)
{
    float w[81];
    for (int p = 0; p < 81; p++)
        w[p] = (p % 2 ? -1 : 1) * (1 + grid_distance(3, p / 9, p % 9));
    ck_assert_double_eq_tol(graph_metrics_weight_distance(w, 3).value, 1, 1e-6);
    for (int p = 0; p < 81; p++)
        w[p] = p % 10 ? 1 / w[p] : 100;
    ck_assert_double_lt(graph_metrics_weight_distance(w, 3).value, -0.9);
    memset(w, 0, sizeof w);
    w[1] = 1;
    ck_assert(!graph_metrics_weight_distance(w, 3).defined);
    w[9] = 2;
    ck_assert(!graph_metrics_weight_distance(w, 3).defined);
}
END_TEST

static int stop(void *data)
{
    (void)data;
    return 1;
}

START_TEST(it_stops_when_it_is_asked_to)
{
    struct network net;
    struct graph_metrics m;
    const struct cancel pause = {stop, NULL};
    network_load(&net, "w16");
    net.subject.pause = &pause;
    ck_assert_int_eq(graph_metrics_measure(&net.subject, &m, NULL), ERR_STOPPED);
    network_fini(&net);
}
END_TEST

START_TEST(memory_running_out_is_an_error)
{
    struct network net;
    struct graph_metrics m;
    long n = 0;
    network_load(&net, "w9");
    for (;; n++) {
        mem_fail_at(n);
        int code = graph_metrics_measure(&net.subject, &m, NULL);
        mem_fail_at(-1);
        if (!code)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
    }
    ck_assert_int_gt(n, 30);
    network_fini(&net);
}
END_TEST

static TCase *random_weights(void)
{
    TCase *tcase = tcase_create("random weights");
    tcase_add_loop_test(tcase, dealt_weights_keep_degrees_and_sizes, 0, 3);
    return tcase;
}

SUITE_CASE(networks, "networks", agreement_is_that_of_scikit_learn,
           cliques_are_communities_and_a_small_world, what_is_undefined_is_absent,
           weight_against_distance, it_stops_when_it_is_asked_to, memory_running_out_is_an_error)

SUITE_MAIN("graph_metrics", random_weights, networks)
