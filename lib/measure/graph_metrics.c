#include "measure/graph_metrics.h"

#include "base/mem.h"
#include "math/rng.h"
#include "measure/cluster.h"
#include "measure/graph.h"
#include "measure/louvain.h"
#include "measure/weight_null.h"
#include "rnn/grid.h"

#include <math.h>
#include <string.h>

enum { NULLS = 100, FIRST_TRIES = 10, NEXT_TRIES = 3, STARTS = 20, Q_NULLS = 20 };

static const double share = 0.1; /* of connections in the binary graph */

/* What the random numbers are for, in the upper half of their index. */
enum purpose {
    RANDOM_GRAPHS,
    REWIRED_GRAPHS,
    COMMUNITIES,
    BINARY_COMMUNITIES,
    DEALT_WEIGHTS,
    UNITS
};

struct study {
    const struct graph_subject *subject;
    struct graph_metrics *metrics;
    struct graph *graph, *random;
    struct louvain *louvain;
    struct weight_null *null;
    float *w;       /* (H,H) */
    int *community; /* (H) */
    int *part;      /* (H) */
};

static uint64_t index_of(enum purpose purpose, int number)
{
    return (uint64_t)purpose << 32 | (uint64_t)number;
}

static int no_memory(struct err *e)
{
    return err_set(e, ERR_MEMORY, "out of memory to measure the network as a graph");
}

static int go_on(const struct study *s, struct err *e)
{
    return cancel_must_stop(s->subject->pause)
               ? err_set(e, ERR_STOPPED, "stopped while the network was measured as a graph")
               : 0;
}

/* ---- small worlds ---- */

struct small_world {
    double clustering, efficiency, sd; /* of the clustering */
};

/* Means over random graphs of as many edges, or with `degrees` of the same degrees. */
static struct small_world measure_random(const struct study *s, int degrees)
{
    double clustering[NULLS], efficiency[NULLS];
    struct rng rng =
        rng_at(s->subject->seed, RNG_GRAPH, index_of(degrees ? REWIRED_GRAPHS : RANDOM_GRAPHS, 0));
    graph_copy(s->random, s->graph);
    for (int k = 0; k < NULLS; k++) {
        if (degrees)
            graph_rewire(s->random, k ? NEXT_TRIES : FIRST_TRIES, &rng);
        else
            graph_random(s->random, graph_edges(s->graph), &rng);
        clustering[k] = graph_clustering(s->random);
        efficiency[k] = graph_efficiency(s->random);
    }
    return (struct small_world){stats_mean(clustering, NULLS), stats_mean(efficiency, NULLS),
                                stats_sd(clustering, NULLS)};
}

static struct optional small_world(struct small_world here, struct small_world random)
{
    return random.clustering > 0 && random.efficiency > 0
               ? optional_of(here.clustering / random.clustering *
                             (here.efficiency / random.efficiency))
               : optional_none();
}

static int measure_binary(struct study *s, struct err *e)
{
    struct graph_metrics *m = s->metrics;
    double density;
    int code = graph_threshold(s->graph, s->subject->w, share, &density, e);
    if (code)
        return code;
    m->density = optional_of(density);
    if (graph_edges(s->graph) == 0)
        return 0;
    struct small_world here = {graph_clustering(s->graph), graph_efficiency(s->graph), 0};
    struct small_world random = measure_random(s, 0);
    m->clustering = optional_of(here.clustering);
    m->efficiency = optional_of(here.efficiency);
    m->homophily = optional_of(graph_matching(s->graph));
    m->clustering_sd = optional_of(random.sd);
    m->small_world = small_world(here, random);
    code = go_on(s, e);
    if (!code)
        m->small_world_degree = small_world(here, measure_random(s, 1));
    return code;
}

/* ---- communities ---- */

/* Names each part by its first point. */
static void name_parts(const int *label, int n, int *part)
{
    for (int i = 0; i < n; i++) {
        part[i] = i;
        for (int j = 0; j < i && part[i] == i; j++)
            part[i] = label[j] == label[i] ? j : i;
    }
}

/* Sum of -p log p, p = count / n. */
static double entropy(const int *count, size_t cells, int n)
{
    double sum = 0;
    for (size_t k = 0; k < cells; k++)
        sum -= count[k] ? count[k] * log((double)count[k] / n) / n : 0;
    return sum;
}

int graph_metrics_mutual_information(const int *a, const int *b, int n, double *nmi, struct err *e)
{
    enum { A, B, OF_A, OF_B, LISTS };
    size_t N = (size_t)n;
    int *lists = mem_array(LISTS * N, sizeof *lists), *joint = mem_array(N * N, sizeof *joint);
    int code = lists && joint ? 0 : no_memory(e);
    if (!code) {
        name_parts(a, n, lists + A * N);
        name_parts(b, n, lists + B * N);
        for (size_t i = 0; i < N; i++) {
            size_t of_a = (size_t)lists[A * N + i], of_b = (size_t)lists[B * N + i];
            joint[of_a * N + of_b]++;
            lists[OF_A * N + of_a]++;
            lists[OF_B * N + of_b]++;
        }
        double both = entropy(lists + OF_A * N, N, n) + entropy(lists + OF_B * N, N, n);
        *nmi = both > 0 ? 2 * (both - entropy(joint, N * N, n)) / both : 1;
    }
    mem_free(lists);
    mem_free(joint);
    return code;
}

/* How the communities, in s->community, agree with the functional clusters. */
static int measure_agreement(struct study *s, struct err *e)
{
    const struct graph_subject *subject = s->subject;
    double nmi;
    if (!subject->cluster || subject->n < 2)
        return 0;
    for (int i = 0; i < subject->n; i++)
        s->part[i] = s->community[subject->unit[i]];
    s->metrics->community_ari =
        optional_of(cluster_adjusted_rand(s->part, subject->cluster, subject->n));
    int code = graph_metrics_mutual_information(s->part, subject->cluster, subject->n, &nmi, e);
    if (!code)
        s->metrics->community_nmi = optional_of(nmi);
    return code;
}

/* Starts for a random network: 20 would take seconds for a dense one of 400 units. */
static int null_starts(const struct graph_subject *subject)
{
    enum { LEAST = 2, WORK = 160000 };
    int links = 0, H = subject->H;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < i; j++)
            links += subject->w[(size_t)i * (size_t)H + (size_t)j] != 0 ||
                     subject->w[(size_t)j * (size_t)H + (size_t)i] != 0;
    int starts = WORK / (2 * links + 1);
    return starts < LEAST ? LEAST : starts > STARTS ? STARTS : starts;
}

/* The network is held against random ones by as many starts as they have. */
static int measure_null_communities(struct study *s, struct err *e)
{
    const struct graph_subject *subject = s->subject;
    double q[Q_NULLS];
    int starts = null_starts(subject);
    double observed =
        louvain_search(s->louvain, starts, subject->seed, index_of(COMMUNITIES, 0), s->part);
    int code = weight_null_new(&s->null, subject->H, subject->w, e);
    for (int k = 0; !code && k < Q_NULLS; k++) {
        struct rng rng = rng_at(subject->seed, RNG_GRAPH, index_of(DEALT_WEIGHTS, k));
        weight_null_next(s->null, &rng, s->w);
        (void)louvain_load(s->louvain, s->w);
        q[k] = louvain_search(s->louvain, starts, subject->seed,
                              index_of(COMMUNITIES, (k + 1) * STARTS), s->part);
        code = go_on(s, e);
    }
    if (code)
        return code;
    struct baseline b = stats_baseline(observed, q, Q_NULLS, STATS_UPPER);
    s->metrics->q_best_null = b.mean;
    s->metrics->q_best_z = b.sd.value > 0
                               ? optional_of((b.observed.value - b.mean.value) / b.sd.value)
                               : optional_none();
    return 0;
}

static int measure_communities(struct study *s, struct err *e)
{
    const struct graph_subject *subject = s->subject;
    struct graph_metrics *m = s->metrics;
    int H = subject->H;
    if (!louvain_load(s->louvain, subject->w))
        return 0;
    m->q_best = optional_of(
        louvain_search(s->louvain, STARTS, subject->seed, index_of(COMMUNITIES, 0), s->community));
    m->q_best_n = optional_of(louvain_communities(s->community, H));
    int code = measure_agreement(s, e);
    if (!code)
        code = measure_null_communities(s, e);
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            s->w[(size_t)i * (size_t)H + (size_t)j] =
                (float)(i != j && graph_connected(s->graph, i, j));
    if (!code && louvain_load(s->louvain, s->w))
        m->q_best_binary = optional_of(louvain_search(s->louvain, STARTS, subject->seed,
                                                      index_of(BINARY_COMMUNITIES, 0), s->part));
    return code;
}

/* ---- what units do ---- */

/* Pearson's r of n pairs x[k*step], y[k*step]; absent where one does not vary. */
static struct optional pearson(const float *x, const float *y, int n, int step)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int k = 0; k < n; k++) {
        mx += (double)x[(size_t)k * (size_t)step] / n;
        my += (double)y[(size_t)k * (size_t)step] / n;
    }
    for (int k = 0; k < n; k++) {
        double dx = x[(size_t)k * (size_t)step] - mx, dy = y[(size_t)k * (size_t)step] - my;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? optional_of(xy / (sqrt(xx) * sqrt(yy))) : optional_none();
}

/* Over pairs of tasks that both vary between units. */
static void measure_selectivity(struct study *s)
{
    const struct graph_subject *subject = s->subject;
    double sum = 0;
    int pairs = 0;
    for (int p = 0; subject->n > 1 && p < subject->R; p++)
        for (int q = 0; q < p; q++) {
            struct optional r =
                pearson(subject->variance + p, subject->variance + q, subject->n, subject->R);
            sum += r.value;
            pairs += r.defined;
        }
    if (pairs)
        s->metrics->selectivity_r = optional_of(sum / pairs);
}

/* 0 where a row has no direction. */
static double cosine(const float *a, const float *b, int R)
{
    double ab = 0, aa = 0, bb = 0;
    for (int r = 0; r < R; r++) {
        ab += (double)a[r] * b[r];
        aa += (double)a[r] * a[r];
        bb += (double)b[r] * b[r];
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* Pairs of important units, i > j, in the order (1,0) (2,0) (2,1) ...: first what ties them, then
   how alike they are. */
static void list_pairs(const struct graph_subject *subject, int second, double *x)
{
    size_t H = (size_t)subject->H, k = 0, R = (size_t)subject->R;
    for (int i = 0; i < subject->n; i++)
        for (int j = 0; j < i; j++) {
            size_t a = (size_t)subject->unit[i], b = (size_t)subject->unit[j];
            x[k++] = second ? cosine(subject->variance + (size_t)i * R,
                                     subject->variance + (size_t)j * R, subject->R)
                            : (double)fabsf(subject->w[a * H + b]) + fabsf(subject->w[b * H + a]);
        }
}

/* Ranks less their mean; returns the root of the sum of their squares. */
static double centre(const double *rank, size_t pairs, float *centred)
{
    double sum = 0;
    for (size_t k = 0; k < pairs; k++) {
        centred[k] = (float)(rank[k] - ((double)pairs + 1) / 2);
        sum += (double)centred[k] * centred[k];
    }
    return sqrt(sum);
}

/* Sum over pairs of both ranks, the second of the units that `order` puts there. */
static double product(int n, const float *first, const float *second, const int *order)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            int a = order[i], b = order[j], high = a > b ? a : b, low = a > b ? b : a;
            sum += (double)*first++ * second[(size_t)high * (size_t)(high - 1) / 2 + (size_t)low];
        }
    return sum;
}

struct pairs {
    double *x, *rank, *shuffled;
    float *tie, *alike;
    int *order;
};

static int correlate(struct study *s, struct pairs *p, struct err *e)
{
    const struct graph_subject *subject = s->subject;
    int n = subject->n;
    size_t count = (size_t)n * (size_t)(n - 1) / 2;
    double norm = 1;
    for (int second = 0; second < 2; second++) {
        list_pairs(subject, second, p->x);
        int code = stats_ranks(p->x, count, p->rank, e);
        if (code)
            return code;
        norm *= centre(p->rank, count, second ? p->alike : p->tie);
    }
    if (norm == 0)
        return 0;
    for (int i = 0; i < n; i++)
        p->order[i] = i;
    double observed = product(n, p->tie, p->alike, p->order) / norm;
    for (int k = 0; k < subject->shuffles; k++) {
        struct rng rng = rng_at(subject->seed, RNG_GRAPH, index_of(UNITS, k));
        rng_permutation(&rng, n, p->order);
        p->shuffled[k] = product(n, p->tie, p->alike, p->order) / norm;
    }
    s->metrics->homophily_tv =
        stats_baseline(observed, p->shuffled, subject->shuffles, STATS_UPPER);
    return 0;
}

static int measure_ties(struct study *s, struct err *e)
{
    const struct graph_subject *subject = s->subject;
    size_t n = (size_t)subject->n, count = n * (n - 1) / 2;
    if (n < 3)
        return 0;
    struct pairs p = {0};
    const struct mem_slot slots[] = {
        MEM_SLOT(p.x, count),
        MEM_SLOT(p.rank, count),
        MEM_SLOT(p.shuffled, (size_t)subject->shuffles),
        MEM_SLOT(p.tie, count),
        MEM_SLOT(p.alike, count),
        MEM_SLOT(p.order, n),
        {0},
    };
    int code = mem_arrays(slots) ? no_memory(e) : correlate(s, &p, e);
    mem_free(p.x);
    mem_free(p.rank);
    mem_free(p.shuffled);
    mem_free(p.tie);
    mem_free(p.alike);
    mem_free(p.order);
    return code;
}

/* ---- all of it ---- */

struct optional graph_metrics_weight_distance(const float *w, int g)
{
    int H = g * g;
    double n = 0, mw = 0, md = 0, ww = 0, dd = 0, wd = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < H; i++)
            for (int j = 0; j < H; j++) {
                double size = fabsf(w[(size_t)i * (size_t)H + (size_t)j]);
                double distance = grid_distance(g, i, j);
                if (i == j || size == 0)
                    continue;
                if (pass) {
                    ww += (size - mw) * (size - mw);
                    dd += (distance - md) * (distance - md);
                    wd += (size - mw) * (distance - md);
                } else {
                    n++;
                    mw += size;
                    md += distance;
                }
            }
        if (!pass && n < 2)
            return optional_none();
        mw /= pass ? 1 : n;
        md /= pass ? 1 : n;
    }
    return ww > 0 && dd > 0 ? optional_of(wd / (sqrt(ww) * sqrt(dd))) : optional_none();
}

double graph_metrics_bytes(int H, int shuffles)
{
    double area = (double)H * H;
    return 2 * graph_bytes(H) + louvain_bytes(H) + weight_null_bytes(H) +
           area * (double)(sizeof(float) + 2 * sizeof(double) + sizeof(float)) +
           H * 3.0 * (double)sizeof(int) + shuffles * (double)sizeof(double);
}

int graph_metrics_measure(const struct graph_subject *subject, struct graph_metrics *metrics,
                          struct err *e)
{
    size_t H = (size_t)subject->H;
    struct study s = {.subject = subject, .metrics = metrics};
    *metrics = (struct graph_metrics){0};
    s.w = mem_array(H * H, sizeof *s.w);
    s.community = mem_array(H, sizeof *s.community);
    s.part = mem_array(H, sizeof *s.part);
    int code = s.w && s.community && s.part ? 0 : no_memory(e);
    if (!code)
        code = graph_new(&s.graph, subject->H, e);
    if (!code)
        code = graph_new(&s.random, subject->H, e);
    if (!code)
        code = louvain_new(&s.louvain, subject->H, e);
    if (!code)
        code = measure_binary(&s, e);
    if (!code)
        code = measure_communities(&s, e);
    measure_selectivity(&s);
    if (!code)
        code = measure_ties(&s, e);
    graph_free(s.graph);
    graph_free(s.random);
    louvain_free(s.louvain);
    weight_null_free(s.null);
    mem_free(s.w);
    mem_free(s.community);
    mem_free(s.part);
    return code;
}
