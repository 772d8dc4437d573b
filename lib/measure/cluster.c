#include "measure/cluster.h"

#include "base/mem.h"
#include "measure/kmeans.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void cluster_normalise(const float *variance, int N, int R, float *x)
{
    for (int i = 0; i < N; i++) {
        const float *row = variance + (size_t)i * (size_t)R;
        float most = 0;
        for (int r = 0; r < R; r++)
            most = row[r] > most ? row[r] : most;
        for (int r = 0; r < R; r++)
            x[(size_t)i * (size_t)R + (size_t)r] = most > 0 ? row[r] / most : 0;
    }
}

void cluster_distances(const float *x, int N, int R, float *distance)
{
    size_t n = (size_t)N, row = (size_t)R;
    for (size_t i = 0; i < n; i++) {
        distance[i * n + i] = 0;
        for (size_t j = 0; j < i; j++) {
            double sum = 0;
            for (size_t r = 0; r < row; r++) {
                double d = (double)x[i * row + r] - (double)x[j * row + r];
                sum += d * d;
            }
            distance[i * n + j] = distance[j * n + i] = (float)sqrt(sum);
        }
    }
}

/* (b - a) / max(a, b): a = mean distance to the own cluster's others, b = to the nearest other
   cluster's members. */
static double silhouette_of(const float *distance, int N, int i, const int *label, const int *count,
                            int k)
{
    double sum[CLUSTER_MOST] = {0};
    const float *d = distance + (size_t)i * (size_t)N;
    int own = label[i];
    if (count[own] == 1)
        return 0;
    for (int j = 0; j < N; j++)
        sum[label[j]] += (double)d[j];
    double a = sum[own] / (count[own] - 1), b = INFINITY;
    for (int c = 0; c < k; c++)
        if (c != own && count[c])
            b = fmin(b, sum[c] / count[c]);
    double larger = fmax(a, b);
    return larger > 0 ? (b - a) / larger : 0;
}

int cluster_silhouette(const float *distance, int N, const int *label, int k, float *point,
                       double *mean)
{
    assert(k <= CLUSTER_MOST);
    int count[CLUSTER_MOST] = {0}, used = 0;
    for (int i = 0; i < N; i++)
        used += count[label[i]]++ == 0;
    if (used < 2 || used > N - 1)
        return 0;
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double s = silhouette_of(distance, N, i, label, count, k);
        sum += s;
        if (point)
            point[i] = (float)s;
    }
    *mean = sum / N;
    return 1;
}

double cluster_adjusted_rand(const int *a, const int *b, int N)
{
    /* pairs that are together in both, in a alone, in b alone, in neither */
    double both = 0, only_a = 0, only_b = 0, neither = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++) {
            int in_a = a[i] == a[j], in_b = b[i] == b[j];
            both += in_a && in_b;
            only_a += in_a && !in_b;
            only_b += !in_a && in_b;
            neither += !in_a && !in_b;
        }
    if (only_a == 0 && only_b == 0)
        return 1;
    return 2 * (both * neither - only_a * only_b) /
           ((both + only_a) * (only_a + neither) + (both + only_b) * (only_b + neither));
}

/* ---- order ---- */

struct standing {
    int cluster;
    int task; /* preferred; -1 without members */
    int size;
    int first;  /* lowest member */
    double sum; /* of the members' rows in that task */
};

static struct standing standing_of(const float *x, int N, int R, const int *label, int cluster)
{
    struct standing s = {.cluster = cluster, .task = -1, .first = -1};
    for (int i = N - 1; i >= 0; i--)
        if (label[i] == cluster) {
            s.size++;
            s.first = i;
        }
    for (int r = 0; r < R && s.size; r++) {
        double sum = 0;
        for (int i = s.first; i < N; i++)
            if (label[i] == cluster)
                sum += (double)x[(size_t)i * (size_t)R + (size_t)r];
        if (s.task < 0 || sum > s.sum) {
            s.task = r;
            s.sum = sum;
        }
    }
    return s;
}

static int compare_standings(const void *left, const void *right)
{
    const struct standing *a = left, *b = right;
    if (!a->size || !b->size)
        return !a->size - !b->size;
    if (a->task != b->task)
        return a->task < b->task ? -1 : 1;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    if (a->sum != b->sum)
        return a->sum > b->sum ? -1 : 1;
    return a->first < b->first ? -1 : 1;
}

void cluster_order(const float *x, int N, int R, int *label, int k, int *preferred)
{
    assert(k <= CLUSTER_MOST);
    struct standing standings[CLUSTER_MOST];
    int number[CLUSTER_MOST];
    for (int c = 0; c < k; c++)
        standings[c] = standing_of(x, N, R, label, c);
    qsort(standings, (size_t)k, sizeof *standings, compare_standings);
    for (int c = 0; c < k; c++) {
        number[standings[c].cluster] = c;
        if (preferred)
            preferred[c] = standings[c].task;
    }
    for (int i = 0; i < N; i++)
        label[i] = number[label[i]];
}

/* ---- all partitions ---- */

struct cluster {
    struct clustering all[CLUSTER_MOST + 1]; /* entry k; its own k is 0 where there is none */
    int best;                                /* 0 = none */
    int *label;                              /* (k_max + 1, N) */
    int task[CLUSTER_MOST + 1][CLUSTER_MOST];
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Runs and judges k = 2..k_max on points whose distances are known. */
static int partition_all(struct cluster *cluster, const float *x, const float *distance, int N,
                         int R, int k_max, int restarts, uint64_t seed, struct err *e)
{
    struct kmeans *kmeans;
    if (kmeans_new(&kmeans, x, distance, N, R, k_max, e) < 0)
        return ERR_MEMORY;
    for (int k = 2; k <= k_max; k++) {
        struct clustering *c = &cluster->all[k];
        int *label = cluster->label + (size_t)k * (size_t)N;
        if (!kmeans_run(kmeans, k, restarts, seed, label, &c->inertia))
            continue;
        cluster_order(x, N, R, label, k, cluster->task[k]);
        if (!cluster_silhouette(distance, N, label, k, NULL, &c->silhouette))
            continue;
        c->k = k;
        c->label = label;
        c->task = cluster->task[k];
        if (!cluster->best || c->silhouette > cluster->all[cluster->best].silhouette)
            cluster->best = k;
    }
    kmeans_free(kmeans);
    return 0;
}

int cluster_new(struct cluster **cluster, const float *x, int N, int R, int k_max, int restarts,
                uint64_t seed, struct err *e)
{
    assert(N >= 0 && R >= 1 && k_max <= CLUSTER_MOST);
    int code = 0;
    size_t n = (size_t)N;
    *cluster = NULL;
    float *distance = mem_array(n * n, sizeof *distance);
    struct cluster *c = mem_array(1, sizeof *c);
    if (!distance || !c) {
        code = err_set(e, ERR_MEMORY, "out of memory for clustering %d points", N);
        goto out;
    }
    cluster_distances(x, N, R, distance);
    k_max = least(k_max, N - 1);
    if (k_max >= 2) {
        c->label = mem_array((size_t)(k_max + 1) * n, sizeof *c->label);
        if (!c->label) {
            code = err_set(e, ERR_MEMORY, "out of memory for the clusterings of %d points", N);
            goto out;
        }
        code = partition_all(c, x, distance, N, R, k_max, restarts, seed, e);
        if (code < 0)
            goto out;
    }
    *cluster = c;
    c = NULL;
out:
    mem_free(distance);
    cluster_free(c);
    return code;
}

void cluster_free(struct cluster *cluster)
{
    if (!cluster)
        return;
    mem_free(cluster->label);
    mem_free(cluster);
}

const struct clustering *cluster_at(const struct cluster *cluster, int k)
{
    return k >= 2 && k <= CLUSTER_MOST && cluster->all[k].k ? &cluster->all[k] : NULL;
}

const struct clustering *cluster_best(const struct cluster *cluster)
{
    return cluster_at(cluster, cluster->best);
}
