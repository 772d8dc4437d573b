#include "modules/modprobe.h"

#include "base/mem.h"
#include "modules/pairwise.h"

#include <string.h>

/* What test batches are for: the high half of the index of their random numbers. */
enum purpose { TEST_READOUTS = 1, TEST_ONSETS, TEST_CORRELATION, PURPOSES };

enum { CORRELATION_BATCHES = 10, CLASSES = 10 };

struct modprobe {
    struct modprobe_config config;
    struct modnet *net;
    struct stimulus *stimulus, *training; /* training: the same without random onsets */
    struct bottleneck *readouts;
    struct pairwise *pairwise;
    int *order;                /* (pairs): of an epoch */
    int *digit;                /* (B,2) */
    int *exchange, *one_digit; /* (B) */
};

const char *modprobe_metric_name(enum modprobe_metric metric)
{
    static const char *const names[MODPROBE_METRICS] = {"retraining", "ablation", "correlation"};
    return names[metric];
}

static int larger(int a, int b)
{
    return a < b ? b : a;
}

double modprobe_bytes(struct modnet_shape s, int batch, int pairs)
{
    return sizeof(struct modprobe) + modnet_bytes(s, batch) + 2 * stimulus_bytes(s.T, s.d, batch) +
           bottleneck_bytes(s.n, s.T, batch) + sizeof(int) * (pairs + 4.0 * batch) +
           pairwise_bytes(batch);
}

static int allocate(struct modprobe *probe, struct err *e)
{
    const struct modprobe_config *config = &probe->config;
    struct modnet_shape s = config->shape;
    struct stimulus_rule at_once = config->rule;
    size_t B = (size_t)config->batch;
    int pairs = larger(config->train->count, config->test->count);
    at_once.onset = STIMULUS_AT_ONCE;
    probe->order = mem_array((size_t)pairs, sizeof *probe->order);
    probe->digit = mem_array(B, 2 * sizeof *probe->digit);
    probe->exchange = mem_array(B, sizeof *probe->exchange);
    probe->one_digit = mem_array(B, sizeof *probe->one_digit);
    if (!probe->order || !probe->digit || !probe->exchange || !probe->one_digit)
        return err_set(e, ERR_MEMORY, "no memory for readouts of %d pairs", pairs);
    int code = modnet_new(&probe->net, s, config->batch, e);
    if (!code)
        code = stimulus_new(&probe->stimulus, config->rule, s.d, config->batch, e);
    if (!code)
        code = stimulus_new(&probe->training, at_once, s.d, config->batch, e);
    if (!code)
        code = pairwise_new(&probe->pairwise, config->batch, e);
    return code ? code
                : bottleneck_new(&probe->readouts, s.n, s.T, config->batch, config->seed,
                                 config->which, e);
}

int modprobe_new(struct modprobe **out, const struct modprobe_config *config, struct err *e)
{
    *out = NULL;
    struct modprobe *probe = mem_array(1, sizeof *probe);
    if (!probe)
        return err_set(e, ERR_MEMORY, "no memory for the measures of specialization");
    probe->config = *config;
    int code = allocate(probe, e);
    if (code) {
        modprobe_free(probe);
        return code;
    }
    *out = probe;
    return 0;
}

void modprobe_free(struct modprobe *probe)
{
    if (!probe)
        return;
    modnet_free(probe->net);
    stimulus_free(probe->stimulus);
    stimulus_free(probe->training);
    bottleneck_free(probe->readouts);
    pairwise_free(probe->pairwise);
    mem_free(probe->order);
    mem_free(probe->digit);
    mem_free(probe->exchange);
    mem_free(probe->one_digit);
    mem_free(probe);
}

/* Runs the network on a batch of pairs; their digits go into probe->digit.  The hidden states. */
static const float *run(struct modprobe *probe, const float *params, struct stimulus *stimulus,
                        const struct pairs *pairs, const int *trial, struct rng *r)
{
    int B = probe->config.batch;
    for (int i = 0; i < 2 * B; i++)
        probe->digit[i] = pairs_digit(pairs, trial[i / 2], i % 2);
    modnet_forward(probe->net, params, B, stimulus_make(stimulus, pairs, B, trial, r));
    return modnet_hidden(probe->net);
}

/* Epochs of all readouts of a network have streams of their own. */
static struct rng stream(const struct modprobe *probe, long epoch, long batch)
{
    uint64_t index = (uint64_t)probe->config.which << 48 | (uint64_t)epoch << 32 | (uint64_t)batch;
    return rng_at(probe->config.seed, RNG_READOUT, index);
}

int modprobe_train(struct modprobe *probe, const float *params, const struct cancel *pause,
                   struct err *e)
{
    const struct modprobe_config *config = &probe->config;
    int B = config->batch, batches = config->train->count / B;
    for (long epoch = 0; epoch < config->epochs; epoch++) {
        struct rng order = stream(probe, epoch, 0);
        rng_permutation(&order, config->train->count, probe->order);
        for (int i = 0; i < batches; i++) {
            struct rng r = stream(probe, epoch, i + 1);
            const float *h =
                run(probe, params, probe->training, config->train, probe->order + i * B, &r);
            bottleneck_step(probe->readouts, B, h, probe->digit, config->rate, config->decay);
            if (cancel_must_stop(pause))
                return err_set(e, ERR_STOPPED, "stopped while readouts were trained");
        }
    }
    return 0;
}

/* ---- test ---- */

static struct rng test_stream(const struct modprobe *probe, enum purpose purpose, int batch)
{
    uint64_t what = (uint64_t)probe->config.which * PURPOSES + (uint64_t)purpose;
    return rng_at(probe->config.seed, RNG_PROBE, what << 32 | (uint64_t)batch);
}

static const int *test_trials(struct modprobe *probe, int batch)
{
    for (int i = 0; i < probe->config.batch; i++)
        probe->order[i] = batch * probe->config.batch + i;
    return probe->order;
}

static int test_batches(const struct modprobe *probe)
{
    return probe->config.test->count / probe->config.batch;
}

static void measure_readouts(struct modprobe *probe, const float *params, enum purpose purpose,
                             struct modprobe_result *result)
{
    const double chance = 1.0 / CLASSES;
    struct bottleneck_count count = {0};
    for (int i = 0; i < test_batches(probe); i++) {
        struct rng r = test_stream(probe, purpose, i);
        const float *h =
            run(probe, params, probe->stimulus, probe->config.test, test_trials(probe, i), &r);
        bottleneck_add(probe->readouts, probe->config.batch, h, probe->digit, &count);
    }
    double trials = (double)count.trials;
    for (int t = 0; t < probe->config.shape.T; t++)
        for (int k = 0; k < 2; k++) {
            for (int m = 0; m < 2; m++) {
                result->value[MODPROBE_RETRAINING][t][m][k] =
                    (struct modprobe_value){(double)count.right[t][m][k] / trials, chance};
                result->value[MODPROBE_ABLATION][t][m][k] =
                    (struct modprobe_value){(double)count.ablated[t][m][k] / trials, chance};
            }
            result->both[t][k] = (double)count.right[t][BOTTLENECK_BOTH][k] / trials;
        }
}

/* Adds one batch's correlations at every time step, the image of the digit other than k exchanged.
 */
static void add_correlations(struct modprobe *probe, const float *params, int k, struct rng *r,
                             struct modprobe_result *result)
{
    struct modnet_shape s = probe->config.shape;
    int B = probe->config.batch;
    rng_permutation(r, B, probe->exchange);
    const float *x = stimulus_exchange(probe->stimulus, 1 - k, probe->exchange);
    modnet_forward(probe->net, params, B, x);
    for (int b = 0; b < B; b++)
        probe->one_digit[b] = probe->digit[2 * b + k];
    pairwise_draw(probe->pairwise, B, probe->one_digit, r);
    for (int t = 0; t < s.T; t++)
        for (int m = 0; m < 2; m++) {
            const float *h =
                modnet_hidden(probe->net) + (size_t)(t * B) * 2 * (size_t)s.n + m * s.n;
            struct modprobe_value *sum = &result->value[MODPROBE_CORRELATION][t][m][k];
            sum->raw += pairwise_within(probe->pairwise, s.n, h, 2 * s.n);
            sum->chance += pairwise_any(probe->pairwise, s.n, h, 2 * s.n);
        }
}

static void measure_correlations(struct modprobe *probe, const float *params,
                                 struct modprobe_result *result)
{
    int batches =
        test_batches(probe) < CORRELATION_BATCHES ? test_batches(probe) : CORRELATION_BATCHES;
    struct modprobe_value *value = &result->value[MODPROBE_CORRELATION][0][0][0];
    for (int i = 0; i < batches; i++)
        for (int k = 0; k < 2; k++) {
            struct rng r = test_stream(probe, TEST_CORRELATION, 2 * i + k);
            run(probe, params, probe->stimulus, probe->config.test, test_trials(probe, i), &r);
            add_correlations(probe, params, k, &r, result);
        }
    for (int i = 0; i < 4 * probe->config.shape.T; i++) {
        value[i].raw /= batches;
        value[i].chance /= batches;
    }
}

void modprobe_measure(struct modprobe *probe, const float *params, struct modprobe_result *result)
{
    memset(result, 0, sizeof *result);
    measure_readouts(probe, params, TEST_READOUTS, result);
    measure_correlations(probe, params, result);
}

void modprobe_measure_onsets(struct modprobe *probe, const float *params, int u0, int u1,
                             struct modprobe_result *result)
{
    memset(result, 0, sizeof *result);
    stimulus_set_onsets(probe->stimulus, u0, u1);
    measure_readouts(probe, params, TEST_ONSETS, result);
}
