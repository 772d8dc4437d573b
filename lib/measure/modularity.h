/*
 * modularity - how far connections stay within functional clusters, wherever the units are.
 *
 * Newman's modularity for directed weighted networks (Leicht & Newman 2008, Physical Review Letters
 * 100:118703) of |W| among the clustered units,
 *     Q = sum over clusters c of  m_cc / m - (out_c / m) (in_c / m),
 * m the sum of all their |weights|, m_cc those within c, out_c and in_c those that leave units of c
 * and that reach them.  The weight of a unit to itself is left out: it is within a cluster whatever
 * the clusters are.  Q_max is what Q would be if every connection stayed within its cluster.
 */
#ifndef BRAINSWEEP_MODULARITY_H
#define BRAINSWEEP_MODULARITY_H

#include "base/err.h"
#include "stats/stats.h"

struct modularity {
    struct optional q;          /* Q; absent for fewer than two clusters, or no weight at all */
    struct optional q_relative; /* Q / Q_max */
    struct optional within;     /* share of the active connections (wiring.h) that stay within */
};

/* w is (H,H), w[i][j] from unit j to unit i; the n clustered units are unit (n), their clusters
   label (n), 0..K-1.  ERR_MEMORY. */
int modularity_measure(const float *w, int H, const int *unit, const int *label, int n, int K,
                       struct modularity *modularity, struct err *e)
    __attribute__((warn_unused_result));

#endif
