/* evaluate and variance: hand-made networks whose answers are known without running them. */
#include "base/mem.h"
#include "measure/evaluate.h"
#include "measure/task_variance.h"
#include "suite.h"
#include "tasks/task_trial.h"

#include <math.h>
#include <string.h>

enum { O = TASK_CLASSES };

static struct task_mix *new_mix(const char *tasks)
{
    struct task_mix *mix;
    ck_assert_int_eq(task_mix_new(&mix, task_set_find("yang19"), tasks, "", 1, NULL), 0);
    return mix;
}

static struct rnn_shape shape_of(const struct task_mix *mix, int H)
{
    struct rnn_shape shape = {task_set_inputs(task_mix_set(mix)), H, O};
    return shape;
}

static struct evaluator *new_evaluator(const struct task_mix *mix, struct rnn_shape shape,
                                       int trials)
{
    struct evaluator *ev;
    ck_assert_int_eq(evaluate_new(&ev, mix, shape, activation_find("relu"), trials, 42, NULL), 0);
    return ev;
}

/* ---- evaluation ---- */

/* Counts steps, steps with label 0, and trials that end with label 0; uses the documented address
   of a trial. */
struct labels {
    long steps, zero, last_zero;
};

static struct labels count_labels(const struct task_mix *mix, int task, int trials, int I)
{
    struct labels count = {0};
    float *x = mem_array((size_t)TASK_LONGEST * (size_t)I, sizeof *x);
    for (int i = 0; i < trials; i++) {
        struct rng r = rng_at(42, RNG_EVALUATE, (uint64_t)task << 32 | (uint64_t)i);
        struct trial trial;
        int label[TASK_LONGEST];
        task_trial_draw(mix, task, &r, &trial);
        int steps = task_trial_render(mix, &trial, &r, TASK_LONGEST, x, I, label, 1);
        count.steps += steps;
        for (int t = 0; t < steps; t++)
            count.zero += label[t] == 0;
        count.last_zero += label[steps - 1] == 0;
    }
    mem_free(x);
    return count;
}

/* A network that answers `fixate` whatever its input, with logit 1 against 0: right where the label
   is 0, at a cost of log(1 + 16/e) there and log(e + 16) elsewhere.  100 trials of 9 to 32 steps
   make two unequal chunks. */
START_TEST(a_network_that_always_fixates)
{
    enum { TRIALS = 100 };
    struct task_mix *mix = new_mix("dm2,dms,multidm");
    struct rnn_shape shape = shape_of(mix, 4);
    float *params = mem_array(rnn_param_count(shape), sizeof *params);
    struct rnn_params p = rnn_params(shape, params);
    const float bias[] = {0.5f, -1, 1.5f, 0}; /* h at every step, the second rectified */
    memcpy(p.b_h, bias, sizeof bias);
    p.b_o[0] = 1;
    struct evaluator *ev = new_evaluator(mix, shape, TRIALS);
    struct evaluation got = evaluate(ev, params);

    double right = log(1 + 16 / exp(1)), wrong = log(exp(1) + 16), accuracy = 0;
    struct labels all = {0};
    for (int i = 0; i < 3; i++) {
        struct labels n = count_labels(mix, task_mix_task(mix, i), TRIALS, shape.inputs);
        double zero = (double)n.zero / (double)n.steps;
        ck_assert_double_eq_tol(got.accuracy[i], (double)n.last_zero / TRIALS, 1e-12);
        ck_assert_double_eq_tol(got.task_step_accuracy[i], zero, 1e-12);
        ck_assert_double_eq_tol(got.task_loss[i], zero * right + (1 - zero) * wrong, 1e-6);
        accuracy += got.accuracy[i];
        all.steps += n.steps;
        all.zero += n.zero;
    }
    double zero = (double)all.zero / (double)all.steps;
    ck_assert_double_eq_tol(got.error, 1 - accuracy / 3, 1e-12);
    ck_assert_double_eq_tol(got.step_accuracy, zero, 1e-12);
    ck_assert_double_eq_tol(got.loss, zero * right + (1 - zero) * wrong, 1e-6);
    ck_assert_double_eq_tol(got.activity, 0.5, 1e-6);
    ck_assert_double_gt(got.accuracy[2], 0.3); /* dms: half of the trials require no response */
    ck_assert_double_lt(got.accuracy[2], 0.7);
    evaluate_free(ev);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

/* Sixteen units, one for each location on both rings; each activates its own class. */
static void copy_the_ring(struct rnn_shape shape, float *params)
{
    struct rnn_params p = rnn_params(shape, params);
    for (int i = 0; i < TASK_RING; i++) {
        p.w_in.x[i * shape.inputs + 1 + i] = 1;
        p.w_in.x[i * shape.inputs + 1 + TASK_RING + i] = 1;
        p.w_out.x[(1 + i) * shape.hidden + i] = 10;
    }
    p.b_o[0] = 1;
}

/* It solves rtgo at every step, as the stimulus stays at the place of the response until the trial
   ends.  It never solves the last step of rtanti, where the response is at the opposite place, and
   never that of go, where the stimulus has vanished. */
START_TEST(a_network_that_copies_what_it_sees)
{
    struct task_mix *mix = new_mix("rtgo,rtanti,go");
    struct rnn_shape shape = shape_of(mix, TASK_RING);
    float *params = mem_array(rnn_param_count(shape), sizeof *params);
    copy_the_ring(shape, params);
    struct evaluator *ev = new_evaluator(mix, shape, 70);
    struct evaluation got = evaluate(ev, params);
    const double accuracy[3] = {0, 1, 0}, steps[3] = {1.0 / 3, 1, 0.5};
    for (int i = 0; i < 3; i++) { /* in the set's order: go, rtgo, rtanti */
        ck_assert_double_eq(got.accuracy[i], accuracy[i]);
        ck_assert_double_eq_tol(got.task_step_accuracy[i], steps[i], 1e-12);
    }
    ck_assert_double_eq_tol(got.error, 2.0 / 3, 1e-12);
    evaluate_free(ev);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

/* An evaluation does not affect the next one, and a task's results do not depend on the other
   tasks. */
START_TEST(evaluations_repeat)
{
    struct task_mix *mix = new_mix("dm1,dmc"), *alone = new_mix("dmc");
    struct rnn_shape shape = shape_of(mix, 9);
    size_t P = rnn_param_count(shape);
    float *params = mem_array(P, sizeof *params);
    struct rng r = rng_at(1, RNG_TEST, 0);
    for (size_t i = 0; i < P; i++)
        params[i] = 0.3f * rng_normal(&r);
    struct evaluator *ev = new_evaluator(mix, shape, 65), *one = new_evaluator(alone, shape, 65);
    struct evaluation got = evaluate(ev, params);
    double loss = got.loss, of_dmc = got.task_loss[1];
    ck_assert_double_eq(evaluate(ev, params).loss, loss);
    ck_assert_double_eq(evaluate(one, params).task_loss[0], of_dmc);
    evaluate_free(ev);
    evaluate_free(one);
    mem_free(params);
    task_mix_free(mix);
    task_mix_free(alone);
}
END_TEST

START_TEST(evaluator_without_memory)
{
    struct task_mix *mix = new_mix("go");
    struct evaluator *ev = NULL;
    long n = 0;
    for (;; n++) {
        struct err e = {0};
        mem_fail_at(n);
        int rc = evaluate_new(&ev, mix, shape_of(mix, 4), activation_find("relu"), 3, 1, &e);
        mem_fail_at(-1);
        if (rc == 0)
            break;
        ck_assert_int_eq(rc, ERR_MEMORY);
        ck_assert_int_eq(e.code, ERR_MEMORY);
        ck_assert_ptr_null(ev);
    }
    ck_assert_int_gt(n, 10); /* number of allocations that failed */
    evaluate_free(ev);
    evaluate_free(NULL);
    task_mix_free(mix);
    ck_assert_double_gt(evaluate_bytes(shape_of(mix = new_mix("go"), 400), 1000),
                        4.0 * TASK_LONGEST * 64 * (400 + 53));
    task_mix_free(mix);
}
END_TEST

/* ---- task variance ---- */

/*
 * Unit 0 sees one ring channel, unit 1 the fixation, unit 2 nothing but its bias, unit 3 a rule,
 * unit 4 twice what unit 0 sees.  In go's grid of 16 places on 2 rings the channel is
 * 0.8 exp(-k^2/2) at ring distance k in half of the conditions and 0 in the others, for the 5 of 10
 * steps after fixation that show the stimulus.
 */
START_TEST(variance_of_a_network_made_by_hand)
{
    struct task_mix *mix = new_mix("go,dm2");
    struct rnn_shape shape = shape_of(mix, 5);
    float *params = mem_array(rnn_param_count(shape), sizeof *params), variance[5 * 2];
    struct rnn_params p = rnn_params(shape, params);
    p.w_in.x[0 * shape.inputs + 3] = 1;
    p.w_in.x[1 * shape.inputs + 0] = 1;
    p.b_h[2] = 5;
    p.w_in.x[3 * shape.inputs + TASK_OBSERVED] = 1;
    p.w_in.x[4 * shape.inputs + 3] = 2;
    ck_assert_int_eq(
        task_variance_measure(mix, shape, activation_find("relu"), params, variance, NULL), 0);

    double sum = 0, square = 0;
    for (int k = -7; k <= 8; k++) {
        double bump = 0.8 * exp(-0.5 * k * k);
        sum += bump / 32;
        square += bump * bump / 32;
    }
    double expected = (square - sum * sum) * 5 / 10;
    ck_assert_double_eq_tol(variance[0 * 2], expected, 1e-7);
    ck_assert_double_eq_tol(variance[4 * 2], 4 * expected, 4e-7);
    for (int u = 1; u <= 3; u++)
        ck_assert(variance[u * 2] == 0 && variance[u * 2 + 1] == 0);
    ck_assert(variance[0 * 2 + 1] == 0); /* dm2 shows nothing on ring 1 */

    unsigned char active[5];
    ck_assert_int_eq(task_variance_active(variance, 5, 2, active), 2);
    ck_assert(active[0] && !active[1] && !active[2] && !active[3] && active[4]);
    ck_assert_int_eq(task_variance_active(variance, 5, 2, NULL), 2);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

/* With memory: a unit that remembers its input, h <- 0.5 h + u.  multidm's grid has more conditions
   than one batch holds; here the variance is summed over all of them one at a time. */
START_TEST(variance_over_many_chunks)
{
    struct task_mix *mix = new_mix("multidm");
    struct rnn_shape shape = shape_of(mix, 1);
    float *params = mem_array(rnn_param_count(shape), sizeof *params), variance;
    struct rnn_params p = rnn_params(shape, params);
    p.w.x[0] = 0.5f;
    p.w_in.x[1] = 1;
    p.w_in.x[20] = 0.25f;
    int task = task_mix_task(mix, 0), n = task_grid_size(task_mix_set(mix), task), T = 0;
    ck_assert_int_gt(n, 500);
    ck_assert_int_eq(
        task_variance_measure(mix, shape, activation_find("relu"), params, &variance, NULL), 0);

    double sum[TASK_LONGEST] = {0}, square[TASK_LONGEST] = {0}, expected = 0;
    float *x = mem_array((size_t)TASK_LONGEST * (size_t)shape.inputs, sizeof *x);
    for (int i = 0; i < n; i++) {
        struct trial trial;
        int label[TASK_LONGEST];
        task_grid_trial(task_mix_set(mix), task, i, &trial);
        T = task_trial_render(mix, &trial, NULL, TASK_LONGEST, x, shape.inputs, label, 1);
        double h = 0;
        for (int t = 0; t < T; t++) {
            h = 0.5 * h + x[t * shape.inputs + 1] + 0.25 * x[t * shape.inputs + 20];
            sum[t] += h / n;
            square[t] += h * h / n;
        }
    }
    int begin = task_grid_fixation(task_mix_set(mix), task);
    for (int t = begin; t < T; t++)
        expected += (square[t] - sum[t] * sum[t]) / (T - begin);
    ck_assert_double_gt(expected, 0.01);
    ck_assert_double_eq_tol(variance, expected, 1e-6 * expected);
    mem_free(x);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

START_TEST(variance_without_memory)
{
    struct task_mix *mix = new_mix("go");
    struct rnn_shape shape = shape_of(mix, 2);
    float *params = mem_array(rnn_param_count(shape), sizeof *params), variance[2];
    long n = 0;
    for (;; n++) {
        mem_fail_at(n);
        int rc = task_variance_measure(mix, shape, activation_find("relu"), params, variance, NULL);
        mem_fail_at(-1);
        if (rc == 0)
            break;
        ck_assert_int_eq(rc, ERR_MEMORY);
    }
    ck_assert_int_gt(n, 10);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(evaluations, "evaluate", a_network_that_always_fixates,
           a_network_that_copies_what_it_sees, evaluations_repeat, evaluator_without_memory)
SUITE_CASE(variances, "variance", variance_of_a_network_made_by_hand, variance_over_many_chunks,
           variance_without_memory)

SUITE_MAIN("evaluate", evaluations, variances)
