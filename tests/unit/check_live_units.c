/* live_units: which units are silent, and that the network of the other units gives the same
   results as the whole one. */
#include "base/mem.h"
#include "math/rng.h"
#include "rnn/live_units.h"
#include "suite.h"

#include <string.h>

enum { I = 5, H = 12, O = 3, T = 20, B = 6, P = H * H + H * I + O * H + H + O };

static const struct rnn_shape shape = {I, H, O};

static void draw(struct rng *rng, float scale, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = scale * rng_normal(rng);
}

/* Removes all inputs of unit u and sets its bias to b. */
static void cut_incoming(float *params, int u, float b)
{
    struct rnn_params p = rnn_params(shape, params);
    memset(p.w.x + u * H, 0, H * sizeof(float));
    memset(p.w_in.x + u * I, 0, I * sizeof(float));
    p.b_h[u] = b;
}

static void cut_outgoing(float *params, int u)
{
    struct rnn_params p = rnn_params(shape, params);
    for (int i = 0; i < H; i++)
        p.w.x[i * H + u] = 0;
    for (int o = 0; o < O; o++)
        p.w_out.x[o * H + u] = 0;
}

static struct live_units *new_live_units(const char *activation)
{
    struct live_units *live;
    ck_assert_int_eq(live_units_new(&live, shape, activation_find(activation), NULL), 0);
    return live;
}

/* Eight units cut off in part or whole; how many units matter is worked out by hand. */
START_TEST(silence_depends_on_the_activation)
{
    static const struct {
        const char *activation;
        int heard;
    } cases[] = {{"relu", H - 4}, {"tanh", H - 1}, {"softplus", H}};
    static float params[P];
    struct rng rng = rng_at(1, RNG_TEST, 0);
    draw(&rng, 1, P, params);
    cut_incoming(params, 0, 0);     /* relu: silent.  tanh: its weights get a gradient */
    cut_incoming(params, 3, -0.5f); /* relu: silent.  tanh: a constant input to others */
    cut_incoming(params, 4, 0.5f);  /* a constant input to others */
    cut_incoming(params, 7, 0);
    cut_outgoing(params, 7);          /* silent except for softplus, which gives log 2 */
    cut_outgoing(params, 8);          /* active: its outgoing weights get a gradient */
    cut_incoming(params, 9, -1e-30f); /* relu: silent */
    cut_incoming(params, 10, 0);
    rnn_params(shape, params).w_in.x[10 * I + I - 1] = 1e-30f; /* even a tiny weight counts */
    cut_incoming(params, 11, 0);
    rnn_params(shape, params).w.x[11 * H + 11] = 1e-30f;
    for (int k = 0; k < 3; k++) {
        struct live_units *live = new_live_units(cases[k].activation);
        ck_assert_int_eq(live_units_find(live, params).hidden, cases[k].heard);
        live_units_free(live);
    }
}
END_TEST

/* The loss and the gradient of the network of live units (live NULL: of all units). */
static double differentiate(struct rnn *rnn, struct live_units *live, const float *params,
                            const float *x, const int *label, float *grad)
{
    struct rnn_shape heard = live ? live_units_find(live, params) : shape;
    const float *p = live ? live_units_gather(live, params) : params;
    rnn_set_hidden(rnn, heard.hidden);
    rnn_forward(rnn, p, T, B, x);
    static float part[P];
    double loss = rnn_loss(rnn, label);
    rnn_backward(rnn, p, x, live ? part : grad);
    if (live)
        live_units_scatter(live, part, grad);
    return loss;
}

/* For any pattern of silent units, equal to the bit except for the sign of zeros. */
START_TEST(passes_are_those_of_the_whole_network)
{
    static const char *const names[] = {"relu", "tanh", "softplus"};
    static float params[P], x[T * B * I], whole[P], compacted[P];
    static int label[T * B];
    struct rng rng = rng_at(2, RNG_TEST, 0);
    draw(&rng, 1, T * B * I, x);
    for (int i = 0; i < T * B; i++)
        label[i] = (int)rng_below(&rng, O);
    for (int k = 0; k < 3; k++) {
        struct live_units *live = new_live_units(names[k]);
        struct rnn *rnn;
        ck_assert_int_eq(rnn_new(&rnn, shape, activation_find(names[k]), T, B, 1, NULL), 0);
        for (int trial = 0; trial < 60; trial++) {
            draw(&rng, 0.3f, P, params);
            for (int u = 0; u < H; u++) {
                if (rng_below(&rng, 3) < 2)
                    cut_incoming(params, u, -0.5f * (float)rng_below(&rng, 2));
                if (rng_below(&rng, 3) < 2)
                    cut_outgoing(params, u);
            }
            double loss = differentiate(rnn, NULL, params, x, label, whole);
            ck_assert_double_eq(loss, differentiate(rnn, live, params, x, label, compacted));
            for (int i = 0; i < P; i++)
                ck_assert_float_eq(whole[i], compacted[i]);
        }
        rnn_free(rnn);
        live_units_free(live);
    }
}
END_TEST

START_TEST(a_network_all_silent_keeps_a_unit)
{
    static float params[P];
    struct live_units *live = new_live_units("relu");
    ck_assert_int_eq(live_units_find(live, params).hidden, 1);
    live_units_free(live);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    struct live_units *live = NULL;
    struct err e;
    int failures = 0;
    for (;; failures++) {
        mem_fail_at(failures);
        if (live_units_new(&live, shape, activation_find("relu"), &e) == 0)
            break;
        ck_assert_int_eq(e.code, ERR_MEMORY);
        ck_assert_ptr_null(live);
    }
    mem_fail_at(-1);
    ck_assert_int_eq(failures, 5);
    live_units_free(live);
    live_units_free(NULL);
}
END_TEST

SUITE_CASE(silence, "live_units", silence_depends_on_the_activation,
           passes_are_those_of_the_whole_network, a_network_all_silent_keeps_a_unit,
           out_of_memory_is_an_error)

SUITE_MAIN("live_units", silence)
