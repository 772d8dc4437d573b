/*
 * anatomy - whether functional clusters are also spatial ones: how isolated and how spread out the
 * units of a cluster are on the grid, compared with shuffled positions (Liu et al. 2023, figure 1).
 *
 * Isolated fraction: share of the units none of whose eight neighbours on the grid is a unit of the
 * same cluster.  Mean cluster size: mean over the clusters of two or more units of the mean
 * distance D of two of them; every cluster counts alike, or by its number of members, so that
 * clusters of a few units do not decide.  All are smaller where clusters are compact, and p counts
 * the shuffles that are as small.  All are undefined for fewer than two clusters.
 */
#ifndef BRAINSWEEP_ANATOMY_H
#define BRAINSWEEP_ANATOMY_H

#include "measure/shuffles.h"
#include "stats/stats.h"

struct anatomy {
    struct baseline isolated; /* fraction, 0..1 */
    struct baseline size; /* in units of the grid's side; absent where all clusters are single */
    struct baseline size_by_members; /* the same, clusters weighted by their members */
    struct optional locality; /* 1 - size / its shuffled mean: 0 at random, towards 1 compact */
};

/* label (n) gives the cluster, 0..K-1, of the units that `positions` was made from, in the caller's
   own order.  Unless they are NULL, isolated and size (shuffles) receive the shuffled values (of
   the size that counts clusters alike); they are not changed where the observed one is absent.
   ERR_MEMORY. */
int anatomy_measure(const struct shuffles *positions, const int *label, int K,
                    struct anatomy *anatomy, double *isolated, double *size, struct err *e)
    __attribute__((warn_unused_result));

#endif
