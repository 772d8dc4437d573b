/*
 * shuffles - the places of some units on the grid, and random exchanges of all of them: what the
 * anatomical metrics are measured on, and what chance would give (Liu et al. 2023 shuffle 1000
 * times).
 *
 * Units are kept in the order of their places, so that nothing depends on how the caller numbers
 * them: the same map and key give the same shuffles.
 */
#ifndef BRAINSWEEP_SHUFFLES_H
#define BRAINSWEEP_SHUFFLES_H

#include "base/err.h"

#include <stdint.h>

enum { POSITIONS_SHUFFLES = 1000 }; /* the usual number of them */

struct shuffles; /* Opaque. */

/* n units at place (n), all different, each i*g + j on the g x g grid; not kept.  Shuffle s comes
   from RNG_SHUFFLE at (key, s).  ERR_MEMORY. */
int shuffles_new(struct shuffles **positions, int g, int n, const int *place, int shuffles,
                 uint64_t key, struct err *e) __attribute__((warn_unused_result));
void shuffles_free(struct shuffles *positions);

int shuffles_grid(const struct shuffles *positions);         /* g */
int shuffles_count(const struct shuffles *positions);        /* n */
const int *shuffles_place(const struct shuffles *positions); /* (n) rising */
const int *shuffles_unit(const struct shuffles *positions);  /* (n) the caller's number of each */
int shuffles_shuffles(const struct shuffles *positions);

/* order (n) of shuffle s: the i-th place takes the unit of place order[i]. */
const int *shuffles_shuffle(const struct shuffles *positions, int s);

#endif
