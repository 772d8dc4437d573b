/* Whole jobs of the kind that trains networks. */
#include "base/mem.h"
#include "jobs/job.h"
#include "record/result_diff.h"
#include "suite.h"

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

static int is_null(const struct result *r, const char *name)
{
    return r->metrics[experiment_metric(r->experiment, name)].type == VALUE_NULL;
}

/* Placing units anew changes lengths and nothing of the graph.  Without the graph measures the
   other results stay the same. */
START_TEST(a_network_is_measured_as_a_graph_unless_told_not_to)
{
    static const char *const graph[] = {
        "graph_density", "graph_clustering", "graph_efficiency",  "small_world_degree",
        "q_best",        "q_best_n",         "q_best_z",          "q_best_binary",
        "community_ari", "community_nmi",    "weight_distance_r", "weight_distance_r_placed",
        "homophily",     "homophily_tv_z",   "selectivity_r",
    };
    struct result *with = run_job("cogtasks regularizer=bimt lambda=1e-4 " SMALL);
    struct result *without =
        run_job("cogtasks regularizer=bimt lambda=1e-4 " SMALL " graph_metrics=false");
    for (size_t i = 0; i < sizeof graph / sizeof graph[0]; i++)
        ck_assert_msg(!is_null(with, graph[i]) && is_null(without, graph[i]), "%s", graph[i]);
    ck_assert_double_eq_tol(metric(with, "graph_density"), 0.1, 1e-12); /* 126 of 36 x 35 */
    ck_assert_double_ge(metric(with, "q_best"), metric(with, "modularity_q"));
    ck_assert_double_lt(metric(with, "weight_distance_r_placed"),
                        metric(with, "weight_distance_r"));
    ck_assert_double_gt(metric(with, "mean_activity"), 0);
    ck_assert_double_eq(metric(with, "mean_activity"), metric(without, "mean_activity"));
    ck_assert_double_eq(metric(with, "mantel_rho"), metric(without, "mantel_rho"));
    result_free(with);
    result_free(without);
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

/* Repeats the measurements from the arrays and the learning curve alone: every bit of the result of
   the training is the same. */
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

/* All required results exist in every job, also in one whose units are all dead. */
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

/* A network that a large lambda has emptied has no clusters: NULL everywhere, and no NaN. */
START_TEST(an_empty_network_has_no_anatomy)
{
    static const char *const absent[] = {
        "n_clusters", "isolated_fraction",          "mean_cluster_size", "modularity_q",
        "mantel_rho", "isolated_fraction_z_placed", "small_world",       "q_best_z"};
    struct result *r = run_job("cogtasks regularizer=l1 lambda=1 A=0 " SMALL);
    ck_assert_int_eq(r->outcome, OUTCOME_DONE);
    ck_assert_int_eq((int)metric(r, "active_neurons"), 0);
    ck_assert_double_eq(metric(r, "wiring_length_placed"), 0);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        ck_assert(is_null(r, absent[i]));
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

/* Mod-Cog's answers are one of 16 places, or fixation: chance is 1/16 where a response is
   required. */
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

SUITE_CASE(whole, "whole jobs", a_job_fills_every_metric_and_table,
           a_network_is_measured_as_a_graph_unless_told_not_to,
           anatomy_is_measured_as_trained_and_placed, new_anatomy_agrees_with_its_tables,
           a_stored_network_is_measured_as_when_it_was_trained,
           without_its_arrays_nothing_is_measured, metrics_that_are_always_there_are,
           an_empty_network_has_no_anatomy, a_diverging_job_is_a_result, a_job_stops_when_asked,
           a_small_network_learns_some_of_modcog, long_sequences_of_all_modcog_tasks_train,
           a_task_without_weight_is_not_trained, memory_runs_out_anywhere)

SUITE_MAIN("cogtasks", whole)
