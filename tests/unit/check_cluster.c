/* kmeans and cluster: comparison with scikit-learn, small cases, and invariances. */
#include "base/mem.h"
#include "math/rng.h"
#include "measure/cluster.h"
#include "measure/kmeans.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- scikit-learn's answers: tests/fixtures/cluster/reference.txt ---- */

enum { SETS = 2, LABELS = 5, POINTS = 120, COLUMNS = 6 };

struct points {
    char name[16];
    int N, R;
    float x[POINTS * COLUMNS];
    float distance[POINTS * POINTS];
};

struct labels {
    char name[16];
    struct points *set;
    int k;
    int label[POINTS];
};

struct reference {
    struct points sets[SETS];
    struct labels labels[LABELS];
    int n_sets, n_labels;
    int values; /* compared so far */
};

static struct points *set_named(struct reference *ref, const char *name)
{
    for (int i = 0; i < ref->n_sets; i++)
        if (strcmp(ref->sets[i].name, name) == 0)
            return &ref->sets[i];
    ck_abort_msg("no points %s", name);
}

static struct labels *labels_named(struct reference *ref, const char *name)
{
    for (int i = 0; i < ref->n_labels; i++)
        if (strcmp(ref->labels[i].name, name) == 0)
            return &ref->labels[i];
    ck_abort_msg("no labels %s", name);
}

static void read_points(struct reference *ref, FILE *f)
{
    struct points *p = &ref->sets[ref->n_sets++];
    ck_assert_int_eq(fscanf(f, "%15s %d %d", p->name, &p->N, &p->R), 3);
    ck_assert(p->N <= POINTS && p->R <= COLUMNS);
    for (int i = 0; i < p->N * p->R; i++)
        ck_assert_int_eq(fscanf(f, "%f", &p->x[i]), 1);
    cluster_distances(p->x, p->N, p->R, p->distance);
}

static void read_labels(struct reference *ref, FILE *f)
{
    struct labels *l = &ref->labels[ref->n_labels++];
    char set[16];
    ck_assert_int_eq(fscanf(f, "%15s %15s %d", l->name, set, &l->k), 3);
    l->set = set_named(ref, set);
    for (int i = 0; i < l->set->N; i++)
        ck_assert_int_eq(fscanf(f, "%d", &l->label[i]), 1);
}

static void check_silhouette(struct reference *ref, FILE *f)
{
    char name[16];
    double expected, mean = 0, sum = 0;
    float point[POINTS];
    ck_assert_int_eq(fscanf(f, "%15s %lf", name, &expected), 2);
    const struct labels *l = labels_named(ref, name);
    ck_assert(cluster_silhouette(l->set->distance, l->set->N, l->label, l->k, point, &mean));
    ck_assert_double_eq_tol(mean, expected, 1e-6);
    for (int i = 0; i < l->set->N; i++)
        sum += (double)point[i];
    ck_assert_double_eq_tol(sum / l->set->N, expected, 1e-6);
}

static void check_ari(struct reference *ref, FILE *f)
{
    char a[16], b[16];
    double expected;
    ck_assert_int_eq(fscanf(f, "%15s %15s %lf", a, b, &expected), 3);
    const struct labels *la = labels_named(ref, a), *lb = labels_named(ref, b);
    ck_assert_double_eq_tol(cluster_adjusted_rand(la->label, lb->label, la->set->N), expected,
                            1e-9);
}

static struct cluster *clusters_of(const float *x, int N, int R, uint64_t seed)
{
    struct cluster *cluster;
    ck_assert_int_eq(cluster_new(&cluster, x, N, R, CLUSTER_K_MAX, KMEANS_RESTARTS, seed, NULL), 0);
    return cluster;
}

/* Our result is never worse than scikit-learn's by more than 0.1 %; on data without structure both
   need more than 20 restarts for that. */
static void check_inertia(struct reference *ref, FILE *f)
{
    char set[16];
    int k;
    double expected;
    ck_assert_int_eq(fscanf(f, "%15s %d %lf", set, &k, &expected), 3);
    const struct points *p = set_named(ref, set);
    struct cluster *cluster;
    ck_assert_int_eq(cluster_new(&cluster, p->x, p->N, p->R, k, 200, 1, NULL), 0);
    ck_assert_double_le(cluster_at(cluster, k)->inertia, expected * (1 + 1e-3));
    cluster_free(cluster);
}

static void check_chosen(struct reference *ref, FILE *f)
{
    char set[16];
    int k;
    ck_assert_int_eq(fscanf(f, "%15s %d", set, &k), 2);
    const struct points *p = set_named(ref, set);
    struct cluster *cluster = clusters_of(p->x, p->N, p->R, 1);
    ck_assert_int_eq(cluster_best(cluster)->k, k);
    cluster_free(cluster);
}

static struct kmeans *kmeans_of(const struct points *p, int k)
{
    struct kmeans *kmeans;
    ck_assert_int_eq(kmeans_new(&kmeans, p->x, p->distance, p->N, p->R, k, NULL), 0);
    return kmeans;
}

static void check_start(struct reference *ref, FILE *f)
{
    char set[16];
    int k, label[POINTS], theirs[POINTS];
    double expected, inertia = 0;
    float centre[CLUSTER_MOST * COLUMNS];
    ck_assert_int_eq(fscanf(f, "%15s %d %lf", set, &k, &expected), 3);
    const struct points *p = set_named(ref, set);
    for (int i = 0; i < k * p->R; i++)
        ck_assert_int_eq(fscanf(f, "%f", &centre[i]), 1);
    for (int i = 0; i < p->N; i++)
        ck_assert_int_eq(fscanf(f, "%d", &theirs[i]), 1);
    struct kmeans *kmeans = kmeans_of(p, k);
    ck_assert(kmeans_lloyd(kmeans, k, centre, label, &inertia));
    ck_assert_double_eq_tol(inertia, expected, 1e-5 * expected);
    ck_assert_double_eq(cluster_adjusted_rand(label, theirs, p->N), 1);
    kmeans_free(kmeans);
}

/* Within 0.5 %, about ten standard errors; plain k-means++ differs by more. */
static void check_mean(struct reference *ref, FILE *f)
{
    enum { STARTS = 500 };
    char set[16];
    int k, label[POINTS];
    double expected, sum = 0, inertia = 0;
    ck_assert_int_eq(fscanf(f, "%15s %d %lf", set, &k, &expected), 3);
    struct kmeans *kmeans = kmeans_of(set_named(ref, set), k);
    for (uint64_t seed = 0; seed < STARTS; seed++) {
        ck_assert(kmeans_run(kmeans, k, 1, seed, label, &inertia));
        sum += inertia;
    }
    ck_assert_double_eq_tol(sum / STARTS, expected, 0.005 * expected);
    kmeans_free(kmeans);
}

static const struct {
    const char *word;
    void (*read)(struct reference *ref, FILE *f);
    int compares;
} lines[] = {
    {"points", read_points, 0},    {"labels", read_labels, 0},  {"silhouette", check_silhouette, 1},
    {"ari", check_ari, 1},         {"start", check_start, 1},   {"mean", check_mean, 1},
    {"inertia", check_inertia, 1}, {"chosen", check_chosen, 1},
};

static void read_line(struct reference *ref, FILE *f, const char *word)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (strcmp(lines[i].word, word) == 0) {
            lines[i].read(ref, f);
            ref->values += lines[i].compares;
            return;
        }
    ck_abort_msg("what is %s?", word);
}

static struct reference *read_reference(void)
{
    char path[4096], word[16];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/fixtures/cluster/reference.txt", srcdir ? srcdir : ".");
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "cannot read %s", path);
    struct reference *ref = mem_array(1, sizeof *ref);
    ck_assert_ptr_nonnull(ref);
    ck_assert_int_eq(fscanf(f, "#%*[^\n] "), 0);
    while (fscanf(f, "%15s", word) == 1)
        read_line(ref, f, word);
    fclose(f);
    return ref;
}

START_TEST(scikit_learn_agrees)
{
    struct reference *ref = read_reference();
    ck_assert_int_eq(ref->values, 5 + 5 + 5 + 1 + 2 + 1);

    /* five blobs, and it is clear which point belongs to which */
    const struct labels *truth = labels_named(ref, "truth");
    struct cluster *cluster = clusters_of(truth->set->x, truth->set->N, truth->set->R, 1);
    ck_assert_double_eq(
        cluster_adjusted_rand(cluster_at(cluster, 5)->label, truth->label, truth->set->N), 1);
    cluster_free(cluster);
    mem_free(ref);
}
END_TEST

/* ---- small cases ---- */

START_TEST(normalised_rows_have_maximum_one)
{
    const float variance[] = {1, 4, 2, 0, 0, 0, 0.5f, 0, 0.25f};
    const float expected[] = {0.25f, 1, 0.5f, 0, 0, 0, 1, 0, 0.5f};
    float x[9];
    cluster_normalise(variance, 3, 3, x);
    for (int i = 0; i < 9; i++)
        ck_assert_float_eq(x[i], expected[i]);
}
END_TEST

/* Four points on a line, 0 1 | 10 12, by hand: 1 - 1/11, 1 - 1/10, 1 - 2/9.5, 1 - 2/11.5. */
START_TEST(silhouette_by_hand)
{
    const float x[] = {0, 1, 10, 12};
    float distance[16], point[4];
    double mean;
    cluster_distances(x, 4, 1, distance);
    ck_assert(cluster_silhouette(distance, 4, (const int[]){0, 0, 1, 1}, 2, point, &mean));
    const double expected[] = {10.0 / 11, 9.0 / 10, 7.5 / 9.5, 9.5 / 11.5};
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol((double)point[i], expected[i], 1e-6);
    ck_assert(cluster_silhouette(distance, 4, (const int[]){0, 0, 0, 2}, 3, point, &mean));
    ck_assert_float_eq(point[3], 0);

    mean = 7;
    ck_assert(!cluster_silhouette(distance, 4, (const int[]){1, 1, 1, 1}, 2, NULL, &mean));
    ck_assert(!cluster_silhouette(distance, 4, (const int[]){0, 1, 2, 3}, 4, NULL, &mean));
    ck_assert(!cluster_silhouette(distance, 0, NULL, 2, NULL, &mean));
    ck_assert_double_eq(mean, 7);
}
END_TEST

START_TEST(adjusted_rand_of_names_and_chance)
{
    const int a[] = {0, 0, 1, 1, 2, 2}, renamed[] = {5, 5, -1, -1, 3, 3}, one[6] = {0};
    ck_assert_double_eq(cluster_adjusted_rand(a, renamed, 6), 1);
    ck_assert_double_eq(cluster_adjusted_rand(a, one, 6), 0);
    ck_assert_double_eq(cluster_adjusted_rand(one, one, 6), 1);
    ck_assert_double_eq(cluster_adjusted_rand(a, a, 0), 1);

    enum { N = 300, RUNS = 100 };
    int p[N], q[N];
    double sum = 0;
    for (int run = 0; run < RUNS; run++) {
        struct rng r = rng_at(3, RNG_TEST, (uint64_t)run);
        for (int i = 0; i < N; i++) {
            p[i] = (int)rng_below(&r, 4);
            q[i] = (int)rng_below(&r, 6);
        }
        sum += cluster_adjusted_rand(p, q, N);
    }
    ck_assert_double_eq_tol(sum / RUNS, 0, 0.003);
}
END_TEST

/* Clusters 0..3 prefer tasks 2, 0, none (empty), 0; of the two for task 0 the larger comes first.
 */
START_TEST(clusters_stand_by_preferred_task)
{
    const float x[] = {0, 0, 1, 1, 0, 0, 0, 0.5f, 1, 1, 0.2f, 0, 0.9f, 1, 0};
    int label[] = {0, 1, 0, 3, 3}, task[4];
    cluster_order(x, 5, 3, label, 4, task);
    const int expected[] = {2, 1, 2, 0, 0}, tasks[] = {0, 0, 2, -1};
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(label[i], expected[i]);
    for (int c = 0; c < 4; c++)
        ck_assert_int_eq(task[c], tasks[c]);

    /* equal sums: the lower task */
    cluster_order((const float[]){0, 1, 1}, 1, 3, (int[]){0}, 1, task);
    ck_assert_int_eq(task[0], 1);

    /* same task, same size: the larger sum, then the lowest point */
    const float y[] = {0.5f, 1, 0.5f};
    int other[] = {2, 0, 1};
    cluster_order(y, 3, 1, other, 3, NULL);
    ck_assert_int_eq(other[0], 1);
    ck_assert_int_eq(other[1], 0);
    ck_assert_int_eq(other[2], 2);
}
END_TEST

/* 40 points at 0, one each at 100, 200 ...  Without k-means++ several centres are often seeded
   among the points at 0, and a single restart then stays there. */
START_TEST(seeding_spreads)
{
    enum { N = 45 };
    float x[N] = {0}, distance[N * N];
    int label[N];
    double inertia = -1;
    struct kmeans *kmeans;
    for (int i = 40; i < N; i++)
        x[i] = 100.0f * (float)(i - 39);
    cluster_distances(x, N, 1, distance);
    ck_assert_int_eq(kmeans_new(&kmeans, x, distance, N, 1, 6, NULL), 0);
    for (uint64_t seed = 0; seed < 50; seed++) {
        ck_assert(kmeans_run(kmeans, 6, 1, seed, label, &inertia));
        ck_assert_double_eq_tol(inertia, 0, 1e-6);
    }
    ck_assert(kmeans_run(kmeans, 1, 1, 0, label, &inertia));
    /* one centre at the mean, 100/3: 55 * 100^2 - 45 (100/3)^2 */
    ck_assert_double_eq_tol(inertia, 500000, 1);
    kmeans_free(kmeans);

    /* twenty points in two places are not three clusters */
    memset(distance, 0, sizeof distance);
    for (int i = 0; i < 20; i++)
        x[i] = (float)(i % 2);
    cluster_distances(x, 20, 1, distance);
    ck_assert_int_eq(kmeans_new(&kmeans, x, distance, 20, 1, 3, NULL), 0);
    label[0] = 77;
    ck_assert(!kmeans_run(kmeans, 3, 5, 0, label, &inertia));
    ck_assert(!kmeans_lloyd(kmeans, 3, (const float[]){0, 1, 9}, label, &inertia));
    ck_assert_int_eq(label[0], 77);
    kmeans_free(kmeans);
}
END_TEST

/* A point at equal distance from two centres belongs to the first. */
START_TEST(equal_distances_go_to_the_first)
{
    const float x[] = {-1, 0, 1};
    float distance[9];
    double inertia;
    struct kmeans *kmeans;
    cluster_distances(x, 3, 1, distance);
    ck_assert_int_eq(kmeans_new(&kmeans, x, distance, 3, 1, 6, NULL), 0);
    for (int sign = -1; sign <= 1; sign += 2) {
        const float centre[] = {(float)sign, (float)-sign};
        int label[3];
        ck_assert(kmeans_lloyd(kmeans, 2, centre, label, &inertia));
        ck_assert_int_eq(label[1], 0);
        ck_assert_int_eq(label[1 + sign], 0);
        ck_assert_int_eq(label[1 - sign], 1);
        ck_assert_double_eq_tol(inertia, 0.5, 1e-6);
    }
    kmeans_free(kmeans);
}
END_TEST

/* Impossible clusterings are absent: too few points, or too few different ones. */
START_TEST(absent_where_there_is_nothing_to_cluster)
{
    float x[20] = {0};
    for (int N = 0; N <= 2; N++) {
        for (int i = 0; i < N; i++)
            x[i] = (float)i;
        struct cluster *cluster = clusters_of(x, N, 1, 0);
        ck_assert_ptr_null(cluster_best(cluster));
        ck_assert_ptr_null(cluster_at(cluster, 2));
        cluster_free(cluster);
    }
    for (int distinct = 1; distinct <= 5; distinct++) {
        for (int i = 0; i < 20; i++)
            x[i] = 0.1f * (float)(i % distinct);
        struct cluster *cluster = clusters_of(x, 20, 1, 0);
        for (int k = -1; k <= 80; k++) {
            const struct clustering *c = cluster_at(cluster, k);
            ck_assert_int_eq(c != NULL, k >= 2 && k <= distinct);
            ck_assert(!c || (isfinite(c->silhouette) && isfinite(c->inertia)));
        }
        if (distinct > 1) {
            ck_assert_int_eq(cluster_best(cluster)->k, distinct);
            ck_assert_double_eq(cluster_best(cluster)->silhouette, 1);
        }
        cluster_free(cluster);
    }
    for (int i = 0; i < 5; i++)
        x[i] = (float)(i * i);
    struct cluster *cluster = clusters_of(x, 5, 1, 0);
    ck_assert_ptr_nonnull(cluster_at(cluster, 4));
    ck_assert_ptr_null(cluster_at(cluster, 5));
    cluster_free(cluster);
}
END_TEST

/* ---- invariances, on six blobs in eight dimensions ---- */

enum { BLOBS = 6, MEMBERS = 15, N = BLOBS * MEMBERS, R = 8 };

static void draw_blobs(uint64_t seed, float *x, int *truth)
{
    struct rng r = rng_at(seed, RNG_TEST, 0);
    for (int i = 0; i < N; i++) {
        truth[i] = i % BLOBS;
        for (int c = 0; c < R; c++)
            x[i * R + c] = (c == truth[i] ? 3.0f : 0.0f) + 0.3f * rng_normal(&r);
    }
}

START_TEST(order_of_points_does_not_matter)
{
    float x[N * R], moved[N * R];
    int truth[N], order[N], back[N];
    for (uint64_t seed = 0; seed < 5; seed++) {
        draw_blobs(seed, x, truth);
        struct rng r = rng_at(seed, RNG_TEST, 1);
        rng_permutation(&r, N, order);
        for (int i = 0; i < N; i++)
            memcpy(moved + i * R, x + order[i] * R, R * sizeof *x);
        struct cluster *a = clusters_of(x, N, R, seed), *b = clusters_of(moved, N, R, seed);
        ck_assert_int_eq(cluster_best(a)->k, BLOBS);
        ck_assert_int_eq(cluster_best(b)->k, BLOBS);
        for (int i = 0; i < N; i++)
            back[order[i]] = cluster_best(b)->label[i];
        /* the numbers too: clusters are ordered by preferred task, and blob i prefers task i */
        for (int i = 0; i < N; i++) {
            ck_assert_int_eq(cluster_best(a)->label[i], truth[i]);
            ck_assert_int_eq(back[i], truth[i]);
        }
        for (int c = 0; c < BLOBS; c++)
            ck_assert_int_eq(cluster_best(a)->task[c], c);
        ck_assert_double_eq_tol(cluster_best(a)->silhouette, cluster_best(b)->silhouette, 1e-6);
        cluster_free(a);
        cluster_free(b);
    }
}
END_TEST

/* Scaling by a power of two changes no rounding: all labels of all k are the same. */
START_TEST(scale_does_not_matter)
{
    float x[N * R];
    int truth[N];
    draw_blobs(9, x, truth);
    struct cluster *a = clusters_of(x, N, R, 4);
    for (int i = 0; i < N * R; i++)
        x[i] *= 1024;
    struct cluster *b = clusters_of(x, N, R, 4);
    for (int k = 2; k <= CLUSTER_K_MAX; k++) {
        const struct clustering *ca = cluster_at(a, k), *cb = cluster_at(b, k);
        ck_assert_mem_eq(ca->label, cb->label, N * sizeof *ca->label);
        ck_assert_double_eq(ca->silhouette, cb->silhouette);
        ck_assert_double_eq(ca->inertia * 1024 * 1024, cb->inertia);
    }
    cluster_free(a);
    cluster_free(b);
}
END_TEST

/* The same seed gives the same labels; more clusters do not fit notably worse; no cluster is empty
   for any k; each inertia is that of its labels. */
START_TEST(all_k_are_whole)
{
    float x[N * R];
    int truth[N];
    draw_blobs(5, x, truth);
    for (int i = 0; i < N * R; i++)
        x[i] += 100; /* an offset does not reduce the accuracy */
    struct cluster *a = clusters_of(x, N, R, 4), *b = clusters_of(x, N, R, 4);
    double before = INFINITY;
    for (int k = 2; k <= CLUSTER_K_MAX; k++) {
        const struct clustering *c = cluster_at(a, k);
        int count[CLUSTER_MOST] = {0}, used = 0;
        double inertia = 0;
        ck_assert_mem_eq(c->label, cluster_at(b, k)->label, N * sizeof *c->label);
        for (int i = 0; i < N; i++)
            used += count[c->label[i]]++ == 0;
        ck_assert_int_eq(used, k);
        /* sum of squared distances to the mean = sum over pairs / members */
        for (int i = 0; i < N; i++)
            for (int j = 0; j < i; j++)
                for (int r = 0; r < R && c->label[i] == c->label[j]; r++) {
                    double d = (double)x[i * R + r] - (double)x[j * R + r];
                    inertia += d * d / count[c->label[i]];
                }
        ck_assert_double_eq_tol(c->inertia, inertia, 1e-3 * inertia);
        ck_assert_double_le(c->inertia, before * 1.02);
        before = c->inertia;
    }
    cluster_free(a);
    cluster_free(b);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    float x[N * R];
    int truth[N], failures = 0;
    draw_blobs(5, x, truth);
    for (;; failures++) {
        struct cluster *cluster;
        struct err e = {0};
        mem_fail_at(failures);
        int code = cluster_new(&cluster, x, N, R, 3, 1, 0, &e);
        mem_fail_at(-1);
        if (!code) {
            cluster_free(cluster);
            break;
        }
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(cluster);
        ck_assert_uint_gt(strlen(e.text), 0);
    }
    ck_assert_int_eq(failures, 16);
    cluster_free(NULL);
    kmeans_free(NULL);
}
END_TEST

SUITE_CASE(reference, "scikit-learn", scikit_learn_agrees)
SUITE_CASE(small, "small cases", normalised_rows_have_maximum_one, silhouette_by_hand,
           adjusted_rand_of_names_and_chance, clusters_stand_by_preferred_task, seeding_spreads,
           equal_distances_go_to_the_first, absent_where_there_is_nothing_to_cluster)
SUITE_CASE(invariances, "invariances", order_of_points_does_not_matter, scale_does_not_matter,
           all_k_are_whole, out_of_memory_is_an_error)

SUITE_MAIN("cluster", reference, small, invariances)
