#include "measure/wiring.h"

#include "rnn/grid.h"

#include <assert.h>
#include <math.h>

/* Whether any of n numbers, `stride` apart, is not zero. */
static int any_nonzero(const float *x, int n, int stride)
{
    for (int i = 0; i < n; i++)
        if (x[(size_t)i * stride] != 0)
            return 1;
    return 0;
}

int wiring_is_wired(struct rnn_shape shape, const float *params, int unit)
{
    struct rnn_params p = rnn_params(shape, (float *)params); /* only read through */
    return any_nonzero(p.w.x + (size_t)unit * p.w.stride, p.w.cols, 1) ||
           any_nonzero(p.w.x + unit, p.w.rows, p.w.stride) ||
           any_nonzero(p.w_in.x + (size_t)unit * p.w_in.stride, p.w_in.cols, 1) ||
           any_nonzero(p.w_out.x + unit, p.w_out.rows, p.w_out.stride);
}

struct wiring wiring_measure(struct rnn_shape shape, int g, const float *params)
{
    int H = shape.hidden;
    assert(H == g * g);
    /* the views are only read through */
    struct rnn_params p = rnn_params(shape, (float *)params);
    struct wiring wiring = {0};

    long steps = 0; /* lengths add up as integers: nothing is rounded before the end */
    for (int i = 0; i < H; i++) {
        const float *row = p.w.x + (size_t)i * p.w.stride;
        for (int j = 0; j < H; j++) {
            if (fabsf(row[j]) > WIRING_ACTIVE) {
                wiring.active_connections++;
                steps += grid_steps(g, i, j);
            }
        }
        wiring.wired_units += wiring_is_wired(shape, params, i);
    }
    wiring.length = (double)steps / g;

    size_t P = rnn_param_count(shape);
    for (size_t k = 0; k < P; k++)
        wiring.zero_weights += params[k] == 0;
    return wiring;
}

struct wiring_links wiring_links(struct rnn_shape shape, int g, const float *params,
                                 float threshold)
{
    struct mat w = rnn_params(shape, (float *)params).w; /* only read through */
    struct wiring_links found = {0};
    long steps = 0;
    for (int i = 0; i < shape.hidden; i++)
        for (int j = 0; j < shape.hidden; j++)
            if (fabsf(w.x[(size_t)i * w.stride + j]) > threshold) {
                found.connections++;
                found.links += i != j;
                steps += grid_steps(g, i, j);
            }
    found.length = (double)steps / g;
    return found;
}

struct optional wiring_self_weight(struct rnn_shape shape, const float *params)
{
    struct mat w = rnn_params(shape, (float *)params).w; /* only read through */
    double self = 0, all = 0;
    for (int i = 0; i < shape.hidden; i++) {
        const float *row = w.x + (size_t)i * w.stride;
        for (int j = 0; j < shape.hidden; j++)
            all += fabsf(row[j]);
        self += fabsf(row[i]);
    }
    return all > 0 ? optional_of(self / all) : optional_none();
}

int wiring_lengths(int g)
{
    return 2 * (g - 1);
}

static int is_counted(enum wiring_pairs which, const int *group, int i, int j)
{
    if (i == j)
        return 0;
    if (which == WIRING_ALL)
        return 1;
    return group[i] >= 0 && group[j] >= 0 && (group[i] == group[j]) == (which == WIRING_WITHIN);
}

void wiring_profile(struct rnn_shape shape, int g, const float *params, enum wiring_pairs which,
                    const int *group, struct wiring_length *profile)
{
    int H = shape.hidden, lengths = wiring_lengths(g);
    assert(H == g * g);
    struct mat w = rnn_params(shape, (float *)params).w; /* only read through */
    for (int k = 0; k < lengths; k++)
        profile[k] = (struct wiring_length){.distance = (double)(k + 1) / g};

    for (int i = 0; i < H; i++) {
        for (int j = 0; j < H; j++) {
            if (!is_counted(which, group, i, j))
                continue;
            struct wiring_length *length = &profile[grid_steps(g, i, j) - 1];
            float weight = fabsf(w.x[(size_t)i * w.stride + j]);
            length->pairs++;
            length->mean_weight += weight; /* sums, until the end */
            length->active += weight > WIRING_ACTIVE;
        }
    }
    for (int k = 0; k < lengths; k++) {
        double pairs = profile[k].pairs ? (double)profile[k].pairs : 1;
        profile[k].mean_weight /= pairs;
        profile[k].active /= pairs;
    }
}
