/* modnet: PyTorch's loss, gradient and steps; central differences; mask, decision, readouts, and
   the narrow readouts for measurement. */
#include "base/mem.h"
#include "modules/bottleneck.h"
#include "modules/modnet.h"
#include "modules_reference.h"
#include "rnn/adam.h"
#include "suite.h"

#include <math.h>
#include <string.h>

enum { B = MODULES_REFERENCE_B };

static const char *const settings[] = {"separate", "shared"};

static struct modnet *net_of(struct modnet_shape shape)
{
    struct modnet *net;
    ck_assert_int_eq(modnet_new(&net, shape, B, NULL), 0);
    return net;
}

static double loss_of(struct modnet *net, const struct modules_reference *r)
{
    modnet_forward(net, r->params, B, r->x);
    return modnet_loss(net, r->params, r->label);
}

START_TEST(loss_and_gradient_are_those_of_pytorch)
{
    static struct modules_reference r;
    static float gradient[MODULES_REFERENCE_MOST];
    modules_reference_load(settings[_i], &r);
    struct modnet *net = net_of(r.shape);
    ck_assert_double_eq_tol(loss_of(net, &r), r.loss, 1e-6);
    modnet_backward(net, r.params, r.mask, r.x, gradient);
    for (int i = 0; i < r.P; i++)
        ck_assert_float_eq_tol(gradient[i], r.gradient[i], 1e-6f);
    modnet_free(net);
}
END_TEST

/* A step inherits the relative error of the gradient, see check_adam.c.  The decay is large enough
   to be visible: ten steps shrink a weight by 0.1 %. */
START_TEST(ten_steps_are_those_of_pytorch)
{
    static struct modules_reference r;
    static float gradient[MODULES_REFERENCE_MOST], m[MODULES_REFERENCE_MOST],
        v[MODULES_REFERENCE_MOST];
    modules_reference_load(settings[_i], &r);
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    struct modnet *net = net_of(r.shape);
    struct adam adam = adam_default;
    adam.decay = 0.1f;
    for (long step = 1; step <= 10; step++) {
        loss_of(net, &r);
        modnet_backward(net, r.params, r.mask, r.x, gradient);
        adam_step(&adam, step, 1e-3f, (size_t)r.P, r.params, gradient, m, v, 0, NULL);
    }
    int beyond = 0;
    for (int i = 0; i < r.P; i++)
        beyond += fabsf(r.params[i] - r.after[i]) > 5e-6f;
    ck_assert_int_le(beyond, r.P / 200);
    for (int i = 0; i < 4 * r.shape.n * r.shape.n; i++)
        ck_assert(r.mask[i] != 0 || r.params[i] == 0);
    modnet_free(net);
}
END_TEST

/* Along random directions, where no decision is near a tie; float32 gives three digits. */
START_TEST(gradient_is_that_of_central_differences)
{
    static struct modules_reference r, moved;
    static float gradient[MODULES_REFERENCE_MOST], direction[MODULES_REFERENCE_MOST];
    const float step = 2e-3f;
    modules_reference_load(settings[_i], &r);
    struct modnet *net = net_of(r.shape);
    loss_of(net, &r);
    modnet_backward(net, r.params, r.mask, r.x, gradient);
    for (uint64_t k = 0; k < 5; k++) {
        struct rng g = rng_at(k, RNG_TEST, 0);
        double slope = 0, ends[2];
        for (int i = 0; i < r.P; i++) {
            direction[i] = rng_normal(&g) / sqrtf((float)r.P);
            if (i < 4 * r.shape.n * r.shape.n)
                direction[i] *= r.mask[i];
            slope += (double)gradient[i] * direction[i];
        }
        for (int end = 0; end < 2; end++) {
            moved = r;
            for (int i = 0; i < r.P; i++)
                moved.params[i] += (end ? step : -step) * direction[i];
            ends[end] = loss_of(net, &moved);
        }
        ck_assert_double_eq_tol((ends[1] - ends[0]) / (2 * step), slope, 1e-3);
    }
    modnet_free(net);
}
END_TEST

/* K links in each direction, no self-links, and the links of a smaller K are among those of a
   larger K. */
START_TEST(masks_have_k_links_each_way)
{
    enum { N = 9, H = 2 * N };
    float small[H * H], large[H * H];
    for (int K = 0; K <= N * N; K += K < 2 ? 1 : 79) {
        modnet_draw_mask(N, K, 5, small);
        modnet_draw_mask(N, N * N, 5, large);
        int links[2] = {0}, within = 0;
        for (int i = 0; i < H * H; i++) {
            int to = i / H, from = i % H;
            ck_assert(small[i] == 0 || small[i] == 1);
            ck_assert(small[i] <= large[i]);
            if ((to < N) == (from < N))
                within += small[i] == 1;
            else
                links[to < N] += small[i] == 1;
            ck_assert(to != from || small[i] == 0);
        }
        ck_assert_int_eq(links[0], K);
        ck_assert_int_eq(links[1], K);
        ck_assert_int_eq(within, 2 * N * (N - 1));
    }
    modnet_draw_mask(N, 20, 5, small);
    modnet_draw_mask(N, 20, 6, large);
    ck_assert_mem_ne(small, large, sizeof small);
}
END_TEST

/* Without a link, the input of one module never reaches the other. */
START_TEST(modules_without_links_are_apart)
{
    static struct modules_reference r;
    static float before[MODULES_REFERENCE_MOST];
    modules_reference_load("separate", &r);
    int n = r.shape.n, H = 2 * n, d = r.shape.d, states = r.shape.T * B * H;
    modnet_draw_mask(n, 0, 1, r.mask);
    for (int i = 0; i < H * H; i++)
        r.params[i] *= r.mask[i];
    ck_assert_int_eq(modnet_count_links(r.shape, r.params), 0);
    struct modnet *net = net_of(r.shape);
    modnet_forward(net, r.params, B, r.x);
    memcpy(before, modnet_hidden(net), (size_t)states * sizeof *before);
    for (int i = 0; i < r.shape.T * B * 2 * d; i++)
        if (i / d % 2 == 1)
            r.x[i] = -r.x[i];
    modnet_forward(net, r.params, B, r.x);
    int changed = 0;
    for (int i = 0; i < states; i++) {
        if (i % H < n)
            ck_assert(modnet_hidden(net)[i] == before[i]);
        else
            changed += modnet_hidden(net)[i] != before[i];
    }
    ck_assert_int_gt(changed, states / 3);
    modnet_free(net);
}
END_TEST

/* With links from time step 3 on, the other image is first seen in the state of time step 3. */
START_TEST(links_work_from_their_start)
{
    static struct modules_reference r;
    static float before[MODULES_REFERENCE_MOST];
    modules_reference_load("separate", &r);
    r.shape.link_start = 3;
    int n = r.shape.n, H = 2 * n, d = r.shape.d;
    struct modnet *net = net_of(r.shape);
    modnet_forward(net, r.params, B, r.x);
    memcpy(before, modnet_hidden(net), (size_t)(r.shape.T * B * H) * sizeof *before);
    for (int i = 0; i < r.shape.T * B * 2 * d; i++)
        if (i / d % 2 == 1)
            r.x[i] = -r.x[i];
    modnet_forward(net, r.params, B, r.x);
    for (int t = 0; t < r.shape.T; t++) {
        int changed = 0;
        for (int i = 0; i < B * H; i++)
            changed += i % H < n && modnet_hidden(net)[t * B * H + i] != before[t * B * H + i];
        ck_assert_int_eq(changed > 0, t >= 2);
    }
    modnet_free(net);
}
END_TEST

/* The module with the largest logit decides.  With the biases of one readout far above the other's,
   that module decides all trials, and only its readout has a gradient. */
START_TEST(confidence_decides)
{
    static struct modules_reference r;
    static float gradient[MODULES_REFERENCE_MOST];
    struct modnet_decision decision[2 * B], alone[2 * B];
    modules_reference_load("separate", &r);
    struct modnet *net = net_of(r.shape);
    struct modnet_params p = modnet_params(r.shape, r.params);
    int L = r.shape.outputs * MODNET_CLASSES;
    for (int i = 0; i < L; i++)
        p.b[L + i] += 50;
    modnet_forward(net, r.params, B, r.x);
    modnet_decide(net, r.params, decision);
    modnet_decide_by(net, 1, alone);
    for (int i = 0; i < 2 * B; i++) {
        ck_assert_int_eq(decision[i].module, 1);
        ck_assert_int_eq(decision[i].answer, alone[i].answer);
    }
    loss_of(net, &r);
    modnet_backward(net, r.params, r.mask, r.x, gradient);
    struct modnet_params g = modnet_params(r.shape, gradient);
    for (int i = 0; i < L * r.shape.n; i++)
        ck_assert(g.v.x[i] == 0);
    modnet_free(net);
}
END_TEST

START_TEST(initial_parameters_have_their_bound)
{
    enum { N = 8 };
    const struct modnet_shape shape = {N, 10, 5, 2, 0, 0, 1};
    float mask[4 * N * N], params[4096], most = 0;
    modnet_draw_mask(N, 7, 3, mask);
    modnet_draw_params(shape, mask, 3, params);
    for (size_t i = 0; i < modnet_param_count(shape); i++)
        most = fmaxf(most, fabsf(params[i]));
    ck_assert_float_le(most, 0.25f);
    ck_assert_float_gt(most, 0.24f);
    ck_assert_int_eq(modnet_count_links(shape, params), 14);
}
END_TEST

/* ---- narrow readouts ---- */

enum { N = 4, STEPS = 2, TRIALS = 200 };

/* Module 0's states say digit 0 and module 1's digit 1, each by one unit of four values. */
static void make_states(float *h, int *digit)
{
    struct rng g = rng_at(1, RNG_TEST, 0);
    for (int b = 0; b < TRIALS; b++)
        for (int m = 0; m < 2; m++) {
            digit[2 * b + m] = (int)rng_below(&g, 4);
            for (int t = 0; t < STEPS; t++)
                for (int i = 0; i < N; i++)
                    h[((t * TRIALS + b) * 2 + m) * N + i] = i == digit[2 * b + m];
        }
}

START_TEST(readouts_find_what_a_module_knows)
{
    static float h[STEPS * TRIALS * 2 * N];
    static int digit[2 * TRIALS];
    struct bottleneck_count count = {0};
    struct bottleneck *readouts;
    make_states(h, digit);
    ck_assert_int_eq(bottleneck_new(&readouts, N, STEPS, TRIALS, 0, 0, NULL), 0);
    double first = bottleneck_step(readouts, TRIALS, h, digit, 0.01f, 0), last = first;
    ck_assert_double_eq_tol(first, log(10), 0.3);
    for (int i = 0; i < 200; i++)
        last = bottleneck_step(readouts, TRIALS, h, digit, 0.01f, 0);
    /* two of six only learn that four digits are alike */
    ck_assert_double_eq_tol(last, log(4) / 3, 0.05);
    bottleneck_add(readouts, TRIALS, h, digit, &count);
    ck_assert_int_eq(count.trials, TRIALS);
    for (int t = 0; t < STEPS; t++)
        for (int m = 0; m < 2; m++)
            for (int k = 0; k < 2; k++) {
                ck_assert_int_eq(count.right[t][BOTTLENECK_BOTH][k], TRIALS);
                if (m == k) {
                    ck_assert_int_eq(count.right[t][m][k], TRIALS);
                    ck_assert_int_lt(count.ablated[t][m][k], TRIALS / 2);
                } else {
                    ck_assert_int_lt(count.right[t][m][k], TRIALS / 2);
                    ck_assert_int_eq(count.ablated[t][m][k], TRIALS);
                }
            }
    bottleneck_free(readouts);
}
END_TEST

static TCase *network(void)
{
    TCase *tcase = tcase_create("network");
    tcase_add_loop_test(tcase, loss_and_gradient_are_those_of_pytorch, 0, 2);
    tcase_add_loop_test(tcase, ten_steps_are_those_of_pytorch, 0, 2);
    tcase_add_loop_test(tcase, gradient_is_that_of_central_differences, 0, 2);
    tcase_add_test(tcase, masks_have_k_links_each_way);
    tcase_add_test(tcase, modules_without_links_are_apart);
    tcase_add_test(tcase, links_work_from_their_start);
    tcase_add_test(tcase, confidence_decides);
    tcase_add_test(tcase, initial_parameters_have_their_bound);
    return tcase;
}

SUITE_CASE(readouts, "readouts", readouts_find_what_a_module_knows)

SUITE_MAIN("modnet", network, readouts)
