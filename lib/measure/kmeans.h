/*
 * kmeans - k-means clustering: greedy k-means++ seeding (Arthur & Vassilvitskii 2007) and Lloyd's
 * iteration, several restarts, the lowest inertia kept.
 *
 * Stopping rule and treatment of clusters that run empty are those of scikit-learn's KMeans.  The
 * inner products are plain loops over a fixed number of lanes, not BLAS, so that equal points get
 * equal scores wherever they stand, and the result is the same whatever kernel the machine has.
 */
#ifndef BRAINSWEEP_KMEANS_H
#define BRAINSWEEP_KMEANS_H

#include "base/err.h"

#include <stdint.h>

#define KMEANS_TOLERANCE 1e-4 /* of the centres' squared shift, in mean variances of a column */

enum {
    KMEANS_RESTARTS = 20,
    KMEANS_ITERATIONS = 300 /* of Lloyd, at most */
};

struct kmeans; /* the points, centred, and buffers.  Opaque. */

/* x is (N,R), finite, N and R at least 1, and copied; distance is (N,N), Euclidean, and kept;
   most is the largest k that will be asked for. */
int kmeans_new(struct kmeans **kmeans, const float *x, const float *distance, int N, int R,
               int most, struct err *e) __attribute__((warn_unused_result));
void kmeans_free(struct kmeans *kmeans);

/* The best of `restarts` runs with k centres, 1 <= k <= min(most, N): label (N) becomes 0..k-1, in
   no particular order, and *inertia the sum of squared distances to the own centre.  Restart r
   draws from rng_at(seed, RNG_CLUSTER, k << 32 | r).  Returns false, and leaves both alone, when
   no run ended with k clusters that all have members, as when there are fewer distinct points. */
int kmeans_run(struct kmeans *kmeans, int k, int restarts, uint64_t seed, int *label,
               double *inertia);

/* One run of Lloyd's iteration from the given centres (k,R); else as above. */
int kmeans_lloyd(struct kmeans *kmeans, int k, const float *centre, int *label, double *inertia);

#endif
