/*
 * spatial_cost - the connection cost of spatially embedded RNNs during training: the coefficients
 * of W follow W.
 *
 * The cost is the penalty of communicability.h on the g x g grid, scaled by H / (e - 1).  With this
 * scale the mean coefficient of a dense W is about its D, whatever H, so that lambda is in the same
 * range for every network size.  A self-connection costs 1, as in the other regularizers, plus the
 * length it is given: 1 + D_ii.  The coefficients are recomputed at each of the first 100 steps, in
 * which W moves fast, and then once every so many steps; in between they stay constant.
 */
#ifndef BRAINSWEEP_SPATIAL_COST_H
#define BRAINSWEEP_SPATIAL_COST_H

#include "base/err.h"

struct spatial_cost; /* Opaque. */

/* For H = g*g units; D_ii is self_distance.  If `frozen`, the coefficients ignore that C changes
   with W. */
int spatial_cost_new(struct spatial_cost **s, int g, float self_distance, int frozen, struct err *e)
    __attribute__((warn_unused_result));
void spatial_cost_free(struct spatial_cost *s);
double spatial_cost_bytes(int g); /* that spatial_cost_new takes */

/* Whether the coefficients must be recomputed before the step that follows `done` steps. */
int spatial_cost_due(long done, int every);

/* Recomputes the coefficients at w (H,H). */
void spatial_cost_refresh(struct spatial_cost *s, const float *w);

/* The coefficients (H,H): the derivative of the cost with respect to |w|; positive or negative. */
const float *spatial_cost_slope(const struct spatial_cost *s);

/* Restores coefficients (H,H) that were computed before. */
void spatial_cost_restore(struct spatial_cost *s, const float *slope);

/* positive, negative (H,H): the coefficients' parts above and below 0. */
void spatial_cost_split(const struct spatial_cost *s, float *positive, float *negative);

/* The cost of this w (H,H). */
double spatial_cost_value(struct spatial_cost *s, const float *w);

#endif
