/* The kind of job that trains networks: its table against those of lib/, what a sweep file may ask
   of it, and whole jobs. */
#include "base/mem.h"
#include "jobs/cogtasks_table.h"
#include "jobs/job.h"
#include "record/result_diff.h"
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

static struct result *run_job(const char *text)
{
    struct spec *spec = spec_of(text);
    struct result *result;
    struct err e = {0};
    ck_assert_msg(!job_run(spec, NULL, &result, &e), "%s", e.text);
    spec_free(spec);
    return result;
}

static double metric(const struct result *result, const char *name)
{
    struct value v = result->metrics[experiment_metric(result->experiment, name)];
    ck_assert_int_ne(v.type, VALUE_NULL);
    return v.type == VALUE_INT ? (double)v.as.i : v.as.x;
}

/* ---- the table ---- */

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

/* Else the default, lambda = 0, would quietly make plain training of it. */
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

static double memory_of(const char *text)
{
    struct spec *spec = spec_of(text);
    double bytes = cogtasks()->memory(spec);
    spec_free(spec);
    return bytes;
}

/* H = 400, I = 53, O = 17: what 32 more sequences of 100 steps take, and one vector of all
   parameters more, as the formula says. */
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

/* ---- whole jobs ---- */

#define SMALL                                                                                      \
    "grid=6 steps=60 batch=6 steps_per_sequence=50 swap_every=20 eval_trials=5 "                   \
    "curve_points=4 curve_trials=3 clusters=3 shuffles=50 lesion_trials=3"

START_TEST(a_job_fills_every_metric_and_table)
{
    struct result *r = run_job("cogtasks regularizer=bimt lambda=1e-3 " SMALL);
    ck_assert_int_eq(r->outcome, OUTCOME_DONE);
    ck_assert_int_eq(r->steps, 60);
    for (int m = 0; r->experiment->metrics[m].name; m++)
        if (r->metrics[m].type == VALUE_REAL)
            ck_assert(isfinite(r->metrics[m].as.x));
    double error = metric(r, "error"), neurons = metric(r, "active_neurons");
    ck_assert(error >= 0 && error <= 1 && neurons <= 36);
    ck_assert_double_gt(metric(r, "swaps"), 0);

    double mean_accuracy = 0;
    int tasks = 0, points = 0;
    for (size_t i = 0; i < r->row_count; i++) {
        const char *table = r->experiment->tables[r->rows[i].table].name;
        if (!strcmp(table, "task_metric")) {
            mean_accuracy += r->rows[i].values[1].as.x;
            tasks++;
        }
        points += !strcmp(table, "curve");
    }
    ck_assert_int_eq(tasks, 20);
    ck_assert_int_eq(points, 4);
    ck_assert_double_eq_tol(1 - mean_accuracy / tasks, error, 1e-12);
    const struct result_array *w = result_array(r, "w"), *tv = result_array(r, "task_variance");
    ck_assert(w->rows == 36 && w->cols == 36 && tv->rows == 36 && tv->cols == 20);
    result_free(r);
}
END_TEST

static int rows_of(const struct result *r, const char *table)
{
    int n = 0;
    for (size_t i = 0; i < r->row_count; i++)
        n += !strcmp(r->experiment->tables[r->rows[i].table].name, table);
    return n;
}

START_TEST(anatomy_is_measured_as_trained_and_placed)
{
    struct result *r = run_job("cogtasks regularizer=bimt lambda=1e-4 " SMALL);
    int n = (int)metric(r, "active_neurons");
    ck_assert_int_eq((int)metric(r, "n_clusters"), 3);
    ck_assert_double_le(metric(r, "wiring_length_placed"), metric(r, "wiring_length"));
    ck_assert_int_eq(rows_of(r, "neuron"), 36);
    ck_assert_int_eq(rows_of(r, "profile"), 2 * 10);
    ck_assert_int_eq(rows_of(r, "clustering") % 2, 0);
    ck_assert_int_eq(rows_of(r, "lesion"), 3 * 20);
    ck_assert_int_eq(result_array(r, "isolated_fraction_shuffled")->cols, 50);
    ck_assert_int_eq(result_array(r, "mean_cluster_size_shuffled_placed")->cols, 50);
    double p = metric(r, "isolated_fraction_p");
    ck_assert(p >= 1.0 / 51 && p <= 1);

    int clustered = 0, seen[36] = {0};
    for (size_t i = 0; i < r->row_count; i++) {
        const struct value *v = r->rows[i].values;
        if (strcmp(r->experiment->tables[r->rows[i].table].name, "neuron"))
            continue;
        clustered += v[5].type == VALUE_INT;
        seen[v[3].as.i * 6 + v[4].as.i]++;
    }
    ck_assert_int_eq(clustered, n);
    for (int i = 0; i < 36; i++)
        ck_assert_int_eq(seen[i], 1); /* every place of the new placement holds one unit */
    result_free(r);
}
END_TEST

/* The metrics in _k8 are those of the row k = 8; profiles add up; thresholds are in order. */
START_TEST(new_anatomy_agrees_with_its_tables)
{
    struct result *r = run_job("cogtasks regularizer=bimt lambda=1e-4 " SMALL);
    double pairs = 0, all = 0;
    int eights = 0;
    for (size_t i = 0; i < r->row_count; i++) {
        const struct value *v = r->rows[i].values;
        const char *table = r->experiment->tables[r->rows[i].table].name;
        if (!strcmp(table, "clustering") && v[1].as.i == 8) {
            eights++;
            ck_assert_double_eq(v[4].as.x, metric(r, v[0].as.i ? "isolated_fraction_k8_placed"
                                                               : "isolated_fraction_k8"));
            ck_assert_double_eq(v[13].as.x,
                                metric(r, v[0].as.i ? "mean_cluster_size_by_members_k8_placed"
                                                    : "mean_cluster_size_by_members_k8"));
        }
        if (!strcmp(table, "profile") && !v[0].as.i) {
            pairs += (double)(v[6].as.i + v[9].as.i);
            all += (double)v[3].as.i;
        }
    }
    double n = metric(r, "active_neurons");
    ck_assert_int_eq(eights, 2);
    ck_assert_double_eq(all, 36 * 35);
    ck_assert_double_eq(pairs, n * (n - 1));
    ck_assert_double_ge(metric(r, "active_links_1e_3"), metric(r, "active_links"));
    ck_assert_double_gt(metric(r, "active_links"), metric(r, "active_links_1e_1"));
    ck_assert_double_ge(metric(r, "active_connections"), metric(r, "active_links"));
    ck_assert_double_gt(metric(r, "wiring_length_1e_3_placed"),
                        metric(r, "wiring_length_1e_1_placed"));
    double self = metric(r, "self_weight"), rim = metric(r, "radius");
    ck_assert(self > 0 && self < 1 && rim > 0 && rim < 1);
    ck_assert_double_ne(rim, metric(r, "radius_placed"));
    result_free(r);
}
END_TEST

/* From the arrays and the learning curve alone, every bit of the result of the training. */
START_TEST(a_stored_network_is_measured_as_when_it_was_trained)
{
    static const char *const specs[] = {
        "cogtasks regularizer=bimt lambda=1e-4 " SMALL,
        "cogtasks regularizer=l1 lambda=1 A=0 grid=4 steps=40 batch=4 steps_per_sequence=40 "
        "lambda_schedule=staged eval_trials=5 curve_trials=3 shuffles=50 lesion_trials=3",
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct result *trained = run_job(specs[i]), *measured;
        struct result_difference d;
        struct spec *spec = spec_of(specs[i]);
        ck_assert_int_eq(job_measure(spec, trained, NULL, &measured, NULL), 0);
        ck_assert_int_eq(result_diff(trained, measured, &d, NULL), 0);
        ck_assert_msg(d.values == 0, "%ld values differ, most in %s", d.values, d.where);
        result_free(measured);
        result_free(trained);
        spec_free(spec);
    }
}
END_TEST

START_TEST(without_its_arrays_nothing_is_measured)
{
    struct result *trained = run_job("cogtasks " SMALL), *measured;
    struct spec *spec = spec_of("cogtasks grid=7"), *probe = NULL;
    struct err e = {0};
    ck_assert_int_eq(job_measure(spec, trained, NULL, &measured, &e), ERR_VALUE);
    ck_assert_ptr_nonnull(strstr(e.text, "no array w of 49 x 49"));
    ck_assert_int_eq(spec_parse(&probe, "probe", job_experiments(), NULL), 0);
    ck_assert_int_eq(job_measure(probe, trained, NULL, &measured, &e), ERR_USAGE);
    ck_assert_ptr_null(measured);
    result_free(trained);
    spec_free(spec);
    spec_free(probe);
}
END_TEST

/* What every job has, every job has: one that has lost all of its units too. */
START_TEST(metrics_that_are_always_there_are)
{
    static const char *const specs[] = {"cogtasks " SMALL,
                                        "cogtasks regularizer=l1 lambda=1 A=0 " SMALL};
    int always = 0;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct result *r = run_job(specs[i]);
        for (int m = 0; r->experiment->metrics[m].name; m++) {
            always += r->experiment->metrics[m].always;
            ck_assert(!r->experiment->metrics[m].always || r->metrics[m].type != VALUE_NULL);
        }
        result_free(r);
    }
    ck_assert_int_gt(always, 2);
}
END_TEST

/* A network that lambda has emptied has no clusters: NULL everywhere, and no NaN. */
START_TEST(an_empty_network_has_no_anatomy)
{
    static const char *const absent[] = {"n_clusters",        "isolated_fraction",
                                         "mean_cluster_size", "modularity_q",
                                         "mantel_rho",        "isolated_fraction_z_placed"};
    struct result *r = run_job("cogtasks regularizer=l1 lambda=1 A=0 " SMALL);
    ck_assert_int_eq(r->outcome, OUTCOME_DONE);
    ck_assert_int_eq((int)metric(r, "active_neurons"), 0);
    ck_assert_double_eq(metric(r, "wiring_length_placed"), 0);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        ck_assert_int_eq(r->metrics[experiment_metric(r->experiment, absent[i])].type, VALUE_NULL);
    ck_assert_int_eq(rows_of(r, "clustering") + rows_of(r, "lesion"), 0);
    result_free(r);
}
END_TEST

START_TEST(a_diverging_job_is_a_result)
{
    struct result *r = run_job("cogtasks grid=6 steps=60 batch=6 steps_per_sequence=50 "
                               "learning_rate=1e8 eval_trials=5 curve_points=0 curve_trials=3");
    ck_assert_int_eq(r->outcome, OUTCOME_DIVERGED);
    ck_assert_ptr_nonnull(strstr(r->message, "not finite"));
    result_free(r);
}
END_TEST

static enum job_wish stop_at_ten(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    (void)total, (void)so_far, (void)data;
    return done == 10 ? JOB_STOP : JOB_GO_ON;
}

START_TEST(a_job_stops_when_asked)
{
    struct spec *spec = spec_of("cogtasks " SMALL);
    struct job_context context = {.progress = stop_at_ten};
    struct result *result;
    struct err e = {0};
    ck_assert_int_eq(job_run(spec, &context, &result, &e), ERR_STOPPED);
    ck_assert_ptr_null(result);
    ck_assert_ptr_nonnull(strstr(e.text, "10 of 60 steps"));
    spec_free(spec);
}
END_TEST

/* Mod-Cog's answers are one of 16 places, or fixation: chance is 1/16 where one must respond. */
START_TEST(a_small_network_learns_some_of_modcog)
{
    struct result *r =
        run_job("cogtasks tasks=modcog task_list=rtgo,rtanti,goseqr,goseql grid=7 steps=700 "
                "batch=16 steps_per_sequence=60 learning_rate=5e-3 clip=1 eval_trials=50 "
                "curve_points=0 curve_trials=1");
    ck_assert_int_eq(r->outcome, OUTCOME_DONE);
    ck_assert_double_lt(metric(r, "error"), 0.5);
    result_free(r);
}
END_TEST

/* Upstream's Mod-Cog example trains on sequences of 350 steps; all 82 tasks, weighted. */
START_TEST(long_sequences_of_all_modcog_tasks_train)
{
    struct result *r =
        run_job("cogtasks tasks=modcog-fixed grid=4 steps=3 batch=4 steps_per_sequence=350 "
                "eval_trials=1 curve_points=1 curve_trials=1 shuffles=10 lesion_trials=1");
    ck_assert_int_eq(r->outcome, OUTCOME_DONE);
    ck_assert_int_eq(rows_of(r, "task_metric"), 82);
    result_free(r);

    struct spec *spec = spec_of("cogtasks tasks=modcog steps_per_sequence=350");
    ck_assert_double_lt(cogtasks()->memory(spec), 128 * 1048576.0);
    spec_free(spec);
}
END_TEST

START_TEST(a_task_without_weight_is_not_trained)
{
    struct result *both = run_job("cogtasks task_list=go,rtanti task_weights=1,0 " SMALL);
    struct result *one = run_job("cogtasks task_list=go,rtanti task_weights=2,0 " SMALL);
    ck_assert_double_eq(metric(both, "loss"), metric(one, "loss"));
    ck_assert_int_eq(rows_of(both, "task_metric"), 2);
    result_free(both);
    result_free(one);
}
END_TEST

/* The n-th allocation fails, for n = 0, 1, 2 ... until the job runs: each time an error, no leak.
 */
START_TEST(memory_runs_out_anywhere)
{
    struct spec *spec =
        spec_of("cogtasks task_list=go,dm1 grid=3 steps=1 batch=2 "
                "steps_per_sequence=20 eval_trials=1 curve_points=1 curve_trials=1 shuffles=10 "
                "lesion_trials=1");
    for (long n = 0;; n++) {
        struct result *result = NULL;
        struct err e = {0};
        mem_fail_at(n);
        int code = job_run(spec, NULL, &result, &e);
        mem_fail_at(-1);
        int done = !code && result->outcome == OUTCOME_DONE;
        ck_assert(code == 0 || code == ERR_MEMORY);
        result_free(result);
        if (done)
            break;
        ck_assert_int_lt(n, 100000);
    }
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
           memory_of_an_absurd_grid_is_told, memory_follows_its_formula)
SUITE_CASE(whole, "whole jobs", a_job_fills_every_metric_and_table,
           anatomy_is_measured_as_trained_and_placed, new_anatomy_agrees_with_its_tables,
           a_stored_network_is_measured_as_when_it_was_trained,
           without_its_arrays_nothing_is_measured, metrics_that_are_always_there_are,
           an_empty_network_has_no_anatomy, a_diverging_job_is_a_result, a_job_stops_when_asked,
           a_small_network_learns_some_of_modcog, long_sequences_of_all_modcog_tasks_train,
           a_task_without_weight_is_not_trained, memory_runs_out_anywhere)

SUITE_MAIN("cogtasks", table, whole)
