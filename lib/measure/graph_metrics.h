/*
 * graph_metrics - a trained network as a graph: what the literature on spatially embedded networks
 * reports (Achterberg et al. 2023), each value beside that of random networks where one is needed.
 *
 * All of |W| without its diagonal.  The binary graph is that of the strongest tenth of the
 * connections, without direction (graph_threshold).  Random numbers come from RNG_GRAPH.
 */
#ifndef BRAINSWEEP_GRAPH_METRICS_H
#define BRAINSWEEP_GRAPH_METRICS_H

#include "base/cancel.h"
#include "base/err.h"
#include "stats/stats.h"

#include <stdint.h>

/* The network, and what is known of its units.  Nothing is owned. */
struct graph_subject {
    int H;
    const float *w;        /* (H,H), w[i][j] from unit j to unit i */
    int n;                 /* important units */
    const int *unit;       /* (n) which they are */
    const float *variance; /* (n,R) their task variances */
    int R;
    const int *cluster; /* (n) their functional clusters; NULL where there are none */
    int shuffles;       /* permutations of units behind homophily_tv */
    uint64_t seed;
    const struct cancel *pause;
};

/* What is undefined is absent. */
struct graph_metrics {
    struct optional density;            /* share of connections in the binary graph, at most .1 */
    struct optional clustering;         /* c: graph_clustering */
    struct optional efficiency;         /* e: graph_efficiency */
    struct optional clustering_sd;      /* of c over the random graphs below */
    struct optional small_world;        /* (c/c0) (e/e0), against 100 graphs of as many edges */
    struct optional small_world_degree; /* the same, against 100 of the same degrees */
    struct optional q_best;             /* louvain.h, 20 starts */
    struct optional q_best_n;           /* communities of that partition */
    struct optional q_best_null;   /* mean of Q over 20 random networks (weight_null.h), of 3 to
                                      20 starts each: fewer where there are many weights */
    struct optional q_best_z;      /* Q of as many starts, in their standard deviations */
    struct optional q_best_binary; /* the same of the binary graph */
    struct optional community_ari; /* of that partition with the functional clusters */
    struct optional community_nmi;
    struct optional homophily;     /* graph_matching */
    struct baseline homophily_tv;  /* Spearman over important pairs of |W_ij| + |W_ji| with the
                                      cosine  of their task variances, against permuted units */
    struct optional selectivity_r; /* mean over pairs of tasks of Pearson's r across important units
                                    of their task variances: < 0 = specialised units */
};

/* ERR_MEMORY; ERR_STOPPED when the pause, asked between its parts, said so. */
int graph_metrics_measure(const struct graph_subject *subject, struct graph_metrics *metrics,
                          struct err *e) __attribute__((warn_unused_result));

/* Bytes that graph_metrics_measure takes at most. */
double graph_metrics_bytes(int H, int shuffles);

/* Pearson's r of |w_ij| and D_ij over i != j with w_ij != 0, w (H,H) on the g x g grid; absent for
   fewer than two, or where one does not vary. */
struct optional graph_metrics_weight_distance(const float *w, int g);

/* Mutual information of two partitions of n points, any labels, over the mean of their entropies;
   1 where both have one part. ERR_MEMORY. */
int graph_metrics_mutual_information(const int *a, const int *b, int n, double *nmi, struct err *e)
    __attribute__((warn_unused_result));

#endif
