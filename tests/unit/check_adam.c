/* adam: PyTorch's steps, the proximal threshold, and a lasso whose solution is known. */
#include "math/rng.h"
#include "reference.h"
#include "rnn/adam.h"
#include "suite.h"

#include <math.h>
#include <string.h>

/* Whatever the gradient's size, the first step is the learning rate, against the gradient. */
START_TEST(first_step_is_the_rate)
{
    const float grad[] = {1e-3f, -5, 1e6f, 0};
    const float expected[] = {1 - 0.01f, 1 + 0.01f, 1 - 0.01f, 1};
    float params[] = {1, 1, 1, 1}, m[4] = {0}, v[4] = {0};
    adam_step(&adam_default, 1, 0.01f, 4, params, grad, m, v, 0, NULL);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq_tol(params[i], expected[i], 2e-7f);
}
END_TEST

/*
 * optim.Adam of PyTorch 2 in float64, ten steps of rate 1e-3.  A step is rate * m / sqrt(v), so it
 * inherits the relative error of the gradient: where a gradient is near zero compared with the
 * others, its first sign decides.  So nearly all parameters must agree within 2e-6.  At most 0.2 %
 * of them may differ by more, but by less than two steps, the effect of a wrong sign.
 */
START_TEST(ten_steps_are_those_of_pytorch)
{
    static struct reference r;
    static float gradient[REFERENCE_P], m[REFERENCE_P], v[REFERENCE_P];
    reference_load("relu", &r);
    struct rnn *rnn;
    ck_assert_int_eq(
        rnn_new(&rnn, reference_shape, activation_find("relu"), REFERENCE_T, REFERENCE_B, 1, NULL),
        0);
    for (long step = 1; step <= 10; step++) {
        rnn_forward(rnn, r.params, REFERENCE_T, REFERENCE_B, r.x);
        rnn_loss(rnn, r.label);
        rnn_backward(rnn, r.params, r.x, gradient);
        adam_step(&adam_default, step, 1e-3f, REFERENCE_P, r.params, gradient, m, v, 0, NULL);
    }
    int beyond = 0;
    float worst = 0;
    for (int i = 0; i < REFERENCE_P; i++) {
        float off = fabsf(r.params[i] - r.after[i]);
        beyond += off > 2e-6f;
        worst = fmaxf(worst, off);
    }
    ck_assert_msg(beyond <= REFERENCE_P / 500 && worst < 2e-3f, "%d beyond, worst %g", beyond,
                  (double)worst);
    rnn_free(rnn);
}
END_TEST

/* lambda 0 with costs is plain Adam, to the bit. */
START_TEST(no_threshold_is_plain_adam)
{
    enum { N = 67 };
    float a[N], b[N], grad[N], ma[N] = {0}, mb[N] = {0}, va[N] = {0}, vb[N] = {0}, cost[N];
    struct rng r = rng_at(3, RNG_TEST, 0);
    for (int i = 0; i < N; i++) {
        a[i] = b[i] = rng_normal(&r);
        cost[i] = 1 + rng_uniform(&r);
    }
    for (long step = 1; step <= 20; step++) {
        for (int i = 0; i < N; i++)
            grad[i] = rng_normal(&r);
        adam_step(&adam_default, step, 1e-2f, N, a, grad, ma, va, 0, NULL);
        adam_step(&adam_default, step, 1e-2f, N, b, grad, mb, vb, 0, cost);
    }
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_mem_eq(ma, mb, sizeof ma);
    ck_assert_mem_eq(va, vb, sizeof va);
}
END_TEST

/* By hand: at the first step sqrt(v_hat) = |g| = 2, the threshold is 0.1 * 3 * c / 2 = 0.15 c, and
   the plain step 0.1 towards smaller values. */
START_TEST(threshold_shrinks_and_stops_at_zero)
{
    const float grad[] = {2, 2, 2, 2}, cost[] = {1, 2, 0, 1};
    const float expected[] = {0.75f, 0.6f, 0.9f, 0};
    float params[] = {1, 1, 1, 0.2f}, m[4] = {0}, v[4] = {0};
    adam_step(&adam_default, 1, 0.1f, 4, params, grad, m, v, 3, cost);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq_tol(params[i], expected[i], 1e-6f);
    ck_assert(params[3] == 0);
}
END_TEST

START_TEST(nan_is_not_thresholded_away)
{
    float params[] = {NAN, 1}, m[2] = {0}, v[2] = {0};
    const float grad[] = {0, NAN}, cost[] = {1, 1};
    adam_step(&adam_default, 1, 0.1f, 2, params, grad, m, v, 1, cost);
    ck_assert(isnan(params[0]));
    ck_assert(isnan(params[1]));
}
END_TEST

/*
 * min sum_i a_i/2 (w_i - c_i)^2 + lambda k_i |w_i| has the solution soft(c_i, lambda k_i / a_i).
 * With a slowly falling rate Adam converges to it.  Where the solution is 0, the weight is exactly
 * 0 with |gradient| <= lambda k_i: the optimality condition.
 */
START_TEST(lasso_is_solved_with_exact_zeros)
{
    enum { N = 40, STEPS = 6000 };
    const float lambda = 0.1f;
    float w[N], grad[N], m[N] = {0}, v[N] = {0}, a[N], c[N], cost[N];
    struct rng r = rng_at(4, RNG_TEST, 0);
    for (int i = 0; i < N; i++) {
        a[i] = 0.5f + rng_uniform(&r);
        c[i] = 0.4f * rng_normal(&r);
        cost[i] = 1 + 2 * rng_uniform(&r);
        w[i] = rng_normal(&r);
    }
    for (long step = 1; step <= STEPS; step++) {
        for (int i = 0; i < N; i++)
            grad[i] = a[i] * (w[i] - c[i]);
        float rate = 0.02f * (1 - (float)(step - 1) / STEPS);
        adam_step(&adam_default, step, rate, N, w, grad, m, v, lambda, cost);
    }
    int zeros = 0;
    for (int i = 0; i < N; i++) {
        float threshold = lambda * cost[i] / a[i], left = fabsf(c[i]) - threshold;
        if (left <= 0) {
            ck_assert(w[i] == 0);
            ck_assert(fabsf(a[i] * (w[i] - c[i])) <= lambda * cost[i]);
            zeros++;
        } else {
            ck_assert_float_eq_tol(w[i], copysignf(left, c[i]), 1e-3f);
        }
    }
    ck_assert_int_gt(zeros, 5);
    ck_assert_int_lt(zeros, N - 5);
}
END_TEST

SUITE_CASE(plain, "plain", first_step_is_the_rate, ten_steps_are_those_of_pytorch,
           no_threshold_is_plain_adam)
SUITE_CASE(proximal, "proximal", threshold_shrinks_and_stops_at_zero, nan_is_not_thresholded_away,
           lasso_is_solved_with_exact_zeros)

SUITE_MAIN("adam", plain, proximal)
