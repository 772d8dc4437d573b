/* store: its views; frontiers, points and groups. */
#include "base/mem.h"
#include "math/rng.h"
#include "store_fixture.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- frontiers ---- */

enum { POINTS = 400 };

struct frontier {
    double x[POINTS], y[POINTS];
    int defined[POINTS];
    unsigned char seen[POINTS];
};

static int mark_seen(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct frontier *f = data;
    ck_assert_str_eq(row->names[0], "job_id");
    f->seen[row->values[0].as.i - 1]++;
    return 0;
}

static int count_row(const struct store_row *row, void *count, struct err *e)
{
    (void)e;
    (void)row;
    ++*(int *)count;
    return 0;
}

/* The definition: no job (of the group) is at least as good in both metrics and better in one. */
static int is_on_frontier(const struct frontier *f, int i, int by_group)
{
    for (int j = 0; f->defined[i] && j < POINTS; j++)
        if (f->defined[j] && (!by_group || j % 3 == i % 3) && f->x[j] <= f->x[i] &&
            f->y[j] <= f->y[i] && (f->x[j] < f->x[i] || f->y[j] < f->y[i]))
            return 0;
    return f->defined[i];
}

/* The view in the file gives the same. */
static void assert_view(const char *path, int by_group, const struct frontier *f)
{
    int on = 0;
    char query[120];
    for (int k = 0; k < POINTS; k++)
        on += f->seen[k];
    snprintf(query, sizeof query, "SELECT count(*) FROM pareto_neurons%s",
             by_group ? "_by_regularizer" : "");
    ck_assert_int_eq(fixture_query_int(path, query), on);
    for (int k = 0; k < POINTS; k++) {
        snprintf(query, sizeof query, "SELECT count(*) FROM pareto_neurons%s WHERE job_id = %d",
                 by_group ? "_by_regularizer" : "", k + 1);
        if (f->seen[k])
            ck_assert_int_eq(fixture_query_int(path, query), 1);
    }
}

START_TEST(frontiers_are_those_of_the_definition)
{
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    static struct frontier f;
    struct rng random = rng_at(4, RNG_TEST, 0);
    for (int round = 0; round < 4; round++) {
        uint32_t levels = (uint32_t[]){3, 8, 25, 4000}[round]; /* many ties ... none */
        char name[20];
        snprintf(name, sizeof name, "%d.db", round);
        struct store *store = fixture_with_jobs(fixture_path(name), POINTS);
        for (int k = 0; k < POINTS; k++) {
            struct spec *spec = sample_spec(k);
            struct result *r;
            ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
            f.x[k] = rng_below(&random, levels) / (double)levels;
            f.y[k] = rng_below(&random, levels) - 3.0 * round;
            f.defined[k] = rng_below(&random, 10) > 0;
            if (f.defined[k] || k % 2)
                result_set(r, "error", value_real(f.x[k]));
            if (f.defined[k] || k % 3)
                result_set(r, "active_neurons", value_int((int64_t)f.y[k]));
            f.defined[k] = r->metrics[0].type != VALUE_NULL && r->metrics[1].type != VALUE_NULL;
            ck_assert_int_eq(store_begin(store, k + 1, &attempt, NULL), 0);
            ck_assert_int_eq(store_finish(store, k + 1, spec, r, NULL), 0);
            result_free(r);
            spec_free(spec);
        }
        ck_assert_int_eq(store_commit(store, NULL), 0);
        for (int by_group = 0; by_group < 2; by_group++) {
            memset(f.seen, 0, sizeof f.seen);
            ck_assert_int_eq(
                store_each_pareto(store, &sample, &sample.planes[0], by_group, mark_seen, &f, NULL),
                0);
            for (int k = 0; k < POINTS; k++)
                ck_assert_int_eq(f.seen[k], is_on_frontier(&f, k, by_group));
            assert_view(fixture_path(name), by_group, &f);
            int wirings = 0; /* no job has a wiring length */
            ck_assert_int_eq(store_each_pareto(store, &sample, &sample.planes[1], by_group,
                                               count_row, &wirings, NULL),
                             0);
            ck_assert_int_eq(wirings, 0);
        }
        fixture_close(store);
    }
}
END_TEST

START_TEST(views_have_all_columns_in_order_of_x)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 9);
    for (int k = 0; k < 9; k++)
        ck_assert_int_eq(fixture_do_job(store, k + 1, k, OUTCOME_DONE, NULL), 0);
    fixture_close(store);
    /* error falls with k; neurons are k % 7 */
    fixture_assert(path, "SELECT job_id, error, active_neurons FROM pareto_neurons",
                   "9|0.1|1\n8|0.111111111111111|0\n");
    fixture_assert(path, "SELECT regularizer, job_id FROM pareto_neurons_by_regularizer",
                   "bimt|9\nl1|8\nnone|7\nnone|4\nnone|1\n");
    fixture_assert(path, "SELECT group_concat(name, ' ') FROM pragma_table_info('pareto_wiring')",
                   "job_id regularizer lambda A seed order error active_neurons wiring_length\n");
}
END_TEST

/* ---- means over replicates, and groups ---- */

/* Metrics of job k that are far from 0 and differ by little; some have none. */
static double far_value(int k)
{
    return 1e6 + 0.001 * (k % 11);
}

static void enter_far_results(const char *path, int count)
{
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "", ""};
    struct store *store = fixture_with_jobs(path, count);
    for (int k = 0; k < count; k++) {
        struct spec *spec = sample_spec(k);
        struct result *r;
        ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
        if (k % 7)
            result_set(r, "error", value_real(far_value(k)));
        result_set(r, "active_neurons", value_int(k));
        ck_assert_int_eq(store_begin(store, k + 1, &attempt, NULL), 0);
        ck_assert_int_eq(store_finish(store, k + 1, spec, r, NULL), 0);
        result_free(r);
        spec_free(spec);
    }
    fixture_close(store);
}

/* The jobs k of count that are point (regularizer, lambda) of sample_spec: by definition. */
static void point_by_definition(int count, int regularizer, int odd, int *n, double *mean,
                                double *sd)
{
    int defined = 0;
    double sum = 0, squares = 0;
    *n = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < count; k++) {
            if (k % 3 != regularizer || (regularizer && k % 2 != odd))
                continue;
            *n += !pass;
            defined += !pass && k % 7;
            sum += pass || !(k % 7) ? 0 : far_value(k);
            squares += pass && k % 7 ? pow(far_value(k) - sum / defined, 2) : 0;
        }
    *mean = sum / defined;
    *sd = defined > 1 ? sqrt(squares / (defined - 1)) : NAN;
}

START_TEST(points_are_means_over_replicates)
{
    enum { COUNT = 60 };
    const char *path = fixture_path("a.db");
    enter_far_results(path, COUNT);
    fixture_assert(path, "SELECT count(*), sum(n) FROM point_sample", "5|60\n");
    fixture_assert(path, "SELECT group_concat(name, ' ') FROM pragma_table_info('point_sample')",
                   "regularizer lambda A order n error_mean error_sd active_neurons_mean"
                   " active_neurons_sd wiring_length_mean wiring_length_sd\n");
    static const char *const names[] = {"none", "l1", "bimt"};
    for (int i = 0; i < 6; i++) {
        char sql[256], *got;
        int regularizer = i % 3, odd = i / 3, n, counted;
        double mean, sd, got_mean, got_sd;
        point_by_definition(COUNT, regularizer, odd, &n, &mean, &sd);
        snprintf(sql, sizeof sql,
                 "SELECT n, printf('%%.9f', error_mean), printf('%%.12g', error_sd),"
                 " wiring_length_mean, wiring_length_sd FROM point_sample"
                 " WHERE regularizer = '%s' AND lambda = %s",
                 names[regularizer],
                 !regularizer ? "0"
                 : odd        ? "1e-5"
                              : "1e-4");
        got = fixture_query(path, sql);
        ck_assert_int_eq(sscanf(got, "%d|%lf|%lf||\n", &counted, &got_mean, &got_sd), 3);
        ck_assert_int_eq(counted, n);
        ck_assert_double_eq_tol(got_mean, mean, 1e-8);
        ck_assert_double_eq_tol(got_sd, sd, 1e-8); /* near .003; sums of squares are 6e13 */
        free(got);
    }

    /* a single job has no deviation */
    const char *small = fixture_path("b.db");
    enter_far_results(small, 3);
    fixture_assert(small,
                   "SELECT regularizer, n, error_mean, error_sd FROM point_sample"
                   " ORDER BY regularizer",
                   "bimt|1|1000000.002|\nl1|1|1000000.001|\nnone|1||\n");
}
END_TEST

START_TEST(groups_are_summed_up)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 12);
    static const enum outcome outcomes[12] = {
        [1] = OUTCOME_DIVERGED, [2] = OUTCOME_FAILED, [4] = OUTCOME_DIVERGED};
    for (int k = 0; k < 10; k++)
        ck_assert_int_eq(fixture_do_job(store, k + 1, k, outcomes[k], NULL), 0);
    fixture_close(store);
    fixture_assert(path, "SELECT group_concat(name, ' ') FROM pragma_table_info('summary_sample')",
                   "regularizer jobs pending running done diverged failed crashed quarantined seeds"
                   " least_error on_pareto_neurons on_pareto_wiring\n");
    /* done are k = 0, 3, 6, 9 of none, 7 of l1, 5, 8 of bimt; error is 1/(k+2), neurons k % 7:
       9 has (1/11, 2), 8 (1/10, 1), 7 (1/9, 0) and beats 0, which has 0 too */
    fixture_assert(
        path,
        "SELECT regularizer, jobs, pending, running, done, diverged, failed, seeds,"
        " round(1 / least_error), on_pareto_neurons, on_pareto_wiring FROM summary_sample",
        "none|4|0|0|4|0|0|4|11.0|1|0\nl1|4|1|0|1|2|0|1|9.0|1|0\n"
        "bimt|4|1|0|2|0|1|2|10.0|1|0\n");
}
END_TEST

START_TEST(groups_may_be_numbers)
{
    /* by lambda: its default, which specs leave out, and two values */
    struct experiment by_lambda = sample;
    by_lambda.group = "lambda";
    const struct experiment *const experiments[] = {&by_lambda, NULL};
    const char *path = fixture_path("a.db");
    struct store *store = fixture_with_jobs(path, 12); /* no job is done */
    fixture_close(store);
    ck_assert_int_eq(store_open(&store, path, STORE_WRITE, experiments, NULL), 0);
    fixture_close(store);
    fixture_assert(path,
                   "SELECT lambda, typeof(lambda), jobs, pending, seeds, least_error"
                   " FROM summary_sample",
                   "0.0|real|4|4|0|\n1.0e-05|real|4|4|0|\n0.0001|real|4|4|0|\n");
}
END_TEST

FIXTURE_CASE(frontiers, "frontiers", frontiers_are_those_of_the_definition,
             views_have_all_columns_in_order_of_x)
FIXTURE_CASE(summaries, "summaries", points_are_means_over_replicates, groups_are_summed_up,
             groups_may_be_numbers)

SUITE_MAIN("store views", frontiers, summaries)
