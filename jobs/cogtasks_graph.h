/*
 * cogtasks_graph - a trained network as a graph: its metrics as columns of cogtasks.
 */
#ifndef BRAINSWEEP_COGTASKS_GRAPH_H
#define BRAINSWEEP_COGTASKS_GRAPH_H

#include "measure/graph_metrics.h"
#include "record/result.h"

/* Rows of the table of metrics, all of |W| without its diagonal. */
#define COGTASKS_GRAPH_METRICS                                                                     \
    {"graph_density", VALUE_REAL, "1", NEITHER,                                                    \
     "share of connections in the binary graph, the strongest tenth of |W|"},                      \
        {"graph_clustering", VALUE_REAL, "1", NEITHER, "mean local clustering of that graph"},     \
        {"graph_clustering_null_sd", VALUE_REAL, "1", NEITHER,                                     \
         "its standard deviation over random graphs of as many edges"},                            \
        {"graph_efficiency", VALUE_REAL, "1", NEITHER,                                             \
         "mean inverse length of the shortest path between two units of that graph"},              \
        {"small_world", VALUE_REAL, "1", NEITHER,                                                  \
         "clustering times efficiency, over those of random graphs of as many edges"},             \
        {"small_world_degree", VALUE_REAL, "1", NEITHER,                                           \
         "the same, over those of random graphs of the same degrees"},                             \
        {"q_best", VALUE_REAL, "1", NEITHER,                                                       \
         "directed modularity of |W| under the best partition found"},                             \
        {"q_best_n", VALUE_INT, "communities", NEITHER, "communities of that partition"},          \
        {"q_best_null", VALUE_REAL, "1", NEITHER,                                                  \
         "the same of rewired networks with the weights dealt anew"},                              \
        {"q_best_z", VALUE_REAL, "1", HIGHER_IS_BETTER,                                            \
         "q_best against those, in their standard deviations"},                                    \
        {"q_best_binary", VALUE_REAL, "1", NEITHER,                                                \
         "modularity of the binary graph under the best partition found"},                         \
        {"community_ari", VALUE_REAL, "1", HIGHER_IS_BETTER,                                       \
         "adjusted Rand index of that of |W| with the functional clusters"},                       \
        {"community_nmi", VALUE_REAL, "1", NEITHER,                                                \
         "their normalised mutual information, not 0 by chance"},                                  \
        {"weight_distance_r", VALUE_REAL, "1", NEITHER,                                            \
         "correlation of |W_ij| > 0 with distance, as trained"},                                   \
        {"homophily", VALUE_REAL, "1", NEITHER, "mean matching index of the binary graph"},        \
        {"homophily_tv", VALUE_REAL, "1", NEITHER,                                                 \
         "rank correlation of weight with likeness of task variances, over important pairs"},      \
        {"homophily_tv_z", VALUE_REAL, "1", NEITHER, "the same against permuted units"},           \
        {"homophily_tv_p", VALUE_REAL, "1", NEITHER, "share of permutations at least as high"},    \
        {"selectivity_r", VALUE_REAL, "1", NEITHER,                                                \
         "mean correlation of two tasks' variances across units: below 0 = specialised units"},    \
    {                                                                                              \
        "weight_distance_r_placed", VALUE_REAL, "1", NEITHER,                                      \
            "correlation of |W_ij| > 0 with distance, placed anew"                                 \
    }

/* Sets these metrics; `placed` (H,H) is W with its units placed anew on the g x g grid.  What is
   undefined stays NULL.  ERR_MEMORY, ERR_STOPPED. */
int cogtasks_graph(const struct graph_subject *subject, const float *placed, int g,
                   struct result *result, struct err *e) __attribute__((warn_unused_result));

#endif
