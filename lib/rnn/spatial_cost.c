#include "rnn/spatial_cost.h"

#include "base/mem.h"
#include "rnn/communicability.h"
#include "rnn/grid.h"

#include <math.h>
#include <string.h>

/* During these first steps of a training, the coefficients are computed at every step.  With a step
   size of 1e-3, coefficients that are ten steps old are wrong by 10-28 % in the first twenty steps,
   and by 2-4 % after a hundred. */
enum { EAGER_STEPS = 100 };

struct spatial_cost {
    size_t H;
    int frozen;
    float self_cost;
    double scale; /* H / (e - 1) */
    struct communicability *communicability;
    float *distance; /* (H,H) */
    float *slope;    /* (H,H) */
};

double spatial_cost_bytes(int g)
{
    double H = (double)g * g;
    return (double)sizeof(struct spatial_cost) + 2 * H * H * (double)sizeof(float) +
           communicability_bytes(g * g);
}

int spatial_cost_new(struct spatial_cost **out, int g, float self_distance, int frozen,
                     struct err *e)
{
    int H = g * g;
    struct spatial_cost *s = mem_array(1, sizeof *s);
    *out = NULL;
    if (!s)
        goto no_memory;
    s->H = (size_t)H;
    s->frozen = frozen;
    s->self_cost = 1 + self_distance;
    s->scale = H / expm1(1);
    s->distance = mem_array(s->H * s->H, sizeof *s->distance);
    s->slope = mem_array(s->H * s->H, sizeof *s->slope);
    if (!s->distance || !s->slope || communicability_new(&s->communicability, H, e))
        goto no_memory;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            s->distance[(size_t)i * s->H + (size_t)j] = grid_distance(g, i, j);
    *out = s;
    return 0;

no_memory:
    spatial_cost_free(s);
    return err_set(e, ERR_MEMORY, "out of memory for the spatial cost of %d units", H);
}

void spatial_cost_free(struct spatial_cost *s)
{
    if (!s)
        return;
    communicability_free(s->communicability);
    mem_free(s->distance);
    mem_free(s->slope);
    mem_free(s);
}

int spatial_cost_due(long done, int every)
{
    return done < EAGER_STEPS || done % every == 0;
}

void spatial_cost_refresh(struct spatial_cost *s, const float *w)
{
    size_t area = s->H * s->H;
    float scale = (float)s->scale;
    communicability_slope(s->communicability, w, s->distance, s->frozen, s->slope);
    for (size_t p = 0; p < area; p++)
        s->slope[p] *= scale;
    for (size_t i = 0; i < s->H; i++)
        s->slope[i * s->H + i] = s->self_cost;
}

const float *spatial_cost_slope(const struct spatial_cost *s)
{
    return s->slope;
}

void spatial_cost_restore(struct spatial_cost *s, const float *slope)
{
    memcpy(s->slope, slope, s->H * s->H * sizeof *slope);
}

void spatial_cost_split(const struct spatial_cost *s, float *positive, float *negative)
{
    size_t area = s->H * s->H;
    for (size_t p = 0; p < area; p++) {
        positive[p] = s->slope[p] > 0 ? s->slope[p] : 0;
        negative[p] = s->slope[p] < 0 ? s->slope[p] : 0;
    }
}

double spatial_cost_value(struct spatial_cost *s, const float *w)
{
    double self = 0;
    for (size_t i = 0; i < s->H; i++)
        self += fabsf(w[i * s->H + i]);
    return s->scale * communicability_cost(s->communicability, w, s->distance) +
           s->self_cost * self;
}
