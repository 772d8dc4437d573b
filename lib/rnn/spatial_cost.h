/*
 * spatial_cost - the connection cost of spatially embedded RNNs during a training: coefficients of
 * W that follow W.
 *
 * The penalty of communicability.h on the g x g grid, scaled by H / (e - 1), which makes the mean
 * coefficient of a dense W about its D, whatever H: lambda is in the same range for every size of
 * network.  A self-connection costs 1, as in the other regularizers, and what its length is said to
 * be: 1 + D_ii.
 * Coefficients are found anew at every one of the first 100 steps, in which W moves fast, and then
 * every so many steps; between these they hold.
 */
#ifndef BRAINSWEEP_SPATIAL_COST_H
#define BRAINSWEEP_SPATIAL_COST_H

#include "base/err.h"

struct spatial_cost; /* Opaque. */

/* For H = g*g units, D_ii being self_distance; `frozen` leaves out of the coefficients that C
   changes with W. */
int spatial_cost_new(struct spatial_cost **s, int g, float self_distance, int frozen, struct err *e)
    __attribute__((warn_unused_result));
void spatial_cost_free(struct spatial_cost *s);
double spatial_cost_bytes(int g); /* that spatial_cost_new takes */

/* Whether coefficients are to be found before the step that comes after `done` ones. */
int spatial_cost_due(long done, int every);

/* Finds the coefficients at w (H,H). */
void spatial_cost_refresh(struct spatial_cost *s, const float *w);

/* The coefficients (H,H): the cost's derivative by |w|, of either sign. */
const float *spatial_cost_slope(const struct spatial_cost *s);

/* Puts coefficients (H,H) back that were found before. */
void spatial_cost_restore(struct spatial_cost *s, const float *slope);

/* positive, negative (H,H): the coefficients' parts above and below 0. */
void spatial_cost_split(const struct spatial_cost *s, float *positive, float *negative);

/* The cost of w (H,H) now. */
double spatial_cost_value(struct spatial_cost *s, const float *w);

#endif
