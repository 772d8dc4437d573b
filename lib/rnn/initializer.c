#include "rnn/initializer.h"

#include <math.h>
#include <string.h>

/* The usual default of libraries for recurrent networks: every parameter is uniform in
   +-1/sqrt(H). */
static void fill_uniform(struct rnn_shape shape, struct rng *r, float *x, size_t n)
{
    float bound = 1 / sqrtf((float)shape.hidden);
    for (size_t i = 0; i < n; i++)
        x[i] = bound * (2 * rng_uniform(r) - 1);
}

static void uniform(struct rnn_shape shape, struct rng *r, float *params)
{
    fill_uniform(shape, r, params, rnn_param_count(shape));
}

static void scale_to_unit(int n, float *x)
{
    double square = 0;
    for (int i = 0; i < n; i++)
        square += (double)x[i] * x[i];
    float scale = (float)(1 / sqrt(square));
    for (int i = 0; i < n; i++)
        x[i] *= scale;
}

/* Removes from row k of q its projection on the first k rows.  `along` is (k). */
static void project_out(struct mat q, int k, float *along)
{
    struct mat done = mat_view(q.x, k, q.cols);
    struct mat row = mat_view(q.x + (size_t)k * (size_t)q.stride, 1, q.cols);
    struct mat coefficients = mat_view(along, 1, k);
    mat_mul_transposed(1, row, done, 0, coefficients);
    mat_mul(-1, coefficients, done, 1, row);
}

/*
 * Gram & Schmidt on the rows of a Gaussian matrix; each row is projected twice ("twice is enough",
 * Giraud, Langou & Rozloznik 2005).  The result is the QR decomposition with a positive diagonal of
 * R, so W is uniform over the orthogonal matrices (Mezzadri 2007).
 */
static void orthogonal(struct rnn_shape shape, struct rng *r, float *params)
{
    struct rnn_params p = rnn_params(shape, params);
    size_t recurrent = (size_t)shape.hidden * (size_t)shape.hidden;
    for (size_t i = 0; i < recurrent; i++)
        params[i] = rng_normal(r);
    for (int k = 0; k < shape.hidden; k++) {
        float *row = p.w.x + (size_t)k * (size_t)shape.hidden;
        for (int pass = 0; k > 0 && pass < 2; pass++) {
            scale_to_unit(shape.hidden, row);
            project_out(p.w, k, p.b_h); /* b_h is scratch here; it is filled below */
        }
        scale_to_unit(shape.hidden, row);
    }
    fill_uniform(shape, r, params + recurrent, rnn_param_count(shape) - recurrent);
}

static const struct initializer initializers[] = {
    {"uniform", "every parameter uniform in +-1/sqrt(H)", uniform},
    {"orthogonal", "W a random orthogonal matrix, the rest uniform in +-1/sqrt(H)", orthogonal},
};

enum { INITIALIZERS = sizeof initializers / sizeof initializers[0] };

const struct initializer *initializer_at(int i)
{
    return i >= 0 && i < INITIALIZERS ? &initializers[i] : NULL;
}

const struct initializer *initializer_find(const char *name)
{
    for (int i = 0; i < INITIALIZERS; i++)
        if (strcmp(initializers[i].name, name) == 0)
            return &initializers[i];
    return NULL;
}
