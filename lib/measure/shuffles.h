/*
 * positions - the places of some units on the grid, and random exchanges of all of them: what the
 * anatomical metrics are measured on, and what chance would give (Liu et al. 2023 shuffle 1000
 * times).
 *
 * Units are kept in the order of their places, so that nothing depends on how the caller numbers
 * them: the same map and key give the same shuffles.
 */
#ifndef BRAINSWEEP_POSITIONS_H
#define BRAINSWEEP_POSITIONS_H

#include "base/err.h"

#include <stdint.h>

enum { POSITIONS_SHUFFLES = 1000 }; /* the usual number of them */

struct positions; /* Opaque. */

/* n units at place (n), all different, each i*g + j on the g x g grid; not kept.  Shuffle s comes
   from RNG_SHUFFLE at (key, s).  ERR_MEMORY. */
int positions_new(struct positions **positions, int g, int n, const int *place, int shuffles,
                  uint64_t key, struct err *e) __attribute__((warn_unused_result));
void positions_free(struct positions *positions);

int positions_grid(const struct positions *positions);         /* g */
int positions_count(const struct positions *positions);        /* n */
const int *positions_place(const struct positions *positions); /* (n) rising */
const int *positions_unit(const struct positions *positions);  /* (n) the caller's number of each */
int positions_shuffles(const struct positions *positions);

/* order (n) of shuffle s: the i-th place takes the unit of place order[i]. */
const int *positions_shuffle(const struct positions *positions, int s);

#endif
