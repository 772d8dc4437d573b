#include "modules/modeval.h"

#include "base/mem.h"

struct modeval {
    const struct pairs *pairs;
    struct modnet_shape shape;
    struct modnet *net;
    struct stimulus *stimulus;
    int batch;
    uint64_t seed;
    int *trial;                       /* (pairs): 0, 1, 2 ... */
    struct modnet_decision *decision; /* (B,O) */
};

int modeval_new(struct modeval **out, const struct pairs *pairs, struct modnet_shape shape,
                struct stimulus_rule rule, int batch, uint64_t seed, struct err *e)
{
    *out = NULL;
    struct modeval *eval = mem_array(1, sizeof *eval);
    if (!eval)
        return err_set(e, ERR_MEMORY, "no memory for an evaluation");
    *eval = (struct modeval){.pairs = pairs, .shape = shape, .batch = batch, .seed = seed};
    eval->trial = mem_array((size_t)pairs->count, sizeof *eval->trial);
    eval->decision = mem_array((size_t)batch * (size_t)shape.outputs, sizeof *eval->decision);
    int code = eval->trial && eval->decision
                   ? modnet_new(&eval->net, shape, batch, e)
                   : err_set(e, ERR_MEMORY, "no memory for %d test pairs", pairs->count);
    if (!code)
        code = stimulus_new(&eval->stimulus, rule, shape.d, batch, e);
    if (code) {
        modeval_free(eval);
        return code;
    }
    for (int i = 0; i < pairs->count; i++)
        eval->trial[i] = i;
    *out = eval;
    return 0;
}

void modeval_free(struct modeval *eval)
{
    if (!eval)
        return;
    modnet_free(eval->net);
    stimulus_free(eval->stimulus);
    mem_free(eval->trial);
    mem_free(eval->decision);
    mem_free(eval);
}

void modeval_set_onsets(struct modeval *eval, int u0, int u1)
{
    stimulus_set_onsets(eval->stimulus, u0, u1);
}

/* Adds what eval->decision holds of the batch from trial `first` on to counts. */
static void count(const struct modeval *eval, int first, double right[2], double decided[2][2])
{
    int O = eval->shape.outputs;
    for (int i = 0; i < eval->batch * O; i++) {
        int trial = first + i / O, o = i % O;
        int answer =
            pairs_answer(o, pairs_digit(eval->pairs, trial, 0), pairs_digit(eval->pairs, trial, 1));
        right[o] += eval->decision[i].answer == answer;
        if (decided)
            decided[o][eval->decision[i].module]++;
    }
}

static void run_batch(struct modeval *eval, const float *params, int first,
                      struct modeval_result *sum)
{
    struct rng r = rng_at(eval->seed, RNG_PROBE, (uint64_t)first);
    const float *x =
        stimulus_make(eval->stimulus, eval->pairs, eval->batch, eval->trial + first, &r);
    modnet_forward(eval->net, params, eval->batch, x);
    modnet_decide(eval->net, params, eval->decision);
    count(eval, first, sum->accuracy, sum->decided);
    for (int m = 0; m < 2; m++) {
        double right[2] = {0};
        if (!eval->shape.shared_readout)
            modnet_decide_by(eval->net, m, eval->decision);
        count(eval, first, right, NULL);
        for (int o = 0; o < 2; o++)
            sum->alone[o][m] += right[o];
    }
}

struct modeval_result modeval_run(struct modeval *eval, const float *params)
{
    struct modeval_result x = {.trials = eval->pairs->count / eval->batch * eval->batch};
    for (int first = 0; first < x.trials; first += eval->batch)
        run_batch(eval, params, first, &x);
    for (int o = 0; o < 2; o++) {
        x.accuracy[o] /= x.trials;
        for (int m = 0; m < 2; m++) {
            x.decided[o][m] /= x.trials;
            x.alone[o][m] /= x.trials;
        }
    }
    return x;
}
