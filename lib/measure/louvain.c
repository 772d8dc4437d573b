#include "measure/louvain.h"

#include "base/mem.h"
#include "math/rng.h"

#include <math.h>
#include <string.h>

/* A gain below this is rounding; a move for one could be undone by the next, and so on for ever. */
static const double least_gain = 1e-12;

/* What moves in one round of the search: units, or communities of them.  The weight between two of
   them is that of both directions. */
struct level {
    int n;
    int *start; /* (n+1) where a node's links begin */
    int *to;    /* (links) */
    double *weight;
    double *out, *in; /* (n) sums of weights that leave and reach a node, those within it too */
};

/* The weight between a node and a community, as two sums that are added to in turn: with one, each
   addition would wait for the one before wherever there are few communities. */
struct link {
    double sum[2];
};

enum { LEVELS = 3 }; /* the network itself, and two that take turns */

struct louvain {
    int n;
    double total; /* sum of weights */
    double scale; /* 1 / total */
    struct level level[LEVELS];
    int *community;                        /* (n) of each node of the level */
    double *out, *in;                      /* (n) of each community */
    struct link *link;                     /* (n) between a node and each community */
    int *touched, *order, *fresh, *member; /* (n) */
    int *label;                            /* (n) of each unit */
};

static int level_new(struct level *level, int n)
{
    size_t nodes = (size_t)n, links = nodes * nodes;
    const struct mem_slot slots[] = {
        MEM_SLOT(level->start, nodes + 1), MEM_SLOT(level->to, links),
        MEM_SLOT(level->weight, links),    MEM_SLOT(level->out, nodes),
        MEM_SLOT(level->in, nodes),        {0},
    };
    return !mem_arrays(slots);
}

static void level_free(struct level *level)
{
    mem_free(level->start);
    mem_free(level->to);
    mem_free(level->weight);
    mem_free(level->out);
    mem_free(level->in);
}

double louvain_bytes(int n)
{
    double area = (double)n * n;
    return (double)sizeof(struct louvain) +
           area * (double)(LEVELS * (sizeof(int) + sizeof(double))) +
           n * (double)(LEVELS * (sizeof(int) + 2 * sizeof(double)) + 6 * sizeof(int) +
                        2 * sizeof(double) + sizeof(struct link));
}

static int no_memory(int n, struct err *e)
{
    return err_set(e, ERR_MEMORY, "out of memory for the communities of %d units", n);
}

int louvain_new(struct louvain **out, int n, struct err *e)
{
    struct louvain *l = mem_array(1, sizeof *l);
    size_t N = (size_t)n;
    *out = NULL;
    if (!l)
        return no_memory(n, e);
    l->n = n;
    const struct mem_slot slots[] = {
        MEM_SLOT(l->community, N), MEM_SLOT(l->out, N),
        MEM_SLOT(l->in, N),        MEM_SLOT(l->link, N),
        MEM_SLOT(l->label, N),     MEM_SLOT(l->touched, N),
        MEM_SLOT(l->order, N),     MEM_SLOT(l->fresh, N),
        MEM_SLOT(l->member, N),    {0},
    };
    int ok = !mem_arrays(slots);
    for (int i = 0; ok && i < LEVELS; i++)
        ok = level_new(&l->level[i], n);
    if (!ok) {
        louvain_free(l);
        return no_memory(n, e);
    }
    *out = l;
    return 0;
}

void louvain_free(struct louvain *l)
{
    if (!l)
        return;
    for (int i = 0; i < LEVELS; i++)
        level_free(&l->level[i]);
    int *const ints[] = {l->community, l->touched, l->order, l->fresh, l->member, l->label};
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++)
        mem_free(ints[i]);
    mem_free(l->out);
    mem_free(l->in);
    mem_free(l->link);
    mem_free(l);
}

/* |w_ij| + |w_ji|. */
static double both_ways(const float *w, size_t n, size_t i, size_t j)
{
    return (double)fabsf(w[i * n + j]) + (double)fabsf(w[j * n + i]);
}

int louvain_load(struct louvain *l, const float *w)
{
    size_t n = (size_t)l->n;
    struct level *units = &l->level[0];
    int links = 0;
    units->n = l->n;
    l->total = 0;
    memset(units->out, 0, n * sizeof *units->out);
    memset(units->in, 0, n * sizeof *units->in);
    for (size_t i = 0; i < n; i++) {
        units->start[i] = links;
        for (size_t j = 0; j < n; j++) {
            double size = fabsf(w[i * n + j]), weight = both_ways(w, n, i, j);
            if (i == j || weight == 0)
                continue;
            units->in[i] += size;
            units->out[j] += size;
            l->total += size;
            units->to[links] = (int)j;
            units->weight[links++] = weight;
        }
    }
    units->start[n] = links;
    l->scale = l->total > 0 ? 1 / l->total : 0;
    return l->total > 0;
}

double louvain_modularity(struct louvain *l, const int *label)
{
    size_t n = (size_t)l->n;
    const struct level *units = &l->level[0];
    double within = 0, expected = 0;
    memset(l->out, 0, n * sizeof *l->out);
    memset(l->in, 0, n * sizeof *l->in);
    for (size_t i = 0; i < n; i++) {
        l->out[label[i]] += units->out[i] / l->total;
        l->in[label[i]] += units->in[i] / l->total;
        for (int k = units->start[i]; k < units->start[i + 1]; k++)
            within += label[units->to[k]] == label[i] ? units->weight[k] / 2 : 0;
    }
    for (size_t c = 0; c < n; c++)
        expected += l->out[c] * l->in[c];
    return within / l->total - expected;
}

/* ---- one level ---- */

static double link_weight(const struct louvain *l, int c)
{
    return l->link[c].sum[0] + l->link[c].sum[1];
}

/* Adds the weights between a node and the communities of its neighbours to link.  Lists those that
   had none before in touched, after the `count` that are there; returns how many are then. */
static int add_links(struct louvain *l, const struct level *level, int node, int count)
{
    for (int k = level->start[node]; k < level->start[node + 1]; k++) {
        int c = l->community[level->to[k]];
        if (link_weight(l, c) == 0)
            l->touched[count++] = c;
        l->link[c].sum[k & 1] += level->weight[k];
    }
    return count;
}

/* Ready for the next node. */
static void clear_links(struct louvain *l, int count)
{
    for (int k = 0; k < count; k++)
        l->link[l->touched[k]] = (struct link){{0, 0}};
}

/* What Q, times the total, gains where a node that is in no community joins c. */
static double gain(const struct louvain *l, const struct level *level, int node, int c)
{
    return link_weight(l, c) -
           (level->out[node] * l->in[c] + level->in[node] * l->out[c]) * l->scale;
}

static void join(struct louvain *l, const struct level *level, int node, int c, double sign)
{
    l->out[c] += sign * level->out[node];
    l->in[c] += sign * level->in[node];
}

/* Moves a node to where Q gains most; whether it has moved. */
static int settle(struct louvain *l, const struct level *level, int node)
{
    int home = l->community[node], best = home, count = add_links(l, level, node, 0);
    join(l, level, node, home, -1);
    double most = gain(l, level, node, home) + least_gain * l->total;
    for (int k = 0; k < count; k++) {
        double here = gain(l, level, node, l->touched[k]);
        if (l->touched[k] != home && here > most) {
            most = here;
            best = l->touched[k];
        }
    }
    clear_links(l, count);
    join(l, level, node, best, 1);
    l->community[node] = best;
    return best != home;
}

/* Moves nodes until none gains; whether any has moved. */
static int settle_all(struct louvain *l, const struct level *level, struct rng *rng)
{
    int moved = 1, any = 0;
    rng_permutation(rng, level->n, l->order);
    for (int i = 0; i < level->n; i++) {
        l->community[i] = i;
        l->out[i] = level->out[i];
        l->in[i] = level->in[i];
    }
    while (moved) {
        moved = 0;
        for (int k = 0; k < level->n; k++)
            moved += settle(l, level, l->order[k]);
        any |= moved > 0;
    }
    return any;
}

/* Numbers values 0..n-1 anew, by where they come first; returns how many there are. */
static int renumber(int *value, int n, int *fresh)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        fresh[i] = -1;
    for (int i = 0; i < n; i++) {
        if (fresh[value[i]] < 0)
            fresh[value[i]] = count++;
        value[i] = fresh[value[i]];
    }
    return count;
}

/* Lists the nodes of a level by community: those of c are member[first[c]] .. */
static void sort_members(const struct louvain *l, const struct level *level, int communities,
                         int *first)
{
    memset(first, 0, ((size_t)communities + 1) * sizeof *first);
    for (int i = 0; i < level->n; i++)
        first[l->community[i] + 1]++;
    for (int c = 0; c < communities; c++)
        first[c + 1] += first[c];
    for (int i = level->n - 1; i >= 0; i--) /* from behind, each place is filled once */
        l->member[--first[l->community[i] + 1]] = i;
    memmove(first, first + 1, (size_t)communities * sizeof *first);
    first[communities] = level->n;
}

/* The level whose nodes are the communities of `from`. */
static void merge(struct louvain *l, const struct level *from, struct level *to)
{
    int links = 0;
    to->n = renumber(l->community, from->n, l->fresh);
    int *first = to->start; /* where members begin, until the links' beginnings are written */
    sort_members(l, from, to->n, first);
    for (int c = 0, k = 0; c < to->n; c++) {
        int end = first[c + 1], count = 0;
        to->out[c] = to->in[c] = 0;
        to->start[c] = links;
        for (; k < end; k++) {
            int node = l->member[k];
            to->out[c] += from->out[node];
            to->in[c] += from->in[node];
            count = add_links(l, from, node, count);
        }
        for (int i = 0; i < count; i++) {
            if (l->touched[i] == c)
                continue;
            to->to[links] = l->touched[i];
            to->weight[links++] = link_weight(l, l->touched[i]);
        }
        clear_links(l, count);
    }
    to->start[to->n] = links;
}

/* ---- searching ---- */

/* One start; the partition is in l->label. */
static void search_once(struct louvain *l, struct rng *rng)
{
    const struct level *level = &l->level[0];
    for (int i = 0; i < l->n; i++)
        l->label[i] = i;
    for (int next = 1; settle_all(l, level, rng); next = next % (LEVELS - 1) + 1) {
        merge(l, level, &l->level[next]);
        level = &l->level[next];
        for (int i = 0; i < l->n; i++)
            l->label[i] = l->community[l->label[i]];
    }
}

double louvain_search(struct louvain *l, int starts, uint64_t key, uint64_t index, int *label)
{
    double best = 0;
    for (int start = 0; start < starts; start++) {
        struct rng rng = rng_at(key, RNG_GRAPH, index + (uint64_t)start);
        search_once(l, &rng);
        double q = louvain_modularity(l, l->label);
        if (start == 0 || q > best + least_gain) {
            best = q;
            memcpy(label, l->label, (size_t)l->n * sizeof *label);
        }
    }
    (void)renumber(label, l->n, l->fresh);
    return best;
}

int louvain_communities(const int *label, int n)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        int earlier = 0, later = 0;
        for (int j = 0; j < n; j++)
            if (j != i && label[j] == label[i])
                *(j < i ? &earlier : &later) = 1;
        count += !earlier && later;
    }
    return count;
}
