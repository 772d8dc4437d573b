/*
 * bench_measure - the cost of measuring a trained network, part by part, and its share of a job of
 * 20,000 steps.
 *
 *     bench_measure [--hidden-grid g] [--steps n] [--tasks set] [--regularizer r] [--lambda x]
 *                   [--shuffles n]
 *
 * It trains a network for some steps, so that it has as many important units as the networks of
 * real jobs.  Then it makes the measurements of the end of a job (jobs/cogtasks_anatomy.c).  The
 * cost of lesions and of the learning curve depends more on the parameters lesion_trials,
 * curve_points and curve_trials than on the network; these are listed separately, at the defaults.
 * It uses one thread and measures processor time, which other programs on the machine hardly
 * disturb.
 */
#include "base/mem.h"
#include "math/mat.h"
#include "measure/anatomy.h"
#include "measure/cluster.h"
#include "measure/evaluate.h"
#include "measure/graph_metrics.h"
#include "measure/kmeans.h"
#include "measure/lesion.h"
#include "measure/mantel.h"
#include "measure/modularity.h"
#include "measure/placement.h"
#include "measure/task_variance.h"
#include "measure/wiring.h"
#include "rnn/train.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The default parameters of a job. */
enum {
    BATCH = 32,
    SEQUENCE = 100,
    JOB_STEPS = 20000,
    EVAL_TRIALS = 200,
    CURVE_TRIALS = 20,
    CURVE_POINTS = 20,
    LESION_TRIALS = 50
};

struct options {
    int grid, shuffles;
    long steps;
    float lambda;
    const struct task_set *set;
    const struct regularizer *regularizer;
};

static const struct option long_options[] = {
    {"hidden-grid", required_argument, NULL, 'g'},
    {"steps", required_argument, NULL, 's'},
    {"tasks", required_argument, NULL, 't'},
    {"regularizer", required_argument, NULL, 'r'},
    {"lambda", required_argument, NULL, 'l'},
    {"shuffles", required_argument, NULL, 'n'},
    {NULL, 0, NULL, 0},
};

static int parse(int argc, char **argv, struct options *o)
{
    int c;
    while ((c = getopt_long(argc, argv, "g:s:t:r:l:n:", long_options, NULL)) != -1) {
        if (c == 'g')
            o->grid = atoi(optarg);
        else if (c == 's')
            o->steps = atol(optarg);
        else if (c == 't')
            o->set = task_set_find(optarg);
        else if (c == 'r')
            o->regularizer = regularizer_find(optarg);
        else if (c == 'l')
            o->lambda = (float)atof(optarg);
        else if (c == 'n')
            o->shuffles = atoi(optarg);
        else
            return -1;
    }
    return o->grid >= 2 && o->steps >= 1 && o->shuffles >= 2 && o->set && o->regularizer &&
                   optind == argc
               ? 0
               : -1;
}

enum part {
    ERROR,
    VARIANCE,
    CLUSTERS,
    PLACEMENT,
    SHUFFLES,
    MANTEL,
    MODULARITY,
    PROFILE,
    GRAPH,
    TOTAL, /* sum of the above */
    CURVE = TOTAL,
    LESIONS,
    PARTS
};

static const char *const part_names[PARTS] = {
    [ERROR] = "evaluation",      [VARIANCE] = "task variance",   [CLUSTERS] = "k-means, all k",
    [PLACEMENT] = "placement",   [SHUFFLES] = "shuffles, all k", [MANTEL] = "Mantel",
    [MODULARITY] = "modularity", [PROFILE] = "wiring, profile",  [CURVE] = "learning curve, all",
    [LESIONS] = "lesions",       [GRAPH] = "as a graph",
};

/* A trained network, and the intermediate results that its measurements share. */
struct bench {
    const struct options *o;
    const struct task_mix *mix;
    struct train *train;
    struct rnn_shape shape;
    int R;
    float *variance;   /* (H,R) */
    float *important;  /* (n,R) its rows of important units */
    float *normalised; /* (n,R) */
    int *unit;         /* (n) the important units */
    int *order;        /* (H) the new placement */
    int *place;        /* (n) places of the important units, as trained or placed anew */
    int *group;        /* (H) cluster, or -1 */
    double *accuracy;  /* (R) on lesion_trials trials */
    float *lost;       /* (K,R) */
    int n;
    struct cluster *cluster;
    const struct clustering *best; /* NULL when there is none */
    double step_seconds;
    double seconds[PARTS];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int bench_open(struct bench *b, struct err *e)
{
    struct train_config config = {
        .mix = b->mix,
        .grid = b->o->grid,
        .activation = activation_find("relu"),
        .initializer = initializer_find("uniform"),
        .regularizer = b->o->regularizer,
        .treatment = regularizer_treatment_find("proximal"),
        .lambda = b->o->lambda,
        .A = 1,
        .steps = b->o->steps,
        .batch = BATCH,
        .sequence = SEQUENCE,
        .rate = 1e-3f,
        .rate_drop = 0.1f,
        .communicability_every = 10,
        .mask_radius = 0.25f,
        .swap_every = 200,
        .seed = 1,
    };
    int code = train_new(&b->train, &config, e);
    if (code)
        return code;
    b->shape = train_shape(b->train);
    b->R = task_mix_size(b->mix);
    size_t H = (size_t)b->shape.hidden, R = (size_t)b->R;
    b->variance = mem_array(H * R, sizeof *b->variance);
    b->important = mem_array(H * R, sizeof *b->important);
    b->normalised = mem_array(H * R, sizeof *b->normalised);
    b->unit = mem_array(H, sizeof *b->unit);
    b->order = mem_array(H, sizeof *b->order);
    b->place = mem_array(H, sizeof *b->place);
    b->group = mem_array(H, sizeof *b->group);
    b->accuracy = mem_array(R, sizeof *b->accuracy);
    b->lost = mem_array(CLUSTER_MOST * R, sizeof *b->lost);
    return b->variance && b->important && b->normalised && b->unit && b->order && b->place &&
                   b->group && b->accuracy && b->lost
               ? 0
               : err_set(e, ERR_MEMORY, "out of memory");
}

static void bench_close(struct bench *b)
{
    cluster_free(b->cluster);
    train_free(b->train);
    mem_free(b->variance);
    mem_free(b->important);
    mem_free(b->normalised);
    mem_free(b->unit);
    mem_free(b->order);
    mem_free(b->place);
    mem_free(b->group);
    mem_free(b->accuracy);
    mem_free(b->lost);
}

static int train_all(struct bench *b, struct err *e)
{
    double start = now();
    for (long i = 0; i < b->o->steps; i++)
        if (!train_step(b->train))
            return err_set(e, ERR_JOB, "the training diverged");
    b->step_seconds = (now() - start) / (double)b->o->steps;
    return 0;
}

/* ---- the measurements, in the order in which a job makes them ---- */

/* Runs the given number of evaluations and trials; keeps the accuracy of each task. */
static int measure_error(struct bench *b, enum part part, int times, int trials, struct err *e)
{
    struct evaluator *evaluator;
    int code = evaluate_new(&evaluator, b->mix, b->shape, activation_find("relu"), trials, 0, e);
    if (code)
        return code;
    double start = now();
    for (int i = 0; i < times; i++) {
        struct evaluation seen = evaluate(evaluator, train_params(b->train));
        memcpy(b->accuracy, seen.accuracy, (size_t)b->R * sizeof *b->accuracy);
    }
    b->seconds[part] = now() - start;
    evaluate_free(evaluator);
    return 0;
}

static int measure_variance(struct bench *b, struct err *e)
{
    unsigned char *active = mem_array((size_t)b->shape.hidden, 1);
    if (!active)
        return err_set(e, ERR_MEMORY, "out of memory");
    double start = now();
    int code = task_variance_measure(b->mix, b->shape, activation_find("relu"),
                                     train_params(b->train), b->variance, e);
    if (!code)
        task_variance_active(b->variance, b->shape.hidden, b->R, active);
    b->seconds[VARIANCE] = now() - start;
    for (int u = 0; !code && u < b->shape.hidden; u++)
        if (active[u]) {
            memcpy(b->important + (size_t)b->n * (size_t)b->R,
                   b->variance + (size_t)u * (size_t)b->R, (size_t)b->R * sizeof *b->variance);
            b->unit[b->n++] = u;
        }
    mem_free(active);
    return code;
}

static int measure_clusters(struct bench *b, struct err *e)
{
    double start = now();
    cluster_normalise(b->important, b->n, b->R, b->normalised);
    int code =
        cluster_new(&b->cluster, b->normalised, b->n, b->R, CLUSTER_K_MAX, KMEANS_RESTARTS, 1, e);
    b->seconds[CLUSTERS] = now() - start;
    if (!code)
        b->best = cluster_best(b->cluster);
    for (int u = 0; u < b->shape.hidden; u++)
        b->group[u] = -1;
    for (int i = 0; b->best && i < b->n; i++)
        b->group[b->unit[i]] = b->best->label[i];
    return code;
}

static int measure_placement(struct bench *b, struct err *e)
{
    double start = now();
    int code =
        placement_of_network(b->shape, b->o->grid, train_params(b->train), 1, b->order, NULL, e);
    b->seconds[PLACEMENT] = now() - start;
    return code;
}

/* Runs all clusterings and the Mantel test with the important units at b->place. */
static int measure_seating(struct bench *b, struct err *e)
{
    struct shuffles *positions;
    double start = now();
    int code = shuffles_new(&positions, b->o->grid, b->n, b->place, b->o->shuffles, 1, e);
    if (code)
        return code;
    for (int k = 2; !code && k <= CLUSTER_K_MAX; k++) {
        const struct clustering *c = cluster_at(b->cluster, k);
        struct anatomy anatomy;
        if (c)
            code = anatomy_measure(positions, c->label, k, &anatomy, NULL, NULL, e);
    }
    double between = now();
    struct baseline mantel;
    if (!code)
        code = mantel_measure(positions, b->important, b->R, &mantel, e);
    b->seconds[SHUFFLES] += between - start;
    b->seconds[MANTEL] += now() - between;
    shuffles_free(positions);
    return code;
}

static int measure_seatings(struct bench *b, struct err *e)
{
    memcpy(b->place, b->unit, (size_t)b->n * sizeof *b->place);
    int code = measure_seating(b, e), *seat = mem_array((size_t)b->shape.hidden, sizeof *seat);
    if (!code && !seat)
        code = err_set(e, ERR_MEMORY, "out of memory");
    for (int p = 0; !code && p < b->shape.hidden; p++)
        seat[b->order[p]] = p;
    for (int i = 0; !code && i < b->n; i++)
        b->place[i] = seat[b->unit[i]];
    mem_free(seat);
    return code ? code : measure_seating(b, e);
}

static int measure_connections(struct bench *b, struct err *e)
{
    const float *params = train_params(b->train);
    struct wiring_length *profile = mem_array((size_t)wiring_lengths(b->o->grid), sizeof *profile);
    if (!profile)
        return err_set(e, ERR_MEMORY, "out of memory");
    double start = now();
    for (int seating = 0; seating < 2; seating++) {
        (void)wiring_measure(b->shape, b->o->grid, params);
        wiring_profile(b->shape, b->o->grid, params, WIRING_ALL, NULL, profile);
    }
    b->seconds[PROFILE] = now() - start;
    mem_free(profile);
    if (!b->best)
        return 0;
    struct modularity modularity;
    start = now();
    int code = modularity_measure(params, b->shape.hidden, b->unit, b->best->label, b->n,
                                  b->best->k, &modularity, e);
    b->seconds[MODULARITY] = now() - start;
    return code;
}

static int measure_graph(struct bench *b, struct err *e)
{
    const struct graph_subject subject = {
        .H = b->shape.hidden,
        .w = train_params(b->train), /* W comes first */
        .n = b->n,
        .unit = b->unit,
        .variance = b->important,
        .R = b->R,
        .cluster = b->best ? b->best->label : NULL,
        .shuffles = b->o->shuffles,
        .seed = 1,
    };
    struct graph_metrics metrics;
    double start = now();
    int code = graph_metrics_measure(&subject, &metrics, e);
    b->seconds[GRAPH] = now() - start;
    return code;
}

static int measure_lesions(struct bench *b, struct err *e)
{
    int code = measure_error(b, LESIONS, 1, LESION_TRIALS, e);
    if (code || !b->best)
        return code;
    struct evaluator *evaluator;
    code = evaluate_new(&evaluator, b->mix, b->shape, activation_find("relu"), LESION_TRIALS, 0, e);
    if (code)
        return code;
    double start = now();
    code = lesion_measure(evaluator, b->shape, train_params(b->train), b->accuracy, b->R, b->group,
                          b->best->k, b->lost, e);
    b->seconds[LESIONS] += now() - start;
    evaluate_free(evaluator);
    return code;
}

static int measure(struct bench *b, struct err *e)
{
    int code = measure_error(b, ERROR, 1, EVAL_TRIALS, e);
    if (!code)
        code = measure_variance(b, e);
    if (!code)
        code = measure_clusters(b, e);
    if (!code)
        code = measure_placement(b, e);
    if (!code)
        code = measure_seatings(b, e);
    if (!code)
        code = measure_connections(b, e);
    if (!code)
        code = measure_graph(b, e);
    if (!code)
        code = measure_error(b, CURVE, CURVE_POINTS, CURVE_TRIALS, e);
    return code ? code : measure_lesions(b, e);
}

/* ---- the report ---- */

static void print_part(const struct bench *b, const char *name, double seconds)
{
    double job = JOB_STEPS * b->step_seconds;
    printf("%-20s %9.3f s  %6.2f %%\n", name, seconds, 100 * seconds / job);
}

static void text_table(const struct bench *b)
{
    const struct options *o = b->o;
    printf("%s, H %d, %s, lambda %g, after %ld steps: %d important units, %d clusters\n",
           task_set_name(o->set), b->shape.hidden, o->regularizer->name, (double)o->lambda,
           o->steps, b->n, b->best ? b->best->k : 0);
    printf("one training step %.3f ms, B %d, T %d, BLAS kernel %s\n", 1e3 * b->step_seconds, BATCH,
           SEQUENCE, mat_blas_kernel());
    printf("%d shuffles, %d restarts; share of a job of %d steps\n", o->shuffles, KMEANS_RESTARTS,
           JOB_STEPS);
    double total = 0;
    for (int i = 0; i < TOTAL; i++) {
        print_part(b, part_names[i], b->seconds[i]);
        total += b->seconds[i];
    }
    print_part(b, "all of these", total);
    for (int i = TOTAL; i < PARTS; i++)
        print_part(b, part_names[i], b->seconds[i]);
}

int main(int argc, char **argv)
{
    struct options o = {20, 1000, 400, 1e-5f, task_set_find("yang19"), regularizer_find("bimt")};
    struct bench b = {.o = &o};
    struct task_mix *mix = NULL;
    struct err e = {0};
    if (parse(argc, argv, &o)) {
        fprintf(stderr, "usage: bench_measure [--hidden-grid g] [--steps n] [--tasks set]"
                        " [--regularizer name] [--lambda x] [--shuffles n]\n");
        return 1;
    }
    mat_single_thread();
    int code = task_mix_new(&mix, o.set, "", "", 1, &e);
    b.mix = mix;
    if (!code)
        code = bench_open(&b, &e);
    if (!code)
        code = train_all(&b, &e);
    if (!code)
        code = measure(&b, &e);
    if (!code)
        text_table(&b);
    bench_close(&b);
    task_mix_free(mix);
    if (code)
        fprintf(stderr, "bench_measure: %s\n", e.text);
    return code ? 2 : 0;
}
