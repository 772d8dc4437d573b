/* comparison and job_table: rows of a small experiment whose groups, points, planes and evidence
   are obvious. */
#include "base/mem.h"
#include "compare/comparison.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {"plain", "light", "heavy", NULL}; /* not alphabetical */
static const struct parameter parameters[] = {{"kind", VALUE_TEXT, "plain", 0, 0, kinds, "Group."},
                                              {"scale", VALUE_REAL, "0", 0, 1, NULL, "Real."},
                                              {"repeat", VALUE_INT, "0", 0, 99, NULL, "Replicate."},
                                              {"note", VALUE_TEXT, "", 0, 0, NULL, "Any text."},
                                              {NULL, 0, NULL, 0, 0, NULL, NULL}};
static const struct metric metrics[] = {
    {"error", VALUE_REAL, "1", LOWER_IS_BETTER, "x"},
    {"units", VALUE_INT, "1", LOWER_IS_BETTER, "y"},
    {"units_placed", VALUE_REAL, "1", LOWER_IS_BETTER, "y of the twin"},
    {"order", VALUE_REAL, "1", NEITHER, "Evidence."},
    {"order_p", VALUE_REAL, "1", NEITHER, "Its p."},
    {NULL, 0, NULL, 0, NULL}};
static const struct plane planes[] = {
    {"plane", "error", "units", .placed = "plane_placed", .beside = "order"},
    {"plane_placed", "error", "units_placed", NULL},
    {NULL, NULL, NULL, NULL}};
static const struct evidence evidence[] = {{"order", "order_p", "units_placed", NULL},
                                           {NULL, NULL, NULL, NULL}};
static const struct experiment toy = {.name = "toy",
                                      .parameters = parameters,
                                      .metrics = metrics,
                                      .planes = planes,
                                      .evidence = evidence,
                                      .group = "kind",
                                      .replicate = "repeat"};

enum { COLUMNS = 1 + 4 + 5 };

/* Adds a job; a negative number is a metric that is not there. */
static int add(struct job_table *r, const char *kind, double scale, int repeat, double error,
               double units, double placed, double order, double p)
{
    static const char *const names[COLUMNS] = {0};
    const double numbers[] = {error, units, placed, order, p};
    struct value values[COLUMNS] = {value_int(r->n + 1), value_text(kind), value_real(scale),
                                    value_int(repeat), value_text("same")};
    for (int m = 0; m < 5; m++)
        values[5 + m] = numbers[m] < 0 ? value_null()
                        : m == 1       ? value_int((int64_t)numbers[m])
                                       : value_real(numbers[m]);
    return job_table_add(&(struct store_row){COLUMNS, names, values}, r, NULL);
}

static const double limits[] = {0.15, 0.35}; /* the first a quarter of the way from .1 to .3 */
static const struct comparison_options options = {limits, 2, 300};

/* Two points of "heavy", one of "plain", repeats 3, 5 and 11; one job of "light" without units. */
static int fill(struct job_table *r)
{
    static const int repeats[] = {11, 3, 5};
    int code = 0;
    for (int i = 0; !code && i < 3; i++) {
        code = add(r, "heavy", 0.5, repeats[i], 0.1, 40, 20, i, i == 0 ? 0.01 : 0.05);
        if (!code)
            code = add(r, "heavy", 0.25, repeats[i], 0.3, 10, 10, -1, 0.001);
        if (!code)
            code = add(r, "plain", 0, repeats[i], 0.2, 20 + i, 5, 4, -1);
    }
    return code ? code : add(r, "light", 0, 3, 0.2, -1, -1, 7, 0.2);
}

START_TEST(jobs_are_numbered)
{
    struct job_table r;
    struct err e = {0};
    char name[COMPARISON_NAME_SIZE];
    job_table_begin(&r, &toy, 0);
    ck_assert_int_eq(fill(&r), 0);
    ck_assert_int_eq(job_table_number(&r, &e), 0);
    ck_assert(r.n == 10 && r.groups == 3 && r.points == 4 && r.seeds == 3);
    ck_assert_str_eq(comparison_name(&r, 0, 0, name), "plain"); /* in the order of the choices */
    ck_assert_str_eq(comparison_name(&r, 1, 0, name), "light");
    ck_assert_str_eq(comparison_name(&r, 2, 1, name), "heavy, placed");
    static const struct {
        int group, point, seed;
    } expected[] = {{2, 0, 2}, {2, 1, 2}, {0, 2, 2}, {2, 0, 0}, {2, 1, 0},
                    {0, 2, 0}, {2, 0, 1}, {2, 1, 1}, {0, 2, 1}, {1, 3, 0}};
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(r.jobs[i].group, expected[i].group);
        ck_assert_int_eq(r.jobs[i].point, expected[i].point);
        ck_assert_int_eq(r.jobs[i].seed, expected[i].seed);
    }
    ck_assert(r.varies[0] && r.varies[1] && r.varies[2] && !r.varies[3]);
    ck_assert(r.first_of_point[1] == 1 && r.first_of_point[3] == 9 && r.first_of_group[1] == 9);
    job_table_free(&r);

    job_table_begin(&r, &toy, 1); /* by number: 0, 0.25, 0.5 */
    ck_assert_int_eq(fill(&r), 0);
    ck_assert_int_eq(job_table_number(&r, &e), 0);
    ck_assert_str_eq(comparison_name(&r, 1, 0, name), "0.25");
    ck_assert(r.jobs[0].group == 2 && r.jobs[9].group == 0 && r.points == 4);
    job_table_free(&r);
}
END_TEST

START_TEST(planes_take_the_jobs_that_lie_in_them)
{
    struct job_table r;
    struct comparison *c;
    job_table_begin(&r, &toy, 0);
    ck_assert_int_eq(fill(&r), 0);
    ck_assert_int_eq(job_table_number(&r, NULL), 0);
    ck_assert_int_eq(comparison_new(&c, &r, &options, NULL), 0);

    ck_assert_int_eq(c->planes, 1); /* the twin is part of it */
    const struct comparison_plane *p = &c->plane[0];
    ck_assert(p->groups == 6 && p->frontiers == 2);
    ck_assert(p->group[0].jobs == 3 && p->group[0].points == 1 && p->group[0].left_out == 0);
    ck_assert(p->group[1].jobs == 0 && p->group[1].points == 0 && p->group[1].left_out == 1);
    ck_assert(p->group[5].jobs == 6 && p->group[5].points == 2 && p->group[5].placed == 1);
    ck_assert_double_eq_tol(p->reference_x, 1.05 * 0.3, 1e-12); /* the same for all */
    ck_assert_double_eq_tol(p->reference_y, 1.05 * 40, 1e-12);

    /* "heavy": (.1,40) and (.3,10) below (.315,42) */
    ck_assert_double_eq_tol(p->compare->group[2].hypervolume.mean, 0.215 * 2 + 0.015 * 30, 1e-9);
    /* "plain, placed": (.2,5), which beats (.3,10) but not (.1,20) */
    ck_assert_double_eq_tol(p->compare->group[3].hypervolume.mean, 0.115 * 37, 1e-9);
    ck_assert(p->compare->group[0].on_joint == 1 && p->compare->group[0].joint == 7);
    ck_assert(p->compare->group[3].on_joint == 3 && p->compare->group[3].joint == 6);
    ck_assert_double_eq_tol(p->compare->group[5].share.mean, 0.5, 1e-12);
    ck_assert_double_eq_tol(p->compare->group[5].least[0].by_seed.mean, 17.5, 1e-12);
    ck_assert_int_eq(p->compare->group[3].least[0].by_seed.n, 0);

    /* points 0 (heavy .5), 1 (heavy .25), 2 (plain); 3 is in no plane */
    const struct frontier_membership *trained = p->frontier[0].member,
                                     *placed = p->frontier[1].member;
    for (int i = 0; i < 3; i++)
        ck_assert(trained[i].state == MEMBERSHIP_ON && trained[i].seeds == 3);
    ck_assert_double_eq_tol(trained[2].y, 21, 1e-12);
    ck_assert(trained[3].seeds == 0 && placed[3].seeds == 0);
    ck_assert(placed[0].state == MEMBERSHIP_ON && placed[1].state == MEMBERSHIP_DOMINATED);
    comparison_free(c);
    job_table_free(&r);
}
END_TEST

START_TEST(evidence_is_counted)
{
    struct job_table r;
    struct comparison *c;
    job_table_begin(&r, &toy, 0);
    ck_assert_int_eq(fill(&r), 0);
    ck_assert_int_eq(job_table_number(&r, NULL), 0);
    ck_assert_int_eq(comparison_new(&c, &r, &options, NULL), 0);
    ck_assert_int_eq(c->evidences, 6);
    const struct comparison_evidence *v = c->evidence; /* as trained: plain, light, heavy */
    ck_assert(v[0].jobs == 3 && v[0].tested == 0 && v[0].mean.mean == 4 && v[0].has_p);
    ck_assert(v[1].jobs == 1 && v[1].tested == 1 && v[1].significant == 0 &&
              !v[1].mean.has_interval);
    /* .01, .05, .05 and thrice .001: below .05 are four; half of the jobs have the metric */
    ck_assert(v[2].jobs == 3 && v[2].tested == 6 && v[2].significant == 4 && v[2].mean.mean == 1);
    ck_assert(v[2].mean.has_interval && v[2].mean.n == 3);
    ck_assert_str_eq(v[5].metric, "units_placed");
    ck_assert(v[5].placed && v[5].group == 2 && v[5].jobs == 6 && !v[5].has_p);
    ck_assert_double_eq(v[5].mean.mean, 15);
    /* `order` belongs to the first plane only, for each group as trained */
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_eq(comparison_beside(c, &planes[0], i ? &v[i - 1] : NULL), &v[i]);
    ck_assert_ptr_null(comparison_beside(c, &planes[0], &v[2]));
    ck_assert_ptr_null(comparison_beside(c, &planes[1], NULL));
    comparison_free(c);
    job_table_free(&r);
}
END_TEST

START_TEST(what_nobody_has_is_left_out)
{
    struct job_table r;
    struct comparison *c;
    job_table_begin(&r, &toy, 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(add(&r, "light", 0, i, 0.2, 3, -1, -1, -1), 0);
    ck_assert_int_eq(job_table_number(&r, NULL), 0);
    ck_assert_int_eq(comparison_new(&c, &r, &options, NULL), 0);
    ck_assert(c->plane[0].groups == 1 && c->plane[0].frontiers == 1); /* no placed jobs */
    ck_assert(c->plane[0].compare->pairs == 0);
    ck_assert(c->evidence[0].jobs == 0 && c->evidence[0].mean.n == 0);
    ck_assert_ptr_null(comparison_beside(c, &planes[0], NULL));
    comparison_free(c);
    job_table_free(&r);

    job_table_begin(&r, &toy, 0);
    ck_assert_int_eq(add(&r, "light", 0, 0, 0.2, -1, -1, -1, -1), 0);
    ck_assert_int_eq(job_table_number(&r, NULL), 0);
    ck_assert_int_eq(comparison_new(&c, &r, &options, NULL), 0);
    ck_assert(!c->plane[0].compare && c->plane[0].frontiers == 0);
    ck_assert_int_eq(c->plane[0].group[0].left_out, 1);
    comparison_free(c);
    job_table_free(&r);

    job_table_begin(&r, &toy, 0); /* and no jobs at all */
    ck_assert_int_eq(job_table_number(&r, NULL), 0);
    ck_assert(r.groups == 0 && r.points == 0 && r.seeds == 0);
    job_table_free(&r);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    int failures = 0, code = ERR_MEMORY;
    for (; code == ERR_MEMORY; failures++) {
        struct job_table r;
        struct err e = {0};
        struct comparison *c = NULL;
        job_table_begin(&r, &toy, 0);
        mem_fail_at(failures);
        code = fill(&r);
        int filled = !code;
        if (filled)
            code = job_table_number(&r, &e);
        if (!code)
            code = comparison_new(&c, &r, &options, &e);
        mem_fail_at(-1);
        ck_assert(code == 0 ||
                  (code == ERR_MEMORY && !c && (!filled || strstr(e.text, "out of memory"))));
        comparison_free(c);
        job_table_free(&r);
    }
    ck_assert_int_eq(code, 0);
    ck_assert_int_gt(failures, 60);
}
END_TEST

SUITE_CASE(whole, "comparison", jobs_are_numbered, planes_take_the_jobs_that_lie_in_them,
           evidence_is_counted, what_nobody_has_is_left_out, out_of_memory_is_an_error)

SUITE_MAIN("comparison", whole)
