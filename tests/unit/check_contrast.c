/* contrast: values of NumPy, SciPy and pymoo (tests/bench/reference_contrast.py), designs that can
   and cannot decide, and equal numbers of points. */
#include "stats/contrast.h"

#include "base/mem.h"
#include "math/rng.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024, RESAMPLES = 300 };

struct data {
    struct group_compare_jobs jobs;
    int points;
    double x[MOST], y[MOST];
    int group[MOST], seed[MOST], point[MOST];
};

static void add(struct data *d, double x, double y, int group, int seed, int point)
{
    int n = d->jobs.n++;
    ck_assert_int_lt(n, MOST);
    d->x[n] = x;
    d->y[n] = y;
    d->group[n] = group;
    d->seed[n] = seed;
    d->point[n] = point;
    d->jobs.groups = group >= d->jobs.groups ? group + 1 : d->jobs.groups;
    d->jobs.seeds = seed >= d->jobs.seeds ? seed + 1 : d->jobs.seeds;
    d->points = point >= d->points ? point + 1 : d->points;
    d->jobs.x = d->x;
    d->jobs.y = d->y;
    d->jobs.group = d->group;
    d->jobs.seed = d->seed;
}

static const double limits[] = {0.1, 0.2};

static struct contrasts *contrasts_of(const struct data *d, const struct contrast_pair *pairs,
                                      int n, int equal_points)
{
    const struct contrast_options options = {limits, 2, 0.45, 130, RESAMPLES, 1, equal_points};
    struct contrasts *c;
    ck_assert_int_eq(contrast_new(&c, &d->jobs, d->point, d->points, pairs, n, &options, NULL), 0);
    return c;
}

static FILE *read_data(struct data *d)
{
    char path[4096];
    const char *srcdir = getenv("srcdir");
    int n;
    snprintf(path, sizeof path, "%s/tests/fixtures/compare/contrast.txt", srcdir ? srcdir : ".");
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    *d = (struct data){0};
    ck_assert_int_eq(fscanf(file, "#%*[^\n] jobs %d", &n), 1);
    for (int i = 0; i < n; i++) {
        double x, y;
        int group, seed, point;
        ck_assert_int_eq(fscanf(file, "%lf %lf %d %d %d", &x, &y, &group, &seed, &point), 5);
        add(d, x, y, group, seed, point);
    }
    ck_assert_int_eq(fscanf(file, "%*s %lf %lf", &d->x[MOST - 1], &d->y[MOST - 1]), 2);
    ck_assert(d->x[MOST - 1] == 0.45 && d->y[MOST - 1] == 130);
    return file;
}

static void assert_test(const struct contrast_test *t, int n, double mean, double p)
{
    ck_assert_int_eq(t->difference.n, n);
    ck_assert_double_eq_tol(t->difference.mean, mean, 1e-9);
    ck_assert_double_eq_tol(t->p.value, p, 1e-12);
}

START_TEST(differences_and_their_p_are_scipys_and_pymoos)
{
    static const struct contrast_pair pairs[] = {{0, 1}, {0, 2}, {1, 2}};
    static struct data d;
    char line[256], question[16];
    int a, b, n, tests = 0;
    double mean, p;
    FILE *file = read_data(&d);
    struct contrasts *c = contrasts_of(&d, pairs, 3, 0);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "test %d %d %15s %d %lf %lf", &a, &b, question, &n, &mean, &p) != 6)
            continue;
        const struct contrast *contrast = &c->contrast[tests++ / 3];
        ck_assert(contrast->a == a && contrast->b == b);
        assert_test(!strcmp(question, "area")  ? &contrast->area
                    : !strcmp(question, "0.1") ? &contrast->at[0]
                                               : &contrast->at[1],
                    n, mean, p);
    }
    ck_assert_int_eq(tests, 9);
    /* the seed that never reaches it has no value */
    ck_assert(c->contrast[1].at[1].seeds_a == 8 && c->contrast[1].at[1].seeds_b == 7);
    fclose(file);
    contrast_free(c);
}
END_TEST

/* The areas and least costs of single seeds, as the contrast of a group with one at a known place:
   seven seeds of the second have the value 0 and the area of the whole. */
START_TEST(values_of_seeds_are_numpys_and_pymoos)
{
    static struct data d, one;
    static const struct contrast_pair pair = {0, 1};
    char line[256];
    int group, seed, seen = 0;
    double limit, value;
    FILE *file = read_data(&d);
    while (fgets(line, sizeof line, file)) {
        int is_area = sscanf(line, "area %d %d %lf", &group, &seed, &value) == 3;
        if (!is_area && sscanf(line, "least %d %d %lf %lf", &group, &seed, &limit, &value) != 4)
            continue;
        one = (struct data){0};
        for (int i = 0; i < d.jobs.n; i++)
            if (d.group[i] == group && d.seed[i] == seed)
                add(&one, d.x[i], d.y[i], 0, 0, d.point[i]);
        add(&one, 0, 0, 1, 0, 0);
        struct contrasts *c = contrasts_of(&one, &pair, 1, 0);
        const struct contrast_test *t = is_area        ? &c->contrast[0].area
                                        : limit == 0.1 ? &c->contrast[0].at[0]
                                                       : &c->contrast[0].at[1];
        ck_assert_int_eq(t->a.defined, value >= 0);
        if (value >= 0)
            ck_assert_double_eq_tol(t->a.value, value, 1e-9);
        ck_assert_double_eq(t->b.value, t->b.defined && is_area ? 0.45 * 130 : 0);
        contrast_free(c);
        seen++;
    }
    ck_assert_int_eq(seen, 3 * 8 * 3);
    fclose(file);
}
END_TEST

/* Group 0 is slightly better than four others in every seed, with noise. */
static void better_by_construction(struct data *d, int seeds)
{
    *d = (struct data){0};
    for (int seed = 0; seed < seeds; seed++) {
        struct rng r = rng_at((uint64_t)seed, RNG_TEST, 1);
        double luck = 40 * rng_uniform(&r);
        for (int group = 0; group < 5; group++)
            for (int point = 0; point < 3; point++)
                add(d, 0.05 + 0.08 * point,
                    60 - 15 * point + luck + 10 * (group > 0) + 5 * rng_uniform(&r), group, seed,
                    3 * group + point);
    }
}

static const struct contrast_pair four[] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}};

START_TEST(eight_seeds_find_what_is_better_by_construction)
{
    static struct data d;
    better_by_construction(&d, 8);
    struct contrasts *c = contrasts_of(&d, four, 4, 0);
    for (int i = 0; i < 4; i++) {
        const struct contrast_test *t = &c->contrast[i].at[0];
        ck_assert(t->difference.mean < -4 && t->difference.high < 0);
        ck_assert_double_eq(t->p.value, 2.0 / 256);
        ck_assert_double_eq(t->p_holm.value, 4 * 2.0 / 256); /* .031 */
        ck_assert_double_lt(c->contrast[i].area.p_holm.value, 0.05);
        ck_assert_double_gt(c->contrast[i].area.difference.low, 0);
    }
    contrast_free(c);
}
END_TEST

START_TEST(five_seeds_cannot)
{
    static struct data d;
    better_by_construction(&d, 5);
    struct contrasts *c = contrasts_of(&d, four, 4, 0);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(c->contrast[i].at[0].p_holm.value, 4 * 2.0 / 32);
    ck_assert_double_eq(contrast_least_p(4, 5), 0.25);
    ck_assert_double_eq(contrast_least_p(4, 8), 0.03125);
    ck_assert_double_eq(contrast_least_p(4, 1), 1);
    ck_assert_int_eq(contrast_seeds_needed(4, 0.05), 8);
    ck_assert_int_eq(contrast_seeds_needed(1, 0.05), 6);
    ck_assert_int_eq(contrast_seeds_needed(15, 0.05), 10);
    contrast_free(c);
}
END_TEST

/* Two groups with the same distribution of points, but one has ten times as many.  All its points
   reach further; an equal number of them does not. */
START_TEST(more_points_reach_further_by_chance_alone)
{
    enum { SEEDS = 8, FEW = 2, MANY = 20, CHOICES = 200 };
    static struct data d;
    static const struct contrast_pair pair = {1, 0};
    d = (struct data){0};
    for (int seed = 0; seed < SEEDS; seed++)
        for (int point = 0; point < FEW + MANY; point++) {
            struct rng r = rng_at((uint64_t)seed, RNG_TEST, 100 + (uint64_t)point);
            add(&d, 0.05, 50 + 40 * rng_uniform(&r), point >= FEW, seed, point);
        }
    struct contrasts *all = contrasts_of(&d, &pair, 1, 0);
    struct contrasts *equal = contrasts_of(&d, &pair, 1, CHOICES);
    ck_assert(all->contrast[0].points_a == MANY && all->contrast[0].points_b == FEW);
    ck_assert_double_lt(all->contrast[0].at[0].difference.high, 0);
    ck_assert_double_lt(all->contrast[0].at[0].p.value, 0.05);
    ck_assert_double_lt(fabs(equal->contrast[0].at[0].difference.mean), 8);
    ck_assert_double_gt(equal->contrast[0].at[0].p.value, 0.05);
    /* the mean over all choices of 2 of 20: order statistics, once exactly */
    double sorted[MANY], expected = 0;
    for (int i = 0, n = 0; i < d.jobs.n; i++)
        if (d.seed[i] == 0 && d.group[i] == 1)
            sorted[n++] = d.y[i];
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < i; k++)
            expected += fmin(sorted[i], sorted[k]) / (MANY * (MANY - 1) / 2.0);
    d.jobs.seeds = 1;
    struct data first = {0};
    for (int i = 0; i < d.jobs.n; i++)
        if (d.seed[i] == 0)
            add(&first, d.x[i], d.y[i], d.group[i], 0, d.point[i]);
    struct contrasts *one = contrasts_of(&first, &pair, 1, 4000);
    ck_assert_double_eq_tol(one->contrast[0].at[0].a.value, expected, 0.6);
    contrast_free(all);
    contrast_free(equal);
    contrast_free(one);
}
END_TEST

START_TEST(out_of_memory_is_an_error_without_a_leak)
{
    static struct data d;
    const struct contrast_options options = {limits, 2, 0.45, 130, RESAMPLES, 1, 0};
    int code = ERR_MEMORY, failures = 0;
    better_by_construction(&d, 3);
    for (; code == ERR_MEMORY; failures++) {
        struct contrasts *c;
        mem_fail_at(failures);
        code = contrast_new(&c, &d.jobs, d.point, d.points, four, 4, &options, NULL);
        mem_fail_at(-1);
        ck_assert_int_eq(c == NULL, code != 0);
        contrast_free(c);
    }
    ck_assert_int_eq(code, 0);
    ck_assert_int_gt(failures, 15);
}
END_TEST

SUITE_CASE(reference, "reference", differences_and_their_p_are_scipys_and_pymoos,
           values_of_seeds_are_numpys_and_pymoos)
SUITE_CASE(designs, "designs", eight_seeds_find_what_is_better_by_construction, five_seeds_cannot,
           more_points_reach_further_by_chance_alone, out_of_memory_is_an_error_without_a_leak)

SUITE_MAIN("contrast", reference, designs)
