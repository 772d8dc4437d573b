/*
 * radius - whether units are concentrated in the middle of the grid (Liu et al. 2023: "concentrate
 * important neurons only in the middle").
 *
 * rho of the place in row i and column j is max(|2i - (g-1)|, |2j - (g-1)|) / (g-1): 0 in the
 * middle, 1 at the rim.  Exchanging the units among their own places cannot change its mean, so
 * that chance is: as many cells of the grid, drawn without replacement.  Mean and standard
 * deviation of that are known, for units that count alike and for weighted ones; p comes from draws
 * and counts those as central or more.  A negative z, a small p: the middle.
 */
#ifndef BRAINSWEEP_RADIUS_H
#define BRAINSWEEP_RADIUS_H

#include "base/err.h"
#include "stats/stats.h"

#include <stdint.h>

struct radius {
    struct baseline plain;    /* mean of rho over the units */
    struct baseline weighted; /* by their weights */
};

/* rho of a place on the g x g grid, g >= 2. */
double radius_of(int g, int place);

/* n units at place (n), all different; weight (n), none negative.  `draws` (>= 1) draws come from
   RNG_RADIUS at (key, draw).  All is absent for no units, the weighted one also where all weights
   are 0; z where the draws are not near normal (stats.h) or cannot vary.  ERR_MEMORY. */
int radius_measure(int g, int n, const int *place, const double *weight, int draws, uint64_t key,
                   struct radius *radius, struct err *e) __attribute__((warn_unused_result));

#endif
