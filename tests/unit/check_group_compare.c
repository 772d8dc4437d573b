/* group_compare and frontier_membership: hand-made sweeps with obvious results, and random ones
   compared with the definitions. */
#include "base/mem.h"
#include "math/rng.h"
#include "stats/frontier_membership.h"
#include "stats/group_compare.h"
#include "stats/pareto.h"
#include "suite.h"
#include "uniform.h"

#include <math.h>
#include <string.h>

enum { MOST = 400, GROUPS = 3, SEEDS = 8 };

struct sweep {
    double x[MOST], y[MOST];
    int group[MOST], point[MOST], seed[MOST];
    int n;
};

static void add(struct sweep *s, int group, int point, int seed, double x, double y)
{
    ck_assert_int_lt(s->n, MOST);
    s->x[s->n] = x;
    s->y[s->n] = y;
    s->group[s->n] = group;
    s->point[s->n] = point;
    s->seed[s->n++] = seed;
}

static struct group_compare_jobs jobs_of(const struct sweep *s)
{
    return (struct group_compare_jobs){s->n, s->x, s->y, s->group, s->seed, GROUPS, SEEDS, NULL};
}

static const double limits[] = {0.5, 2, 4.5};
static const struct group_compare_options options = {10, 10, limits, 3, 400, 1};

static struct group_compare *compared(const struct sweep *s)
{
    struct group_compare *c;
    struct group_compare_jobs jobs = jobs_of(s);
    ck_assert_int_eq(group_compare_new(&c, &jobs, &options, NULL), 0);
    return c;
}

/* Group 0 has (2,6) and (4,4 + seed/10) for seeds 0..4, group 1 (5,5) for seeds 0..3, group 2
   nothing. */
static void plain_sweep(struct sweep *s)
{
    s->n = 0;
    for (int seed = 0; seed < 5; seed++) {
        add(s, 0, 0, seed, 2, 6);
        add(s, 0, 1, seed, 4, 4 + 0.1 * seed);
        if (seed < 4)
            add(s, 1, 2, seed, 5, 5);
    }
}

START_TEST(groups_by_hand)
{
    struct sweep s;
    plain_sweep(&s);
    struct group_compare *c = compared(&s);
    ck_assert_int_eq(c->groups, 3);
    const struct group_compare_group *g = c->group;
    ck_assert(g[0].jobs == 10 && g[1].jobs == 4 && g[2].jobs == 0);
    ck_assert(g[0].seeds == 5 && g[1].seeds == 4 && g[2].seeds == 0);

    /* (2,6), (4,4): 8 * 4 + 6 * 2 = 44, less 6 * 0.1 a seed */
    ck_assert_double_eq_tol(g[0].pooled_hypervolume, 44, 1e-12);
    ck_assert_double_eq_tol(g[0].hypervolume.mean, 44 - 1.2, 1e-12);
    ck_assert(g[0].hypervolume.has_interval && g[0].hypervolume.n == 5);
    ck_assert(g[0].hypervolume.low < 42.8 && g[0].hypervolume.high > 42.8);
    ck_assert_double_eq(g[1].pooled_hypervolume, 25);
    ck_assert(g[1].hypervolume.low == 25 && g[1].hypervolume.high == 25);
    ck_assert(g[2].pooled_hypervolume == 0 && g[2].hypervolume.n == 0);

    /* (2,6) five times and (4,4) once; each seed has both points on the frontier, group 1 none */
    ck_assert(g[0].joint == 6 && g[0].on_joint == 6 && g[1].on_joint == 0 && g[2].joint == 6);
    ck_assert(g[0].share.mean == 1 && g[1].share.mean == 0 && g[1].share.n == 4);

    /* x <= 0.5, 2, 4.5 */
    ck_assert(!g[0].least[0].reached && g[0].least[0].by_seed.n == 0);
    ck_assert(g[0].least[1].reached && g[0].least[1].pooled == 6);
    ck_assert(g[0].least[1].by_seed.low == 6 && g[0].least[1].by_seed.high == 6);
    ck_assert_double_eq(g[0].least[2].pooled, 4);
    ck_assert_double_eq_tol(g[0].least[2].by_seed.mean, 4.2, 1e-12);
    ck_assert(!g[1].least[2].reached && !g[2].least[2].reached);
    group_compare_free(c);
}
END_TEST

START_TEST(pairs_by_hand)
{
    struct sweep s;
    plain_sweep(&s);
    for (int seed = 5; seed < 8; seed++) /* seeds that no other group has */
        add(&s, 2, 3, seed, 1, 1);
    struct group_compare *c = compared(&s);
    ck_assert_int_eq(c->pairs, 3);
    const struct group_compare_pair *p = c->pair;
    ck_assert(p[0].a == 0 && p[0].b == 1 && p[1].a == 0 && p[1].b == 2 && p[2].a == 1);

    /* common seeds 0..3: 19 minus 0, .6, 1.2, 1.8; all of one sign: p = 2 / 2^4 */
    ck_assert_int_eq(p[0].difference.n, 4);
    ck_assert_double_eq_tol(p[0].difference.mean, 18.1, 1e-12);
    ck_assert(p[0].has_p && p[0].difference.has_interval);
    ck_assert_double_eq(p[0].p, 0.125);
    ck_assert_double_eq(p[0].p_holm, 0.125); /* the only test */
    for (int i = 1; i < 3; i++)
        ck_assert(!p[i].has_p && !p[i].difference.has_interval && p[i].difference.n == 0);
    group_compare_free(c);

    /* a fifth seed for group 1, and three that groups 0 and 2 share: two tests, Holm doubles one */
    add(&s, 1, 2, 4, 5, 5);
    for (int seed = 5; seed < 8; seed++)
        add(&s, 0, 0, seed, 2, 6);
    c = compared(&s);
    ck_assert_double_eq(c->pair[0].p, 0.0625);
    ck_assert_double_eq(c->pair[0].p_holm, 0.125);
    ck_assert_double_eq(c->pair[1].difference.mean, 32 - 81);
    ck_assert_double_eq(c->pair[1].p, 0.25);
    ck_assert_double_eq(c->pair[1].p_holm, 0.25);
    group_compare_free(c);
}
END_TEST

/* Group 1 beats group 0 everywhere, as placed networks do.  When they are not joint, each has its
   own frontier, and group 2 shares that of group 0. */
START_TEST(joint_frontiers_may_be_of_some_groups)
{
    static const int joint[GROUPS] = {0, 1, 0};
    struct sweep s = {.n = 0};
    for (int seed = 0; seed < 3; seed++) {
        add(&s, 0, 0, seed, 2, 6);
        add(&s, 0, 1, seed, 4, 4);
        add(&s, 1, 2, seed, 2, 3);
        add(&s, 2, 3, seed, 3, 5 - 4 * seed); /* in seed 1 and 2 it beats (4,4) */
    }
    struct group_compare_jobs jobs = jobs_of(&s);
    struct group_compare *c;
    jobs.joint = joint;
    ck_assert_int_eq(group_compare_new(&c, &jobs, &options, NULL), 0);
    const struct group_compare_group *g = c->group;
    /* of all seeds: (2,6) thrice and (3,-3), against (2,3) thrice */
    ck_assert(g[0].joint == 4 && g[0].on_joint == 3 && g[2].on_joint == 1);
    ck_assert(g[1].joint == 3 && g[1].on_joint == 3);
    ck_assert_double_eq_tol(g[0].share.mean, (2 / 3.0 + 1 / 2.0 + 1 / 2.0) / 3, 1e-12);
    ck_assert_double_eq_tol(g[2].share.mean, (1 / 3.0 + 1 / 2.0 + 1 / 2.0) / 3, 1e-12);
    ck_assert_double_eq(g[1].share.mean, 1);
    group_compare_free(c);

    c = compared(&s); /* all joint */
    ck_assert(c->group[0].joint == 4 && c->group[0].on_joint == 0 && c->group[2].joint == 4);
    ck_assert(c->group[1].on_joint == 3 && c->group[2].on_joint == 1);
    for (int i = 0; i < GROUPS; i++)
        ck_assert(c->group[i].share.low >= 0 && c->group[i].share.high <= 1);
    group_compare_free(c);
}
END_TEST

START_TEST(two_seeds_are_refused)
{
    struct sweep s = {.n = 0};
    for (int seed = 0; seed < 2; seed++)
        for (int group = 0; group < 2; group++)
            add(&s, group, group, seed, 1 + group, 1 + seed);
    struct group_compare *c = compared(&s);
    ck_assert(!c->group[0].hypervolume.has_interval && c->group[0].hypervolume.n == 2);
    ck_assert(!c->group[0].share.has_interval && !c->group[0].least[2].by_seed.has_interval);
    ck_assert(!c->pair[0].difference.has_interval && !c->pair[0].has_p);
    ck_assert_double_eq(c->pair[0].difference.mean, 8.5);
    group_compare_free(c);
}
END_TEST

/* ---- random sweeps ---- */

static void random_sweep(struct sweep *s, uint64_t round)
{
    struct rng r = rng_at(3, RNG_TEST, round);
    s->n = 0;
    for (int group = 0; group < GROUPS; group++)
        for (int point = 0; point < 5; point++)
            for (int seed = 0; seed < SEEDS; seed++)
                if (rng_below(&r, 10))
                    add(s, group, group * 5 + point, seed, 1 + point + (double)rng_normal(&r),
                        6 - point + (double)rng_normal(&r));
}

/* Hypervolume of the jobs of one group and seed; all groups or seeds where negative. */
static double volume_of(const struct sweep *s, int group, int seed, int *n)
{
    double x[MOST], y[MOST];
    int stairs[MOST];
    *n = 0;
    for (int i = 0; i < s->n; i++)
        if ((group < 0 || s->group[i] == group) && (seed < 0 || s->seed[i] == seed)) {
            x[*n] = s->x[i];
            y[(*n)++] = s->y[i];
        }
    pareto_sort(x, y, *n, stairs);
    return pareto_hypervolume(x, y, stairs, pareto_stairs(x, y, stairs, *n, stairs), 10, 10);
}

START_TEST(groups_and_pairs_are_the_definition)
{
    struct sweep s;
    for (uint64_t round = 0; round < 50; round++) {
        random_sweep(&s, round);
        struct group_compare *c = compared(&s);
        double volume[GROUPS][SEEDS], share = 0, size = 0;
        int jobs[GROUPS][SEEDS], n;
        for (int g = 0; g < GROUPS; g++) {
            double sum = 0;
            int present = 0;
            for (int seed = 0; seed < SEEDS; seed++) {
                volume[g][seed] = volume_of(&s, g, seed, &jobs[g][seed]);
                sum += volume[g][seed];
                present += jobs[g][seed] > 0;
            }
            ck_assert_int_eq(c->group[g].seeds, present);
            ck_assert_double_eq_tol(c->group[g].hypervolume.mean, sum / present, 1e-9);
            ck_assert_double_eq_tol(c->group[g].pooled_hypervolume, volume_of(&s, g, -1, &n), 1e-9);
            ck_assert_int_eq(c->group[g].jobs, n);
            share += c->group[g].share.mean;
            size += c->group[g].on_joint;
        }
        ck_assert_int_eq((int)size, c->group[0].joint);
        ck_assert_double_eq_tol(share, 1, 1e-9); /* every group has a job of every seed here */
        double sum = 0;
        for (int seed = 0; seed < SEEDS; seed++)
            sum += volume[0][seed] - volume[2][seed];
        ck_assert_double_eq_tol(c->pair[1].difference.mean, sum / SEEDS, 1e-9);
        group_compare_free(c);
    }
}
END_TEST

START_TEST(order_of_jobs_does_not_matter)
{
    struct sweep s, moved;
    int order[MOST];
    random_sweep(&s, 0);
    struct rng r = rng_at(4, RNG_TEST, 0);
    rng_permutation(&r, s.n, order);
    moved.n = 0;
    for (int i = 0; i < s.n; i++) {
        int j = order[i];
        add(&moved, s.group[j], s.point[j], s.seed[j], s.x[j], s.y[j]);
    }
    struct group_compare *a = compared(&s), *b = compared(&moved);
    for (int i = 0; i < a->pairs; i++) {
        ck_assert_double_eq(a->pair[i].difference.low, b->pair[i].difference.low);
        ck_assert_double_eq(a->pair[i].p_holm, b->pair[i].p_holm);
    }
    for (int g = 0; g < GROUPS; g++) {
        ck_assert_double_eq(a->group[g].least[2].pooled, b->group[g].least[2].pooled);
        ck_assert_double_eq(a->group[g].least[2].by_seed.low, b->group[g].least[2].by_seed.low);
        ck_assert_double_eq(a->group[g].hypervolume.low, b->group[g].hypervolume.low);
        ck_assert_double_eq(a->group[g].share.high, b->group[g].share.high);
    }
    group_compare_free(a);
    group_compare_free(b);
}
END_TEST

/* Three groups with the same distribution: p is uniform (Kolmogorov-Smirnov, 0.1 %; in steps of
   1/128) and 95 % of the intervals contain 0. */
START_TEST(equal_groups_differ_by_chance)
{
    enum { ROUNDS = 400 };
    double p_values[ROUNDS];
    int held = 0;
    struct sweep s;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        random_sweep(&s, 1000 + round);
        struct group_compare *c = compared(&s);
        const struct group_compare_pair *p = &c->pair[1];
        p_values[round] = p->p;
        held += p->difference.low <= 0 && p->difference.high >= 0;
        for (int i = 0; i < c->pairs; i++)
            ck_assert(c->pair[i].p_holm >= c->pair[i].p && c->pair[i].p_holm <= 1);
        group_compare_free(c);
    }
    ck_assert_double_lt(uniform_distance(p_values, ROUNDS, 127), 1.95 / sqrt(ROUNDS));
    ck_assert_double_eq_tol((double)held / ROUNDS, 0.95, 0.03);
}
END_TEST

START_TEST(reference_is_above_all)
{
    struct sweep s;
    double x, y;
    plain_sweep(&s);
    struct group_compare_jobs jobs = jobs_of(&s);
    group_compare_reference(&jobs, &x, &y);
    ck_assert_double_eq_tol(x, 1.05 * 5, 1e-12);
    ck_assert_double_eq_tol(y, 1.05 * 6, 1e-12);
}
END_TEST

/* All seeds have the same weight, however many jobs they have. */
START_TEST(metrics_are_means_over_seeds)
{
    struct bootstrap *r;
    struct estimate est;
    const double value[] = {1, 2, 3, 10, 4};
    const int seed[] = {0, 0, 0, 5, 2};
    ck_assert_int_eq(bootstrap_new(&r, 100, 0, NULL), 0);
    ck_assert_int_eq(group_compare_metric(value, seed, 5, 6, r, &est, NULL), 0);
    ck_assert(est.n == 3 && est.has_interval && est.low <= est.mean && est.high >= est.mean);
    ck_assert_double_eq_tol(est.mean, 16.0 / 3, 1e-12);
    ck_assert_int_eq(group_compare_metric(value, seed, 4, 6, r, &est, NULL), 0);
    ck_assert(est.n == 2 && !est.has_interval);
    ck_assert_int_eq(group_compare_metric(value, seed, 0, 0, r, &est, NULL), 0);
    ck_assert(est.n == 0 && est.mean == 0);
    for (long n = 0; n < 2; n++) {
        mem_fail_at(n);
        ck_assert_int_eq(group_compare_metric(value, seed, 5, 6, r, &est, NULL), ERR_MEMORY);
        mem_fail_at(-1);
    }
    bootstrap_free(r);
}
END_TEST

START_TEST(nothing_to_compare)
{
    struct group_compare_jobs none = {.n = 0};
    struct group_compare *c;
    ck_assert_int_eq(group_compare_new(&c, &none, &options, NULL), 0);
    ck_assert(c->groups == 0 && c->pairs == 0);
    group_compare_free(c);
    group_compare_free(NULL);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    struct sweep s;
    int failures = 0;
    plain_sweep(&s);
    struct group_compare_jobs jobs = jobs_of(&s);
    for (;; failures++) {
        struct group_compare *c;
        struct err e = {0};
        mem_fail_at(failures);
        int code = group_compare_new(&c, &jobs, &options, &e);
        mem_fail_at(-1);
        if (!code) {
            group_compare_free(c);
            break;
        }
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(c);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    ck_assert_int_ge(failures, 20);
}
END_TEST

/* ---- membership ---- */

static struct frontier_membership_jobs members_of(const struct sweep *s, int points)
{
    return (struct frontier_membership_jobs){s->n, s->x, s->y, s->point, s->seed, points, SEEDS};
}

/* Point 0 is on the frontier, 1 is equal to it, 2 is far from it, 3 is on it because of one lucky
   seed of eight, 4 has two seeds, 5 has none, and 6 is at the other end of the frontier with three
   seeds. */
START_TEST(states_by_hand)
{
    struct sweep s = {.n = 0};
    struct frontier_membership m[7];
    for (int seed = 0; seed < SEEDS; seed++) {
        add(&s, 0, 0, seed, 2 + seed, 2);
        add(&s, 0, 1, seed, 2 + seed, 2);
        add(&s, 0, 2, seed, 12, 12);
        add(&s, 0, 3, seed, 2 + seed + 0.1, seed ? 2.1 : 0.2);
        if (seed < 2)
            add(&s, 0, 4, seed, 0.1, 10);
        if (seed < 3)
            add(&s, 0, 6, seed, 20, seed * 0.01);
    }
    struct frontier_membership_jobs jobs = members_of(&s, 7);
    ck_assert_int_eq(frontier_membership_measure(&jobs, 1000, 9, m, NULL), 0);
    const char *const expected[] = {"on",      "on",      "dominated", "ambiguous",
                                    "unknown", "unknown", "on"};
    const int on[] = {1, 1, 0, 1, 1, 0, 1}, seeds[] = {8, 8, 8, 8, 2, 0, 3};
    for (int p = 0; p < 7; p++) {
        ck_assert_str_eq(frontier_membership_name(m[p].state), expected[p]);
        ck_assert_int_eq(m[p].on, on[p]);
        ck_assert_int_eq(m[p].seeds, seeds[p]);
    }
    ck_assert(m[0].x == 5.5 && m[0].y == 2 && m[5].x == 0);
    ck_assert(m[0].share == 1 && m[2].share == 0 && m[4].share == 0 && m[6].share == 1);
    /* point 3 is on it whenever the lucky seed was drawn: 1 - (7/8)^8 = .656 */
    ck_assert_double_eq_tol(m[3].share, 0.656, 0.05);
}
END_TEST

/* Point 0 is at (1,1), point 1 at (0,1) for half of the seeds and (2,1) for the others: each is on
   the frontier when its own half was drawn at least as often, P(Binomial(8, 1/2) >= 4) = .637. */
START_TEST(seeds_weigh_as_often_as_drawn)
{
    struct sweep s = {.n = 0};
    struct frontier_membership m[2];
    for (int seed = 0; seed < SEEDS; seed++) {
        add(&s, 0, 0, seed, 1, 1);
        add(&s, 0, 1, seed, seed % 2 ? 2 : 0, 1);
    }
    struct frontier_membership_jobs jobs = members_of(&s, 2);
    ck_assert_int_eq(frontier_membership_measure(&jobs, 4000, 9, m, NULL), 0);
    for (int p = 0; p < 2; p++) {
        ck_assert(m[p].on && m[p].state == MEMBERSHIP_AMBIGUOUS);
        ck_assert_double_eq_tol(m[p].share, 163.0 / 256, 0.03);
    }
}
END_TEST

/* With one job a point, the points are the jobs and `on` is pareto's. */
START_TEST(means_are_marked_as_by_pareto)
{
    struct sweep s;
    struct frontier_membership m[MOST];
    int order[MOST];
    unsigned char on[MOST];
    for (uint64_t round = 0; round < 200; round++) {
        struct rng r = rng_at(5, RNG_TEST, round);
        s.n = 0;
        int n = (int)rng_below(&r, 100);
        for (int i = 0; i < n; i++) {
            double x = (double)rng_below(&r, 15), y = (double)rng_below(&r, 15);
            add(&s, 0, i, i % SEEDS, x, y);
        }
        struct frontier_membership_jobs jobs = members_of(&s, n);
        ck_assert_int_eq(frontier_membership_measure(&jobs, 0, 0, m, NULL), 0);
        pareto_sort(s.x, s.y, n, order);
        pareto_mark(s.x, s.y, order, n, on);
        for (int i = 0; i < n; i++) {
            ck_assert_int_eq(m[i].on, on[i]);
            ck_assert_int_eq(m[i].state, MEMBERSHIP_UNKNOWN);
        }
    }
}
END_TEST

START_TEST(membership_without_memory)
{
    struct sweep s;
    struct frontier_membership m[3];
    int failures = 0;
    plain_sweep(&s);
    struct frontier_membership_jobs jobs = members_of(&s, 3);
    for (;; failures++) {
        struct err e = {0};
        mem_fail_at(failures);
        int code = frontier_membership_measure(&jobs, 10, 0, m, &e);
        mem_fail_at(-1);
        if (!code)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    ck_assert_int_eq(failures, 15);
}
END_TEST

SUITE_CASE(by_hand, "by hand", groups_by_hand, pairs_by_hand, joint_frontiers_may_be_of_some_groups,
           two_seeds_are_refused, reference_is_above_all, metrics_are_means_over_seeds,
           nothing_to_compare)
SUITE_CASE(definitions, "definitions", groups_and_pairs_are_the_definition,
           order_of_jobs_does_not_matter, equal_groups_differ_by_chance, out_of_memory_is_an_error)
SUITE_CASE(membership, "membership", states_by_hand, seeds_weigh_as_often_as_drawn,
           means_are_marked_as_by_pareto, membership_without_memory)

SUITE_MAIN("compare", by_hand, definitions, membership)
