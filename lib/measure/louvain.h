/*
 * louvain - the partition of a network's units into communities with the highest modularity that a
 * greedy search finds (Blondel et al. 2008, Journal of Statistical Mechanics P10008).
 *
 * The directed modularity of modularity.h (Leicht & Newman 2008) with weights |w|, resolution 1,
 *     Q = sum over communities c of  m_cc / m - (out_c / m) (in_c / m),
 * the diagonal left out; for a symmetric w it is Newman's undirected Q.  Units move, one after the
 * other in a random order, to the community where Q gains most, until none gains; then communities
 * do so as the units did, and so on.  Of several starts, each with an order of its own, the best is
 * kept.  The best Q of a random network is far from 0, so compare with such networks.
 *
 * Own code, as Debian has no small library for it.  igraph has this search, and graphs rewired by
 * degree, but is under the GPL, as this program is not; needs ARPACK, GLPK, GMP and libxml2 on
 * every node; has a random generator of its own, so that a job would not repeat to the bit wherever
 * it runs; and deals no weights anew (weight_null.h).
 */
#ifndef BRAINSWEEP_LOUVAIN_H
#define BRAINSWEEP_LOUVAIN_H

#include "base/err.h"

#include <stdint.h>

struct louvain; /* a network, and buffers to search with.  Opaque. */

/* Room for networks of n units. */
int louvain_new(struct louvain **l, int n, struct err *e) __attribute__((warn_unused_result));
void louvain_free(struct louvain *l);
double louvain_bytes(int n); /* that louvain_new takes */

/* Takes in |w|, w (n,n).  Returns false where all of it but the diagonal is 0: Q is undefined. */
int louvain_load(struct louvain *l, const float *w);

/* Q of the partition label (n), values 0..n-1. */
double louvain_modularity(struct louvain *l, const int *label);

/* Searches from so many starts (>= 1), whose orders come from RNG_GRAPH at (key, index + start).
   Returns the best Q, and leaves its partition in label (n), communities being numbered by their
   first units.  The same network, key and index give the same partition. */
double louvain_search(struct louvain *l, int starts, uint64_t key, uint64_t index, int *label);

/* Communities of at least two units. */
int louvain_communities(const int *label, int n);

#endif
