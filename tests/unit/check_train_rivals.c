/* Trainings under sernn, whose cost follows the weights, and under mask: what has a cost, that they
   resume to the same bits, and what stays zero. */
#include "rnn/grid.h"
#include "rnn/train.h"
#include "suite.h"

#include <math.h>

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

/* ---- rows whose cost follows the weights ---- */

/* Connection costs after 150 steps, which make all of them shorter than plain training does. */
START_TEST(communicability_is_paid_for)
{
    static const char *const names[] = {"sernn", "sernn_frozen"};
    static const char *const ways[] = {"proximal", "subgradient"};
    struct task_mix *mix = new_mix("go,rtgo");
    for (int k = 0; k < 4; k++) {
        struct train_config config = small(mix, names[k / 2]);
        config.treatment = regularizer_treatment_find(ways[k % 2]);
        config.steps = 150;
        double left[2];
        for (int strong = 0; strong < 2; strong++) {
            config.lambda = strong ? 3e-3f : 1e-9f;
            struct train *train = new_train(&config);
            run(train, config.steps);
            left[strong] = train_connection_cost(train);
            train_free(train);
        }
        ck_assert_double_lt(left[1], 0.5 * left[0]);
        ck_assert_double_gt(left[1], 0);
    }
    task_mix_free(mix);
}
END_TEST

/* Sum of the lengths of connections above 1e-2, on the 8 x 8 grid. */
static double length_of_wiring(const float *w)
{
    double length = 0;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++)
            length += fabsf(w[i * 64 + j]) > 1e-2f ? grid_distance(8, i, j) : 0;
    return length;
}

/* The axis of useful lambdas: prototypes on this grid, trained longer, had 2183, 550, 135 and 39.
 */
START_TEST(wiring_falls_over_the_range_of_lambda)
{
    static const float lambdas[] = {1e-4f, 5e-4f, 2e-3f, 1e-2f};
    struct task_mix *mix = new_mix("go,rtgo");
    double before = INFINITY;
    for (size_t k = 0; k < sizeof lambdas / sizeof lambdas[0]; k++) {
        struct train_config config = small(mix, "sernn");
        config.grid = 8;
        config.lambda = lambdas[k];
        config.steps = 1500;
        config.rate = 5e-3f;
        struct train *train = new_train(&config);
        run(train, config.steps);
        double length = length_of_wiring(train_params(train));
        ck_assert(length > 0 && length < 0.75 * before);
        before = length;
        train_free(train);
    }
    ck_assert_double_lt(before, 200);
    task_mix_free(mix);
}
END_TEST

/* Outside of W the cost is as in equation 2: the coefficient of W_in, W_out and the biases is 1, or
   0. */
START_TEST(the_rest_costs_where_it_is_told_to)
{
    struct task_mix *mix = new_mix("go");
    struct train_config config = small(mix, "sernn");
    struct train *free_rest = new_train(&config);
    config.rest = 1;
    struct train *paid = new_train(&config);
    const float *params = train_params(paid);
    double rest = 0;
    for (size_t p = 36 * 36; p < rnn_param_count(train_shape(paid)); p++)
        rest += fabsf(params[p]);
    ck_assert_double_eq_tol(train_connection_cost(paid) - train_connection_cost(free_rest), rest,
                            1e-6 * rest);
    train_free(free_rest);
    train_free(paid);
    task_mix_free(mix);
}
END_TEST

static long zeros_of_w(const float *params)
{
    long zeros = 0;
    for (int p = 0; p < 36 * 36; p++)
        zeros += params[p] == 0;
    return zeros;
}

/* Between two computations of the communicability the coefficients belong to earlier weights. */
START_TEST(a_restored_training_goes_on_to_the_same_bits)
{
    static const char *const ways[] = {"proximal", "subgradient"};
    struct task_mix *mix = new_mix("go,rtgo");
    for (int k = 0; k < 4; k++) {
        struct train_config config = small(mix, "sernn");
        config.treatment = regularizer_treatment_find(ways[k % 2]);
        config.staged_lambda = k / 2;
        config.steps = 160;
        config.communicability_every = 25;
        struct train *train = new_train(&config), *again = new_train(&config);
        size_t bytes = rnn_param_count(train_shape(train)) * sizeof(float);
        run(train, 113);
        struct train_state state = train_state(train);
        ck_assert_uint_eq(state.slopes, 36 * 36);
        ck_assert_int_eq(train_restore(again, &state, NULL), 0);
        run(train, 47);
        run(again, 47);
        ck_assert_mem_eq(train_params(train), train_params(again), bytes);

        state.slopes = 0; /* the state of another regularizer's training */
        ck_assert_int_eq(train_restore(again, &state, NULL), ERR_FORMAT);
        train_free(train);
        train_free(again);
    }
    task_mix_free(mix);
}
END_TEST

/* ---- a mask ---- */

/* Two steps on the 6 x 6 grid: 36 units with 36 + 2 * (2 * 30 + 2 * 24 + 2 * 25) connections. */
START_TEST(masked_weights_stay_zero_and_the_others_start_as_ever)
{
    enum { CONNECTED = 36 + 2 * (2 * 30 + 2 * 24 + 2 * 25) };
    struct task_mix *mix = new_mix("go,rtgo");
    struct train_config config = small(mix, "mask");
    struct train *masked = new_train(&config);
    config.regularizer = regularizer_find("none");
    struct train *plain = new_train(&config);
    const float *w = train_params(masked), *unmasked = train_params(plain);
    for (int p = 0; p < 36 * 36; p++)
        ck_assert(grid_steps(6, p / 36, p % 36) <= 2 ? w[p] == unmasked[p] : w[p] == 0);
    size_t P = rnn_param_count(train_shape(plain));
    for (size_t p = 36 * 36; p < P; p++)
        ck_assert_float_eq(w[p], unmasked[p]);
    double before = train_connection_cost(masked);
    run(masked, 40);
    ck_assert_int_eq(zeros_of_w(w), 36 * 36 - CONNECTED);
    for (int p = 0; p < 36 * 36; p++)
        ck_assert(grid_steps(6, p / 36, p % 36) <= 2 || w[p] == 0);
    ck_assert_double_ne(train_connection_cost(masked), before);
    train_free(masked);
    train_free(plain);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(rivals, "sernn and mask", communicability_is_paid_for,
           wiring_falls_over_the_range_of_lambda, the_rest_costs_where_it_is_told_to,
           a_restored_training_goes_on_to_the_same_bits,
           masked_weights_stay_zero_and_the_others_start_as_ever)

SUITE_MAIN("train_rivals", rivals)
