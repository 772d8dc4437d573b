/*
 * cluster - functional clusters: units grouped by the tasks in which their activity varies (Yang et
 * al. 2019).
 *
 * Points are rows of normalised task variance, distances Euclidean.  k-means for every k from 2 up,
 * judged by the mean silhouette (Rousseeuw 1987); the highest one is the choice, but the silhouette
 * is often flat, so all are kept.  What does not exist is absent, never a NaN.
 */
#ifndef BRAINSWEEP_CLUSTER_H
#define BRAINSWEEP_CLUSTER_H

#include "base/err.h"

#include <stdint.h>

enum {
    CLUSTER_MOST = 64, /* no function here takes more clusters */
    CLUSTER_K_MAX = 29 /* the usual largest k */
};

/* x (N,R) = each row of variance (N,R) over its maximum; a row without a positive one becomes 0. */
void cluster_normalise(const float *variance, int N, int R, float *x);

/* ---- measures of a given partition: pure functions ---- */

/* distance (N,N): Euclidean distances of the rows of x (N,R). */
void cluster_distances(const float *x, int N, int R, float *distance);

/* Mean silhouette of label (N), values 0..k-1, k <= CLUSTER_MOST, into *mean; each point's own into
   point (N) unless that is NULL.  A cluster's only member scores 0.  Returns false, and writes
   nothing, unless 2..N-1 of the clusters have members. */
int cluster_silhouette(const float *distance, int N, const int *label, int k, float *point,
                       double *mean);

/* Adjusted Rand index of two partitions of N points (Hubert & Arabie 1985): 1 = the same, 0 =
   what chance gives.  Any labels; O(N^2).  Fewer than two points agree. */
double cluster_adjusted_rand(const int *a, const int *b, int N);

/* Renumbers label (N), values 0..k-1, so that the numbers are stable: clusters stand in the order
   of their preferred task, the arg-max over tasks of the sum of the members' rows of x (N,R), the
   lower task where two are equal.  Clusters of the same task: the larger first, then the one with
   the larger sum in that task, then the one with the lowest point.  preferred (k) receives the
   tasks
   (-1 = no members; these come last) unless it is NULL. */
void cluster_order(const float *x, int N, int R, int *label, int k, int *preferred);

/* ---- all partitions ---- */

struct clustering {
    int k;
    double inertia;    /* sum of squared distances to the own centre */
    double silhouette; /* mean over all points */
    const int *label;  /* (N) 0..k-1, ordered as by cluster_order */
    const int *task;   /* (k) preferred task of each cluster */
};

struct cluster; /* the clusterings of one set of points for all k.  Opaque. */

/* x is (N,R), finite, and not kept; N may be 0.  Tries k = 2 .. min(k_max, N - 1), k_max at most
   CLUSTER_MOST; `restarts` as in kmeans.h.  ERR_MEMORY is the only error. */
int cluster_new(struct cluster **cluster, const float *x, int N, int R, int k_max, int restarts,
                uint64_t seed, struct err *e) __attribute__((warn_unused_result));
void cluster_free(struct cluster *cluster);

/* The clustering with k clusters, or NULL where there is none: k out of range, or more than there
   are distinct points. */
const struct clustering *cluster_at(const struct cluster *cluster, int k);

/* The one of the highest silhouette, the smallest k among equals; NULL when there is none at all.
 */
const struct clustering *cluster_best(const struct cluster *cluster);

#endif
