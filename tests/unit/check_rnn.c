/* activation, softmax, initializer, rnn: values and gradients, also compared with PyTorch. */
#include "base/mem.h"
#include "math/rng.h"
#include "reference.h"
#include "rnn/activation.h"
#include "rnn/initializer.h"
#include "rnn/rnn.h"
#include "rnn/softmax.h"
#include "suite.h"

#include <math.h>
#include <string.h>

/* ---- activations ---- */

static double relu_exact(double z)
{
    return z > 0 ? z : 0;
}

static double softplus_exact(double z)
{
    return (z > 0 ? z : 0) + log1p(exp(-fabs(z)));
}

static double relu_derivative(double z)
{
    return z > 0;
}

static double tanh_derivative(double z)
{
    return 1 - tanh(z) * tanh(z);
}

static double softplus_derivative(double z)
{
    return 1 / (1 + exp(-z));
}

/* The C library's double functions on +-64000 points up to |z| = 70; three units in the last place
   are what vmath.h promises. */
START_TEST(activations_are_those_of_the_c_library)
{
    static const struct {
        const char *name;
        double (*value)(double), (*derivative)(double);
    } exact[] = {{"relu", relu_exact, relu_derivative},
                 {"tanh", tanh, tanh_derivative},
                 {"softplus", softplus_exact, softplus_derivative}};
    enum { N = 64000 };
    static float z[2 * N], h[2 * N], slope[2 * N], bias[2 * N];
    for (int k = 0; k < 3; k++) {
        const struct activation *a = activation_find(exact[k].name);
        ck_assert_ptr_eq(a, activation_at(k));
        for (int i = 0; i < 2 * N; i++) {
            bias[i] = 0.25f;
            z[i] = (float)((i - N) * 1e-4 * (1 + abs(i - N) * 1.5e-4));
            h[i] = z[i] - bias[i];
            z[i] = h[i] + bias[i];
            slope[i] = 2;
        }
        a->apply(1, 2 * N, bias, h);
        a->backward(1, 2 * N, h, slope);
        for (int i = 0; i < 2 * N; i++) {
            double value = exact[k].value(z[i]);
            ck_assert_double_eq_tol(h[i], value, 3 * 0x1p-23 * fabs(value) + 1e-37);
            ck_assert_double_eq_tol(slope[i] / 2, exact[k].derivative(z[i]), 5e-7);
        }
    }
    ck_assert_ptr_null(activation_at(3));
    ck_assert_ptr_null(activation_at(-1));
    ck_assert_ptr_null(activation_find("sigmoid"));
}
END_TEST

START_TEST(activations_add_the_bias_to_every_row_and_let_nan_through)
{
    const float bias[3] = {1, -1, 0};
    float z[9] = {1, 2, -3, 0, 0.5f, NAN, -5, 5, 0};
    const float expected[9] = {2, 1, 0, 1, 0, NAN, 0, 4, 0};
    activation_find("relu")->apply(3, 3, bias, z);
    for (int i = 0; i < 9; i++)
        if (i != 5)
            ck_assert_float_eq(z[i], expected[i]);
    for (int k = 0; k < 3; k++) {
        float x[9];
        for (int i = 0; i < 9; i++)
            x[i] = NAN;
        activation_at(k)->apply(3, 3, bias, x);
        for (int i = 0; i < 9; i++)
            ck_assert(isnan(x[i]));
    }
}
END_TEST

/* ---- softmax ---- */

/* Known answers by hand: equal logits cost log O; log(1 + e^-1) for a lead of 1. */
START_TEST(softmax_known_answers)
{
    const float logits[4][2] = {{0, 0}, {1, 0}, {1, 0}, {1000, -1000}};
    const int label[4] = {0, 0, -1, 1};
    float gradient[4][2];
    double lead = exp(-1) / (1 + exp(-1));
    double mean = (log(2) + log1p(exp(-1)) + 2000) / 3;
    ck_assert_double_eq_tol(softmax_cross_entropy(4, 2, logits[0], label, gradient[0]), mean, 1e-6);
    const double expected[4][2] = {
        {-0.5 / 3, 0.5 / 3}, {-lead / 3, lead / 3}, {0, 0}, {1.0 / 3, -1.0 / 3}};
    for (int r = 0; r < 4; r++)
        for (int o = 0; o < 2; o++)
            ck_assert_double_eq_tol(gradient[r][o], expected[r][o], 1e-7);
    const int nothing[4] = {-1, -1, -1, -1};
    ck_assert_double_eq(softmax_cross_entropy(4, 2, logits[0], nothing, gradient[0]), 0);
}
END_TEST

START_TEST(softmax_of_what_is_not_finite_is_not_finite)
{
    const float bad[] = {NAN, INFINITY};
    for (int i = 0; i < 2; i++)
        for (int o = 0; o < 3; o++) {
            float logits[3] = {0, 1, 2}, gradient[3];
            logits[o] = bad[i];
            const int label[1] = {1};
            ck_assert(!isfinite(softmax_cross_entropy(1, 3, logits, label, gradient)));
        }
}
END_TEST

START_TEST(softmax_choice_takes_the_first_of_equals)
{
    ck_assert_int_eq(softmax_choice(4, (const float[]){0, 2, 2, 1}), 1);
    ck_assert_int_eq(softmax_choice(3, (const float[]){-3, -2, -1}), 2);
}
END_TEST

/* ---- initialisation ---- */

START_TEST(uniform_fills_its_interval)
{
    struct rnn_shape shape = {40, 64, 17};
    size_t P = rnn_param_count(shape);
    float *params = mem_array(P, sizeof *params);
    struct rng r = rng_at(5, RNG_INIT, 0);
    initializer_find("uniform")->fill(shape, &r, params);
    double sum = 0, square = 0;
    for (size_t i = 0; i < P; i++) {
        ck_assert(fabsf(params[i]) <= 0.125f);
        sum += params[i];
        square += (double)params[i] * params[i];
    }
    /* mean 0 and variance bound^2/3, to five standard errors */
    ck_assert_double_eq_tol(sum / (double)P, 0, 5 * 0.125 / sqrt(3.0 * (double)P));
    ck_assert_double_eq_tol(square / (double)P / (0.125 * 0.125), 1.0 / 3,
                            5 * sqrt(4.0 / 45 / (double)P));
    mem_free(params);
}
END_TEST

START_TEST(orthogonal_is_orthogonal_and_the_rest_uniform)
{
    struct rnn_shape shape = {5, 49, 3};
    size_t P = rnn_param_count(shape), H = 49;
    float *params = mem_array(P, sizeof *params);
    struct rng r = rng_at(5, RNG_INIT, 0);
    initializer_find("orthogonal")->fill(shape, &r, params);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j <= i; j++) {
            double dot = 0;
            for (size_t k = 0; k < H; k++)
                dot += (double)params[i * H + k] * params[j * H + k];
            ck_assert_double_eq_tol(dot, i == j, 1e-6);
        }
    int distinct = 0;
    for (size_t i = H * H; i < P; i++) {
        ck_assert(fabsf(params[i]) <= 1.0f / 7);
        distinct += params[i] != params[i - 1];
    }
    ck_assert_int_gt(distinct, (int)(P - H * H) - 5);
    mem_free(params);
    ck_assert_ptr_null(initializer_find("zeros"));
    ck_assert_ptr_null(initializer_at(2));
}
END_TEST

/* ---- the network ---- */

static struct rnn *new_reference_rnn(const char *activation)
{
    struct rnn *rnn;
    ck_assert_int_eq(rnn_new(&rnn, reference_shape, activation_find(activation), REFERENCE_T,
                             REFERENCE_B, 1, NULL),
                     0);
    return rnn;
}

static double reference_loss(struct rnn *rnn, const struct reference *r, const float *params)
{
    rnn_forward(rnn, params, REFERENCE_T, REFERENCE_B, r->x);
    return rnn_loss(rnn, r->label);
}

static const char *const names[] = {"relu", "tanh", "softplus"};

/*
 * PyTorch 2 in float64.  float32 rounds to 6e-8; a gradient is a sum over 80 rows and 20 steps of
 * terms that partly cancel, which loses about one digit: 1e-6 of the largest entry, seen 2e-7.
 */
START_TEST(loss_and_gradient_are_those_of_pytorch)
{
    static struct reference r;
    static float gradient[REFERENCE_P];
    reference_load(names[_i], &r);
    struct rnn *rnn = new_reference_rnn(names[_i]);
    ck_assert_double_eq_tol(reference_loss(rnn, &r, r.params), r.loss, 1e-6);
    rnn_backward(rnn, r.params, r.x, gradient);
    float largest = 0;
    for (int i = 0; i < REFERENCE_P; i++)
        largest = fmaxf(largest, fabsf(r.gradient[i]));
    for (int i = 0; i < REFERENCE_P; i++)
        ck_assert_float_eq_tol(gradient[i], r.gradient[i], 1e-6f * largest);
    rnn_free(rnn);
}
END_TEST

/* ---- the gradient compared with differences of the loss ---- */

struct block {
    const char *name;
    int begin, end;
};

static const struct block blocks[] = {
    {"W", 0, 36 * 36},           {"W_in", 36 * 36, 36 * 89},       {"W_out", 36 * 89, 36 * 106},
    {"b_h", 36 * 106, 36 * 107}, {"b_o", 36 * 107, 36 * 107 + 17},
};

/* The loss's central difference along d, at distance eps. */
static double difference(struct rnn *rnn, const struct reference *r, const float *d, float eps)
{
    static float moved[REFERENCE_P];
    double loss[2];
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < REFERENCE_P; i++)
            moved[i] = r->params[i] + (side ? eps : -eps) * d[i];
        loss[side] = reference_loss(rnn, r, moved);
    }
    return (loss[1] - loss[0]) / (2 * (double)eps);
}

/* A direction of length 1 within the block: half of it random, half along the gradient, so that the
   derivative is not small compared with the rounding of the loss. */
static void draw_direction(struct rng *r, struct block block, const float *gradient, float *d)
{
    double along = 0, across = 0, length = 0;
    memset(d, 0, REFERENCE_P * sizeof *d);
    for (int i = block.begin; i < block.end; i++) {
        d[i] = rng_normal(r);
        along += (double)gradient[i] * gradient[i];
        across += (double)d[i] * d[i];
    }
    for (int i = block.begin; i < block.end; i++) {
        d[i] = (float)(d[i] / sqrt(across) + gradient[i] / sqrt(along));
        length += (double)d[i] * d[i];
    }
    for (int i = block.begin; i < block.end; i++)
        d[i] = (float)(d[i] / sqrt(length));
}

/*
 * Compares the derivative along d from the gradient with central differences at eps and eps/2.  The
 * disagreement of the two differences, plus the rounding of the loss (about 2e-8 for a mean over 80
 * rows), gives their accuracy.  It must be a small part of the derivative for the check to be
 * meaningful, and the gradient must agree within twice that.
 */
static void check_direction(struct rnn *rnn, const struct reference *r, const float *gradient,
                            struct block block, const float *d)
{
    const float eps = 2e-3f;
    double derivative = 0;
    for (int i = block.begin; i < block.end; i++)
        derivative += (double)gradient[i] * d[i];
    double far = difference(rnn, r, d, eps), near = difference(rnn, r, d, eps / 2);
    double doubt = fabs(far - near) + 4e-8 / (double)eps;
    ck_assert_msg(doubt < 5e-3 * fabs(derivative), "%s: differences %g and %g are no test of %g",
                  block.name, far, near, derivative);
    ck_assert_msg(fabs(near - derivative) <= 2 * doubt,
                  "%s: derivative %.8g, differences %.8g, %.8g", block.name, derivative, far, near);
}

START_TEST(gradient_is_that_of_differences)
{
    static struct reference r;
    static float gradient[REFERENCE_P], d[REFERENCE_P];
    struct rng random = rng_at(11, RNG_TEST, (uint64_t)_i);
    reference_load(names[_i], &r);
    struct rnn *rnn = new_reference_rnn(names[_i]);
    reference_loss(rnn, &r, r.params);
    rnn_backward(rnn, r.params, r.x, gradient);
    for (int b = 0; b < 5; b++)
        for (int repeat = 0; repeat < 4; repeat++) {
            draw_direction(&random, blocks[b], gradient, d);
            check_direction(rnn, &r, gradient, blocks[b], d);
        }
    rnn_free(rnn);
}
END_TEST

/* ---- shape and use ---- */

START_TEST(parameters_lie_one_after_another)
{
    float flat[1];
    struct rnn_shape shape = {3, 4, 2};
    struct rnn_params p = rnn_params(shape, flat);
    ck_assert_uint_eq(rnn_param_count(shape), 16 + 12 + 8 + 4 + 2);
    ck_assert_ptr_eq(p.w.x, flat);
    ck_assert_int_eq(p.w_in.x - flat, 16);
    ck_assert_int_eq(p.w_out.x - flat, 28);
    ck_assert_int_eq(p.b_h - flat, 36);
    ck_assert_int_eq(p.b_o - flat, 40);
    ck_assert_int_eq(p.w_in.cols, 3);
    ck_assert_int_eq(p.w_out.rows, 2);
}
END_TEST

/* One relu unit, h <- relu(0.5 h + u - 1), o = (2h, 1): u = 3, 1, 0 gives h = 2, 1, 0. */
START_TEST(forward_by_hand)
{
    struct rnn_shape shape = {1, 1, 2};
    const float params[] = {0.5f, 1, 2, 0, -1, 0, 1}, x[] = {3, 1, 0};
    struct rnn *rnn;
    ck_assert_int_eq(rnn_new(&rnn, shape, activation_find("relu"), 3, 1, 0, NULL), 0);
    rnn_forward(rnn, params, 3, 1, x);
    const float *h = rnn_hidden(rnn), *o = rnn_logits(rnn);
    const float hidden[] = {2, 1, 0}, logits[] = {4, 1, 2, 1, 0, 1};
    for (int t = 0; t < 3; t++)
        ck_assert_float_eq(h[t], hidden[t]);
    for (int i = 0; i < 6; i++)
        ck_assert_float_eq(o[i], logits[i]);
    rnn_free(rnn);
}
END_TEST

/* A shorter and narrower batch in the same buffers is not affected by the larger one before. */
START_TEST(smaller_batches_leave_no_trace)
{
    static struct reference r;
    static float narrow[7 * REFERENCE_I], first[REFERENCE_P], second[REFERENCE_P];
    reference_load("tanh", &r);
    for (int t = 0; t < 7; t++)
        memcpy(narrow + t * REFERENCE_I, r.x + t * REFERENCE_B * REFERENCE_I,
               REFERENCE_I * sizeof(float));
    double loss[2];
    struct rnn *used = new_reference_rnn("tanh"), *fresh;
    ck_assert_int_eq(rnn_new(&fresh, reference_shape, activation_find("tanh"), 7, 1, 1, NULL), 0);
    reference_loss(used, &r, r.params);
    rnn_backward(used, r.params, r.x, second);
    rnn_forward(used, r.params, 7, 1, narrow);
    loss[0] = rnn_loss(used, r.label);
    rnn_backward(used, r.params, narrow, first);
    rnn_forward(fresh, r.params, 7, 1, narrow);
    loss[1] = rnn_loss(fresh, r.label);
    rnn_backward(fresh, r.params, narrow, second);
    ck_assert_double_eq(loss[0], loss[1]);
    ck_assert_mem_eq(first, second, sizeof first);
    rnn_free(used);
    rnn_free(fresh);
}
END_TEST

START_TEST(one_step_leaves_the_recurrent_weights_alone)
{
    static struct reference r;
    static float gradient[REFERENCE_P];
    reference_load("relu", &r);
    struct rnn *rnn = new_reference_rnn("relu");
    rnn_forward(rnn, r.params, 1, REFERENCE_B, r.x);
    rnn_loss(rnn, r.label);
    rnn_backward(rnn, r.params, r.x, gradient);
    for (int i = blocks[0].begin; i < blocks[0].end; i++)
        ck_assert_float_eq(gradient[i], 0);
    rnn_free(rnn);
}
END_TEST

START_TEST(passes_repeat_to_the_bit)
{
    static struct reference r;
    static float once[REFERENCE_P], again[REFERENCE_P];
    reference_load("softplus", &r);
    struct rnn *rnn = new_reference_rnn("softplus");
    double first = reference_loss(rnn, &r, r.params);
    rnn_backward(rnn, r.params, r.x, once);
    double second = reference_loss(rnn, &r, r.params);
    rnn_backward(rnn, r.params, r.x, again);
    ck_assert_double_eq(first, second);
    ck_assert_mem_eq(once, again, sizeof once);
    rnn_free(rnn);
}
END_TEST

/* The weights' gradients are summed in blocks of time steps, whose number depends on B: four
   sequences at once must give the mean of what each gives alone. */
START_TEST(gradients_do_not_depend_on_the_batch)
{
    enum { T = 150, B = 4, I = 3, H = 7, O = 2, P = H * H + H * I + O * H + H + O };
    const struct rnn_shape shape = {I, H, O};
    static float params[P], x[T * B * I], alone_x[T * I], together[P], alone[P];
    static int label[T * B], alone_label[T];
    double mean[P] = {0};
    struct rng rng = rng_at(7, RNG_TEST, 0);
    struct rnn *rnn;
    for (int i = 0; i < P; i++)
        params[i] = rng_normal(&rng) / 4;
    for (int i = 0; i < T * B * I; i++)
        x[i] = rng_normal(&rng);
    for (int i = 0; i < T * B; i++)
        label[i] = (int)rng_below(&rng, O);

    ck_assert_int_eq(rnn_new(&rnn, shape, activation_find("tanh"), T, B, 1, NULL), 0);
    rnn_forward(rnn, params, T, B, x);
    rnn_loss(rnn, label);
    rnn_backward(rnn, params, x, together);
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            memcpy(alone_x + t * I, x + (t * B + b) * I, I * sizeof *x);
            alone_label[t] = label[t * B + b];
        }
        rnn_forward(rnn, params, T, 1, alone_x);
        rnn_loss(rnn, alone_label);
        rnn_backward(rnn, params, alone_x, alone);
        for (int i = 0; i < P; i++)
            mean[i] += alone[i] / (double)B;
    }
    for (int i = 0; i < P; i++)
        ck_assert_double_eq_tol(together[i], mean[i], 1e-6);
    rnn_free(rnn);
}
END_TEST

START_TEST(memory_running_out_is_an_error)
{
    struct rnn *rnn = NULL;
    struct err e = {0};
    long n = 0;
    for (;; n++) {
        mem_fail_at(n);
        int code = rnn_new(&rnn, reference_shape, activation_find("relu"), 5, 2, 1, &e);
        mem_fail_at(-1);
        if (code == 0)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(rnn);
    }
    ck_assert_int_eq(n, 25); /* itself, four sequences, five packed matrices of four blocks */
    rnn_free(rnn);

    struct rnn_shape huge = {1, 2000000000, 1};
    ck_assert_int_eq(rnn_new(&rnn, huge, activation_find("relu"), 2000000000, 2000000000, 1, &e),
                     ERR_MEMORY);
    ck_assert_ptr_nonnull(strstr(e.text, "2000000000 units"));
}
END_TEST

SUITE_CASE(functions, "activation and softmax", activations_are_those_of_the_c_library,
           activations_add_the_bias_to_every_row_and_let_nan_through, softmax_known_answers,
           softmax_of_what_is_not_finite_is_not_finite, softmax_choice_takes_the_first_of_equals)
SUITE_CASE(beginnings, "initializer", uniform_fills_its_interval,
           orthogonal_is_orthogonal_and_the_rest_uniform)
SUITE_CASE(use, "rnn", parameters_lie_one_after_another, forward_by_hand,
           smaller_batches_leave_no_trace, one_step_leaves_the_recurrent_weights_alone,
           passes_repeat_to_the_bit, gradients_do_not_depend_on_the_batch,
           memory_running_out_is_an_error)

/* Each test runs once for every activation. */
static TCase *gradients(void)
{
    TCase *tcase = tcase_create("gradients");
    tcase_add_loop_test(tcase, loss_and_gradient_are_those_of_pytorch, 0, 3);
    tcase_add_loop_test(tcase, gradient_is_that_of_differences, 0, 3);
    return tcase;
}

SUITE_MAIN("rnn", functions, beginnings, use, gradients)
