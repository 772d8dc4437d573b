/*
 * mantel - whether units with similar function are near each other, without any clustering: the
 * Mantel test (1967) of functional against physical distance.
 *
 * Over all pairs of units, Spearman's correlation of 1 - cosine of their rows of task variance with
 * their Manhattan distance on the grid; beside it the same with shuffled positions.  p counts the
 * shuffles that correlate as highly.
 */
#ifndef BRAINSWEEP_MANTEL_H
#define BRAINSWEEP_MANTEL_H

#include "measure/shuffles.h"
#include "stats/stats.h"

/* variance is (n,R), one row for each of the units that `positions` was made from, in the caller's
   own order.  All of mantel is absent where one of the distances is the same for all pairs, and for
   fewer than three units.  ERR_MEMORY. */
int mantel_measure(const struct shuffles *positions, const float *variance, int R,
                   struct baseline *mantel, struct err *e) __attribute__((warn_unused_result));

#endif
