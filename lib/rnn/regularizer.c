#include "rnn/regularizer.h"

#include "rnn/grid.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const struct regularizer regularizers[] = {
    {.name = "none", .help = "plain training: the prediction loss alone"},
    {.name = "l1", .penalises = 1, .help = "the sum of all |weights|, wherever the units sit"},
    {.name = "bimt",
     .penalises = 1,
     .distance = 1,
     .swaps = 1,
     .help = "L1 that grows with the length of a connection, and units change places"},
    {.name = "local",
     .penalises = 1,
     .distance = 1,
     .help = "L1 that grows with the length of a connection; units stay where they are"},
    {.name = "sernn",
     .penalises = 1,
     .communicates = 1,
     .help = "|W| times length times communicability, that of spatially embedded RNNs"},
    {.name = "sernn_frozen",
     .penalises = 1,
     .communicates = 1,
     .frozen = 1,
     .help = "sernn whose gradient takes the communicability for constant"},
    {.name = "mask",
     .masks = 1,
     .help = "no penalty; units farther apart than a radius are never connected"},
};

static const struct treatment treatments[] = {
    {"proximal", 1},
    {"subgradient", 0},
};

enum {
    REGULARIZERS = sizeof regularizers / sizeof regularizers[0],
    TREATMENTS = sizeof treatments / sizeof treatments[0]
};

const struct regularizer *regularizer_at(int i)
{
    return i >= 0 && i < REGULARIZERS ? &regularizers[i] : NULL;
}

const struct regularizer *regularizer_find(const char *name)
{
    for (int i = 0; i < REGULARIZERS; i++)
        if (strcmp(regularizers[i].name, name) == 0)
            return &regularizers[i];
    return NULL;
}

const struct treatment *regularizer_treatment_at(int i)
{
    return i >= 0 && i < TREATMENTS ? &treatments[i] : NULL;
}

const struct treatment *regularizer_treatment_find(const char *name)
{
    for (int i = 0; i < TREATMENTS; i++)
        if (strcmp(treatments[i].name, name) == 0)
            return &treatments[i];
    return NULL;
}

void regularizer_cost(struct rnn_shape shape, int g, float A, float self_distance, int biases,
                      float *cost)
{
    assert(shape.hidden == g * g);
    struct rnn_params c = rnn_params(shape, cost);
    size_t P = rnn_param_count(shape);
    for (size_t p = 0; p < P; p++)
        cost[p] = 1;

    for (int i = 0; i < shape.hidden; i++)
        for (int j = 0; j < shape.hidden; j++)
            c.w.x[(size_t)i * c.w.stride + j] +=
                A * (i == j ? self_distance : grid_distance(g, i, j));

    if (biases)
        return;
    memset(c.b_h, 0, shape.hidden * sizeof *c.b_h);
    memset(c.b_o, 0, shape.outputs * sizeof *c.b_o);
}

void regularizer_mask(int g, float radius, float *mask)
{
    int H = g * g, steps = (int)floor((double)radius * g + 1e-4); /* 0.3 of a side of 10 is 3 */
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            mask[(size_t)i * (size_t)H + (size_t)j] = grid_steps(g, i, j) <= steps;
}

double regularizer_connection_cost(size_t P, const float *cost, const float *params)
{
    double sum = 0;
    for (size_t p = 0; p < P; p++)
        sum += (double)cost[p] * fabsf(params[p]);
    return sum;
}

void regularizer_subgradient(size_t P, float lambda, const float *cost, const float *params,
                             float *grad)
{
    for (size_t p = 0; p < P; p++) {
        float sign = (float)((params[p] > 0) - (params[p] < 0));
        grad[p] += lambda * cost[p] * sign;
    }
}
