/* runtime_model: learns the durations of jobs from their parameters, and estimates its own
   uncertainty. */
#include "base/mem.h"
#include "jobs/job.h"
#include "math/rng.h"
#include "record/runtime_model.h"
#include "suite.h"

#include <math.h>

static const char *const regularizers[] = {"none", "l1", "bimt"};

/* A made-up law: seconds are proportional to the work, bimt takes 50 % more, and a strong lambda
   makes networks sparse and fast. */
static double truth(const struct spec *spec, int regularizer)
{
    double lambda = spec_real(spec, "lambda");
    double seconds = spec->experiment->work(spec) / 1e9 * (regularizer == 2 ? 1.5 : 1);
    return lambda > 0 ? seconds * pow(lambda / 1e-4, -0.1) : seconds;
}

static struct spec *random_spec(struct rng *rng, int *regularizer)
{
    static const char *const grids[] = {"5", "8", "10", "20"}, *const steps[] = {"500", "2000"};
    static const char *const lambdas[] = {"1e-6", "1e-5", "1e-4", "1e-3"};
    struct spec *spec;
    ck_assert_int_eq(spec_new(&spec, &job_at(0)->experiment, NULL), 0);
    *regularizer = (int)rng_below(rng, 3);
    ck_assert_int_eq(spec_set(spec, "regularizer", regularizers[*regularizer], NULL), 0);
    ck_assert_int_eq(spec_set(spec, "grid", grids[rng_below(rng, 4)], NULL), 0);
    ck_assert_int_eq(spec_set(spec, "steps", steps[rng_below(rng, 2)], NULL), 0);
    if (*regularizer)
        ck_assert_int_eq(spec_set(spec, "lambda", lambdas[rng_below(rng, 4)], NULL), 0);
    return spec;
}

/* Learns n jobs whose times vary by `scatter`; returns the root mean square of log(truth /
   predicted) over other jobs. */
static double error_after(struct runtime_model *cost, int n, double scatter)
{
    struct rng rng = rng_at(5, RNG_TEST, 0);
    double square = 0;
    int regularizer;
    for (int i = 0; i < n; i++) {
        struct spec *spec = random_spec(&rng, &regularizer);
        double noise = exp(scatter * sqrt(12) * (rng_uniform(&rng) - 0.5));
        runtime_model_learn(cost, spec, truth(spec, regularizer) * noise);
        spec_free(spec);
    }
    runtime_model_fit(cost);
    enum { OTHERS = 50 };
    for (int i = 0; i < OTHERS; i++) {
        struct spec *spec = random_spec(&rng, &regularizer);
        double ratio = log(truth(spec, regularizer) / runtime_model_predict(cost, spec));
        square += ratio * ratio;
        spec_free(spec);
    }
    return sqrt(square / OTHERS);
}

static struct runtime_model *new_cost(void)
{
    struct runtime_model *cost;
    ck_assert_int_eq(runtime_model_new(&cost, &job_at(0)->experiment, NULL), 0);
    return cost;
}

START_TEST(before_anything_is_learned_it_guesses_and_says_so)
{
    struct runtime_model *cost = new_cost();
    struct spec *spec;
    ck_assert_int_eq(spec_new(&spec, &job_at(0)->experiment, NULL), 0);
    double work = spec->experiment->work(spec);
    ck_assert_double_eq_tol(runtime_model_predict(cost, spec) * 30e9 / work, 1, 1e-9);
    ck_assert_double_ge(runtime_model_spread(cost), 1);
    runtime_model_learn(cost, spec, 0); /* invalid */
    runtime_model_learn(cost, spec, INFINITY);
    ck_assert_int_eq(runtime_model_learned(cost), 0);
    runtime_model_learn(cost, spec, 100); /* a single job determines the estimate */
    runtime_model_fit(cost);
    ck_assert_double_eq_tol(runtime_model_predict(cost, spec), 100, 1);
    ck_assert_double_gt(runtime_model_spread(cost), 0.3); /* but the uncertainty stays large */
    spec_free(spec);
    runtime_model_free(cost);
}
END_TEST

START_TEST(it_learns_the_law)
{
    struct runtime_model *cost = new_cost();
    ck_assert_double_lt(error_after(cost, 300, 0), 0.05);
    ck_assert_double_lt(runtime_model_spread(cost), 0.1);
    ck_assert_int_eq(runtime_model_learned(cost), 300);
    runtime_model_free(cost);
}
END_TEST

START_TEST(it_knows_the_scatter)
{
    struct runtime_model *cost = new_cost();
    ck_assert_double_lt(error_after(cost, 1000, 0.2), 0.06);
    ck_assert_double_eq_tol(runtime_model_spread(cost), 0.2, 0.03);
    runtime_model_free(cost);
}
END_TEST

START_TEST(more_jobs_make_it_surer)
{
    double before = INFINITY;
    for (int n = 1; n <= 256; n *= 4) {
        struct runtime_model *cost = new_cost();
        (void)error_after(cost, n, 0.05);
        ck_assert_double_lt(runtime_model_spread(cost), before);
        before = runtime_model_spread(cost);
        runtime_model_free(cost);
    }
}
END_TEST

/* A step of the 10 x 10 grid lies between those of 5 x 5 and 20 x 20; all other jobs are as fast as
   the nearer of these two. */
START_TEST(a_calibration_is_its_guess)
{
    const struct experiment *x = &job_at(0)->experiment;
    static const char *const grids[] = {"5", "20", "10", "3", "30"};
    struct spec *specs[5];
    struct runtime_model *cost = new_cost();
    double rate[5];
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(spec_new(&specs[i], x, NULL), 0);
        ck_assert_int_eq(spec_set(specs[i], "grid", grids[i], NULL), 0);
    }
    ck_assert(!runtime_model_is_calibrated(cost));
    runtime_model_calibrate(cost, x->step_work(specs[0]), 1e9);
    ck_assert_double_eq_tol(runtime_model_predict(cost, specs[4]), x->work(specs[4]) / 1e9, 1e-6);
    runtime_model_calibrate(cost, x->step_work(specs[1]), 4e9);
    ck_assert(runtime_model_is_calibrated(cost));
    for (int i = 0; i < 5; i++) {
        rate[i] = x->work(specs[i]) / runtime_model_predict(cost, specs[i]);
        spec_free(specs[i]);
    }
    ck_assert_double_eq_tol(rate[0], 1e9, 1);
    ck_assert_double_eq_tol(rate[1], 4e9, 1);
    ck_assert_double_gt(rate[2], 1.5e9);
    ck_assert_double_lt(rate[2], 3e9);
    ck_assert_double_eq_tol(rate[3], 1e9, 1);
    ck_assert_double_eq_tol(rate[4], 4e9, 1);
    runtime_model_free(cost);
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    struct runtime_model *cost;
    for (long n = 0; n < 6; n++) {
        mem_fail_at(n);
        ck_assert_int_eq(runtime_model_new(&cost, &job_at(0)->experiment, NULL), ERR_MEMORY);
        ck_assert_ptr_null(cost);
    }
    mem_fail_at(-1);
}
END_TEST

SUITE_CASE(costs, "costs", before_anything_is_learned_it_guesses_and_says_so, it_learns_the_law,
           it_knows_the_scatter, more_jobs_make_it_surer, a_calibration_is_its_guess,
           no_memory_is_an_error)

SUITE_MAIN("cost", costs)
