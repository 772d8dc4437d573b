/* train: the loop follows its description, learns, is reproducible to the bit, and detects
   divergence. */
#include "base/mem.h"
#include "math/packed.h"
#include "math/simd.h"
#include "rnn/adam.h"
#include "rnn/grid.h"
#include "rnn/live_units.h"
#include "rnn/train.h"
#include "suite.h"
#include "tasks/task_trial.h"

#include <math.h>
#include <string.h>

static struct task_mix *new_mix(const char *tasks)
{
    struct task_mix *mix;
    ck_assert_int_eq(task_mix_new(&mix, task_set_find("yang19"), tasks, "", 1, NULL), 0);
    return mix;
}

/* A network of 36 units that a test trains in milliseconds. */
static struct train_config small(const struct task_mix *mix, const char *regularizer)
{
    struct train_config config = {
        .mix = mix,
        .grid = 6,
        .activation = activation_find("relu"),
        .initializer = initializer_find("uniform"),
        .regularizer = regularizer_find(regularizer),
        .treatment = regularizer_treatment_find("proximal"),
        .lambda = 1e-3f,
        .A = 1,
        .steps = 40,
        .batch = 4,
        .sequence = 30,
        .rate = 3e-3f,
        .rate_drop = 0.1f,
        .swap_every = 10,
        .communicability_every = 10,
        .mask_radius = 0.34f,
        .seed = 7,
    };
    return config;
}

static struct train *new_train(const struct train_config *config)
{
    struct train *train;
    ck_assert_int_eq(train_new(&train, config, NULL), 0);
    return train;
}

static void run(struct train *train, long steps)
{
    while (steps-- > 0)
        ck_assert(train_step(train));
}

/* ---- learning ---- */

START_TEST(loss_falls)
{
    struct task_mix *mix = new_mix("go,rtgo,dm1");
    struct train_config config = small(mix, "none");
    config.steps = 400;
    config.batch = 16;
    struct train *train = new_train(&config);
    run(train, 1);
    ck_assert_double_eq_tol(train_loss(train), log(17), 0.3); /* an untrained network guesses */
    run(train, config.steps - 1);
    ck_assert_int_eq(train_steps_done(train), config.steps);
    ck_assert_double_lt(train_loss(train), 0.8);
    train_free(train);
    task_mix_free(mix);
}
END_TEST

static long zeros_after(const struct task_mix *mix, const char *regularizer, const char *treatment)
{
    struct train_config config = small(mix, regularizer);
    config.treatment = regularizer_treatment_find(treatment);
    config.steps = 100;
    config.lambda = 1e-2f;
    struct train *train = new_train(&config);
    run(train, config.steps);
    size_t P = rnn_param_count(train_shape(train));
    long zeros = 0;
    for (size_t i = 0; i < P; i++)
        zeros += train_params(train)[i] == 0;
    train_free(train);
    return zeros;
}

START_TEST(proximal_makes_zeros_and_nothing_else_does)
{
    struct task_mix *mix = new_mix("go,rtgo");
    ck_assert_int_gt(zeros_after(mix, "l1", "proximal"), 1000);
    ck_assert_int_eq(zeros_after(mix, "l1", "subgradient"), 0);
    ck_assert_int_eq(zeros_after(mix, "none", "proximal"), 0);
    task_mix_free(mix);
}
END_TEST

/* ---- the loop, written out again from its description ---- */

static void shorten(size_t P, float clip, float *grad)
{
    double square = 0;
    for (size_t i = 0; i < P; i++)
        square += (double)grad[i] * grad[i];
    for (size_t i = 0; square > (double)clip * clip && i < P; i++)
        grad[i] *= (float)(clip / sqrt(square));
}

/* Trains as specified by `c`, without relocation, into params. */
static void replay(const struct train_config *c, struct rnn_shape shape, float *params)
{
    static const float lambda_of_quarter[] = {1, 10, 10, 1};
    size_t P = rnn_param_count(shape), rows = (size_t)c->sequence * (size_t)c->batch;
    float *x = mem_array(rows * (size_t)shape.inputs, sizeof *x);
    int *label = mem_array(rows, sizeof *label);
    float *vectors[4];
    for (int i = 0; i < 4; i++)
        vectors[i] = mem_array(P, sizeof(float));
    float *grad = vectors[0], *m = vectors[1], *v = vectors[2], *cost = vectors[3];
    struct rnn *rnn;
    ck_assert_int_eq(rnn_new(&rnn, shape, c->activation, c->sequence, c->batch, 1, NULL), 0);
    struct rng r = rng_at(c->seed, RNG_INIT, 0);
    c->initializer->fill(shape, &r, params);

    for (long step = 0; step < c->steps; step++) {
        int quarter = (int)(4 * step / c->steps);
        float lambda = c->staged_lambda ? c->lambda * lambda_of_quarter[quarter] : c->lambda;
        regularizer_cost(shape, c->grid, c->A, c->self_distance, !c->staged_lambda || quarter == 3,
                         cost);
        task_trial_batch(c->mix, c->seed, (uint64_t)step, c->batch, c->sequence, x, label);
        rnn_forward(rnn, params, c->sequence, c->batch, x);
        rnn_loss(rnn, label);
        rnn_backward(rnn, params, x, grad);
        if (!c->treatment->proximal)
            regularizer_subgradient(P, lambda, cost, params, grad);
        if (c->clip > 0)
            shorten(P, c->clip, grad);
        float rate = quarter < 3 ? c->rate : c->rate * c->rate_drop;
        if (step < c->warmup)
            rate = rate * (float)(step + 1) / (float)c->warmup;
        adam_step(&adam_default, step + 1, rate, P, params, grad, m, v, lambda,
                  c->treatment->proximal ? cost : NULL);
    }
    rnn_free(rnn);
    mem_free(x);
    mem_free(label);
    for (int i = 0; i < 4; i++)
        mem_free(vectors[i]);
}

/* The same to the bit, except with clipping, where the norm is summed in another order. */
START_TEST(the_loop_is_the_one_described)
{
    static const struct {
        const char *treatment, *initializer, *activation;
        int staged, warmup;
        float self_distance, clip, tolerance;
    } ways[] = {{"proximal", "uniform", "relu", 0, 0, 0, 0, 0},
                {"proximal", "uniform", "relu", 0, 5, 0.5f, 0, 0},
                {"proximal", "orthogonal", "tanh", 1, 20, 0, 0, 0},
                {"subgradient", "uniform", "softplus", 1, 0, 0.5f, 0, 0},
                {"subgradient", "uniform", "relu", 0, 0, 0, 0.5f, 1e-5f}};
    struct task_mix *mix = new_mix("");
    for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
        struct train_config config = small(mix, "local");
        config.treatment = regularizer_treatment_find(ways[k].treatment);
        config.initializer = initializer_find(ways[k].initializer);
        config.activation = activation_find(ways[k].activation);
        config.staged_lambda = ways[k].staged;
        config.warmup = ways[k].warmup;
        config.self_distance = ways[k].self_distance;
        config.clip = ways[k].clip;
        config.steps = 12;
        struct train *train = new_train(&config);
        size_t P = rnn_param_count(train_shape(train));
        float *expected = mem_array(P, sizeof *expected);
        replay(&config, train_shape(train), expected);
        run(train, config.steps);
        for (size_t i = 0; i < P; i++)
            ck_assert_float_le(fabsf(train_params(train)[i] - expected[i]), ways[k].tolerance);
        mem_free(expected);
        train_free(train);
    }
    task_mix_free(mix);
}
END_TEST

/* Training skips silent units; the loop above does not. */
START_TEST(silent_units_are_left_out_without_a_trace)
{
    static const char *const names[] = {"relu", "tanh"};
    struct task_mix *mix = new_mix("go,rtgo");
    uint64_t state = simd_flush_denormals(); /* as train_step does */
    for (int k = 0; k < 2; k++) {
        struct train_config config = small(mix, "local");
        config.activation = activation_find(names[k]);
        config.lambda = 5e-2f;
        config.steps = 500;
        struct train *train = new_train(&config);
        struct rnn_shape shape = train_shape(train);
        size_t P = rnn_param_count(shape);
        float *expected = mem_array(P, sizeof *expected);
        replay(&config, shape, expected);
        run(train, config.steps);
        for (size_t i = 0; i < P; i++)
            ck_assert_float_eq(train_params(train)[i], expected[i]);

        struct live_units *live;
        ck_assert_int_eq(live_units_new(&live, shape, config.activation, NULL), 0);
        ck_assert_int_le(live_units_find(live, expected).hidden, 24);
        live_units_free(live);
        mem_free(expected);
        train_free(train);
    }
    simd_restore_denormals(state);
    task_mix_free(mix);
}
END_TEST

/* Rounded factors lead to other weights, but to a loss as low. */
START_TEST(bf16_learns_as_well_where_the_processor_has_it)
{
    struct task_mix *mix = new_mix("go,rtgo");
    struct train_config config = small(mix, "none");
    double loss[2];
    config.steps = 200;
    config.batch = 16;
    for (config.bf16 = 0; config.bf16 < 2; config.bf16++) {
        struct train *train = NULL;
        struct err e;
        int rc = train_new(&train, &config, &e);
        if (config.bf16 && !packed_kernel_bf16()) {
            ck_assert_int_eq(rc, ERR_ENVIRONMENT);
            ck_assert_ptr_null(train);
            break;
        }
        ck_assert_int_eq(rc, 0);
        run(train, config.steps);
        loss[config.bf16] = train_loss(train);
        if (config.bf16) {
            ck_assert_double_ne(loss[1], loss[0]);
            ck_assert_double_eq_tol(loss[1], loss[0], 0.1);
        }
        train_free(train);
    }
    task_mix_free(mix);
}
END_TEST

/* ---- repeatability and pairing ---- */

START_TEST(a_training_repeats_to_the_bit)
{
    struct task_mix *mix = new_mix("");
    struct train_config config = small(mix, "bimt");
    struct train *once = new_train(&config), *again = new_train(&config);
    size_t bytes = rnn_param_count(train_shape(once)) * sizeof(float);
    for (int i = 0; i < 40; i++) {
        run(once, 1);
        run(again, 1);
        ck_assert_double_eq(train_loss(once), train_loss(again));
    }
    ck_assert_mem_eq(train_params(once), train_params(again), bytes);
    ck_assert_int_gt(train_swaps(once), 0);
    ck_assert_int_eq(train_swaps(once), train_swaps(again));
    train_free(once);
    train_free(again);
    task_mix_free(mix);
}
END_TEST

START_TEST(a_seed_gives_every_regularizer_the_same_start)
{
    struct task_mix *mix = new_mix("");
    struct train_config config = small(mix, "none");
    struct train *plain = new_train(&config);
    size_t bytes = rnn_param_count(train_shape(plain)) * sizeof(float);
    for (int i = 1; regularizer_at(i); i++) {
        config.regularizer = regularizer_at(i);
        if (config.regularizer->masks) /* the same only where the mask connects: see below */
            continue;
        struct train *other = new_train(&config);
        ck_assert_mem_eq(train_params(plain), train_params(other), bytes);
        train_free(other);
    }
    config.seed++;
    struct train *other = new_train(&config);
    ck_assert_mem_ne(train_params(plain), train_params(other), bytes);
    train_free(other);
    train_free(plain);
    task_mix_free(mix);
}
END_TEST

/* ---- relocation ---- */

static double distance_cost(const struct train *train, int g)
{
    double sum = 0;
    for (int i = 0; i < g * g; i++)
        for (int j = 0; j < g * g; j++)
            sum += (double)grid_distance(g, i, j) * fabsf(train_params(train)[i * g * g + j]);
    return sum;
}

/* With A = 0 nothing depends on the place of a unit, so that relocation must not change the course
   of training except for rounding.  It would if a moment or a weight did not move with its unit. */
START_TEST(relocation_does_not_disturb_training)
{
    struct task_mix *mix = new_mix("");
    struct train_config config = small(mix, "l1"), moving = small(mix, "bimt");
    moving.A = config.A = 0;
    moving.swap_every = 5;
    struct train *still = new_train(&config), *moved = new_train(&moving);
    for (int i = 0; i < 40; i++) {
        run(still, 1);
        run(moved, 1);
        ck_assert_double_eq_tol(train_loss(still), train_loss(moved), 1e-4);
    }
    ck_assert_int_gt(train_swaps(moved), 20);
    ck_assert_int_eq(train_swaps(still), 0);
    ck_assert_double_eq_tol(train_connection_cost(still), train_connection_cost(moved), 1e-2);
    ck_assert_double_lt(distance_cost(moved, 6), 0.95 * distance_cost(still, 6));
    train_free(still);
    train_free(moved);
    task_mix_free(mix);
}
END_TEST

/* ---- the objective's gradient ---- */

/* A small network on a small batch, and its objective l_pred + lambda * l_cc. */
struct objective {
    struct rnn_shape shape;
    struct rnn *rnn;
    size_t P;
    float lambda;
    float *x, *w, *grad, *cost, *d, *moved;
    int label[36];
};

enum { OBJECTIVE_T = 12, OBJECTIVE_B = 3, OBJECTIVE_G = 5 };

static void objective_init(struct objective *o, const struct task_mix *mix, struct rng *r)
{
    int T = OBJECTIVE_T, B = OBJECTIVE_B, G = OBJECTIVE_G;
    o->shape = (struct rnn_shape){task_set_inputs(task_mix_set(mix)), G * G, TASK_CLASSES};
    o->P = rnn_param_count(o->shape);
    o->lambda = 1e-2f;
    o->x = mem_array((size_t)(T * B * o->shape.inputs), sizeof(float));
    float **const vectors[] = {&o->w, &o->grad, &o->cost, &o->d, &o->moved};
    for (int i = 0; i < 5; i++)
        *vectors[i] = mem_array(o->P, sizeof(float));
    ck_assert_int_eq(rnn_new(&o->rnn, o->shape, activation_find("tanh"), T, B, 1, NULL), 0);
    for (size_t i = 0; i < o->P; i++) {
        o->w[i] = 0.4f * rng_uniform(r) - 0.2f;
        o->w[i] += copysignf(0.02f, o->w[i]);
    }
    task_trial_batch(mix, 3, 0, B, T, o->x, o->label);
    regularizer_cost(o->shape, G, 2, 0.25f, 1, o->cost);
}

static void objective_fini(struct objective *o)
{
    rnn_free(o->rnn);
    float *const vectors[] = {o->x, o->w, o->grad, o->cost, o->d, o->moved};
    for (int i = 0; i < 6; i++)
        mem_free(vectors[i]);
}

/* At w + eps * d. */
static double objective_value(struct objective *o, float eps)
{
    for (size_t i = 0; i < o->P; i++)
        o->moved[i] = o->w[i] + eps * o->d[i];
    rnn_forward(o->rnn, o->moved, OBJECTIVE_T, OBJECTIVE_B, o->x);
    return rnn_loss(o->rnn, o->label) +
           o->lambda * regularizer_connection_cost(o->P, o->cost, o->moved);
}

static double objective_difference(struct objective *o, float eps)
{
    return (objective_value(o, eps) - objective_value(o, -eps)) / (2 * (double)eps);
}

/*
 * Along random directions, by central differences at two distances, where no weight changes its
 * sign on the way: |w| >= 0.02 against steps of at most 0.002.  Their disagreement and rounding
 * give their accuracy.
 */
START_TEST(gradient_of_the_whole_objective)
{
    struct task_mix *mix = new_mix("");
    struct rng r = rng_at(12, RNG_TEST, 0);
    struct objective o;
    objective_init(&o, mix, &r);
    objective_value(&o, 0);
    rnn_backward(o.rnn, o.w, o.x, o.grad);
    regularizer_subgradient(o.P, o.lambda, o.cost, o.w, o.grad);
    for (int repeat = 0; repeat < 5; repeat++) {
        double slope = 0;
        for (size_t i = 0; i < o.P; i++) {
            o.d[i] = 2 * rng_uniform(&r) - 1;
            slope += (double)o.grad[i] * o.d[i];
        }
        double far = objective_difference(&o, 2e-3f), near = objective_difference(&o, 1e-3f);
        double doubt = fabs(far - near) + 2e-4;
        ck_assert_double_lt(doubt, 0.02 * fabs(slope));
        ck_assert_double_eq_tol(near, slope, doubt);
    }
    objective_fini(&o);
    task_mix_free(mix);
}
END_TEST

/* ---- errors ---- */

/* A rate of 1e6 makes the activity overflow within a few steps, 3e38 the parameters at once; 1e3
   and six time steps leave a finite loss whose gradient is too large to be squared. */
START_TEST(divergence_is_noticed_and_leaves_the_parameters)
{
    static const struct {
        float rate;
        int sequence;
    } ways[] = {{1e6f, 30}, {3e38f, 30}, {100, 10}};
    struct task_mix *mix = new_mix("rtgo");
    for (int k = 0; k < 3; k++) {
        struct train_config config = small(mix, "none");
        config.rate = ways[k].rate;
        config.sequence = ways[k].sequence;
        struct train *train = new_train(&config);
        size_t P = rnn_param_count(train_shape(train));
        float *before = mem_array(P, sizeof *before);
        long done;
        int sane;
        do {
            memcpy(before, train_params(train), P * sizeof *before);
            done = train_steps_done(train);
            sane = train_step(train);
        } while (sane && done < config.steps);
        ck_assert(!sane);
        ck_assert_int_eq(train_steps_done(train), done);
        ck_assert_mem_eq(train_params(train), before, P * sizeof *before);
        for (size_t i = 0; i < P; i++)
            ck_assert(isfinite(before[i]));
        ck_assert(isfinite(train_loss(train)));
        mem_free(before);
        train_free(train);
    }
    task_mix_free(mix);
}
END_TEST

START_TEST(memory_running_out_is_an_error)
{
    struct task_mix *mix = new_mix("go");
    struct train_config config = small(mix, _i ? "sernn" : "bimt");
    config.staged_lambda = 1;
    struct train *train = NULL;
    long n = 0;
    for (;; n++) {
        struct err e = {0};
        mem_fail_at(n);
        int rc = train_new(&train, &config, &e);
        mem_fail_at(-1);
        if (rc == 0)
            break;
        ck_assert_int_eq(rc, ERR_MEMORY);
        ck_assert_int_eq(e.code, ERR_MEMORY);
        ck_assert_ptr_null(train);
    }
    ck_assert_int_gt(n, 12);
    run(train, 2);
    train_free(train);
    train_free(NULL);
    task_mix_free(mix);
}
END_TEST

/* By hand for H = 400, I = 53, O = 17: 6 * 100 * 32 * 400 * (400 + 53 + 17). */
START_TEST(work_and_memory_are_told)
{
    struct task_mix *mix = new_mix("");
    struct train_config config = small(mix, "bimt");
    config.grid = 20;
    config.batch = 32;
    config.sequence = 100;
    struct rnn_shape shape = {.inputs = 53, .hidden = 400, .outputs = 17};
    ck_assert_double_eq_tol(train_flops(&config), 3.6096e9, 1);
    /* two (T,B,H), seven (P) with P = 188417, (T,B,I), and the rest small */
    double least = 4.0 * (2 * 3200 * 400 + 7 * 188417 + 3200 * 53);
    ck_assert_double_gt(train_bytes(&config, shape), least);
    ck_assert_double_lt(train_bytes(&config, shape), least + 3e6);
    config.staged_lambda = 1;
    ck_assert_double_gt(train_bytes(&config, shape), least + 4.0 * 188417);
    task_mix_free(mix);
}
END_TEST

START_TEST(time_is_kept_by_part)
{
    struct task_mix *mix = new_mix("go");
    struct train_config config = small(mix, "bimt");
    struct train *train = new_train(&config);
    run(train, 10);
    struct train_times t = train_times(train);
    const double parts[] = {t.batch, t.forward, t.loss, t.backward, t.update, t.swap};
    for (int i = 0; i < 6; i++)
        ck_assert_double_gt(parts[i], 0);
    train_free(train);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(learning, "learning", loss_falls, proximal_makes_zeros_and_nothing_else_does,
           the_loop_is_the_one_described, silent_units_are_left_out_without_a_trace,
           bf16_learns_as_well_where_the_processor_has_it, gradient_of_the_whole_objective)
SUITE_CASE(repeating, "repeating", a_training_repeats_to_the_bit,
           a_seed_gives_every_regularizer_the_same_start, relocation_does_not_disturb_training)
SUITE_CASE(telling, "failing and telling", divergence_is_noticed_and_leaves_the_parameters,
           work_and_memory_are_told, time_is_kept_by_part)

static TCase *memory(void)
{
    TCase *tcase = tcase_create("memory");
    tcase_add_loop_test(tcase, memory_running_out_is_an_error, 0, 2);
    return tcase;
}

SUITE_MAIN("train", learning, repeating, telling, memory)
