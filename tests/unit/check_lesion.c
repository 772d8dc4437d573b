/* lesion: a hand-made network of two modules, one per task, and the equivalence on which lesions
   are based. */
#include "base/mem.h"
#include "math/rng.h"
#include "measure/lesion.h"
#include "suite.h"

#include <string.h>

static struct task_mix *new_mix(const char *tasks)
{
    struct task_mix *mix;
    ck_assert_int_eq(task_mix_new(&mix, task_set_find("yang19"), tasks, "", 1, NULL), 0);
    return mix;
}

/* Reaction-time reaching, where the stimulus is still there at the last step: unit u of 0..15 gets
   input from both rings at location u and from the rule of rtgo, unit 16 + u from the same places
   and the rule of rtanti.  Inhibitory rule and fixation inputs keep the other module and the
   fixation period silent.  Output 1 + u gets input from unit u and, at the opposite location, from
   unit 16 + (u + 8) mod 16.  Without input the network answers `fixate`. */
enum { MODULE = TASK_RING, H = 2 * MODULE };

static void build(const struct task_mix *mix, struct rnn_shape shape, float *params)
{
    struct rnn_params p = rnn_params(shape, params);
    for (int u = 0; u < H; u++) {
        int module = u / MODULE, location = u % MODULE;
        float *in = p.w_in.x + u * p.w_in.stride;
        in[0] = -10;
        in[1 + location] = in[1 + TASK_RING + location] = 1;
        in[TASK_OBSERVED + task_mix_task(mix, 1 - module)] = -10;
        int response = (location + module * MODULE / 2) % MODULE;
        p.w_out.x[(1 + response) * p.w_out.stride + u] = 1;
    }
    p.b_o[0] = 0.05f;
}

static const struct activation *relu(void)
{
    return activation_find("relu");
}

START_TEST(modules_carry_their_own_task)
{
    enum { TRIALS = 60 };
    struct task_mix *mix = new_mix("rtgo,rtanti");
    struct rnn_shape shape = {task_set_inputs(task_mix_set(mix)), H, TASK_CLASSES};
    size_t P = rnn_param_count(shape);
    float *params = mem_array(P, sizeof *params), *copy = mem_array(P, sizeof *copy), lost[4 * 2];
    struct evaluator *ev;
    int group[H];
    build(mix, shape, params);
    memcpy(copy, params, P * sizeof *params);
    ck_assert_int_eq(evaluate_new(&ev, mix, shape, relu(), TRIALS, 3, NULL), 0);
    const double *whole = evaluate(ev, params).accuracy;
    double before[] = {whole[0], whole[1]};
    ck_assert_msg(before[0] > 0.9 && before[1] > 0.9, "%g %g", before[0], before[1]);

    /* groups 0 and 1 are the modules, 2 is empty */
    for (int u = 0; u < H; u++)
        group[u] = u / MODULE;
    ck_assert_int_eq(lesion_measure(ev, shape, params, whole, 2, group, 3, lost, NULL), 0);
    ck_assert_mem_eq(params, copy, P * sizeof *params);
    const double all[] = {before[0], 0, 0, before[1], 0, 0};
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol((double)lost[i], all[i], 1e-6);

    /* group 3 is half of rtgo's module; other units have no group */
    for (int u = 0; u < H; u++)
        group[u] = u < MODULE / 2 ? 3 : -1;
    whole = evaluate(ev, params).accuracy;
    ck_assert_int_eq(lesion_measure(ev, shape, params, whole, 2, group, 4, lost, NULL), 0);
    for (int i = 0; i < 8; i++)
        ck_assert(i == 6 ? lost[i] > 0.3f && lost[i] < 0.7f : lost[i] == 0);
    evaluate_free(ev);
    mem_free(params);
    mem_free(copy);
    task_mix_free(mix);
}
END_TEST

/* Silencing is clamping: the outputs equal those of a network without these units, which is made
   here by removing them from every matrix. */
static void drop_units(struct rnn_shape from, float *params, const int *keep, int kept,
                       float *small)
{
    struct rnn_shape to = {from.inputs, kept, from.outputs};
    struct rnn_params a = rnn_params(from, params), b = rnn_params(to, small);
    for (int i = 0; i < kept; i++) {
        for (int j = 0; j < kept; j++)
            b.w.x[i * b.w.stride + j] = a.w.x[keep[i] * a.w.stride + keep[j]];
        for (int j = 0; j < from.inputs; j++)
            b.w_in.x[i * b.w_in.stride + j] = a.w_in.x[keep[i] * a.w_in.stride + j];
        for (int o = 0; o < from.outputs; o++)
            b.w_out.x[o * b.w_out.stride + i] = a.w_out.x[o * a.w_out.stride + keep[i]];
        b.b_h[i] = a.b_h[keep[i]];
    }
    memcpy(b.b_o, a.b_o, (size_t)from.outputs * sizeof *a.b_o);
}

static void assert_same_outputs(const struct activation *activation, struct rnn_shape a,
                                const float *pa, struct rnn_shape b, const float *pb)
{
    enum { T = 12, B = 3 };
    float x[T * B * 4];
    struct rnn *ra, *rb;
    struct rng r = rng_at(2, RNG_TEST, 1);
    for (int i = 0; i < T * B * a.inputs; i++)
        x[i] = rng_normal(&r);
    ck_assert_int_eq(rnn_new(&ra, a, activation, T, B, 0, NULL), 0);
    ck_assert_int_eq(rnn_new(&rb, b, activation, T, B, 0, NULL), 0);
    rnn_forward(ra, pa, T, B, x);
    rnn_forward(rb, pb, T, B, x);
    for (int i = 0; i < T * B * a.outputs; i++)
        ck_assert_float_eq_tol(rnn_logits(ra)[i], rnn_logits(rb)[i], 1e-5f);
    rnn_free(ra);
    rnn_free(rb);
}

START_TEST(silenced_is_absent)
{
    const struct rnn_shape shape = {4, 10, 5}, small_shape = {4, 7, 5};
    const int group[10] = {0, 1, 0, 0, 1, 0, 1, 0, 0, 0}, keep[7] = {0, 2, 3, 5, 7, 8, 9};
    const struct activation *activation;
    size_t P = rnn_param_count(shape);
    float *params = mem_array(P, sizeof *params);
    float *small = mem_array(rnn_param_count(small_shape), sizeof *small);
    for (int i = 0; (activation = activation_at(i)); i++) {
        struct rng r = rng_at(2, RNG_TEST, 0);
        for (size_t j = 0; j < P; j++)
            params[j] = 0.3f * rng_normal(&r);
        drop_units(shape, params, keep, 7, small);
        ck_assert_int_eq(lesion_silence(shape, group, 1, params), 3);
        ck_assert_int_eq(lesion_silence(shape, group, 9, params), 0);
        assert_same_outputs(activation, shape, params, small_shape, small);
    }
    mem_free(params);
    mem_free(small);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    struct task_mix *mix = new_mix("rtgo,rtanti");
    struct rnn_shape shape = {task_set_inputs(task_mix_set(mix)), H, TASK_CLASSES};
    float *params = mem_array(rnn_param_count(shape), sizeof *params), lost[2];
    int group[H] = {0};
    struct evaluator *ev;
    ck_assert_int_eq(evaluate_new(&ev, mix, shape, relu(), 2, 3, NULL), 0);
    for (long n = 0; n < 2; n++) {
        struct err e = {0};
        mem_fail_at(n);
        const double whole[] = {0, 0};
        ck_assert_int_eq(lesion_measure(ev, shape, params, whole, 2, group, 1, lost, &e),
                         ERR_MEMORY);
        mem_fail_at(-1);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    evaluate_free(ev);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(lesions, "lesions", modules_carry_their_own_task, silenced_is_absent,
           out_of_memory_is_an_error)

SUITE_MAIN("lesion", lesions)
