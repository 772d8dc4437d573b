#include "rnn/train.h"
#include "base/clock.h"
#include "base/mem.h"
#include "math/packed.h"
#include "math/simd.h"
#include "rnn/adam.h"
#include "rnn/live_units.h"
#include "rnn/spatial_cost.h"
#include "rnn/swap.h"
#include "tasks/task_trial.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Passes over all units at each relocation, as published.  In a network that was never relocated,
   further passes find as many exchanges again, but the next relocation finds them too: trainings of
   144 units end with the same error and wiring after one pass as after three. */
enum { SWAP_PASSES = 1 };

/* Adam stores squares of the gradient in float32.  A larger norm would overflow there and freeze
   parameters permanently. */
static const double largest_norm = 1e18;

struct train {
    struct train_config config;
    struct rnn_shape shape;
    struct rnn *rnn;
    struct live_units *live_units;
    struct swap *swap; /* NULL if units are not relocated */
    size_t P;
    float *params, *grad, *m, *v, *scratch; /* (P) */
    float *cost;                            /* (P), biases included */
    float *cost_free;                       /* (P), biases excluded; NULL without staged_lambda */
    struct spatial_cost *spatial;           /* NULL if the cost of W does not follow W */
    float *reward; /* (H,H) the negative part of a cost that follows W; only for a gradient */
    float *mask;   /* (H,H) 0 where W must be 0; NULL without a mask */
    float *x;      /* (T,B,I) */
    int *label;    /* (T,B) */
    float lambda;  /* 0 where the regularizer has none */
    long done;
    long swaps;
    double loss;
    struct train_times times;
};

/* The schedule of the published code: the factor of lambda in each quarter, and whether biases have
   a cost. */
static const struct stage {
    float lambda;
    int biases;
} stages[4] = {{1, 0}, {10, 0}, {10, 0}, {1, 1}};

static int quarter_of(long step, long steps)
{
    long quarter = 4 * step / steps;
    return quarter < 3 ? (int)quarter : 3;
}

/* Adam's first steps move every parameter by about the learning rate, whatever its gradient.  A
   warm-up makes these steps small. */
static float rate_of(const struct train_config *c, long done)
{
    float rate = quarter_of(done, c->steps) == 3 ? c->rate * c->rate_drop : c->rate;
    return done < c->warmup ? rate * (float)(done + 1) / (float)c->warmup : rate;
}

static struct rnn_shape shape_of(const struct train_config *config)
{
    struct rnn_shape shape = {task_set_inputs(task_mix_set(config->mix)),
                              config->grid * config->grid, TASK_CLASSES};
    return shape;
}

double train_flops(const struct train_config *config)
{
    struct rnn_shape s = shape_of(config);
    double I = s.inputs, H = s.hidden, O = s.outputs;
    return 6.0 * config->sequence * config->batch * (H * H + H * I + H * O);
}

/* Number of floats of an (H,H) matrix that only some regularizers need. */
static size_t area_if(int needed, struct rnn_shape shape)
{
    return needed ? (size_t)shape.hidden * (size_t)shape.hidden : 0;
}

double train_bytes(const struct train_config *config, struct rnn_shape shape)
{
    double rows = (double)config->sequence * config->batch;
    double vectors = config->staged_lambda ? 7 : 6;
    const struct regularizer *r = config->regularizer;
    double area = (double)area_if(r->communicates, shape) + (double)area_if(r->masks, shape);
    return (double)sizeof(struct train) +
           (double)sizeof(float) *
               (vectors * (double)rnn_param_count(shape) + area + rows * shape.inputs) +
           (double)sizeof(int) * rows + rnn_bytes(shape, config->sequence, config->batch, 1) +
           live_units_bytes(shape) + (r->swaps ? swap_bytes(config->grid) : 0) +
           (r->communicates ? spatial_cost_bytes(config->grid) : 0);
}

static int allocate(struct train *t, struct err *e)
{
    const struct train_config *c = &t->config;
    size_t rows = (size_t)c->sequence * (size_t)c->batch, I = (size_t)t->shape.inputs;
    const struct { /* vectors of length 0 stay NULL */
        float **at;
        size_t n;
    } vectors[] = {
        {&t->params, t->P},
        {&t->grad, t->P},
        {&t->m, t->P},
        {&t->v, t->P},
        {&t->scratch, t->P},
        {&t->cost, t->P},
        {&t->x, rows * I},
        {&t->cost_free, c->staged_lambda ? t->P : 0},
        {&t->reward, area_if(c->regularizer->communicates, t->shape)},
        {&t->mask, area_if(c->regularizer->masks, t->shape)},
    };
    const struct packed_kernel *kernel = c->bf16 ? packed_kernel_bf16() : NULL;
    if (c->bf16 && !kernel)
        return err_set(
            e, ERR_ENVIRONMENT,
            "this processor multiplies no bfloat16 (it has neither AMX nor AVX512-BF16): train in "
            "float32");
    int code = rnn_new_with(&t->rnn, kernel, t->shape, c->activation, c->sequence, c->batch, 1, e);
    if (code)
        return code;
    if ((code = live_units_new(&t->live_units, t->shape, c->activation, e)))
        return code;
    if (c->regularizer->swaps && (code = swap_new(&t->swap, c->grid, e)))
        return code;
    if (c->regularizer->communicates &&
        (code =
             spatial_cost_new(&t->spatial, c->grid, c->self_distance, c->regularizer->frozen, e)))
        return code;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        if (vectors[i].n && !(*vectors[i].at = mem_array(vectors[i].n, sizeof(float))))
            code = ERR_MEMORY;
    t->label = mem_array(rows, sizeof *t->label);
    if (code || !t->label)
        return err_set(e, ERR_MEMORY, "out of memory: this training takes %.0f MiB",
                       train_bytes(c, t->shape) / (1 << 20));
    return 0;
}

/* Sets the coefficients that do not follow W. */
static void set_cost(const struct train *t, int biases, float *cost)
{
    const struct train_config *c = &t->config;
    size_t area = area_if(1, t->shape);
    float A = c->regularizer->distance ? c->A : 0;
    regularizer_cost(t->shape, c->grid, A, c->self_distance, biases, cost);
    if (c->regularizer->communicates && !c->rest)
        memset(cost + area, 0, (t->P - area) * sizeof *cost);
}

/* Sets W, or its gradient, to zero where no connection is allowed. */
static void apply_mask(const struct train *t, float *params)
{
    size_t area = area_if(t->mask != NULL, t->shape);
    for (size_t p = 0; p < area; p++)
        params[p] = t->mask[p] != 0 ? params[p] : 0;
}

int train_new(struct train **out, const struct train_config *config, struct err *e)
{
    assert(config->steps >= 1 && config->batch >= 1 && config->sequence >= 1 && config->grid >= 1);
    assert(!config->regularizer->communicates || config->communicability_every >= 1);
    struct train *t = mem_array(1, sizeof *t);
    *out = NULL;
    if (!t)
        return err_set(e, ERR_MEMORY, "out of memory");
    t->config = *config;
    t->shape = shape_of(config);
    t->P = rnn_param_count(t->shape);
    t->lambda = config->regularizer->penalises ? config->lambda : 0;
    int code = allocate(t, e);
    if (code) {
        train_free(t);
        return code;
    }

    set_cost(t, 1, t->cost);
    if (t->cost_free)
        set_cost(t, 0, t->cost_free);
    struct rng r = rng_at(config->seed, RNG_INIT, 0);
    config->initializer->fill(t->shape, &r, t->params);
    if (t->mask)
        regularizer_mask(config->grid, config->mask_radius, t->mask);
    apply_mask(t, t->params);
    *out = t;
    return 0;
}

void train_free(struct train *t)
{
    if (!t)
        return;
    rnn_free(t->rnn);
    live_units_free(t->live_units);
    swap_free(t->swap);
    spatial_cost_free(t->spatial);
    float *const vectors[] = {t->params, t->grad,      t->m, t->v,      t->scratch,
                              t->cost,   t->cost_free, t->x, t->reward, t->mask};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        mem_free(vectors[i]);
    mem_free(t->label);
    mem_free(t);
}

/* ---- a step ---- */

/* Adds the time since *mark to *part, and sets the mark to now. */
static void lap(double *mark, double *part)
{
    double now = clock_now();
    *part += now - *mark;
    *mark = now;
}

/* Eight partial sums: their order is fixed, and they can be vectorised. */
static double squared_norm(size_t n, const float *x)
{
    enum { LANES = 8 };
    double lane[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] += (double)x[i + (size_t)k] * (double)x[i + (size_t)k];
    for (; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

/* NaN and infinity are the numbers whose exponent bits are all set. */
static int all_finite(size_t n, const float *x)
{
    const uint32_t exponent = 0x7f800000;
    uint32_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        found |= (bits & exponent) == exponent;
    }
    return !found;
}

/* Scales the gradient down to the clipping norm, if there is one; false if the norm is not finite
   or too large. */
static int clip_gradient(struct train *t)
{
    double norm = sqrt(squared_norm(t->P, t->grad));
    float clip = t->config.clip;
    if (!(norm <= largest_norm))
        return 0;
    if (clip > 0 && norm > clip) {
        float scale = (float)(clip / norm);
        for (size_t i = 0; i < t->P; i++)
            t->grad[i] *= scale;
    }
    return 1;
}

/* Copies the coefficients of W.  A threshold must not be negative, or it would drive weights away
   from 0: the proximal step handles the positive part, the gradient the rest. */
static void take_slopes(struct train *t)
{
    size_t bytes = area_if(1, t->shape) * sizeof(float);
    if (t->config.treatment->proximal)
        spatial_cost_split(t->spatial, t->cost, t->reward);
    else
        memcpy(t->cost, spatial_cost_slope(t->spatial), bytes);
    if (t->cost_free)
        memcpy(t->cost_free, t->cost, bytes);
}

static void follow_weights(struct train *t)
{
    if (!t->spatial || !spatial_cost_due(t->done, t->config.communicability_every))
        return;
    spatial_cost_refresh(t->spatial, t->params);
    take_slopes(t);
}

/* Applies the regularizer, clipping and Adam.  Returns false if the result is not finite; the
   parameters are then unchanged. */
static int update(struct train *t)
{
    const struct train_config *c = &t->config;
    int quarter = quarter_of(t->done, c->steps), proximal = c->treatment->proximal;
    float rate = rate_of(c, t->done), lambda = t->lambda;
    const float *cost = t->cost;
    if (c->staged_lambda) {
        lambda *= stages[quarter].lambda;
        cost = stages[quarter].biases ? t->cost : t->cost_free;
    }

    follow_weights(t);
    if (lambda > 0 && !proximal)
        regularizer_subgradient(t->P, lambda, cost, t->params, t->grad);
    else if (t->spatial)
        regularizer_subgradient(area_if(1, t->shape), lambda, t->reward, t->params, t->grad);
    apply_mask(t, t->grad);
    if (!clip_gradient(t))
        return 0;
    memcpy(t->scratch, t->params, t->P * sizeof(float));
    adam_step(&adam_default, t->done + 1, rate, t->P, t->params, t->grad, t->m, t->v, lambda,
              lambda > 0 && proximal ? cost : NULL);
    if (all_finite(t->P, t->params))
        return 1;
    memcpy(t->params, t->scratch, t->P * sizeof(float));
    return 0;
}

/* Units exchange their places; their parameters and moments move with them. */
static void relocate(struct train *t)
{
    swap_load(t->swap, t->shape, t->params);
    int exchanges = swap_run(t->swap, t->config.swap_units, SWAP_PASSES);
    if (!exchanges)
        return;
    float *const moved[] = {t->params, t->m, t->v};
    for (int i = 0; i < 3; i++)
        swap_apply(t->shape, swap_order(t->swap), moved[i], t->scratch);
    t->swaps += exchanges;
}

/* Returns the loss of step `done`, and computes its gradient if the loss is finite. */
static double differentiate(struct train *t, double *mark)
{
    const struct train_config *c = &t->config;
    struct rnn_shape heard = live_units_find(t->live_units, t->params);
    int whole = heard.hidden == t->shape.hidden;
    const float *params = whole ? t->params : live_units_gather(t->live_units, t->params);
    rnn_set_hidden(t->rnn, heard.hidden);
    rnn_forward(t->rnn, params, c->sequence, c->batch, t->x);
    lap(mark, &t->times.forward);
    double loss = rnn_loss(t->rnn, t->label);
    lap(mark, &t->times.loss);
    if (!isfinite(loss))
        return loss;
    rnn_backward(t->rnn, params, t->x, whole ? t->grad : t->scratch);
    if (!whole)
        live_units_scatter(t->live_units, t->scratch, t->grad);
    lap(mark, &t->times.backward);
    return loss;
}

static int step_once(struct train *t)
{
    const struct train_config *c = &t->config;
    double mark = clock_now();
    task_trial_batch(c->mix, c->seed, (uint64_t)t->done, c->batch, c->sequence, t->x, t->label);
    lap(&mark, &t->times.batch);
    double loss = differentiate(t, &mark);
    if (!isfinite(loss))
        return 0;
    int sane = update(t);
    lap(&mark, &t->times.update);
    if (!sane)
        return 0;

    t->loss = loss;
    t->done++;
    if (t->swap && c->swap_every > 0 && t->done % c->swap_every == 0) {
        relocate(t);
        lap(&mark, &t->times.swap);
    }
    return 1;
}

int train_step(struct train *t)
{
    uint64_t state = simd_flush_denormals();
    int sane = step_once(t);
    simd_restore_denormals(state);
    return sane;
}

/* ---- stopping and resuming ---- */

struct train_state train_state(const struct train *t)
{
    struct train_state state = {
        .P = t->P,
        .params = t->params,
        .m = t->m,
        .v = t->v,
        .slopes = area_if(t->spatial != NULL, t->shape),
        .slope = t->spatial ? spatial_cost_slope(t->spatial) : NULL,
        .done = t->done,
        .swaps = t->swaps,
        .loss = t->loss,
    };
    return state;
}

int train_restore(struct train *t, const struct train_state *s, struct err *e)
{
    if (s->P != t->P || s->slopes != area_if(t->spatial != NULL, t->shape) || s->done < 0 ||
        s->done > t->config.steps || s->swaps < 0)
        return err_set(e, ERR_FORMAT, "%zu parameters after %ld steps are not of this training",
                       s->P, s->done);
    memcpy(t->params, s->params, t->P * sizeof(float));
    memcpy(t->m, s->m, t->P * sizeof(float));
    memcpy(t->v, s->v, t->P * sizeof(float));
    if (t->spatial) {
        spatial_cost_restore(t->spatial, s->slope);
        take_slopes(t);
    }
    t->done = s->done;
    t->swaps = s->swaps;
    t->loss = s->loss;
    return 0;
}

/* ---- accessors ---- */

long train_steps_done(const struct train *t)
{
    return t->done;
}

double train_loss(const struct train *t)
{
    return t->loss;
}

double train_connection_cost(const struct train *t)
{
    size_t area = area_if(t->spatial != NULL, t->shape);
    double follows = t->spatial ? spatial_cost_value(t->spatial, t->params) : 0;
    return follows + regularizer_connection_cost(t->P - area, t->cost + area, t->params + area);
}

long train_swaps(const struct train *t)
{
    return t->swaps;
}

struct rnn_shape train_shape(const struct train *t)
{
    return t->shape;
}

const float *train_params(const struct train *t)
{
    return t->params;
}

struct train_times train_times(const struct train *t)
{
    return t->times;
}
