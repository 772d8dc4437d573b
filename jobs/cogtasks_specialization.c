#include "jobs/cogtasks_specialization.h"

#include "base/mem.h"
#include "measure/kmeans.h"
#include "measure/lesion.h"
#include "measure/modularity.h"
#include "modules/agreement.h"
#include "modules/partition.h"
#include "modules/ridge.h"
#include "modules/specialization.h"
#include "modules/trial_states.h"
#include "rnn/grid.h"
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    FEWEST = 8,        /* units of a module */
    SUBSET_MOST = 30,  /* units that a readout sees, as many as the bottleneck of `modules` has */
    DRAWS = 20,        /* subsets of a module */
    TRAIN_TRIALS = 60, /* of each task */
    TEST_TRIALS = 30,
    LESION_TRIALS = 8,
    MODULES_MOST = 16,
    V = TRIAL_VARIABLES
};

enum metric_kind { RETRAINING, ABLATION, CORRELATION, METRICS };
static const char *const kind_names[METRICS] = {"retraining", "ablation", "correlation"};

const char *const cogtasks_specialization_choices[] = {"false", "true", NULL};

const struct column cogtasks_specialization_columns[] = {
    {"epoch", VALUE_TEXT, "end of which part of a trial: stimulus, delay, response; all of it"},
    {"metric", VALUE_TEXT, "retraining, ablation, correlation, lesion"},
    {"spec", VALUE_REAL, "specialization of the spatial modules"},
    {"shuffled", VALUE_REAL, "mean over random partitions"},
    {"z", VALUE_REAL, "in their standard deviations"},
    {"p", VALUE_REAL, "share of them at least as high"},
    {0},
};

const struct column cogtasks_specialization_sub_tasks[] = {
    {"epoch", VALUE_TEXT, "as in specialization"},
    {"metric", VALUE_TEXT, "as there"},
    {"module", VALUE_INT, "spatial module"},
    {"sub_task", VALUE_TEXT, "variable; of a lesion, task"},
    {"raw", VALUE_REAL, "explained variance, correlation or accuracy, mean over subsets"},
    {"chance", VALUE_REAL, "what chance gives"},
    {"value", VALUE_REAL, "(raw - chance) / (1 - chance), at least 1e-5"},
    {0},
};

/* A module's value in a sub-task, before and after what chance gives is taken off. */
struct served {
    double raw, chance;
};

struct study {
    const struct anatomy_subject *subject;
    struct result *result;
    int H, R, K, n;  /* units, tasks, spatial modules, active units */
    int m, lesioned; /* units of a subset that is read, and of one that is silenced */
    uint64_t seed;
    int *unit;     /* (n): which are active */
    int *cluster;  /* (n): their functional clusters */
    int *group;    /* (n): their spatial modules */
    int *members;  /* (n) */
    int *silenced; /* (H): 0 for a unit that is silenced, else -1 */
    struct trial_states *train, *test;
    float *x[2][TRIAL_EPOCHS]; /* (N,n): states of the active units, training and test */
    struct ridge *ridge[TRIAL_EPOCHS];
    struct agreement *agreement;
    struct evaluator *evaluator;
    float *without; /* (P) */
    double *error;  /* (C) */
    struct served served[METRICS][TRIAL_EPOCHS][MODULES_MOST][V];
    struct served *task; /* (K,R) */
    double *M;           /* (K, V or R) */
};

/* ---- the modules ---- */

/* Active units and their clusters are in the rows that the anatomy has left. */
static void find_units(struct study *s)
{
    int table = experiment_table(s->result->experiment, "neuron"), cluster = -1;
    const struct column *columns = s->result->experiment->tables[table].columns;
    for (int c = 0; columns[c].name; c++)
        cluster = strcmp(columns[c].name, "cluster") ? cluster : c;
    for (size_t i = 0; i < s->result->row_count; i++) {
        const struct value *row = s->result->rows[i].values;
        if (s->result->rows[i].table != table || row[cluster].type != VALUE_INT)
            continue;
        s->unit[s->n] = (int)row[0].as.i;
        s->cluster[s->n++] = (int)row[cluster].as.i;
    }
}

static int group_by_place(struct study *s, struct err *e)
{
    int g = (int)spec_int(s->subject->spec, "grid"), n = s->n;
    float *place = mem_array((size_t)n, 2 * sizeof *place);
    float *distance = mem_array((size_t)n * (size_t)n, sizeof *distance);
    struct kmeans *kmeans = NULL;
    double inertia;
    int code = place && distance ? 0 : err_set(e, ERR_MEMORY, "out of memory for spatial modules");
    for (int i = 0; !code && i < n; i++) {
        int row = s->unit[i] / g, col = s->unit[i] % g;
        place[2 * i] = (float)row;
        place[2 * i + 1] = (float)col;
    }
    for (int i = 0; !code && i < n * n; i++)
        distance[i] = hypotf(place[2 * (i / n)] - place[2 * (i % n)],
                             place[2 * (i / n) + 1] - place[2 * (i % n) + 1]);
    if (!code)
        code = kmeans_new(&kmeans, place, distance, n, 2, s->K, e);
    if (!code && !kmeans_run(kmeans, s->K, KMEANS_RESTARTS, s->seed, s->group, &inertia))
        s->K = 0;
    kmeans_free(kmeans);
    mem_free(place);
    mem_free(distance);
    return code;
}

static int smallest(const struct study *s)
{
    int count[MODULES_MOST] = {0}, least = s->n;
    for (int i = 0; i < s->n; i++)
        count[s->group[i]]++;
    for (int k = 0; k < s->K; k++)
        least = count[k] < least ? count[k] : least;
    return least;
}

/* ---- structure ---- */

static void set_optional(struct result *result, const char *name, struct optional x)
{
    result_set(result, name, x.defined ? value_real(x.value) : value_null());
}

/* Mean |W| between modules over that within, and the sum of |W| times distance. */
static void measure_weights(const struct study *s, const float *w)
{
    double sum[2] = {0}, count[2] = {0}, length = 0;
    int g = (int)spec_int(s->subject->spec, "grid");
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j < s->n; j++) {
            int between = s->group[i] != s->group[j];
            if (i == j)
                continue;
            sum[between] += fabsf(w[(size_t)s->unit[i] * (size_t)s->H + (size_t)s->unit[j]]);
            count[between]++;
        }
    for (int i = 0; i < s->H * s->H; i++)
        length += fabsf(w[i]) *
                  (abs(i / s->H / g - i % s->H / g) + abs(i / s->H % g - i % s->H % g)) / (double)g;
    if (sum[0] > 0)
        result_set(s->result, "spatial_p", value_real(sum[1] / count[1] / (sum[0] / count[0])));
    result_set(s->result, "weighted_length", value_real(length));
}

static int measure_structure(struct study *s, struct err *e)
{
    const float *w = s->subject->params;
    struct modularity modularity;
    int code = modularity_measure(w, s->H, s->unit, s->group, s->n, s->K, &modularity, e);
    if (code)
        return code;
    int clusters = 0;
    for (int i = 0; i < s->n; i++)
        clusters = s->cluster[i] >= clusters ? s->cluster[i] + 1 : clusters;
    set_optional(s->result, "spatial_q", modularity.q_relative);
    result_set(s->result, "spatial_rand",
               value_real(partition_rand_index(s->n, s->K, s->group, clusters, s->cluster)));
    measure_weights(s, w);
    float *where = mem_array((size_t)s->H, sizeof *where);
    if (!where)
        return err_set(e, ERR_MEMORY, "out of memory for spatial modules");
    for (int u = 0; u < s->H; u++)
        where[u] = -1;
    for (int i = 0; i < s->n; i++)
        where[s->unit[i]] = (float)s->group[i];
    code = result_add_array(s->result, "spatial_module", 1, s->H, where, e);
    mem_free(where);
    return code;
}

/* ---- what modules serve ---- */

/* Explained variance of each variable from squared errors of its columns; 0 for one that is the
   same in all trials. */
static void add_explained(const struct study *s, const double *error, const double *spread,
                          struct served *sum)
{
    for (int v = 0; v < V; v++) {
        double left = 0, all = 0;
        for (int c = s->test->column[v]; c < s->test->column[v + 1]; c++) {
            left += error[c];
            all += spread[c];
        }
        sum[v].raw += all > 0 ? 1 - left / all : 0;
    }
}

/* One subset, the first m of s->members, at one epoch. */
static void add_subset(struct study *s, int epoch, int k)
{
    struct ridge *ridge = s->ridge[epoch];
    double within[V], any;
    ridge_read(ridge, s->m, s->members, s->error);
    add_explained(s, s->error, ridge_spread(ridge), s->served[RETRAINING][epoch][k]);
    ridge_lesion(ridge, s->m, s->members, s->error);
    add_explained(s, s->error, ridge_spread(ridge), s->served[ABLATION][epoch][k]);
    agreement_measure(s->agreement, s->x[1][epoch], s->m, s->members, within, &any);
    for (int v = 0; v < V; v++) {
        s->served[CORRELATION][epoch][k][v].raw += within[v];
        s->served[CORRELATION][epoch][k][v].chance += any;
    }
}

/* Task accuracy with as many units of each module silenced as the smallest has. */
static int measure_lesion(struct study *s, int k, int size, struct rng *r, struct err *e)
{
    struct rnn_shape shape = s->subject->shape;
    partition_draw(r, size, s->lesioned, s->members);
    for (int u = 0; u < s->H; u++)
        s->silenced[u] = -1;
    for (int i = 0; i < s->lesioned; i++)
        s->silenced[s->unit[s->members[i]]] = 0;
    memcpy(s->without, s->subject->params, rnn_param_count(shape) * sizeof *s->without);
    lesion_silence(shape, s->silenced, 0, s->without);
    struct evaluation left = evaluate(s->evaluator, s->without);
    if (left.stopped)
        return err_set(e, ERR_STOPPED, "stopped while spatial modules were silenced");
    for (int i = 0; i < s->R; i++)
        s->task[k * s->R + i] = (struct served){left.accuracy[i], 1.0 / TASK_CLASSES};
    return 0;
}

/* Fills served and task for a partition. */
static int measure_partition(struct study *s, const int *group, struct rng *r, struct err *e)
{
    memset(s->served, 0, sizeof s->served);
    for (int k = 0; k < s->K; k++) {
        int size = partition_members(s->n, group, k, s->members);
        int draws = size == s->m ? 1 : DRAWS;
        for (int draw = 0; draw < draws; draw++) {
            partition_draw(r, size, s->m, s->members);
            for (int epoch = 0; epoch < TRIAL_EPOCHS; epoch++)
                add_subset(s, epoch, k);
        }
        for (int i = 0; i < METRICS * TRIAL_EPOCHS * V; i++) {
            struct served *x = &s->served[i / V / TRIAL_EPOCHS][i / V % TRIAL_EPOCHS][k][i % V];
            x->raw /= draws;
            x->chance /= draws;
        }
        int code = measure_lesion(s, k, size, r, e);
        if (code)
            return code;
    }
    return 0;
}

/* ---- against random partitions ---- */

/* What is compared: each metric at each epoch, and the lesion. */
enum { LESION = METRICS * TRIAL_EPOCHS, COMPARED = LESION + 1 };

static const struct served *served_by(const struct study *s, int what, int k)
{
    return what == LESION ? s->task + k * s->R
                          : s->served[what / TRIAL_EPOCHS][what % TRIAL_EPOCHS][k];
}

static int sub_tasks(const struct study *s, int what)
{
    return what == LESION ? s->R : V;
}

static double specialization(struct study *s, int what)
{
    int tasks = sub_tasks(s, what);
    for (int i = 0; i < s->K * tasks; i++) {
        struct served x = served_by(s, what, i / tasks)[i % tasks];
        s->M[i] = specialization_above_chance(x.raw, x.chance);
    }
    return partition_specialization(s->K, tasks, s->M);
}

static const char *metric_name(int what)
{
    return what == LESION ? "lesion" : kind_names[what / TRIAL_EPOCHS];
}

static const char *epoch_name(int what)
{
    return what == LESION ? "all" : trial_states_epoch((enum trial_epoch)(what % TRIAL_EPOCHS));
}

static int add_sub_tasks(struct study *s, int what, struct err *e)
{
    int tasks = sub_tasks(s, what), code = 0;
    const struct task_set *set = task_mix_set(s->subject->mix);
    for (int i = 0; !code && i < s->K * tasks; i++) {
        int v = i % tasks;
        struct served x = served_by(s, what, i / tasks)[v];
        const struct value row[] = {
            value_text(epoch_name(what)),
            value_text(metric_name(what)),
            value_int(i / tasks),
            value_text(what == LESION ? task_name(set, task_mix_task(s->subject->mix, v))
                                      : trial_states_variable((enum trial_variable)v)),
            value_real(x.raw),
            value_real(x.chance),
            value_real(specialization_above_chance(x.raw, x.chance)),
        };
        code = result_add_row(s->result, "sub_task", row, e);
    }
    return code;
}

static struct value optional_value(struct optional x)
{
    return x.defined ? value_real(x.value) : value_null();
}

/* The row of one comparison; at the end of trials, the metrics too. */
static int add_comparison(struct study *s, int what, struct baseline b, struct err *e)
{
    const struct value row[] = {
        value_text(epoch_name(what)), value_text(metric_name(what)), optional_value(b.observed),
        optional_value(b.mean),       optional_value(b.z),           optional_value(b.p),
    };
    if (what == LESION || what % TRIAL_EPOCHS == TRIAL_RESPONSE) {
        static const char *const suffixes[] = {"", "_z", "_p"};
        const struct optional values[] = {b.observed, b.z, b.p};
        for (int i = 0; i < 3; i++) {
            char name[64];
            snprintf(name, sizeof name, "spec_%s%s", metric_name(what), suffixes[i]);
            set_optional(s->result, name, values[i]);
        }
    }
    return result_add_row(s->result, "specialization", row, e);
}

static void shuffle(int n, struct rng *r, int *group)
{
    partition_draw(r, n, n, group);
}

static int compare(struct study *s, struct err *e)
{
    int shuffles = (int)spec_int(s->subject->spec, "partition_shuffles");
    double observed[COMPARED];
    double *shuffled = mem_array((size_t)shuffles * COMPARED, sizeof *shuffled);
    if (!shuffled)
        return err_set(e, ERR_MEMORY, "out of memory for %d random partitions", shuffles);
    struct rng r = rng_at(s->seed, RNG_SPATIAL, 0);
    int code = measure_partition(s, s->group, &r, e);
    for (int what = 0; !code && what < COMPARED; what++) {
        observed[what] = specialization(s, what);
        code = add_sub_tasks(s, what, e);
    }
    for (int i = 0; !code && i < shuffles; i++) {
        r = rng_at(s->seed, RNG_SPATIAL, 1 + (uint64_t)i);
        shuffle(s->n, &r, s->group);
        code = cancel_must_stop(s->subject->pause)
                   ? err_set(e, ERR_STOPPED, "stopped while random partitions were measured")
                   : measure_partition(s, s->group, &r, e);
        for (int what = 0; !code && what < COMPARED; what++)
            shuffled[what * shuffles + i] = specialization(s, what);
    }
    for (int what = 0; !code && what < COMPARED; what++)
        code = add_comparison(
            s, what,
            stats_baseline(observed[what], shuffled + what * shuffles, shuffles, STATS_UPPER), e);
    mem_free(shuffled);
    return code;
}

/* ---- opening ---- */

/* The columns of the active units. */
static int pick_units(struct study *s, struct err *e)
{
    for (int i = 0; i < 2 * TRIAL_EPOCHS; i++) {
        const struct trial_states *from = i / TRIAL_EPOCHS ? s->test : s->train;
        const float *h = from->h[i % TRIAL_EPOCHS];
        float *x = s->x[i / TRIAL_EPOCHS][i % TRIAL_EPOCHS] =
            mem_array((size_t)from->N * (size_t)s->n, sizeof *x);
        if (!x)
            return err_set(e, ERR_MEMORY, "out of memory for the states of %d trials", from->N);
        for (int trial = 0; trial < from->N; trial++)
            for (int u = 0; u < s->n; u++)
                x[(size_t)trial * (size_t)s->n + (size_t)u] =
                    h[(size_t)trial * (size_t)s->H + (size_t)s->unit[u]];
    }
    return 0;
}

static int open_readouts(struct study *s, struct err *e)
{
    const struct anatomy_subject *a = s->subject;
    struct rng r = rng_at(s->seed, RNG_SPATIAL, UINT64_MAX);
    int code = trial_states_new(&s->train, a->mix, a->shape, a->activation, a->params, TRAIN_TRIALS,
                                s->seed, 0, e);
    if (!code)
        code = trial_states_new(&s->test, a->mix, a->shape, a->activation, a->params, TEST_TRIALS,
                                s->seed, 1, e);
    if (!code)
        code = pick_units(s, e);
    for (int epoch = 0; !code && epoch < TRIAL_EPOCHS; epoch++)
        code = ridge_new(&s->ridge[epoch], s->n, s->train->C,
                         (struct ridge_data){s->train->N, s->x[0][epoch], s->train->y},
                         (struct ridge_data){s->test->N, s->x[1][epoch], s->test->y}, e);
    if (!code)
        code = agreement_new(&s->agreement, s->test->N, s->n, V, s->test->label, &r, e);
    if (!code)
        code = evaluate_new(&s->evaluator, a->mix, a->shape, a->activation, LESION_TRIALS,
                            (uint64_t)spec_int(a->spec, "eval_seed"), e);
    if (code)
        return code;
    evaluate_listen(s->evaluator, a->pause);
    size_t sub = (size_t)(s->R > V ? s->R : V);
    const struct mem_slot slots[] = {
        MEM_SLOT(s->without, rnn_param_count(a->shape)),
        MEM_SLOT(s->error, (size_t)s->train->C),
        MEM_SLOT(s->task, (size_t)s->K * (size_t)s->R),
        MEM_SLOT(s->M, (size_t)s->K * sub),
        {0},
    };
    return mem_arrays(slots)
               ? err_set(e, ERR_MEMORY, "out of memory for readouts of spatial modules")
               : 0;
}

static void study_free(struct study *s)
{
    for (int epoch = 0; epoch < TRIAL_EPOCHS; epoch++) {
        mem_free(s->x[0][epoch]);
        mem_free(s->x[1][epoch]);
        ridge_free(s->ridge[epoch]);
    }
    trial_states_free(s->train);
    trial_states_free(s->test);
    agreement_free(s->agreement);
    evaluate_free(s->evaluator);
    mem_free(s->unit);
    mem_free(s->cluster);
    mem_free(s->group);
    mem_free(s->members);
    mem_free(s->silenced);
    mem_free(s->without);
    mem_free(s->error);
    mem_free(s->task);
    mem_free(s->M);
    mem_free(s);
}

static int study_new(struct study **out, const struct anatomy_subject *subject,
                     struct result *result, struct err *e)
{
    struct study *s = *out = mem_array(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory for spatial modules");
    size_t H = (size_t)subject->shape.hidden;
    s->subject = subject;
    s->result = result;
    s->H = subject->shape.hidden;
    s->R = task_mix_size(subject->mix);
    s->K = (int)spec_int(subject->spec, "spatial_modules");
    s->seed = (uint64_t)spec_int(subject->spec, "seed");
    const struct mem_slot slots[] = {
        MEM_SLOT(s->unit, H),    MEM_SLOT(s->cluster, H),  MEM_SLOT(s->group, H),
        MEM_SLOT(s->members, H), MEM_SLOT(s->silenced, H), {0},
    };
    return mem_arrays(slots) ? err_set(e, ERR_MEMORY, "out of memory for spatial modules") : 0;
}

int cogtasks_specialization(const struct anatomy_subject *subject, struct result *result,
                            struct err *e)
{
    struct study *s;
    if (strcmp(spec_text(subject->spec, "specialization"), "true"))
        return 0;
    int code = study_new(&s, subject, result, e);
    if (code)
        goto out;
    find_units(s);
    if (s->n < s->K)
        goto out;
    code = group_by_place(s, e);
    if (code || s->K == 0)
        goto out;
    code = measure_structure(s, e);
    s->lesioned = smallest(s);
    s->m = s->lesioned < SUBSET_MOST ? s->lesioned : SUBSET_MOST;
    if (code || s->m < FEWEST)
        goto out;
    code = open_readouts(s, e);
    if (!code)
        code = compare(s, e);

out:
    if (s)
        study_free(s);
    return code;
}

/* ---- what it takes ---- */

static int is_on(const struct spec *spec)
{
    return !strcmp(spec_text(spec, "specialization"), "true");
}

double cogtasks_specialization_bytes(const struct spec *spec, struct rnn_shape shape, int R)
{
    if (!is_on(spec))
        return 0;
    double H = shape.hidden, trials = (double)R * (TRAIN_TRIALS + TEST_TRIALS);
    return trials * (2 * TRIAL_EPOCHS * H + R + 16) * sizeof(float) +
           TRIAL_EPOCHS * H * (3 * H + 5.0 * (R + 7)) * sizeof(double) + H * H * sizeof(float) +
           (double)rnn_param_count(shape) * sizeof(float) +
           (double)spec_int(spec, "partition_shuffles") * COMPARED * sizeof(double) +
           evaluate_bytes(shape, LESION_TRIALS) + AGREEMENT_TRIALS * H * sizeof(float);
}

double cogtasks_specialization_work(const struct spec *spec, struct rnn_shape shape, int R)
{
    const double scalar = 15; /* a plain loop takes so much longer than a product of matrices */
    enum { STEPS = 20 };
    if (!is_on(spec))
        return 0;
    double modules = (double)spec_int(spec, "spatial_modules");
    double partitions = 1 + (double)spec_int(spec, "partition_shuffles");
    double m = SUBSET_MOST, C = R + 7.0;
    double subset = m * m * m / 3 + 4 * m * m * C + 2 * m * AGREEMENT_TRIALS * (V + 2);
    double lesion = 2.0 * R * LESION_TRIALS * STEPS * shape.hidden *
                    (shape.hidden + shape.inputs + shape.outputs);
    return partitions * modules * (DRAWS * TRIAL_EPOCHS * subset * scalar + lesion);
}
