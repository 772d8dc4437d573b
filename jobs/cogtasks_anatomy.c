#include "jobs/cogtasks_anatomy.h"

#include "base/mem.h"
#include "jobs/cogtasks_graph.h"
#include "measure/anatomy.h"
#include "measure/cluster.h"
#include "measure/kmeans.h"
#include "measure/lesion.h"
#include "measure/mantel.h"
#include "measure/modularity.h"
#include "measure/placement.h"
#include "measure/radius.h"
#include "measure/task_variance.h"
#include "measure/wiring.h"
#include "rnn/grid.h"
#include "rnn/swap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the units sit: as they were trained, or placed anew.  Metrics of the latter end in _placed.
 */
enum seating { TRAINED, PLACED, SEATINGS };

static const char *const suffixes[SEATINGS] = {"", "_placed"};

/* Headline metrics are of the chosen number of clusters, and once more of a number that is the same
   for all networks: an automatic one differs between groups, and with it what chance gives. */
enum { FIXED_K = 8 };
static const char *const fixed_suffixes[SEATINGS] = {"_k8", "_k8_placed"};

struct study {
    const struct anatomy_subject *subject;
    struct result *result;
    int g, H, R;
    uint64_t seed;
    int shuffles;
    int n;                    /* important units: the active ones */
    int *unit;                /* (n) which they are */
    unsigned char *important; /* (H) */
    float *variance;          /* (n,R) their task variances */
    float *normalised;        /* (n,R) each row over its maximum */
    struct cluster *cluster;
    const struct clustering *chosen; /* NULL when there is none */
    int *order;                      /* (H) place p of the new placement holds unit order[p] */
    int *seat[SEATINGS];             /* (H) the place of each unit */
    float *placed;                   /* (P) the parameters in their new places */
    double *isolated, *size;         /* (shuffles) */
};

/* ---- opening ---- */

static int no_memory(struct err *e)
{
    return err_set(e, ERR_MEMORY, "out of memory to measure the anatomy of the network");
}

static int stopped(struct err *e)
{
    return err_set(e, ERR_STOPPED, "stopped while the anatomy of the network was measured");
}

static int study_allocate(struct study *s, struct err *e)
{
    size_t H = (size_t)s->H, R = (size_t)s->R, shuffles = (size_t)s->shuffles;
    const struct mem_slot slots[] = {
        MEM_SLOT(s->unit, H),
        MEM_SLOT(s->important, H),
        MEM_SLOT(s->variance, H * R),
        MEM_SLOT(s->normalised, H * R),
        MEM_SLOT(s->order, H),
        MEM_SLOT(s->seat[TRAINED], H),
        MEM_SLOT(s->seat[PLACED], H),
        MEM_SLOT(s->placed, rnn_param_count(s->subject->shape)),
        MEM_SLOT(s->isolated, shuffles),
        MEM_SLOT(s->size, shuffles),
        {0},
    };
    return mem_arrays(slots) ? no_memory(e) : 0;
}

static void study_close(struct study *s)
{
    cluster_free(s->cluster);
    mem_free(s->unit);
    mem_free(s->important);
    mem_free(s->variance);
    mem_free(s->normalised);
    mem_free(s->order);
    mem_free(s->seat[TRAINED]);
    mem_free(s->seat[PLACED]);
    mem_free(s->placed);
    mem_free(s->isolated);
    mem_free(s->size);
}

double cogtasks_anatomy_bytes(struct rnn_shape shape, int g, int R, int shuffles)
{
    enum { LABELLINGS = 2 * CLUSTER_K_MAX }; /* all k, with k-means' own */
    double H = shape.hidden, P = (double)rnn_param_count(shape);
    double own = H * (4 * sizeof(int) + 1) + 2 * H * R * sizeof(float) +
                 2 * (P * sizeof(float) + shuffles * (double)sizeof(double));
    double clusters = H * H * sizeof(float) + H * R * sizeof(float) + LABELLINGS * H * sizeof(int);
    double shuffled = (double)shuffles * H * sizeof(int) + 3 * H * H * sizeof(double);
    return own + clusters + shuffled + placement_bytes(g) +
           graph_metrics_bytes(shape.hidden, shuffles);
}

static void choose_important(struct study *s)
{
    const float *all = s->subject->variance;
    task_variance_active(all, s->H, s->R, s->important);
    for (int u = 0; u < s->H; u++)
        if (s->important[u]) {
            memcpy(s->variance + (size_t)s->n * (size_t)s->R, all + (size_t)u * (size_t)s->R,
                   (size_t)s->R * sizeof *all);
            s->unit[s->n++] = u;
        }
    cluster_normalise(s->variance, s->n, s->R, s->normalised);
}

/* clusters = "auto" is the silhouette's peak, a number that k where there is such a clustering. */
static void choose_clustering(struct study *s)
{
    const char *wanted = spec_text(s->subject->spec, "clusters");
    s->chosen =
        strcmp(wanted, "auto") ? cluster_at(s->cluster, atoi(wanted)) : cluster_best(s->cluster);
}

static int find_clusters(struct study *s, struct err *e)
{
    choose_important(s);
    int code = cluster_new(&s->cluster, s->normalised, s->n, s->R, CLUSTER_K_MAX, KMEANS_RESTARTS,
                           s->seed, e);
    if (!code)
        choose_clustering(s);
    return code;
}

static int find_seats(struct study *s, struct err *e)
{
    const struct anatomy_subject *subject = s->subject;
    size_t P = rnn_param_count(subject->shape);
    int code = placement_of_network(subject->shape, s->g, subject->params, s->seed, s->order,
                                    subject->pause, e);
    float *scratch = code ? NULL : mem_array(P, sizeof *scratch);
    if (code || !scratch)
        return code ? code : no_memory(e);
    memcpy(s->placed, subject->params, P * sizeof *s->placed);
    swap_apply(subject->shape, s->order, s->placed, scratch);
    mem_free(scratch);
    for (int p = 0; p < s->H; p++) {
        s->seat[TRAINED][p] = p;
        s->seat[PLACED][s->order[p]] = p;
    }
    return 0;
}

/* ---- metrics, with and without the suffix of the placed network ---- */

static struct value number(struct optional f)
{
    return f.defined ? value_real(f.value) : value_null();
}

static void set_figure(struct study *s, const char *name, const char *suffix, struct optional f)
{
    char metric[64];
    snprintf(metric, sizeof metric, "%s%s", name, suffix);
    result_set(s->result, metric, number(f));
}

/* name, name_z and name_p. */
static void set_baseline(struct study *s, const char *name, const char *suffix,
                         const struct baseline *b)
{
    char metric[64];
    set_figure(s, name, suffix, b->observed);
    snprintf(metric, sizeof metric, "%s_z", name);
    set_figure(s, metric, suffix, b->z);
    snprintf(metric, sizeof metric, "%s_p", name);
    set_figure(s, metric, suffix, b->p);
}

static int keep_shuffled(struct study *s, const char *name, enum seating seating,
                         const struct baseline *b, const double *shuffled, struct err *e)
{
    if (!b->observed.defined)
        return 0;
    char array[64];
    snprintf(array, sizeof array, "%s_shuffled%s", name, suffixes[seating]);
    float *narrow = mem_array((size_t)s->shuffles, sizeof *narrow);
    if (!narrow)
        return no_memory(e);
    for (int i = 0; i < s->shuffles; i++)
        narrow[i] = (float)shuffled[i];
    int code = result_add_array(s->result, array, 1, s->shuffles, narrow, e);
    mem_free(narrow);
    return code;
}

/* ---- clusters on the grid, for every k ---- */

static int add_clustering(struct study *s, enum seating seating, const struct clustering *c,
                          const struct anatomy *a, struct err *e)
{
    const struct value row[] = {
        value_int(seating == PLACED),
        value_int(c->k),
        value_int(c == s->chosen),
        value_real(c->silhouette),
        number(a->isolated.observed),
        number(a->isolated.mean),
        number(a->isolated.z),
        number(a->isolated.p),
        number(a->size.observed),
        number(a->size.mean),
        number(a->size.z),
        number(a->size.p),
        number(a->locality),
        number(a->size_by_members.observed),
        number(a->size_by_members.mean),
        number(a->size_by_members.z),
        number(a->size_by_members.p),
    };
    return result_add_row(s->result, "clustering", row, e);
}

static void set_clustered(struct study *s, const char *suffix, const struct anatomy *a)
{
    set_baseline(s, "isolated_fraction", suffix, &a->isolated);
    set_baseline(s, "mean_cluster_size", suffix, &a->size);
    set_baseline(s, "mean_cluster_size_by_members", suffix, &a->size_by_members);
    set_figure(s, "locality_score", suffix, a->locality);
}

static int set_headline(struct study *s, enum seating seating, const struct anatomy *a,
                        struct err *e)
{
    set_clustered(s, suffixes[seating], a);
    int code = keep_shuffled(s, "isolated_fraction", seating, &a->isolated, s->isolated, e);
    return code ? code : keep_shuffled(s, "mean_cluster_size", seating, &a->size, s->size, e);
}

static int measure_clusterings(struct study *s, enum seating seating,
                               const struct shuffles *positions, struct err *e)
{
    int code = 0;
    for (int k = 2; !code && k <= CLUSTER_K_MAX; k++) {
        const struct clustering *c = cluster_at(s->cluster, k);
        struct anatomy a = {0};
        if (!c)
            continue;
        code = cancel_must_stop(s->subject->pause)
                   ? stopped(e)
                   : anatomy_measure(positions, c->label, k, &a, s->isolated, s->size, e);
        if (!code)
            code = add_clustering(s, seating, c, &a, e);
        if (!code && k == FIXED_K)
            set_clustered(s, fixed_suffixes[seating], &a);
        if (!code && c == s->chosen)
            code = set_headline(s, seating, &a, e);
    }
    return code;
}

static int measure_radius(struct study *s, enum seating seating, const int *place, struct err *e)
{
    struct radius radius = {0};
    double *weight = mem_array((size_t)s->n, sizeof *weight);
    if (!weight)
        return no_memory(e);
    for (int i = 0; i < s->n; i++)
        for (int r = 0; r < s->R; r++)
            weight[i] += s->variance[(size_t)i * (size_t)s->R + (size_t)r];
    int code = radius_measure(s->g, s->n, place, weight, s->shuffles, s->seed, &radius, e);
    mem_free(weight);
    set_baseline(s, "radius", suffixes[seating], &radius.plain);
    set_baseline(s, "radius_weighted", suffixes[seating], &radius.weighted);
    return code;
}

static int measure_mantel(struct study *s, enum seating seating, const struct shuffles *positions,
                          struct err *e)
{
    struct baseline mantel;
    int code = mantel_measure(positions, s->variance, s->R, &mantel, e);
    if (code)
        return code;
    set_figure(s, "mantel_rho", suffixes[seating], mantel.observed);
    set_figure(s, "mantel_z", suffixes[seating], mantel.z);
    set_figure(s, "mantel_p", suffixes[seating], mantel.p);
    return 0;
}

static int measure_seating(struct study *s, enum seating seating, struct err *e)
{
    struct shuffles *positions = NULL;
    int *place = mem_array((size_t)s->n, sizeof *place);
    if (!place)
        return no_memory(e);
    for (int i = 0; i < s->n; i++)
        place[i] = s->seat[seating][s->unit[i]];
    int code = shuffles_new(&positions, s->g, s->n, place, s->shuffles, s->seed, e);
    if (!code)
        code = measure_radius(s, seating, place, e);
    mem_free(place);
    if (!code)
        code = measure_clusterings(s, seating, positions, e);
    if (!code)
        code = measure_mantel(s, seating, positions, e);
    shuffles_free(positions);
    return code;
}

/* ---- connections ---- */

/* group (H): the chosen cluster of each unit, -1 for none. */
static void group_units(const struct study *s, int *group)
{
    for (int u = 0; u < s->H; u++)
        group[u] = -1;
    for (int i = 0; s->chosen && i < s->n; i++)
        group[s->unit[i]] = s->chosen->label[i];
}

enum { PROFILES = WIRING_BETWEEN + 1 };

/* A mean over no pairs is none. */
static struct value mean_of(const struct wiring_length *length, double mean)
{
    return length->pairs ? value_real(mean) : value_null();
}

/* profile (PROFILES,lengths): of all pairs, and of those within and between clusters where there
   are any. */
static int add_profile(struct study *s, enum seating seating, const struct wiring_length *profile,
                       struct err *e)
{
    int lengths = wiring_lengths(s->g), code = 0;
    for (int i = 0; !code && i < lengths; i++) {
        const struct wiring_length *all = &profile[i], *within = all + lengths,
                                   *between = within + lengths;
        const struct value row[] = {
            value_int(seating == PLACED),
            value_int(i + 1),
            value_real(all->distance),
            value_int(all->pairs),
            value_real(all->mean_weight),
            value_real(all->active),
            s->chosen ? value_int(within->pairs) : value_null(),
            mean_of(within, within->mean_weight),
            mean_of(within, within->active),
            s->chosen ? value_int(between->pairs) : value_null(),
            mean_of(between, between->mean_weight),
            mean_of(between, between->active),
        };
        code = result_add_row(s->result, "profile", row, e);
    }
    return code;
}

static int measure_profile(struct study *s, enum seating seating, const float *params,
                           struct err *e)
{
    int lengths = wiring_lengths(s->g), code = 0;
    struct wiring_length *profile = mem_array((size_t)lengths * PROFILES, sizeof *profile);
    int *group = mem_array((size_t)s->H * 2, sizeof *group);
    if (!profile || !group) {
        code = no_memory(e);
        goto out;
    }
    int *seated = group + s->H;
    group_units(s, group);
    for (int u = 0; u < s->H; u++)
        seated[s->seat[seating][u]] = group[u];
    for (int which = 0; which < PROFILES; which++)
        wiring_profile(s->subject->shape, s->g, params, (enum wiring_pairs)which, seated,
                       profile + (size_t)which * (size_t)lengths);
    code = add_profile(s, seating, profile, e);
out:
    mem_free(profile);
    mem_free(group);
    return code;
}

/* Connections above the usual threshold and above ten times more and less. */
static void measure_links(struct study *s)
{
    static const struct {
        float threshold;
        const char *suffix;
    } levels[] = {{1e-3f, "_1e_3"}, {WIRING_ACTIVE, ""}, {1e-1f, "_1e_1"}};
    struct rnn_shape shape = s->subject->shape;
    const float *params[SEATINGS] = {s->subject->params, s->placed};
    char name[64];
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        for (int seating = 0; seating < SEATINGS; seating++) {
            struct wiring_links links =
                wiring_links(shape, s->g, params[seating], levels[i].threshold);
            snprintf(name, sizeof name, "wiring_length%s", levels[i].suffix);
            set_figure(s, name, suffixes[seating], optional_of(links.length));
            snprintf(name, sizeof name, "active_links%s", levels[i].suffix);
            if (seating == TRAINED)
                result_set(s->result, name, value_int(links.links));
            snprintf(name, sizeof name, "active_connections%s", levels[i].suffix);
            if (seating == TRAINED)
                result_set(s->result, name, value_int(links.connections));
        }
    set_figure(s, "self_weight", "", wiring_self_weight(shape, s->subject->params));
}

static int measure_connections(struct study *s, struct err *e)
{
    const struct anatomy_subject *subject = s->subject;
    measure_links(s);
    int code = measure_profile(s, TRAINED, subject->params, e);
    if (!code)
        code = measure_profile(s, PLACED, s->placed, e);
    if (code || !s->chosen)
        return code;

    struct modularity m;
    code = modularity_measure(subject->params, s->H, s->unit, s->chosen->label, s->n, s->chosen->k,
                              &m, e);
    if (code)
        return code;
    result_set(s->result, "n_clusters", value_int(s->chosen->k));
    result_set(s->result, "modularity_score", value_real(s->chosen->silhouette));
    result_set(s->result, "modularity_q", number(m.q_relative));
    result_set(s->result, "within_cluster_connections", number(m.within));
    return 0;
}

/* ---- units ---- */

static int preferred_task(const float *variance, int R)
{
    int best = 0;
    for (int r = 1; r < R; r++)
        best = variance[r] > variance[best] ? r : best;
    return best;
}

static int add_neurons(struct study *s, const int *group, struct err *e)
{
    const struct task_set *set = task_mix_set(s->subject->mix);
    int code = 0;
    for (int u = 0; !code && u < s->H; u++) {
        const float *variance = s->subject->variance + (size_t)u * (size_t)s->R;
        double sum = 0;
        for (int r = 0; r < s->R; r++)
            sum += variance[r];
        int task = task_mix_task(s->subject->mix, preferred_task(variance, s->R));
        int placed = s->seat[PLACED][u];
        const struct value row[] = {
            value_int(u),
            value_int(u / s->g),
            value_int(u % s->g),
            value_int(placed / s->g),
            value_int(placed % s->g),
            group[u] < 0 ? value_null() : value_int(group[u]),
            value_real(sum),
            s->important[u] ? value_text(task_name(set, task)) : value_null(),
            value_int(wiring_is_wired(s->subject->shape, s->subject->params, u)),
        };
        code = result_add_row(s->result, "neuron", row, e);
    }
    return code;
}

/* ---- lesions ---- */

static int add_lesions(struct study *s, const float *lost, struct err *e)
{
    const struct task_set *set = task_mix_set(s->subject->mix);
    int code = 0;
    for (int k = 0; !code && k < s->chosen->k; k++)
        for (int r = 0; !code && r < s->R; r++) {
            const struct value row[] = {
                value_int(k),
                value_text(task_name(set, task_mix_task(s->subject->mix, r))),
                value_real(lost[k * s->R + r]),
            };
            code = result_add_row(s->result, "lesion", row, e);
        }
    return code;
}

static int measure_lesions(struct study *s, const int *group, struct err *e)
{
    const struct anatomy_subject *subject = s->subject;
    int trials = (int)spec_int(subject->spec, "lesion_trials");
    if (!s->chosen || !trials)
        return 0;
    size_t R = (size_t)s->R, K = (size_t)s->chosen->k;
    struct evaluator *evaluator = NULL;
    double *whole = mem_array(R, sizeof *whole);
    float *lost = mem_array(K * R, sizeof *lost);
    int code = whole && lost ? 0 : no_memory(e);
    if (!code)
        code = evaluate_new(&evaluator, subject->mix, subject->shape, subject->activation, trials,
                            (uint64_t)spec_int(subject->spec, "eval_seed"), e);
    if (!code) {
        evaluate_listen(evaluator, subject->pause);
        struct evaluation seen = evaluate(evaluator, subject->params);
        memcpy(whole, seen.accuracy, R * sizeof *whole);
        code = seen.stopped ? stopped(e) : 0;
    }
    if (!code)
        code = lesion_measure(evaluator, subject->shape, subject->params, whole, s->R, group,
                              s->chosen->k, lost, e);
    if (!code)
        code = add_lesions(s, lost, e);
    evaluate_free(evaluator);
    mem_free(whole);
    mem_free(lost);
    return code;
}

static int measure_units(struct study *s, struct err *e)
{
    int *group = mem_array((size_t)s->H, sizeof *group);
    if (!group)
        return no_memory(e);
    group_units(s, group);
    int code = add_neurons(s, group, e);
    if (!code)
        code = measure_lesions(s, group, e);
    mem_free(group);
    return code;
}

static int measure_graph(const struct study *s, struct err *e)
{
    const struct anatomy_subject *subject = s->subject;
    if (strcmp(spec_text(subject->spec, "graph_metrics"), "true"))
        return 0;
    const struct graph_subject graph = {
        .H = s->H,
        .w = subject->params, /* W comes first */
        .n = s->n,
        .unit = s->unit,
        .variance = s->variance,
        .R = s->R,
        .cluster = s->chosen ? s->chosen->label : NULL,
        .shuffles = s->shuffles,
        .seed = s->seed,
        .pause = subject->pause,
    };
    return cogtasks_graph(&graph, s->placed, s->g, s->result, e);
}

int cogtasks_anatomy(const struct anatomy_subject *subject, struct result *result, struct err *e)
{
    struct study s = {
        .subject = subject,
        .result = result,
        .g = (int)spec_int(subject->spec, "grid"),
        .H = subject->shape.hidden,
        .R = task_mix_size(subject->mix),
        .seed = (uint64_t)spec_int(subject->spec, "seed"),
        .shuffles = (int)spec_int(subject->spec, "shuffles"),
    };
    int code = study_allocate(&s, e);
    if (!code)
        code = find_clusters(&s, e);
    if (!code)
        code = find_seats(&s, e);
    for (int seating = 0; !code && seating < SEATINGS; seating++)
        code = measure_seating(&s, (enum seating)seating, e);
    if (!code)
        code = measure_connections(&s, e);
    if (!code)
        code = measure_units(&s, e);
    if (!code)
        code = measure_graph(&s, e);
    study_close(&s);
    return code;
}
