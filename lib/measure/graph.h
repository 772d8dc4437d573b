/*
 * graph - undirected graphs without weights, what is measured of them, and random ones of the same
 * size or degrees.
 *
 * Neighbours are rows of bits, so that a step of a breadth-first search is an OR of rows, and the
 * number of common neighbours is a count of bits.
 */
#ifndef BRAINSWEEP_GRAPH_H
#define BRAINSWEEP_GRAPH_H

#include "base/err.h"
#include "math/rng.h"

struct graph; /* n nodes and their edges.  Opaque. */

/* n nodes without edges. */
int graph_new(struct graph **graph, int n, struct err *e) __attribute__((warn_unused_result));
void graph_free(struct graph *graph);
double graph_bytes(int n); /* that graph_new takes */

/* Removes all edges; and replaces them by those of `from`, which has as many nodes. */
void graph_clear(struct graph *graph);
void graph_copy(struct graph *graph, const struct graph *from);

/* Connects a and b; nothing where they are connected or the same. */
void graph_connect(struct graph *graph, int a, int b);
int graph_connected(const struct graph *graph, int a, int b);
int graph_edges(const struct graph *graph);
int graph_degree(const struct graph *graph, int node);

/* The strongest connections of a network, as the seRNN papers threshold it: of the off-diagonal
   |w_ij| of w (n,n) the round(share * n(n-1)) largest are kept, ties by the lower i*n + j, zeros
   never; nodes are connected where either direction is kept.  *density is the share kept.
   ERR_MEMORY. */
int graph_threshold(struct graph *graph, const float *w, double share, double *density,
                    struct err *e) __attribute__((warn_unused_result));

/* Mean over nodes of the share of pairs of neighbours that are connected (Watts & Strogatz 1998); a
   node of fewer than two neighbours counts 0. */
double graph_clustering(const struct graph *graph);

/* Mean over pairs of nodes of 1 / length of the shortest path; 0 where there is none. */
double graph_efficiency(const struct graph *graph);

/* Mean over pairs of the matching index 2 common / (k_i + k_j - 2 u_ij), common = neighbours of
   both, u_ij = 1 where the two are connected; 0 / 0 counts 0. */
double graph_matching(const struct graph *graph);

/* Makes it a uniform graph of m edges, m <= n(n-1)/2. */
void graph_random(struct graph *graph, int m, struct rng *rng);

/* Exchanges the ends of each edge and another one, with `tries` tries for each (Maslov & Sneppen
   2002): all nodes keep their degrees. */
void graph_rewire(struct graph *graph, int tries, struct rng *rng);

#endif
