#include "record/runtime_model.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Work a second before anything is known: one core's floating-point operations. */
static const double guessed_rate = 30e9;

/* What the prior says: effects are of the order of 1; the common one may be anything.  The spread
   of a guess is a factor of e, and counts as much as two jobs. */
static const double effect_weight = 1, common_weight = 1e-6, guessed_spread = 1, guess_counts = 2;

struct runtime_model {
    const struct experiment *experiment;
    int F;           /* effects, the common one first */
    double *normal;  /* (F,F) sum of x x' */
    double *moment;  /* (F) sum of x y */
    double *effects; /* (F) */
    double *root;    /* (F,F) Cholesky root, while it fits */
    double *x;       /* (F) */
    double square;   /* sum of y^2 */
    double spread;
    int64_t learned;
    int calibrated;     /* points of the calibration, */
    double log_work[2]; /* by the logarithm of a step's work, */
    double log_rate[2]; /* that of the rate */
};

/* A number has two effects, a text as many as it has choices. */
static int count_effects(const struct experiment *experiment)
{
    int F = 1;
    for (const struct parameter *p = experiment->parameters; p->name; p++) {
        if (p->type != VALUE_TEXT)
            F += 2;
        for (int i = 0; p->type == VALUE_TEXT && p->choices && p->choices[i]; i++)
            F++;
    }
    return F;
}

int runtime_model_new(struct runtime_model **cost, const struct experiment *experiment,
                      struct err *e)
{
    *cost = NULL;
    struct runtime_model *c = mem_array(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_MEMORY, "out of memory to predict costs");
    c->experiment = experiment;
    c->F = count_effects(experiment);
    c->spread = guessed_spread;
    size_t F = (size_t)c->F;
    c->normal = mem_array(F * F, sizeof *c->normal);
    c->root = mem_array(F * F, sizeof *c->root);
    c->moment = mem_array(F, sizeof *c->moment);
    c->effects = mem_array(F, sizeof *c->effects);
    c->x = mem_array(F, sizeof *c->x);
    if (!c->normal || !c->root || !c->moment || !c->effects || !c->x) {
        runtime_model_free(c);
        return err_set(e, ERR_MEMORY, "out of memory to predict costs");
    }
    *cost = c;
    return 0;
}

void runtime_model_free(struct runtime_model *cost)
{
    if (!cost)
        return;
    mem_free(cost->normal);
    mem_free(cost->root);
    mem_free(cost->moment);
    mem_free(cost->effects);
    mem_free(cost->x);
    mem_free(cost);
}

/* Which effects a job has, into x (F). */
static void describe(const struct runtime_model *c, const struct spec *spec, double *x)
{
    int at = 0;
    x[at++] = 1;
    for (int p = 0; c->experiment->parameters[p].name; p++) {
        const struct parameter *parameter = &c->experiment->parameters[p];
        struct value v = spec->values[p];
        if (parameter->type == VALUE_TEXT) {
            for (int i = 0; parameter->choices && parameter->choices[i]; i++)
                x[at++] = !strcmp(parameter->choices[i], v.as.text);
            continue;
        }
        double number = fabs(value_number(v));
        x[at++] = number > 0 ? log(number) : 0;
        x[at++] = number == 0;
    }
}

void runtime_model_calibrate(struct runtime_model *c, double step_work, double rate)
{
    assert(c->learned == 0 && step_work > 0 && rate > 0);
    if (c->calibrated == 2)
        return;
    c->log_work[c->calibrated] = log(step_work);
    c->log_rate[c->calibrated++] = log(rate);
}

int runtime_model_is_calibrated(const struct runtime_model *c)
{
    return c->calibrated > 0;
}

/* Between the points of the calibration, and beyond them as at the nearest. */
static double rate_of(const struct runtime_model *c, const struct spec *spec)
{
    if (!c->calibrated)
        return guessed_rate;
    double width = c->calibrated == 2 ? c->log_work[1] - c->log_work[0] : 0;
    if (width == 0)
        return exp(c->log_rate[0]);
    double part = (log(c->experiment->step_work(spec)) - c->log_work[0]) / width;
    part = fmin(fmax(part, 0), 1);
    return exp((1 - part) * c->log_rate[0] + part * c->log_rate[1]);
}

static double guess(const struct runtime_model *c, const struct spec *spec)
{
    return fmax(c->experiment->work(spec), 1) / rate_of(c, spec);
}

void runtime_model_learn(struct runtime_model *c, const struct spec *spec, double seconds)
{
    if (!(seconds > 0) || !isfinite(seconds))
        return;
    double y = log(seconds / guess(c, spec));
    describe(c, spec, c->x);
    for (int i = 0; i < c->F; i++) {
        if (c->x[i] == 0)
            continue;
        for (int j = 0; j <= i; j++)
            c->normal[i * c->F + j] += c->x[i] * c->x[j];
        c->moment[i] += c->x[i] * y;
    }
    c->square += y * y;
    c->learned++;
}

static double weight_of(int effect)
{
    return effect ? effect_weight : common_weight;
}

/* The lower triangular L of L L' = normal + weights; the sum is positive definite. */
static void take_root(struct runtime_model *c)
{
    int F = c->F;
    for (int i = 0; i < F; i++)
        for (int j = 0; j <= i; j++) {
            double sum = c->normal[i * F + j] + (i == j ? weight_of(i) : 0);
            for (int k = 0; k < j; k++)
                sum -= c->root[i * F + k] * c->root[j * F + k];
            c->root[i * F + j] = i == j ? sqrt(fmax(sum, common_weight)) : sum / c->root[j * F + j];
        }
}

static void solve(struct runtime_model *c)
{
    int F = c->F;
    double *x = c->effects;
    for (int i = 0; i < F; i++) {
        x[i] = c->moment[i];
        for (int k = 0; k < i; k++)
            x[i] -= c->root[i * F + k] * x[k];
        x[i] /= c->root[i * F + i];
    }
    for (int i = F - 1; i >= 0; i--) {
        for (int k = i + 1; k < F; k++)
            x[i] -= c->root[k * F + i] * x[k];
        x[i] /= c->root[i * F + i];
    }
}

/* What is left of the squares: y'y - b'x - x'Wx, from the normal equations (N + W) x = b. */
static double residual(const struct runtime_model *c)
{
    double rest = c->square;
    for (int i = 0; i < c->F; i++)
        rest -= c->effects[i] * (c->moment[i] + weight_of(i) * c->effects[i]);
    return fmax(rest, 0);
}

void runtime_model_fit(struct runtime_model *c)
{
    take_root(c);
    solve(c);
    c->spread = sqrt((residual(c) + guess_counts * guessed_spread * guessed_spread) /
                     ((double)c->learned + guess_counts));
}

int64_t runtime_model_learned(const struct runtime_model *cost)
{
    return cost->learned;
}

double runtime_model_predict(const struct runtime_model *c, const struct spec *spec)
{
    double y = 0;
    describe(c, spec, c->x);
    for (int i = 0; i < c->F; i++)
        y += c->x[i] * c->effects[i];
    return guess(c, spec) * exp(fmin(fmax(y, -50), 50));
}

double runtime_model_spread(const struct runtime_model *cost)
{
    return cost->spread;
}
