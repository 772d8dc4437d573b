/* modularity: networks whose answer is known, and the double sum of its definition. */
#include "base/mem.h"
#include "math/rng.h"
#include "measure/modularity.h"
#include "suite.h"

#include <math.h>
#include <string.h>

enum { H = 12 };

static struct modularity measure(const float *w, const int *unit, const int *label, int n, int K)
{
    struct modularity m;
    ck_assert_int_eq(modularity_measure(w, H, unit, label, n, K, &m, NULL), 0);
    return m;
}

static const int all[H] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const int thirds[H] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};

/* k separate equal parts have Q = Q_max = 1 - 1/k. */
START_TEST(separate_parts_reach_the_maximum)
{
    float w[H * H] = {0};
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            w[i * H + j] = thirds[i] == thirds[j] ? -0.5f : 0;
    struct modularity m = measure(w, all, thirds, H, 3);
    ck_assert_double_eq_tol(m.q.value, 2.0 / 3, 1e-12);
    ck_assert_double_eq_tol(m.q_relative.value, 1, 1e-12);
    ck_assert_double_eq(m.within.value, 1);
}
END_TEST

/* A ring of one-way connections, in three arcs of four units: 9 of 12 are within arcs, 1/3 is
   expected. */
START_TEST(a_directed_ring)
{
    float w[H * H] = {0};
    for (int i = 0; i < H; i++)
        w[(i + 1) % H * H + i] = 2;
    struct modularity m = measure(w, all, thirds, H, 3);
    ck_assert_double_eq_tol(m.q.value, 0.75 - 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(m.q_relative.value, (0.75 - 1.0 / 3) / (2.0 / 3), 1e-12);
    ck_assert_double_eq(m.within.value, 0.75);
}
END_TEST

/* All weights equal: the share within clusters is that of chance, except for self-weights. */
START_TEST(weights_to_oneself_and_of_others_do_not_count)
{
    float w[H * H];
    for (int i = 0; i < H * H; i++)
        w[i] = 1;
    const int unit[] = {1, 4, 7, 10}, label[] = {0, 0, 1, 1};
    struct modularity m = measure(w, unit, label, 4, 2);
    ck_assert_double_eq_tol(m.q.value, 4.0 / 12 - 0.5, 1e-12);
    ck_assert_double_eq_tol(m.within.value, 4.0 / 12, 1e-12);
    for (int i = 0; i < H; i++)
        w[i * H + i] = w[0 * H + i] = w[i * H] = 1e6f;
    struct modularity same = measure(w, unit, label, 4, 2);
    ck_assert_double_eq(same.q.value, m.q.value);
    ck_assert_double_eq(same.q_relative.value, m.q_relative.value);
    ck_assert_double_eq(same.within.value, m.within.value);
}
END_TEST

/* Leicht & Newman's equation 5 as printed, in any order of units and clusters. */
START_TEST(it_is_the_double_sum_of_its_definition)
{
    enum { N = 9, K = 4 };
    float w[H * H];
    struct rng r = rng_at(1, RNG_TEST, 6);
    for (int i = 0; i < H * H; i++)
        w[i] = rng_uniform(&r) < 0.5f ? rng_normal(&r) : 0;
    int unit[H], label[N];
    rng_permutation(&r, H, unit);
    for (int i = 0; i < N; i++)
        label[i] = i % K;

    double m = 0, out[N] = {0}, in[N] = {0}, q = 0, q_max = 0, active = 0, within = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (i != j) {
                double weight = fabsf(w[unit[i] * H + unit[j]]);
                m += weight;
                in[i] += weight;
                out[j] += weight;
                active += weight > 0.01;
                within += weight > 0.01 && label[i] == label[j];
            }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (label[i] == label[j]) {
                double weight = i == j ? 0 : fabsf(w[unit[i] * H + unit[j]]);
                q += (weight - in[i] * out[j] / m) / m;
                q_max -= in[i] * out[j] / m / m;
            }
    q_max += 1;
    struct modularity got = measure(w, unit, label, N, K);
    ck_assert_double_eq_tol(got.q.value, q, 1e-12);
    ck_assert_double_eq_tol(got.q_relative.value, q / q_max, 1e-12);
    ck_assert_double_eq_tol(got.within.value, within / active, 1e-12);
}
END_TEST

START_TEST(what_is_not_there_is_undefined)
{
    float w[H * H] = {0};
    struct modularity m = measure(w, all, thirds, H, 3);
    ck_assert(!m.q.defined && !m.q_relative.defined && !m.within.defined);

    w[1] = 0.005f; /* the only weight, too small to be active, within cluster 0 */
    m = measure(w, all, thirds, H, 3);
    ck_assert(m.q.defined && m.q.value == 0 && !m.q_relative.defined && !m.within.defined);

    w[1] = 1;
    const int one[H] = {0};
    m = measure(w, all, one, H, 2);
    ck_assert(!m.q.defined && !m.q_relative.defined && !m.within.defined);
    m = measure(w, all, one, 0, 0);
    ck_assert(!m.q.defined && !m.within.defined);
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    float w[H * H] = {0};
    int rc = ERR_MEMORY;
    for (int n = 0; rc; n++) {
        ck_assert_int_lt(n, 20);
        struct err e = {0};
        struct modularity m;
        mem_fail_at(n);
        rc = modularity_measure(w, H, all, thirds, H, 3, &m, &e);
        mem_fail_at(-1);
        ck_assert_int_eq(rc, e.code);
    }
}
END_TEST

SUITE_CASE(networks, "modularity", separate_parts_reach_the_maximum, a_directed_ring,
           weights_to_oneself_and_of_others_do_not_count, it_is_the_double_sum_of_its_definition,
           what_is_not_there_is_undefined, out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("modularity", networks)
