#include "jobs/cogtasks_table.h"

#include "jobs/cogtasks_graph.h"
#include "jobs/cogtasks_specialization.h"
#include "measure/cluster.h"
#include "rnn/regularizer.h"
#include "tasks/task.h"
#include "tasks/task_mix.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The choices are written out: a sweep file's words stay what they are whatever a table gains.  The
   tests hold them against the tables of lib/. */
static const char *const regularizers[] = {"none",  "l1",           "bimt", "local",
                                           "sernn", "sernn_frozen", "mask", NULL};
static const char *const task_sets[] = {"yang19", "yang19-v2.1", "modcog", "modcog-fixed", NULL};
static const char *const activations[] = {"relu", "tanh", "softplus", NULL};
static const char *const initializers[] = {"uniform", "orthogonal", NULL};
static const char *const treatments[] = {"proximal", "subgradient", NULL};
static const char *const precisions[] = {"float32", "bf16", NULL};
static const char *const yes_or_no[] = {"true", "false", NULL};
static const char *const schedules[] = {"constant", "staged", NULL};

/* A default never changes: the identity of stored jobs leaves it out (spec.h). */
const struct parameter cogtasks_parameters[] = {
    {"regularizer", VALUE_TEXT, "none", .choices = regularizers,
     .help = "none; l1; bimt: distance-aware L1 with relocation of units; local: bimt without "
             "relocation; sernn: spatially embedded RNN; sernn_frozen: its ablation; mask: only "
             "short connections"},
    {"lambda", VALUE_REAL, "0", .min = 0, .max = 1e6, .help = "strength of the connection cost"},
    {"A", VALUE_REAL, "1", .min = 0, .max = 1e6,
     .help = "weight of distance within the connection cost"},
    {"self_distance", VALUE_REAL, "0", .min = 0, .max = 2,
     .help = "length of a unit's connection to itself within the connection cost"},
    {"seed", VALUE_INT, "0", .min = 0, .max = 9e15,
     .help = "decides initial weights and training trials"},
    {"tasks", VALUE_TEXT, "yang19", .choices = task_sets,
     .help = "task set, see `brainsweep tasks list`"},
    {"task_list", VALUE_TEXT, "", .help = "tasks of the set to train on; empty: all", .is_list = 1},
    {"task_weights", VALUE_TEXT, "", .help = "how often each is drawn; empty: equally",
     .is_list = 1},
    {"grid", VALUE_INT, "20", .min = 2, .max = 1e6,
     .help = "side of the grid of hidden units: H = grid^2"},
    {"steps", VALUE_INT, "20000", .min = 1, .max = 1e9, .help = "gradient steps"},
    {"batch", VALUE_INT, "32", .min = 1, .max = 65536, .help = "sequences in a batch"},
    {"steps_per_sequence", VALUE_INT, "100", .min = 1, .max = 65536,
     .help = "time steps in a sequence"},
    {"learning_rate", VALUE_REAL, "0.001", .min = 1e-9, .max = 1e9, .help = "of Adam"},
    {"rate_drop", VALUE_REAL, "0.1", .min = 0, .max = 1,
     .help = "factor on it in the last quarter"},
    {"warmup", VALUE_INT, "0", .min = 0, .max = 1e9,
     .help = "steps over which the learning rate rises from 0"},
    {"clip", VALUE_REAL, "0", .min = 0, .max = 1e9, .help = "largest norm of the gradient; 0: any"},
    {"activation", VALUE_TEXT, "relu", .choices = activations,
     .help = "nonlinearity of the hidden units"},
    {"init", VALUE_TEXT, "uniform", .choices = initializers, .help = "initial weights"},
    {"treatment", VALUE_TEXT, "proximal", .choices = treatments,
     .help = "of the L1 terms: proximal step (exact zeros) or subgradient"},
    {"lambda_schedule", VALUE_TEXT, "constant", .choices = schedules,
     .help = "staged: lambda x1, x10, x1 in the quarters 1, 2-3, 4, biases free until the last"},
    {"precision", VALUE_TEXT, "float32", .choices = precisions,
     .help = "of products in training; bf16: factors rounded to bfloat16, with AMX or AVX512-BF16"},
    {"swap_every", VALUE_INT, "200", .min = 1, .max = 1e9,
     .help = "steps between relocations of units (bimt)"},
    {"swap_units", VALUE_TEXT, "all",
     .help = "units that may be relocated: all, or the number of the most important ones"},
    {"eval_trials", VALUE_INT, "200", .min = 1, .max = 1e6,
     .help = "evaluation trials of each task"},
    {"eval_seed", VALUE_INT, "0", .min = 0, .max = 9e15, .help = "decides the evaluation trials"},
    {"curve_points", VALUE_INT, "20", .min = 0, .max = 1e6, .help = "rows of the learning curve"},
    {"curve_trials", VALUE_INT, "20", .min = 1, .max = 1e6,
     .help = "trials of each task for a row of it"},
    {"clusters", VALUE_TEXT, "auto",
     .help = "functional clusters of the headline metrics: auto (the silhouette's peak) or their "
             "number"},
    {"shuffles", VALUE_INT, "1000", .min = 10, .max = 1e6,
     .help = "of positions, behind every z and p"},
    {"lesion_trials", VALUE_INT, "50", .min = 0, .max = 1e6,
     .help = "trials of each task for every cluster's lesion; 0: no lesions"},
    {"rest", VALUE_INT, "0", .min = 0, .max = 1,
     .help = "1: sernn penalises input, output weights and biases too, as l1 does; 0: W alone, as "
             "published"},
    {"communicability_every", VALUE_INT, "10", .min = 1, .max = 1e9,
     .help =
         "steps between two computations of the communicability (sernn) after the first 100 steps"},
    {"mask_radius", VALUE_REAL, "0.25", .min = 0, .max = 2,
     .help = "longest connection, in grid sides, that mask leaves in W"},
    SPECIALIZATION_PARAMETERS,
    {"graph_metrics", VALUE_TEXT, "true", .choices = yes_or_no,
     .help = "false: the network is not measured as a graph (small_world, q_best and the like)"},
    {0},
};

/* A metric beside what chance gives. */
#define AGAINST_SHUFFLES(name, suffix, unit, better, help)                                         \
    {name suffix, VALUE_REAL, unit, better, help},                                                 \
        {name "_z" suffix, VALUE_REAL, "1", better, "the same against shuffled positions"},        \
    {                                                                                              \
        name "_p" suffix, VALUE_REAL, "1", LOWER_IS_BETTER, "share of shuffles at least as low"    \
    }

/* Where functional clusters sit. */
#define CLUSTERED_METRICS(suffix, where)                                                           \
    AGAINST_SHUFFLES("isolated_fraction", suffix, "1", LOWER_IS_BETTER,                            \
                     "share of important units without a neighbour of their cluster, " where),     \
        AGAINST_SHUFFLES("mean_cluster_size", suffix, "grid sides", LOWER_IS_BETTER,               \
                         "mean distance of two units of a cluster, " where),                       \
        AGAINST_SHUFFLES("mean_cluster_size_by_members", suffix, "grid sides", LOWER_IS_BETTER,    \
                         "the same, clusters weighted by their members, " where),                  \
    {                                                                                              \
        "locality_score" suffix, VALUE_REAL, "1", HIGHER_IS_BETTER,                                \
            "1 - mean cluster size over its shuffled mean, " where                                 \
    }

/* The distance of units from the middle of the grid. */
#define RADIUS_METRICS(name, suffix, help)                                                         \
    {name suffix, VALUE_REAL, "1", NEITHER, help},                                                 \
        {name "_z" suffix, VALUE_REAL, "1", NEITHER, "the same against random cells"},             \
    {                                                                                              \
        name "_p" suffix, VALUE_REAL, "1", NEITHER, "share of draws of cells at least as central"  \
    }

/* What is measured on the grid, of the network as trained and again of the one placed anew. */
#define ANATOMICAL_METRICS(suffix, where)                                                          \
    CLUSTERED_METRICS(suffix, where), CLUSTERED_METRICS("_k8" suffix, "of 8 clusters, " where),    \
        {"mantel_rho" suffix, VALUE_REAL, "1", HIGHER_IS_BETTER,                                   \
         "rank correlation of functional with physical distance, " where},                         \
        {"mantel_z" suffix, VALUE_REAL, "1", HIGHER_IS_BETTER,                                     \
         "the same against shuffled positions"},                                                   \
        {"mantel_p" suffix, VALUE_REAL, "1", LOWER_IS_BETTER,                                      \
         "share of shuffles at least as high"},                                                    \
        RADIUS_METRICS("radius", suffix,                                                           \
                       "important units from the middle, 0, to the rim, 1, " where),               \
        RADIUS_METRICS("radius_weighted", suffix, "units weighted by their task variance, " where)

const struct metric cogtasks_metrics[] = {
    {"error", VALUE_REAL, "1", LOWER_IS_BETTER, "1 - mean over tasks of trial accuracy",
     .always = 1},
    {"loss", VALUE_REAL, "nat", LOWER_IS_BETTER, "mean cross-entropy on the evaluation trials"},
    {"step_accuracy", VALUE_REAL, "1", HIGHER_IS_BETTER, "share of time steps answered right"},
    {"active_neurons", VALUE_INT, "neurons", LOWER_IS_BETTER,
     "units whose task variances sum to more than 1e-3"},
    {"active_connections", VALUE_INT, "connections", LOWER_IS_BETTER, "|W_ij| > 1e-2"},
    {"wiring_length", VALUE_REAL, "grid sides", LOWER_IS_BETTER,
     "sum of distances over the active connections"},
    {"active_links", VALUE_INT, "connections", LOWER_IS_BETTER,
     "active connections between two units, none of a unit to itself", .always = 1},
    {"active_connections_1e_3", VALUE_INT, "connections", LOWER_IS_BETTER, "|W_ij| > 1e-3",
     .always = 1},
    {"active_links_1e_3", VALUE_INT, "connections", LOWER_IS_BETTER,
     "those of them between two units", .always = 1},
    {"wiring_length_1e_3", VALUE_REAL, "grid sides", LOWER_IS_BETTER, "sum of distances over them",
     .always = 1},
    {"active_connections_1e_1", VALUE_INT, "connections", LOWER_IS_BETTER, "|W_ij| > 1e-1",
     .always = 1},
    {"active_links_1e_1", VALUE_INT, "connections", LOWER_IS_BETTER,
     "those of them between two units", .always = 1},
    {"wiring_length_1e_1", VALUE_REAL, "grid sides", LOWER_IS_BETTER, "sum of distances over them",
     .always = 1},
    {"self_weight", VALUE_REAL, "1", NEITHER,
     "share of |W| on the diagonal: connections of units to themselves have no length"},
    {"connection_cost", VALUE_REAL, "1", LOWER_IS_BETTER, "l_cc of the final parameters"},
    {"zero_weights", VALUE_INT, "parameters", NEITHER, "parameters that are exactly zero"},
    {"wired_units", VALUE_INT, "units", LOWER_IS_BETTER, "units with a nonzero connection"},
    {"swaps", VALUE_INT, "exchanges", NEITHER, "exchanges of units during training"},
    {"n_clusters", VALUE_INT, "clusters", NEITHER, "functional clusters, by the silhouette"},
    {"modularity_score", VALUE_REAL, "1", HIGHER_IS_BETTER, "silhouette of the clustering"},
    {"modularity_q", VALUE_REAL, "1", HIGHER_IS_BETTER,
     "Newman's directed modularity of |W| under the clusters, over its largest possible value"},
    {"within_cluster_connections", VALUE_REAL, "1", HIGHER_IS_BETTER,
     "share of the active connections of clustered units that stay within a cluster"},
    ANATOMICAL_METRICS("", "as trained"),
    {"wiring_length_placed", VALUE_REAL, "grid sides", LOWER_IS_BETTER,
     "wiring length after units were placed anew"},
    {"wiring_length_1e_3_placed", VALUE_REAL, "grid sides", LOWER_IS_BETTER,
     "the same of |W_ij| > 1e-3", .always = 1},
    {"wiring_length_1e_1_placed", VALUE_REAL, "grid sides", LOWER_IS_BETTER,
     "the same of |W_ij| > 1e-1", .always = 1},
    ANATOMICAL_METRICS("_placed", "placed anew"),
    SPECIALIZATION_METRICS,
    {"mean_activity", VALUE_REAL, "1", NEITHER,
     "mean |h| over units, evaluation trials and steps, the energy that activity costs",
     .always = 1},
    COGTASKS_GRAPH_METRICS,
    {0},
};

static const struct column task_columns[] = {
    {"task", VALUE_TEXT, "name"},
    {"accuracy", VALUE_REAL, "share of trials right at their last step"},
    {"step_accuracy", VALUE_REAL, "share of steps right"},
    {"loss", VALUE_REAL, "mean cross-entropy, nat"},
    {"ceiling", VALUE_REAL, "accuracy that no network can exceed (trials decided by a coin)"},
    {0},
};

static const struct column curve_columns[] = {
    {"step", VALUE_INT, "gradient steps done"},
    {"l_pred", VALUE_REAL, "prediction loss, mean over the steps since the row before"},
    {"l_cc", VALUE_REAL, "connection cost"},
    {"error", VALUE_REAL, "on curve_trials evaluation trials a task"},
    {"swaps", VALUE_INT, "exchanges of units since the row before"},
    {0},
};

static const struct column clustering_columns[] = {
    {"placed", VALUE_INT, "0: as trained; 1: units placed anew"},
    {"k", VALUE_INT, "number of clusters"},
    {"chosen", VALUE_INT, "1: the clustering of the headline metrics"},
    {"silhouette", VALUE_REAL, "mean over the units"},
    {"isolated_fraction", VALUE_REAL, "share of units without a neighbour of their cluster"},
    {"isolated_fraction_shuffled", VALUE_REAL, "mean over shuffled positions"},
    {"isolated_fraction_z", VALUE_REAL, "in their standard deviations"},
    {"isolated_fraction_p", VALUE_REAL, "share of shuffles at least as low"},
    {"mean_cluster_size", VALUE_REAL, "mean distance of two units of a cluster, grid sides"},
    {"mean_cluster_size_shuffled", VALUE_REAL, "mean over shuffled positions"},
    {"mean_cluster_size_z", VALUE_REAL, "in their standard deviations"},
    {"mean_cluster_size_p", VALUE_REAL, "share of shuffles at least as low"},
    {"locality_score", VALUE_REAL, "1 - size / shuffled size"},
    {"mean_cluster_size_by_members", VALUE_REAL, "clusters weighted by their members"},
    {"mean_cluster_size_by_members_shuffled", VALUE_REAL, "mean over shuffled positions"},
    {"mean_cluster_size_by_members_z", VALUE_REAL, "in their standard deviations"},
    {"mean_cluster_size_by_members_p", VALUE_REAL, "share of shuffles at least as low"},
    {0},
};

static const struct column neuron_columns[] = {
    {"unit", VALUE_INT, "its row of W"},
    {"row", VALUE_INT, "its place on the grid, as trained"},
    {"col", VALUE_INT, ""},
    {"placed_row", VALUE_INT, "and placed anew"},
    {"placed_col", VALUE_INT, ""},
    {"cluster", VALUE_INT, "functional cluster, NULL for a unit that is not important"},
    {"variance", VALUE_REAL, "task variance, summed over tasks"},
    {"preferred_task", VALUE_TEXT, "the task of the largest"},
    {"wired", VALUE_INT, "1: a nonzero weight touches it"},
    {0},
};

static const struct column profile_columns[] = {
    {"placed", VALUE_INT, "0: as trained; 1: units placed anew"},
    {"grid_steps", VALUE_INT, "distance in steps along the grid"},
    {"distance", VALUE_REAL, "the same in grid sides"},
    {"pairs", VALUE_INT, "of units at that distance"},
    {"mean_weight", VALUE_REAL, "mean |W_ij| over them"},
    {"active", VALUE_REAL, "share of them with an active connection"},
    {"within_pairs", VALUE_INT, "of units of the same functional cluster"},
    {"within_mean_weight", VALUE_REAL, "mean |W_ij| over them"},
    {"within_active", VALUE_REAL, "share of them with an active connection"},
    {"between_pairs", VALUE_INT, "of units of two clusters"},
    {"between_mean_weight", VALUE_REAL, "mean |W_ij| over them"},
    {"between_active", VALUE_REAL, "share of them with an active connection"},
    {0},
};

static const struct column lesion_columns[] = {
    {"cluster", VALUE_INT, "functional cluster that was silenced"},
    {"task", VALUE_TEXT, "name"},
    {"accuracy_lost", VALUE_REAL, "trial accuracy of the whole network less that without it"},
    {0},
};

const struct table cogtasks_tables[] = {
    {"task_metric", task_columns, .keys = 1, .help = "every task on its own"},
    {"curve", curve_columns, .keys = 1, .help = "learning curve"},
    {"clustering", clustering_columns, .keys = 2,
     .help = "functional clusters for every k, and where they sit"},
    {"neuron", neuron_columns, .keys = 1, .help = "hidden units", .is_long = 1},
    {"profile", profile_columns, .keys = 2, .help = "connections by their length"},
    {"lesion", lesion_columns, .keys = 2, .help = "what is lost without a cluster"},
    SPECIALIZATION_TABLES,
    {0},
};

const struct show_map cogtasks_maps[] = {
    {"neuron", .row = "row", .col = "col", .mark = "cluster",
     .help = "functional clusters where their units sit, as trained"},
    {"neuron", .row = "placed_row", .col = "placed_col", .mark = "cluster",
     .help = "and with the units placed anew"},
    {0},
};

/* Error of a network that has learnt nothing, as networks end whose lambda is too large. */
#define CHANCE 0.9

const struct plane cogtasks_planes[] = {
    {"neurons", "error", "active_neurons", .chance = CHANCE},
    {"wiring", "error", "wiring_length", .placed = "wiring_placed", .chance = CHANCE,
     .beside = "self_weight"},
    {"wiring_placed", "error", "wiring_length_placed", .chance = CHANCE, .beside = "self_weight"},
    {0},
};

/* What bimt is held against: its penalty without distance, as trained and placed anew, its cost
   without relocation, and no penalty. */
const struct planned_contrast cogtasks_contrasts[] = {
    {"bimt", "l1"}, {"bimt", "l1, placed"}, {"bimt", "local"}, {"bimt", "none"}, {0}};

/* Clusters are of what units do, so that only what depends on their places has a placed twin. */
const struct evidence cogtasks_evidence[] = {
    {"isolated_fraction", .p = "isolated_fraction_p", .placed = "isolated_fraction_placed",
     .p_placed = "isolated_fraction_p_placed"},
    {"mean_cluster_size", .p = "mean_cluster_size_p", .placed = "mean_cluster_size_placed",
     .p_placed = "mean_cluster_size_p_placed"},
    {"mean_cluster_size_by_members", .p = "mean_cluster_size_by_members_p",
     .placed = "mean_cluster_size_by_members_placed",
     .p_placed = "mean_cluster_size_by_members_p_placed"},
    {"isolated_fraction_k8", .p = "isolated_fraction_p_k8", .placed = "isolated_fraction_k8_placed",
     .p_placed = "isolated_fraction_p_k8_placed"},
    {"mean_cluster_size_by_members_k8", .p = "mean_cluster_size_by_members_p_k8",
     .placed = "mean_cluster_size_by_members_k8_placed",
     .p_placed = "mean_cluster_size_by_members_p_k8_placed"},
    {"mantel_rho", .p = "mantel_p", .placed = "mantel_rho_placed", .p_placed = "mantel_p_placed"},
    {"radius", .p = "radius_p", .placed = "radius_placed", .p_placed = "radius_p_placed"},
    {"self_weight"},
    {"locality_score", .placed = "locality_score_placed"},
    {"n_clusters"},
    {"modularity_score"},
    {"modularity_q"},
    {"within_cluster_connections"},
    {"q_best_z"},
    {"small_world_degree"},
    {"community_ari"},
    {"homophily_tv", .p = "homophily_tv_p"},
    {"weight_distance_r", .placed = "weight_distance_r_placed"},
    {"selectivity_r"},
    {"mean_activity"},
    {0},
};

static const struct regularizer *regularizer_of(const struct spec *spec)
{
    return regularizer_find(spec_text(spec, "regularizer"));
}

/* "all" is 0; otherwise a number of units, -1 when it is neither. */
static int swap_units(const char *text)
{
    if (!strcmp(text, "all"))
        return 0;
    char *end;
    long k = strtol(text, &end, 10);
    return *text && !*end && k >= 1 && k <= INT_MAX ? (int)k : -1;
}

static int is_cluster_count(const char *text)
{
    char *end;
    long k = strtol(text, &end, 10);
    return *text && !*end && k >= 2 && k <= CLUSTER_K_MAX;
}

/* What a regularizer makes of lambda and A, and so which written values contradict it. */
static int contradiction(const struct spec *spec, const unsigned char *given, struct err *e)
{
    const struct experiment *x = spec->experiment;
    const struct regularizer *r = regularizer_of(spec);
    double lambda = spec_real(spec, "lambda"), A = spec_real(spec, "A");
    enum given of_lambda = given[experiment_parameter(x, "lambda")];
    int lambda_given = of_lambda == GIVEN_ONCE;
    int a_given = given[experiment_parameter(x, "A")] == GIVEN_ONCE;

    if (r->penalises && of_lambda == GIVEN_NOT)
        return err_set(e, ERR_VALUE,
                       "regularizer \"%s\" needs a lambda above 0: add one, or use \"none\"",
                       r->name);
    if (given[experiment_parameter(x, "regularizer")] == GIVEN_SEVERAL)
        return 0;
    if (!r->penalises && lambda_given && lambda > 0)
        return err_set(
            e, ERR_VALUE,
            "regularizer \"%s\" contradicts lambda = %g: give it lambda = 0 or leave lambda out",
            r->name, lambda);
    if (r->penalises && lambda_given && lambda == 0)
        return err_set(
            e, ERR_VALUE,
            "regularizer \"%s\" contradicts lambda = 0: give it a lambda above 0, or use \"none\"",
            r->name);
    if (r->penalises && !r->distance && a_given && A > 0)
        return err_set(
            e, ERR_VALUE,
            "regularizer \"%s\" contradicts A = %g: use \"bimt\" or \"local\", or leave A out",
            r->name, A);
    if (r->distance && a_given && A == 0)
        return err_set(e, ERR_VALUE, "regularizer \"%s\" contradicts A = 0: use \"l1\" instead",
                       r->name);
    return 0;
}

/* Whose fault it is then stands before the sentence. */
static int check_tasks(const struct spec *spec, const char *parameter, const char *weights,
                       struct err *e)
{
    struct task_mix *mix = NULL;
    int code = task_mix_new(&mix, task_set_find(spec_text(spec, "tasks")),
                            spec_text(spec, "task_list"), weights, 0, e);
    task_mix_free(mix);
    if (code)
        (void)err_prefix(e, "%s", parameter);
    return code;
}

int cogtasks_table_check(const struct spec *spec, const unsigned char *given, struct err *e)
{
    if (swap_units(spec_text(spec, "swap_units")) < 0)
        return err_set(e, ERR_VALUE, "swap_units = \"%s\": expected \"all\" or a number of units",
                       spec_text(spec, "swap_units"));

    const char *clusters = spec_text(spec, "clusters");
    if (strcmp(clusters, "auto") && !is_cluster_count(clusters))
        return err_set(e, ERR_VALUE,
                       "clusters = \"%s\": expected \"auto\" or a number from 2 to %d", clusters,
                       CLUSTER_K_MAX);

    int code = check_tasks(spec, "task_list", "", e);
    if (!code)
        code = check_tasks(spec, "task_weights", spec_text(spec, "task_weights"), e);
    return code ? code : contradiction(spec, given, e);
}

/* Tasks without weights are named in the order of their set, and not at all when they are all of
   it: the order of a list means nothing. */
static void order_task_list(struct spec *spec)
{
    char text[VALUE_TEXT_SIZE] = "";
    const struct task_set *set = task_set_find(spec_text(spec, "tasks"));
    struct task_mix *mix;
    size_t used = 0;
    if (!*spec_text(spec, "task_list") || *spec_text(spec, "task_weights") ||
        task_mix_new(&mix, set, spec_text(spec, "task_list"), "", 0, NULL))
        return;
    for (int i = 0; i < task_mix_size(mix) && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "," : "",
                                 task_name(set, task_mix_task(mix, i)));
    int all = task_mix_size(mix) == task_set_size(set);
    task_mix_free(mix);
    if (all || used < sizeof text)
        (void)!spec_put_text(spec, "task_list", all ? "" : text);
}

/* Back to the default, which the canonical text leaves out. */
static void forget(struct spec *spec, const char *name)
{
    const struct experiment *x = spec->experiment;
    int p = experiment_parameter(x, name);
    /* a default is always a value; without memory for it, the point is merely not merged */
    (void)!spec_set(spec, name, x->parameters[p].default_text, NULL);
}

/* A network without penalty is `none`, a penalty without distance is `l1`; lambda and A are 0, and
   how they are applied and when units move is left out, where the regularizer has no use for them.
   So a grid over all of them trains each network once. */
void cogtasks_table_canonicalise(struct spec *spec)
{
    const struct regularizer *r = regularizer_of(spec);
    const char *name = r->name;
    if (r->penalises && spec_real(spec, "lambda") == 0)
        name = "none";
    else if (r->distance && spec_real(spec, "A") == 0)
        name = "l1";
    r = regularizer_find(name);
    order_task_list(spec);
    spec_put_text(spec, "regularizer", r->name);
    if (!r->penalises) {
        spec_put_real(spec, "lambda", 0);
        forget(spec, "treatment");
        forget(spec, "lambda_schedule");
    }
    if (!r->distance) {
        spec_put_real(spec, "A", 0);
    }
    if (!r->distance && !r->communicates)
        forget(spec, "self_distance");
    if (!r->communicates) {
        forget(spec, "rest");
        forget(spec, "communicability_every");
    }
    if (!r->masks)
        forget(spec, "mask_radius");
    if (!r->swaps) {
        forget(spec, "swap_every");
        forget(spec, "swap_units");
    }
    if (!strcmp(spec_text(spec, "specialization"), "false")) {
        forget(spec, "spatial_modules");
        forget(spec, "partition_shuffles");
    }
}

struct train_config cogtasks_table_config(const struct spec *spec)
{
    struct train_config config = {
        .grid = (int)spec_int(spec, "grid"),
        .activation = activation_find(spec_text(spec, "activation")),
        .initializer = initializer_find(spec_text(spec, "init")),
        .regularizer = regularizer_of(spec),
        .treatment = regularizer_treatment_find(spec_text(spec, "treatment")),
        .lambda = (float)spec_real(spec, "lambda"),
        .A = (float)spec_real(spec, "A"),
        .self_distance = (float)spec_real(spec, "self_distance"),
        .staged_lambda = !strcmp(spec_text(spec, "lambda_schedule"), "staged"),
        .steps = (long)spec_int(spec, "steps"),
        .batch = (int)spec_int(spec, "batch"),
        .sequence = (int)spec_int(spec, "steps_per_sequence"),
        .rate = (float)spec_real(spec, "learning_rate"),
        .rate_drop = (float)spec_real(spec, "rate_drop"),
        .warmup = (long)spec_int(spec, "warmup"),
        .clip = (float)spec_real(spec, "clip"),
        .bf16 = !strcmp(spec_text(spec, "precision"), "bf16"),
        .rest = (int)spec_int(spec, "rest"),
        .communicability_every = (int)spec_int(spec, "communicability_every"),
        .mask_radius = (float)spec_real(spec, "mask_radius"),
        .swap_every = (int)spec_int(spec, "swap_every"),
        .swap_units = swap_units(spec_text(spec, "swap_units")),
        .seed = (uint64_t)spec_int(spec, "seed"),
    };
    return config;
}
