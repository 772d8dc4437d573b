#include "synthetic.h"

#include "base/mem.h"
#include "jobs/job.h"
#include "math/rng.h"
#include "store/store.h"
#include "tasks/task.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GRID = 8, UNITS = GRID * GRID, INPUTS = 53, CLUSTERS = 4, TASKS = 20, STEPS = 2000 };

static const struct kind {
    const char *name;
    double cost, compact; /* factor on neurons and wiring; how far below chance clusters are */
} kinds[] = {{"none", 1, 0}, {"l1", 0.6, 0}, {"bimt", 0.45, 5}, {"local", 0.5, 3}};

struct setting {
    const char *name, *value;
};

struct point {
    const struct kind *kind;
    int lambda, seed; /* which */
    double strength;  /* 0 to 1 */
    struct spec *spec;
};

struct making {
    const struct synthetic *size;
    struct point *points;
    size_t count;
    int done; /* count so far */
};

/* Rounds to four decimals, so that the last bits of a machine do not matter. */
static double rounded(double x)
{
    return floor(x * 1e4 + 0.5) / 1e4;
}

static int add_point(struct making *m, const struct kind *kind, int lambda, int seed, struct err *e)
{
    static const char *const mantissas[] = {"1e-6", "2e-6", "3e-6", "5e-6", "7e-6", "1e-5", "2e-5",
                                            "3e-5", "5e-5", "7e-5", "1e-4", "2e-4", "3e-4", "5e-4",
                                            "7e-4", "1e-3", "2e-3", "3e-3", "5e-3", "7e-3"};
    struct point *p = &m->points[m->count];
    char seed_text[16];
    snprintf(seed_text, sizeof seed_text, "%d", seed);
    const struct setting values[] = {{"regularizer", kind->name},
                                     {"seed", seed_text},
                                     {"grid", "8"},
                                     {"steps", "2000"},
                                     {"lambda", mantissas[lambda]}};
    *p = (struct point){kind, lambda, seed, (lambda + 1.0) / m->size->lambdas, NULL};
    int code = spec_new(&p->spec, &job_at(0)->experiment, e);
    size_t count = sizeof values / sizeof values[0] - (kind == kinds); /* none has no lambda */
    for (size_t i = 0; !code && i < count; i++)
        code = spec_set(p->spec, values[i].name, values[i].value, e);
    m->count += !code;
    return code;
}

static int make_points(struct making *m, struct err *e)
{
    size_t kinds_with_lambda = sizeof kinds / sizeof kinds[0] - 1;
    size_t most = (size_t)m->size->seeds * (1 + kinds_with_lambda * (size_t)m->size->lambdas);
    int code = 0;
    m->points = mem_array(most, sizeof *m->points);
    if (!m->points)
        return err_set(e, ERR_MEMORY, "out of memory for %zu points", most);
    for (size_t k = 0; !code && k <= kinds_with_lambda; k++)
        for (int l = 0; !code && l < (k ? m->size->lambdas : 1); l++)
            for (int s = 0; !code && s < m->size->seeds; s++)
                code = add_point(m, &kinds[k], l, s, e);
    return code;
}

static const struct spec *point_at(size_t i, const void *data)
{
    const struct making *m = data;
    return m->points[i].spec;
}

/* ---- results ---- */

static double uniform(struct rng *r)
{
    return (double)rng_uniform(r);
}

static int neurons_of(const struct point *p, struct rng *r)
{
    double full = p->kind == kinds ? 1 : p->kind->cost * (1.3 - p->strength);
    int n = (int)(UNITS * full * (0.9 + 0.2 * uniform(r)));
    return n > UNITS ? UNITS : n < 1 ? 1 : n;
}

static void set_anatomy(struct result *result, const struct point *p, const char *suffix,
                        double compact, struct rng *r)
{
    static const struct {
        const char *name;
        double chance, effect; /* the shuffles' value, and the effect per unit of compactness */
    } metrics[] = {{"isolated_fraction", 0.5, -0.05},
                   {"isolated_fraction_z", 0, -1},
                   {"isolated_fraction_p", 0.5, -0.09},
                   {"mean_cluster_size", 0.65, -0.03},
                   {"mean_cluster_size_z", 0, -1.5},
                   {"mean_cluster_size_p", 0.5, -0.095},
                   {"locality_score", 0, 0.05},
                   {"mantel_rho", 0, 0.04},
                   {"mantel_z", 0, 1.2},
                   {"mantel_p", 0.5, -0.095}};
    (void)p;
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", metrics[i].name, suffix);
        double noise = 1 + 0.2 * (uniform(r) - 0.5);
        double x = rounded(metrics[i].chance * noise + metrics[i].effect * compact);
        if (strstr(name, "_p") && strcmp(name + strlen(name) - 2, "_p") == 0 && x < 0.001)
            x = 0.001;
        if (experiment_metric(result->experiment, name) >= 0)
            result_set(result, name, value_real(x));
    }
}

static void set_metrics(struct result *result, const struct point *p, struct rng *r)
{
    int neurons = neurons_of(p, r);
    double strength = p->kind == kinds ? 0 : p->strength;
    double error = 0.02 + 0.5 * strength * strength + 0.03 * uniform(r);
    double wiring = neurons * neurons * 0.4 * p->kind->cost * (0.9 + 0.2 * uniform(r));
    result_set(result, "error", value_real(rounded(error)));
    result_set(result, "loss", value_real(rounded(2 * error)));
    result_set(result, "step_accuracy", value_real(rounded(1 - error / 3)));
    result_set(result, "active_neurons", value_int(neurons));
    result_set(result, "active_connections", value_int((int64_t)(wiring * 2)));
    result_set(result, "wiring_length", value_real(rounded(wiring)));
    result_set(result, "wiring_length_placed", value_real(rounded(wiring * 0.6)));
    result_set(result, "connection_cost", value_real(rounded(wiring / 10)));
    result_set(result, "zero_weights", value_int(UNITS * UNITS - neurons * neurons));
    result_set(result, "wired_units", value_int(neurons));
    result_set(result, "swaps", value_int(strcmp(p->kind->name, "bimt") ? 0 : 100));
    result_set(result, "n_clusters", value_int(CLUSTERS));
    result_set(result, "modularity_score", value_real(rounded(0.3 + 0.1 * uniform(r))));
    result_set(result, "modularity_q", value_real(rounded(0.2 + 0.1 * uniform(r))));
    result_set(result, "within_cluster_connections", value_real(rounded(0.4 + 0.1 * uniform(r))));
    set_anatomy(result, p, "", p->kind->compact, r);
    set_anatomy(result, p, "_placed", 5, r);
}

static int add_tasks(struct result *result, struct rng *r, struct err *e)
{
    const struct task_set *set = task_set_at(0);
    double error = result->metrics[experiment_metric(result->experiment, "error")].as.x;
    int code = 0;
    for (int t = 0; !code && t < TASKS; t++) {
        double lost = error * (0.5 + uniform(r));
        const struct value row[] = {value_text(task_name(set, t)), value_real(rounded(1 - lost)),
                                    value_real(rounded(1 - lost / 3)), value_real(rounded(lost)),
                                    value_real(task_ceiling(set, t))};
        code = result_add_row(result, "task_metric", row, e);
        for (int c = 0; !code && c < CLUSTERS; c++) {
            double effect = t % CLUSTERS == c ? 0.4 : 0.05;
            const struct value lesion[] = {value_int(c), value_text(task_name(set, t)),
                                           value_real(rounded(effect * uniform(r)))};
            code = result_add_row(result, "lesion", lesion, e);
        }
    }
    return code;
}

static int add_curve(struct result *result, struct rng *r, struct err *e)
{
    double error = result->metrics[experiment_metric(result->experiment, "error")].as.x;
    int code = 0;
    for (int i = 1; !code && i <= 10; i++) {
        double left = (1 - error) / i / i;
        const struct value row[] = {
            value_int(i * STEPS / 10), value_real(rounded(2 * error + left)),
            value_real(rounded(500.0 / i)),
            value_real(rounded(error + left * (0.8 + 0.2 * uniform(r)))), value_int(0)};
        code = result_add_row(result, "curve", row, e);
    }
    return code;
}

/* In bimt the units of a cluster fill a quarter of the grid; in others they lie anywhere. */
static int cluster_at(const struct point *p, int row, int col, struct rng *r)
{
    int quarter = 2 * (row >= GRID / 2) + (col >= GRID / 2);
    return uniform(r) < p->kind->compact / 6 ? quarter : (int)rng_below(r, CLUSTERS);
}

static int add_units(struct result *result, const struct point *p, int *clusters, struct rng *r,
                     struct err *e)
{
    int64_t n = result->metrics[experiment_metric(result->experiment, "active_neurons")].as.i;
    int code = 0;
    for (int u = 0; !code && u < UNITS; u++) {
        int row = u / GRID, col = u % GRID, is_active = (u * 37) % UNITS < n;
        clusters[u] = is_active ? cluster_at(p, row, col, r) : -1;
        const struct value neuron[] = {
            value_int(u),
            value_int(row),
            value_int(col),
            value_int((u * 37) % UNITS / GRID),
            value_int((u * 37) % UNITS % GRID),
            is_active ? value_int(clusters[u]) : value_null(),
            value_real(is_active ? rounded(0.01 + uniform(r)) : 0),
            is_active ? value_text(task_name(task_set_at(0), clusters[u])) : value_null(),
            value_int(is_active)};
        code = result_add_row(result, "neuron", neuron, e);
    }
    return code;
}

struct cell {
    const char *column;
    struct value value;
};

/* A row of a table whose other columns are NULL. */
static int add_row(struct result *result, const char *name, const struct cell *cells, size_t count,
                   struct err *e)
{
    const struct experiment *x = result->experiment;
    const struct table *table = &x->tables[experiment_table(x, name)];
    struct value *row = mem_array((size_t)experiment_column_count(table), sizeof *row);
    if (!row)
        return err_set(e, ERR_MEMORY, "out of memory for a row");
    for (int c = 0; c < experiment_column_count(table); c++)
        for (size_t i = 0; i < count; i++)
            if (!strcmp(table->columns[c].name, cells[i].column))
                row[c] = cells[i].value;
    int code = result_add_row(result, name, row, e);
    mem_free(row);
    return code;
}

#define ADD_ROW(result, name, cells, e)                                                            \
    add_row(result, name, cells, sizeof(cells) / sizeof(cells)[0], e)

static int add_distances(struct result *result, struct rng *r, struct err *e)
{
    int code = 0;
    for (int placed = 0; placed < 2; placed++) {
        for (int d = 1; !code && d <= 2 * GRID - 2; d++) {
            const struct cell row[] = {{"placed", value_int(placed)},
                                       {"grid_steps", value_int(d)},
                                       {"distance", value_real(d / (double)GRID)},
                                       {"pairs", value_int(100)},
                                       {"mean_weight", value_real(rounded(0.2 / d))},
                                       {"active", value_real(rounded(0.5 / d * uniform(r)))},
                                       {"within_pairs", value_int(30)},
                                       {"within_mean_weight", value_real(rounded(0.4 / d))},
                                       {"between_pairs", value_int(70)},
                                       {"between_mean_weight", value_real(rounded(0.1 / d))}};
            code = ADD_ROW(result, "profile", row, e);
        }
        for (int k = 2; !code && k <= 6; k++) {
            const struct cell row[] = {{"placed", value_int(placed)},
                                       {"k", value_int(k)},
                                       {"chosen", value_int(k == CLUSTERS)},
                                       {"silhouette", value_real(0.3)},
                                       {"isolated_fraction", value_real(0.4)},
                                       {"isolated_fraction_shuffled", value_real(0.5)},
                                       {"mean_cluster_size", value_real(0.6)},
                                       {"mean_cluster_size_shuffled", value_real(0.65)}};
            code = ADD_ROW(result, "clustering", row, e);
        }
    }
    return code;
}

/* The values of shuffles, around the chance value. */
static int add_shuffles(struct result *result, struct rng *r, struct err *e)
{
    enum { SHUFFLES = 100 };
    static const struct {
        const char *name;
        double mean;
    } arrays[] = {{"isolated_fraction_shuffled", 0.5}, {"mean_cluster_size_shuffled", 0.65}};
    float x[SHUFFLES];
    int code = 0;
    for (size_t a = 0; !code && a < sizeof arrays / sizeof arrays[0]; a++) {
        for (int i = 0; i < SHUFFLES; i++)
            x[i] = (float)(arrays[a].mean + 0.1 * (uniform(r) + uniform(r) - 1));
        code = result_add_array(result, arrays[a].name, 1, SHUFFLES, x, e);
    }
    return code;
}

static int add_arrays(struct result *result, const int *clusters, struct rng *r, struct err *e)
{
    static float w[UNITS * UNITS], variance[UNITS * TASKS], w_in[UNITS * INPUTS], w_out[17 * UNITS];
    for (int i = 0; i < UNITS * UNITS; i++) {
        int to = clusters[i / UNITS], from = clusters[i % UNITS];
        float chance = to < 0 || from < 0 ? 0.0f : to == from ? 0.4f : 0.1f;
        w[i] = rng_uniform(r) < chance ? rng_uniform(r) - 0.4f : 0;
    }
    for (int i = 0; i < UNITS * TASKS; i++) {
        int c = clusters[i / TASKS];
        variance[i] = c < 0 ? 0 : rng_uniform(r) * (i % TASKS % CLUSTERS == c ? 0.5f : 0.05f);
    }
    for (int i = 0; i < UNITS * INPUTS; i++)
        w_in[i] = rng_uniform(r) - 0.5f;
    for (int i = 0; i < 17 * UNITS; i++)
        w_out[i] = rng_uniform(r) - 0.5f;
    int code = result_add_array(result, "w", UNITS, UNITS, w, e);
    if (!code)
        code = result_add_array(result, "w_in", UNITS, INPUTS, w_in, e);
    if (!code)
        code = result_add_array(result, "w_out", 17, UNITS, w_out, e);
    if (!code)
        code = result_add_array(result, "b_h", 1, UNITS, w_in, e);
    if (!code)
        code = result_add_array(result, "b_o", 1, 17, w_out, e);
    if (!code)
        code = result_add_array(result, "task_variance", UNITS, TASKS, variance, e);
    return code ? code : add_shuffles(result, r, e);
}

static int fill(struct making *m, struct result *result, const struct point *p, size_t i,
                struct err *e)
{
    struct rng r = rng_at(1, RNG_TEST, i);
    int clusters[UNITS], code = 0;
    result->seconds = rounded(10 + 5 * uniform(&r));
    result->steps = STEPS;
    if (m->count >= 40 && i % 16 >= 14) {
        int diverged = i % 16 == 14;
        result->outcome = diverged ? OUTCOME_DIVERGED : OUTCOME_FAILED;
        snprintf(result->message, sizeof result->message, "%s",
                 diverged ? "the loss is not finite after 70 steps" : "out of memory");
        return 0;
    }
    set_metrics(result, p, &r);
    if (m->done < m->size->rows) {
        code = add_tasks(result, &r, e);
        if (!code)
            code = add_curve(result, &r, e);
        if (!code)
            code = add_units(result, p, clusters, &r, e);
        if (!code)
            code = add_distances(result, &r, e);
        if (!code && m->done < m->size->arrays)
            code = add_arrays(result, clusters, &r, e);
    }
    m->done++;
    return code;
}

static int do_job(struct making *m, struct store *store, size_t i, struct err *e)
{
    const struct point *p = &m->points[i];
    const struct attempt attempt = {"node1", 1 + (int)(i % 3), "", "synthetic", "none"};
    struct result *result;
    int code = store_begin(store, (int64_t)i + 1, &attempt, e);
    if (!code)
        code = result_new(&result, p->spec->experiment, e);
    if (code)
        return code;
    code = fill(m, result, p, i, e);
    if (!code)
        code = store_finish(store, (int64_t)i + 1, p->spec, result, e);
    result_free(result);
    return code;
}

int synthetic_make(const char *path, const struct synthetic *size, struct err *e)
{
    struct making m = {.size = size};
    struct store *store = NULL;
    int code = make_points(&m, e);
    if (!code)
        code = store_open(&store, path, STORE_CREATE, job_experiments(), e);
    if (!code)
        code = store_enter_sweep(store, "synthetic", "name = \"synthetic\"\n",
                                 m.points[0].spec->experiment, point_at, &m, m.count, e);
    for (size_t i = 0; !code && i < m.count; i++) {
        code = do_job(&m, store, i, e);
        if (!code && i % 1000 == 999)
            code = store_commit(store, e);
    }
    if (!code)
        code = store_commit(store, e);
    if (store && !code)
        code = store_close(store, e);
    else if (store)
        (void)store_close(store, NULL);
    for (size_t i = 0; i < m.count; i++)
        spec_free(m.points[i].spec);
    mem_free(m.points);
    return code;
}
