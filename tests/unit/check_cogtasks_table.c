/* The table of the cogtasks experiment: comparison with the tables of lib/, and what a sweep file
   may contain. */
#include "base/mem.h"
#include "jobs/cogtasks_table.h"
#include "jobs/job.h"
#include "rnn/initializer.h"
#include "rnn/regularizer.h"
#include "suite.h"
#include "tasks/task.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct experiment *cogtasks(void)
{
    return job_experiments()[0];
}

static struct spec *spec_of(const char *text)
{
    struct spec *spec;
    struct err e = {0};
    ck_assert_msg(!spec_parse(&spec, text, job_experiments(), &e), "%s", e.text);
    return spec;
}

static const char *set_at(int i)
{
    return task_set_at(i) ? task_set_name(task_set_at(i)) : NULL;
}

static const char *regularizer_name_at(int i)
{
    return regularizer_at(i) ? regularizer_at(i)->name : NULL;
}

static const char *activation_name_at(int i)
{
    return activation_at(i) ? activation_at(i)->name : NULL;
}

static const char *initializer_name_at(int i)
{
    return initializer_at(i) ? initializer_at(i)->name : NULL;
}

static const char *treatment_name_at(int i)
{
    return regularizer_treatment_at(i) ? regularizer_treatment_at(i)->name : NULL;
}

START_TEST(choices_are_those_of_lib)
{
    static const struct {
        const char *parameter;
        const char *(*name_at)(int i);
    } tables[] = {
        {"tasks", set_at},
        {"regularizer", regularizer_name_at},
        {"activation", activation_name_at},
        {"init", initializer_name_at},
        {"treatment", treatment_name_at},
    };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        int p = experiment_parameter(cogtasks(), tables[t].parameter);
        const char *const *choices = cogtasks()->parameters[p].choices;
        int i = 0;
        for (; choices[i]; i++) {
            ck_assert_ptr_nonnull(tables[t].name_at(i));
            ck_assert_str_eq(choices[i], tables[t].name_at(i));
        }
        ck_assert_ptr_null(tables[t].name_at(i));
    }
}
END_TEST

/* ---- canonical points and contradictions ---- */

START_TEST(what_means_the_same_becomes_the_same)
{
    static const char *const pairs[][2] = {
        {"cogtasks lambda=0.1 A=2", "cogtasks A=0"},
        {"cogtasks regularizer=l1 lambda=0.1 A=2", "cogtasks regularizer=l1 lambda=0.1 A=0"},
        {"cogtasks regularizer=l1 A=0", "cogtasks A=0"},
        {"cogtasks regularizer=bimt", "cogtasks A=0"},
        {"cogtasks regularizer=bimt lambda=0.1 A=0", "cogtasks regularizer=l1 lambda=0.1 A=0"},
        {"cogtasks regularizer=local lambda=0.1 A=2", "cogtasks regularizer=local lambda=0.1 A=2"},
        {"cogtasks A=0 treatment=subgradient lambda_schedule=staged", "cogtasks A=0"},
        {"cogtasks regularizer=l1 lambda=0.1 A=0 treatment=subgradient swap_every=10",
         "cogtasks regularizer=l1 lambda=0.1 A=0 treatment=subgradient"},
        {"cogtasks regularizer=bimt lambda=0.1 swap_every=10 swap_units=30",
         "cogtasks regularizer=bimt lambda=0.1 swap_every=10 swap_units=30"},
        {"cogtasks A=0 rest=1 communicability_every=3 mask_radius=0.5", "cogtasks A=0"},
        {"cogtasks regularizer=sernn lambda=0.1 A=0 self_distance=0.1 rest=1 "
         "communicability_every=3 "
         "mask_radius=1",
         "cogtasks regularizer=sernn lambda=0.1 A=0 self_distance=0.1 rest=1 "
         "communicability_every=3"},
        {"cogtasks regularizer=sernn_frozen A=2", "cogtasks A=0"},
        {"cogtasks regularizer=mask lambda=0.1 A=2 treatment=subgradient rest=1 mask_radius=0.5",
         "cogtasks regularizer=mask A=0 mask_radius=0.5"},
        {"cogtasks regularizer=l1 lambda=0.1 A=0 self_distance=0.05 warmup=50",
         "cogtasks regularizer=l1 lambda=0.1 A=0 warmup=50"},
        {"cogtasks regularizer=bimt lambda=0.1 self_distance=0.05",
         "cogtasks regularizer=bimt lambda=0.1 self_distance=0.05"},
        {"cogtasks A=0 task_list=dm2,go,dm1", "cogtasks A=0 task_list=go,dm1,dm2"},
        {"cogtasks A=0 task_list=dm2,go task_weights=2,1",
         "cogtasks A=0 task_list=dm2,go task_weights=2,1"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct spec *spec = spec_of(pairs[i][0]);
        cogtasks()->canonicalise(spec);
        char *text = spec_canonical(spec);
        ck_assert_str_eq(text, pairs[i][1]);
        mem_free(text);
        spec_free(spec);
    }
}
END_TEST

START_TEST(contradictions_are_refused_only_where_written)
{
    static const struct {
        const char *spec, *words;
    } cases[] = {
        {"cogtasks lambda=0.1", "\"none\" contradicts lambda = 0.1"},
        {"cogtasks regularizer=bimt", "\"bimt\" contradicts lambda = 0"},
        {"cogtasks regularizer=l1 lambda=0.1", "\"l1\" contradicts A = 1"},
        {"cogtasks regularizer=local lambda=0.1 A=0", "\"local\" contradicts A = 0"},
        {"cogtasks regularizer=sernn lambda=0.1", "\"sernn\" contradicts A = 1"},
        {"cogtasks regularizer=mask lambda=0.1", "\"mask\" contradicts lambda = 0.1"},
    };
    unsigned char given[64], several[64];
    memset(given, GIVEN_ONCE, sizeof given);
    memset(several, GIVEN_SEVERAL, sizeof several);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct spec *spec = spec_of(cases[i].spec);
        struct err e = {0};
        ck_assert_int_eq(cogtasks()->check(spec, given, &e), ERR_VALUE);
        ck_assert_ptr_nonnull(strstr(e.text, cases[i].words));
        ck_assert_int_eq(cogtasks()->check(spec, several, &e), 0);
        spec_free(spec);
    }
}
END_TEST

/* Otherwise the default, lambda = 0, would silently turn it into plain training. */
START_TEST(a_penalty_needs_a_lambda)
{
    static const char *const specs[] = {"cogtasks regularizer=l1", "cogtasks regularizer=bimt",
                                        "cogtasks regularizer=local"};
    unsigned char given[64];
    memset(given, GIVEN_SEVERAL, sizeof given);
    given[experiment_parameter(cogtasks(), "lambda")] = GIVEN_NOT;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct spec *spec = spec_of(specs[i]);
        struct err e = {0};
        ck_assert_int_eq(cogtasks()->check(spec, given, &e), ERR_VALUE);
        ck_assert_ptr_nonnull(strstr(e.text, "needs a lambda above 0"));
        spec_free(spec);
    }
    struct spec *plain = spec_of("cogtasks");
    ck_assert_int_eq(cogtasks()->check(plain, given, NULL), 0);
    spec_free(plain);
}
END_TEST

START_TEST(clusters_are_auto_or_a_number)
{
    static const char *const bad[] = {"cogtasks clusters=1", "cogtasks clusters=30",
                                      "cogtasks clusters=many"};
    unsigned char given[64] = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct spec *spec = spec_of(bad[i]);
        ck_assert_int_eq(cogtasks()->check(spec, given, NULL), ERR_VALUE);
        spec_free(spec);
    }
}
END_TEST

START_TEST(units_to_swap_are_all_or_a_number)
{
    static const char *const good[] = {"cogtasks swap_units=30", "cogtasks"};
    static const char *const bad[] = {"cogtasks swap_units=some", "cogtasks swap_units=0",
                                      "cogtasks swap_units=-3", "cogtasks swap_units=3.5"};
    unsigned char given[64] = {0};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct spec *spec = spec_of(good[i]);
        ck_assert_int_eq(cogtasks()->check(spec, given, NULL), 0);
        spec_free(spec);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct spec *spec = spec_of(bad[i]);
        ck_assert_int_eq(cogtasks()->check(spec, given, NULL), ERR_VALUE);
        spec_free(spec);
    }
}
END_TEST

START_TEST(precision_reaches_the_training)
{
    struct spec *plain = spec_of("cogtasks"), *rounded = spec_of("cogtasks precision=bf16");
    ck_assert_int_eq(cogtasks_table_config(plain).bf16, 0);
    ck_assert_int_eq(cogtasks_table_config(rounded).bf16, 1);
    spec_free(plain);
    spec_free(rounded);
}
END_TEST

/* By hand: H = 10^12 units, six matrices of H^2 floats. */
START_TEST(memory_of_an_absurd_grid_is_told)
{
    struct spec *spec = spec_of("cogtasks grid=1000000");
    ck_assert_double_eq(cogtasks()->memory(spec), 6 * 4e24);
    spec_free(spec);
    spec = spec_of("cogtasks");
    ck_assert_double_gt(cogtasks()->memory(spec), 10e6);
    ck_assert_double_lt(cogtasks()->memory(spec), 64 * 1048576.0);
    spec_free(spec);
}
END_TEST

static double work_of(const char *text)
{
    struct spec *spec = spec_of(text);
    double work = cogtasks()->work(spec);
    spec_free(spec);
    return work;
}

/* Trainings of 400 units and 20,000 steps on one core took .45 (l1), .45 (bimt) and .30 (A = 100)
   of the time of one without penalty. */
START_TEST(pruning_is_expected_to_save_time)
{
    double none = work_of("cogtasks");
    ck_assert_double_eq_tol(work_of("cogtasks regularizer=l1 lambda=1e-5 A=0") / none, 0.45, 0.07);
    ck_assert_double_eq_tol(work_of("cogtasks regularizer=bimt lambda=1e-5") / none, 0.45, 0.07);
    ck_assert_double_eq_tol(work_of("cogtasks regularizer=bimt lambda=1e-5 A=100") / none, 0.3,
                            0.07);
    ck_assert_double_eq(work_of("cogtasks regularizer=l1 lambda=1e-5 A=0 treatment=subgradient"),
                        none);
    ck_assert_double_gt(work_of("cogtasks regularizer=l1 lambda=1e-5 A=0 steps=200"),
                        0.95 * work_of("cogtasks steps=200"));
}
END_TEST

static double memory_of(const char *text)
{
    struct spec *spec = spec_of(text);
    double bytes = cogtasks()->memory(spec);
    spec_free(spec);
    return bytes;
}

/* H = 400, I = 53, O = 17: the memory of 32 more sequences of 100 steps, and of one more vector of
   all parameters, agrees with the formula. */
START_TEST(memory_follows_its_formula)
{
    enum { P = 400 * (400 + 53 + 17 + 1) + 17, ROWS = 3200 };
    double bytes = memory_of("cogtasks");
    ck_assert_double_eq(memory_of("cogtasks batch=64") - bytes,
                        4.0 * ROWS * (2 * 400 + 53 + 2 * 17 + 1));
    char formula[400], expected[100];
    double large, rest;
    struct spec *spec = spec_of("cogtasks grid=1000000");
    cogtasks()->explain_memory(spec, formula, sizeof formula);
    ck_assert_str_eq(formula, "");
    spec_free(spec);
    spec = spec_of("cogtasks");
    cogtasks()->explain_memory(spec, formula, sizeof formula);
    snprintf(expected, sizeof expected, "= %d, H = 400, B = 32, T = 100, I = 53, O = 17", P);
    ck_assert_ptr_nonnull(strstr(formula, expected));
    ck_assert_int_eq(sscanf(formula, "%lf MiB = %*[^;]; %lf MiB", &large, &rest), 2);
    ck_assert_double_eq_tol(large + rest, bytes / (1 << 20), 0.11);
    ck_assert_double_gt(rest, 0);
    spec_free(spec);
}
END_TEST

static const struct plane *plane_of(const struct experiment *x, const char *name)
{
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (!strcmp(p->name, name))
            return p;
    ck_abort_msg("%s has no plane %s", x->name, name);
}

static void is_metric_or_null(const struct experiment *x, const char *name)
{
    ck_assert_msg(!name || experiment_metric(x, name) >= 0, "%s has no metric %s", x->name, name);
}

START_TEST(names_in_descriptions_are_there)
{
    for (const struct experiment *const *i = job_experiments(); *i; i++) {
        const struct experiment *x = *i;
        ck_assert(!x->group || experiment_parameter(x, x->group) >= 0);
        ck_assert(!x->replicate || experiment_parameter(x, x->replicate) >= 0);
        ck_assert(!x->group || !x->replicate || strcmp(x->group, x->replicate));
        for (const struct plane *p = x->planes; p && p->name; p++) {
            is_metric_or_null(x, p->x);
            is_metric_or_null(x, p->y);
            if (p->placed)
                ck_assert_str_eq(plane_of(x, p->placed)->x, p->x);
        }
        for (const struct evidence *v = x->evidence; v && v->metric; v++) {
            is_metric_or_null(x, v->metric);
            is_metric_or_null(x, v->p);
            is_metric_or_null(x, v->placed);
            is_metric_or_null(x, v->p_placed);
        }
    }
}
END_TEST

SUITE_CASE(table, "table", names_in_descriptions_are_there, choices_are_those_of_lib,
           what_means_the_same_becomes_the_same, contradictions_are_refused_only_where_written,
           a_penalty_needs_a_lambda, units_to_swap_are_all_or_a_number,
           precision_reaches_the_training, clusters_are_auto_or_a_number,
           pruning_is_expected_to_save_time, memory_of_an_absurd_grid_is_told,
           memory_follows_its_formula)

SUITE_MAIN("cogtasks_table", table)
