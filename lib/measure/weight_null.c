#include "measure/weight_null.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { FIRST_TRIES = 10, NEXT_TRIES = 3 };

struct arc {
    int to, from;
};

struct weight_null {
    int n, m; /* units and connections */
    int begun;
    int missing;           /* the arcs below are the connections that are not there */
    int arcs;              /* as many */
    struct arc *arc;       /* (arcs) */
    unsigned char *listed; /* (n,n) whether to*n + from is among them */
    float *weight;         /* (m) */
};

double weight_null_bytes(int n)
{
    double area = (double)n * n;
    return (double)sizeof(struct weight_null) +
           area * (double)(sizeof(struct arc) + 1 + sizeof(float));
}

int weight_null_new(struct weight_null **out, int n, const float *w, struct err *e)
{
    size_t N = (size_t)n, area = N * N;
    struct weight_null *null = mem_array(1, sizeof *null);
    *out = NULL;
    if (!null)
        goto no_memory;
    null->n = n;
    null->arc = mem_array(area, sizeof *null->arc);
    null->listed = mem_array(area, 1);
    null->weight = mem_array(area, sizeof *null->weight);
    if (!null->arc || !null->listed || !null->weight)
        goto no_memory;
    for (size_t p = 0; p < area; p++)
        if (p % (N + 1) && w[p] != 0)
            null->weight[null->m++] = w[p];
    null->missing = (size_t)null->m * 2 > area - N;
    for (size_t p = 0; p < area; p++)
        if (p % (N + 1) && (w[p] != 0) != null->missing) {
            null->listed[p] = 1;
            null->arc[null->arcs++] = (struct arc){(int)(p / N), (int)(p % N)};
        }
    *out = null;
    return 0;

no_memory:
    weight_null_free(null);
    return err_set(e, ERR_MEMORY, "out of memory for random networks of %d units", n);
}

void weight_null_free(struct weight_null *null)
{
    if (!null)
        return;
    mem_free(null->arc);
    mem_free(null->listed);
    mem_free(null->weight);
    mem_free(null);
}

static unsigned char *listed_at(const struct weight_null *null, int to, int from)
{
    return &null->listed[(size_t)to * (size_t)null->n + (size_t)from];
}

static void rewire(struct weight_null *null, int tries, struct rng *rng)
{
    uint32_t arcs = (uint32_t)null->arcs;
    for (long k = arcs > 1 ? (long)tries * null->arcs : 0; k > 0; k--) {
        struct arc *p = &null->arc[rng_below(rng, arcs)], *q = &null->arc[rng_below(rng, arcs)];
        if (p->to == q->from || q->to == p->from || *listed_at(null, p->to, q->from) ||
            *listed_at(null, q->to, p->from))
            continue; /* of one end, or the same: their new connections are there already */
        *listed_at(null, p->to, p->from) = *listed_at(null, q->to, q->from) = 0;
        int from = p->from;
        p->from = q->from;
        q->from = from;
        *listed_at(null, p->to, p->from) = *listed_at(null, q->to, q->from) = 1;
    }
}

void weight_null_next(struct weight_null *null, struct rng *rng, float *w)
{
    size_t N = (size_t)null->n, area = N * N;
    rewire(null, null->begun ? NEXT_TRIES : FIRST_TRIES, rng);
    null->begun = 1;
    int left = null->m;
    for (size_t p = 0; p < area; p++) {
        w[p] = 0;
        if (p % (N + 1) == 0 || null->listed[p] == null->missing)
            continue;
        int k = (int)rng_below(rng, (uint32_t)left--); /* drawn to the end, as in a shuffle */
        w[p] = null->weight[k];
        null->weight[k] = null->weight[left];
        null->weight[left] = w[p];
    }
}
