#include "modules/modtrain.h"

#include "base/mem.h"
#include "rnn/adam.h"

#include <math.h>
#include <string.h>

struct modtrain {
    struct modtrain_config config;
    struct modnet *net;
    struct stimulus *stimulus;
    size_t P;
    float *params, *grad, *m, *v, *cost; /* (P); cost: 1 between modules, NULL where it is free */
    float *mask;                         /* (2n,2n) */
    int *order;                          /* (pairs): of the present epoch */
    int *label;                          /* (B,O) */
    long done;
    double loss;
};

double modtrain_bytes(const struct modtrain_config *config, int pairs)
{
    double H = 2.0 * config->shape.n;
    return sizeof(struct modtrain) + modnet_bytes(config->shape, config->batch) +
           stimulus_bytes(config->rule.T, config->shape.d, config->batch) +
           sizeof(float) * (5.0 * (double)modnet_param_count(config->shape) + H * H) +
           sizeof(int) * ((double)pairs + 2.0 * config->batch);
}

static int allocate(struct modtrain *train, struct err *e)
{
    const struct modtrain_config *config = &train->config;
    size_t P = train->P = modnet_param_count(config->shape), H = 2 * (size_t)config->shape.n;
    const struct mem_slot slots[] = {
        MEM_SLOT(train->params, P),
        MEM_SLOT(train->grad, P),
        MEM_SLOT(train->m, P),
        MEM_SLOT(train->v, P),
        MEM_SLOT(train->cost, P),
        MEM_SLOT(train->mask, H * H),
        MEM_SLOT(train->order, (size_t)config->pairs->count),
        MEM_SLOT(train->label, (size_t)config->batch * 2),
        {0},
    };
    if (mem_arrays(slots))
        return err_set(e, ERR_MEMORY, "no memory for the training of two modules");
    int code = modnet_new(&train->net, config->shape, config->batch, e);
    return code ? code
                : stimulus_new(&train->stimulus, config->rule, config->shape.d, config->batch, e);
}

/* Every connection between the modules costs the same: they are as far apart, all of them. */
static void set_costs(struct modtrain *train)
{
    int n = train->config.shape.n, H = 2 * n;
    for (int i = 0; i < H * H; i++)
        train->cost[i] = (i / H < n) != (i % H < n);
}

int modtrain_new(struct modtrain **out, const struct modtrain_config *config, struct err *e)
{
    *out = NULL;
    struct modtrain *train = mem_array(1, sizeof *train);
    if (!train)
        return err_set(e, ERR_MEMORY, "no memory for the training of two modules");
    train->config = *config;
    int code = allocate(train, e);
    if (code) {
        modtrain_free(train);
        return code;
    }
    modnet_draw_mask(config->shape.n, config->K, config->seed, train->mask);
    modnet_draw_params(config->shape, train->mask, config->seed, train->params);
    set_costs(train);
    *out = train;
    return 0;
}

void modtrain_free(struct modtrain *train)
{
    if (!train)
        return;
    modnet_free(train->net);
    stimulus_free(train->stimulus);
    mem_free(train->params);
    mem_free(train->grad);
    mem_free(train->m);
    mem_free(train->v);
    mem_free(train->cost);
    mem_free(train->mask);
    mem_free(train->order);
    mem_free(train->label);
    mem_free(train);
}

long modtrain_epoch(const struct modtrain *train)
{
    return train->config.pairs->count / train->config.batch;
}

static void set_order(struct modtrain *train)
{
    struct rng r =
        rng_at(train->config.seed, RNG_EPOCH, (uint64_t)(train->done / modtrain_epoch(train)));
    rng_permutation(&r, train->config.pairs->count, train->order);
}

/* The pairs of the next step. */
static const int *next_trials(struct modtrain *train)
{
    long at = train->done % modtrain_epoch(train);
    if (at == 0)
        set_order(train);
    return train->order + at * train->config.batch;
}

static int all_finite(size_t n, const float *x)
{
    float sum = 0; /* x - x is 0, or NaN where x is not finite */
    for (size_t i = 0; i < n; i++)
        sum += x[i] - x[i];
    return sum == 0;
}

int modtrain_step(struct modtrain *train)
{
    const struct modtrain_config *config = &train->config;
    const struct pairs *pairs = config->pairs;
    struct adam adam = adam_default;
    int B = config->batch, O = config->shape.outputs;
    const int *trial = next_trials(train);
    struct rng r = rng_at(config->seed, RNG_STIMULUS, (uint64_t)train->done);
    const float *x = stimulus_make(train->stimulus, pairs, B, trial, &r);
    for (int i = 0; i < B * O; i++)
        train->label[i] = pairs_answer(i % O, pairs_digit(pairs, trial[i / O], 0),
                                       pairs_digit(pairs, trial[i / O], 1));
    modnet_forward(train->net, train->params, B, x);
    train->loss = modnet_loss(train->net, train->params, train->label);
    if (!isfinite(train->loss))
        return 0;
    modnet_backward(train->net, train->params, train->mask, x, train->grad);
    train->done++;
    adam.decay = config->decay;
    adam_step(&adam, train->done, config->rate, train->P, train->params, train->grad, train->m,
              train->v, config->wiring_cost, config->wiring_cost > 0 ? train->cost : NULL);
    return all_finite(train->P, train->params);
}

long modtrain_steps_done(const struct modtrain *train)
{
    return train->done;
}

double modtrain_loss(const struct modtrain *train)
{
    return train->loss;
}

const float *modtrain_params(const struct modtrain *train)
{
    return train->params;
}

struct modtrain_state modtrain_state(const struct modtrain *train)
{
    return (struct modtrain_state){train->P, train->params, train->m,
                                   train->v, train->done,   train->loss};
}

int modtrain_restore(struct modtrain *train, const struct modtrain_state *state, struct err *e)
{
    size_t bytes = train->P * sizeof(float);
    if (state->P != train->P || state->done < 0 || !all_finite(state->P, state->params))
        return err_set(e, ERR_FORMAT, "a state of %zu parameters does not fit a network of %zu",
                       state->P, train->P);
    memcpy(train->params, state->params, bytes);
    memcpy(train->m, state->m, bytes);
    memcpy(train->v, state->v, bytes);
    train->done = state->done;
    train->loss = state->loss;
    if (train->done % modtrain_epoch(train))
        set_order(train);
    return 0;
}
