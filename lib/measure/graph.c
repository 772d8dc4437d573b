#include "measure/graph.h"

#include "base/mem.h"
#include "math/simd.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct edge {
    int a, b;
};

struct graph {
    int n, words, m;
    uint64_t *row;     /* (n,words) bit b of row a: connected */
    int *degree;       /* (n) */
    struct edge *edge; /* (m), room for all pairs */
    uint64_t *scratch; /* (3,words) */
};

enum { BITS = 64, SCRATCH = 3 };

static size_t words_of(int n)
{
    return ((size_t)n + BITS - 1) / BITS;
}

static size_t pairs_of(int n)
{
    return (size_t)n * (size_t)(n - 1) / 2;
}

double graph_bytes(int n)
{
    return (double)(sizeof(struct graph) + ((size_t)n + SCRATCH) * words_of(n) * sizeof(uint64_t) +
                    (size_t)n * sizeof(int) + pairs_of(n) * sizeof(struct edge));
}

int graph_new(struct graph **out, int n, struct err *e)
{
    assert(n >= 1);
    struct graph *graph = mem_array(1, sizeof *graph);
    *out = NULL;
    if (!graph)
        goto no_memory;
    graph->n = n;
    graph->words = (int)words_of(n);
    graph->row = mem_array((size_t)n * words_of(n), sizeof *graph->row);
    graph->degree = mem_array((size_t)n, sizeof *graph->degree);
    graph->edge = mem_array(pairs_of(n), sizeof *graph->edge);
    graph->scratch = mem_array(SCRATCH * words_of(n), sizeof *graph->scratch);
    if (!graph->row || !graph->degree || !graph->edge || !graph->scratch)
        goto no_memory;
    *out = graph;
    return 0;

no_memory:
    graph_free(graph);
    return err_set(e, ERR_MEMORY, "out of memory for a graph of %d nodes", n);
}

void graph_free(struct graph *graph)
{
    if (!graph)
        return;
    mem_free(graph->row);
    mem_free(graph->degree);
    mem_free(graph->edge);
    mem_free(graph->scratch);
    mem_free(graph);
}

/* ---- edges ---- */

static uint64_t *row_of(const struct graph *graph, int node)
{
    return graph->row + (size_t)node * (size_t)graph->words;
}

static void flip(struct graph *graph, int a, int b)
{
    row_of(graph, a)[b / BITS] ^= (uint64_t)1 << b % BITS;
    row_of(graph, b)[a / BITS] ^= (uint64_t)1 << a % BITS;
}

void graph_clear(struct graph *graph)
{
    memset(graph->row, 0, (size_t)graph->n * (size_t)graph->words * sizeof *graph->row);
    memset(graph->degree, 0, (size_t)graph->n * sizeof *graph->degree);
    graph->m = 0;
}

void graph_copy(struct graph *graph, const struct graph *from)
{
    assert(graph->n == from->n);
    graph->m = from->m;
    memcpy(graph->row, from->row, (size_t)graph->n * (size_t)graph->words * sizeof *graph->row);
    memcpy(graph->degree, from->degree, (size_t)graph->n * sizeof *graph->degree);
    memcpy(graph->edge, from->edge, (size_t)graph->m * sizeof *graph->edge);
}

int graph_connected(const struct graph *graph, int a, int b)
{
    return row_of(graph, a)[b / BITS] >> b % BITS & 1;
}

void graph_connect(struct graph *graph, int a, int b)
{
    if (a == b || graph_connected(graph, a, b))
        return;
    flip(graph, a, b);
    graph->degree[a]++;
    graph->degree[b]++;
    graph->edge[graph->m++] = (struct edge){a, b};
}

int graph_edges(const struct graph *graph)
{
    return graph->m;
}

int graph_degree(const struct graph *graph, int node)
{
    return graph->degree[node];
}

struct weight {
    float size;
    int at;
};

static int by_size(const void *x, const void *y)
{
    const struct weight *a = x, *b = y;
    return a->size != b->size ? (a->size < b->size) - (a->size > b->size)
                              : (a->at > b->at) - (a->at < b->at);
}

int graph_threshold(struct graph *graph, const float *w, double share, double *density,
                    struct err *e)
{
    int n = graph->n, count = 0;
    size_t pairs = 2 * pairs_of(n);
    struct weight *weight = mem_array(pairs, sizeof *weight);
    graph_clear(graph);
    *density = 0;
    if (!weight)
        return err_set(e, ERR_MEMORY, "out of memory for the weights of %d nodes", n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (i != j && w[(size_t)i * (size_t)n + (size_t)j] != 0)
                weight[count++] =
                    (struct weight){fabsf(w[(size_t)i * (size_t)n + (size_t)j]), i * n + j};
    qsort(weight, (size_t)count, sizeof *weight, by_size);
    int most = (int)lround(share * (double)pairs), kept = count < most ? count : most;
    for (int k = 0; k < kept; k++)
        graph_connect(graph, weight[k].at / n, weight[k].at % n);
    if (pairs)
        *density = kept / (double)pairs;
    mem_free(weight);
    return 0;
}

/* ---- measures ---- */

/* Bits that both rows have. */
static SIMD_CLONES int common(int words, const uint64_t *a, const uint64_t *b)
{
    int count = 0;
    for (int k = 0; k < words; k++)
        count += __builtin_popcountll(a[k] & b[k]);
    return count;
}

double graph_clustering(const struct graph *graph)
{
    double sum = 0;
    for (int i = 0; i < graph->n; i++) {
        long twice = 0; /* edges among neighbours, from both ends */
        for (int k = 0; k < graph->words; k++)
            for (uint64_t left = row_of(graph, i)[k]; left; left &= left - 1)
                twice += common(graph->words, row_of(graph, i),
                                row_of(graph, k * BITS + __builtin_ctzll(left)));
        if (graph->degree[i] > 1)
            sum += (double)twice / ((double)graph->degree[i] * (graph->degree[i] - 1));
    }
    return sum / graph->n;
}

/* The neighbours of all nodes of `of`. */
static void gather(const struct graph *graph, const uint64_t *of, uint64_t *neighbours)
{
    memset(neighbours, 0, (size_t)graph->words * sizeof *neighbours);
    for (int k = 0; k < graph->words; k++)
        for (uint64_t left = of[k]; left; left &= left - 1) {
            const uint64_t *row = row_of(graph, k * BITS + __builtin_ctzll(left));
            for (int i = 0; i < graph->words; i++)
                neighbours[i] |= row[i];
        }
}

/* Sum over the other nodes of 1 / length of the shortest path from here. */
static double closeness(const struct graph *graph, int from)
{
    int words = graph->words;
    uint64_t *seen = graph->scratch, *front = seen + words, *next = front + words;
    double sum = 0;
    memset(seen, 0, 2 * (size_t)words * sizeof *seen);
    seen[from / BITS] |= (uint64_t)1 << from % BITS;
    front[from / BITS] |= (uint64_t)1 << from % BITS;
    for (int length = 1, found = 1; found; length++) {
        found = 0;
        gather(graph, front, next);
        for (int k = 0; k < words; k++) {
            front[k] = next[k] & ~seen[k];
            seen[k] |= front[k];
            found += __builtin_popcountll(front[k]);
        }
        sum += (double)found / length;
    }
    return sum;
}

double graph_efficiency(const struct graph *graph)
{
    double sum = 0;
    for (int i = 0; i < graph->n; i++)
        sum += closeness(graph, i);
    return graph->n > 1 ? sum / ((double)graph->n * (graph->n - 1)) : 0;
}

double graph_matching(const struct graph *graph)
{
    double sum = 0;
    for (int i = 0; i < graph->n; i++)
        for (int j = 0; j < i; j++) {
            int others = graph->degree[i] + graph->degree[j] - 2 * graph_connected(graph, i, j);
            if (others > 0)
                sum += 2.0 * common(graph->words, row_of(graph, i), row_of(graph, j)) / others;
        }
    return graph->n > 1 ? sum / (double)pairs_of(graph->n) : 0;
}

/* ---- random graphs ---- */

void graph_random(struct graph *graph, int m, struct rng *rng)
{
    int n = graph->n;
    assert((size_t)m <= pairs_of(n));
    graph_clear(graph);
    while (graph->m < m)
        graph_connect(graph, (int)rng_below(rng, (uint32_t)n), (int)rng_below(rng, (uint32_t)n));
}

void graph_rewire(struct graph *graph, int tries, struct rng *rng)
{
    uint32_t m = (uint32_t)graph->m;
    for (long k = (long)tries * graph->m; k > 0; k--) {
        struct edge *p = &graph->edge[rng_below(rng, m)];
        uint32_t second = rng_below(rng, 2 * m);
        struct edge *q = &graph->edge[second / 2];
        int c = second % 2 ? q->b : q->a, d = second % 2 ? q->a : q->b;
        if (p->a == c || p->a == d || p->b == c || p->b == d || graph_connected(graph, p->a, d) ||
            graph_connected(graph, c, p->b))
            continue;
        flip(graph, p->a, p->b);
        flip(graph, c, d);
        flip(graph, p->a, d);
        flip(graph, c, p->b);
        *q = (struct edge){c, p->b};
        p->b = d;
    }
}
