#include "jobs/cogtasks_cost.h"

#include "jobs/cogtasks_anatomy.h"
#include "jobs/cogtasks_specialization.h"
#include "jobs/cogtasks_table.h"
#include "measure/evaluate.h"
#include "rnn/train.h"
#include "tasks/task.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct rnn_shape shape_of(const struct spec *spec)
{
    int g = (int)spec_int(spec, "grid");
    struct rnn_shape shape = {
        .inputs = task_set_inputs(task_set_find(spec_text(spec, "tasks"))),
        .hidden = g * g,
        .outputs = TASK_CLASSES,
    };
    return shape;
}

/* How many tasks a job trains: those of its list, or all. */
static int count_tasks(const struct spec *spec)
{
    const char *list = spec_text(spec, "task_list");
    int n = 1;
    if (!*list)
        return task_set_size(task_set_find(spec_text(spec, "tasks")));
    for (; *list; list++)
        n += *list == ',';
    return n;
}

/* Weights of the network, biases aside. */
static double weights_of(const struct spec *spec)
{
    double H = (double)spec_int(spec, "grid") * (double)spec_int(spec, "grid");
    double I = task_set_inputs(task_set_find(spec_text(spec, "tasks")));
    return H * H + H * I + H * TASK_CLASSES;
}

double cogtasks_cost_step_work(const struct spec *spec)
{
    return 6 * (double)spec_int(spec, "batch") * (double)spec_int(spec, "steps_per_sequence") *
           weights_of(spec);
}

/*
 * The share of a dense training's time that this one is expected to take, as units without weights
 * are left out: 1 / (1 + x), where x grows with lambda and A, and in proportion to learning rate
 * and steps as long as these are short of what prunes all that is going to be pruned.  Fitted to 13
 * trainings of 400 units and 20,000 steps with l1 and bimt, lambda = 1e-6 .. 6e-5 and A up to 100,
 * which took .17 to .62 of one without penalty: within a fifth of each.
 */
static double pruned_share(const struct spec *spec)
{
    const double lambda_half = 8e-6, exponent = 0.7, by_A = 0.35, path = 20;
    double lambda = spec_real(spec, "lambda"), A = spec_real(spec, "A");
    if (!regularizer_find(spec_text(spec, "regularizer"))->penalises ||
        strcmp(spec_text(spec, "treatment"), "proximal"))
        return 1;
    double trained = (double)spec_int(spec, "steps") * spec_real(spec, "learning_rate") / path;
    double x = pow(lambda / lambda_half, exponent) * (1 + by_A * log10(1 + A));
    return 1 / (1 + x * fmin(trained, 1));
}

/*
 * Multiplications and additions of the training, and what else a job does, in proportion to them as
 * it was measured at grids from 7 to 20: within a factor of two.  A trial costs as much as
 * TRIAL_STEPS steps of a sequence in the forward pass alone; the task variances as many trials as
 * VARIANCE_TRIALS; a few clusters have their lesions; places are searched for in H^3, and shuffles
 * and clusterings go by H; random graphs and communities by H^2.  Communicability takes twelve
 * products of H x H matrices now and then.
 */
double cogtasks_cost_work(const struct spec *spec)
{
    enum { TRIAL_STEPS = 8, VARIANCE_TRIALS = 250, LESIONS = 4, PRODUCTS = 12, EAGER_STEPS = 100 };
    const double placement = 700, shuffle = 41, clustering = 14000, graph = 120000;
    double H = (double)spec_int(spec, "grid") * (double)spec_int(spec, "grid");
    double trials =
        (double)spec_int(spec, "eval_trials") +
        (double)spec_int(spec, "curve_points") * (double)spec_int(spec, "curve_trials") +
        (double)spec_int(spec, "lesion_trials") * LESIONS + VARIANCE_TRIALS;
    double steps = (double)spec_int(spec, "steps");
    double looks = !regularizer_find(spec_text(spec, "regularizer"))->communicates
                       ? 0
                       : EAGER_STEPS + steps / (double)spec_int(spec, "communicability_every");
    return cogtasks_cost_step_work(spec) * steps * pruned_share(spec) +
           2 * PRODUCTS * H * H * H * looks +
           2 * trials * count_tasks(spec) * TRIAL_STEPS * weights_of(spec) + placement * H * H * H +
           H * (shuffle * (double)spec_int(spec, "shuffles") + clustering) +
           (strcmp(spec_text(spec, "graph_metrics"), "true") ? 0 : graph * H * H) +
           cogtasks_specialization_work(spec, shape_of(spec), count_tasks(spec));
}

/* H is an int; beyond this grid, W alone decides. */
enum { LARGEST_GRID = 20000 };

/* Vectors of all parameters that a checkpoint takes while it is made, and matrices of slopes. */
enum { CHECKPOINT = 9, CHECKPOINT_SLOPES = 3 };

double cogtasks_cost_memory(const struct spec *spec)
{
    double g = (double)spec_int(spec, "grid");
    if (g > LARGEST_GRID)
        return 6 * sizeof(float) * g * g * g * g; /* W, gradient, moments, costs, scratch */

    struct train_config config = cogtasks_table_config(spec);
    struct rnn_shape shape = shape_of(spec);
    double H = shape.hidden,
           slopes = config.regularizer->communicates ? CHECKPOINT_SLOPES * H * H : 0;
    double checkpoint = sizeof(float) * (CHECKPOINT * (double)rnn_param_count(shape) + slopes);
    int R = task_set_size(task_set_find(spec_text(spec, "tasks")));
    return train_bytes(&config, shape) + checkpoint +
           cogtasks_anatomy_bytes(shape, config.grid, R, (int)spec_int(spec, "shuffles")) +
           evaluate_bytes(shape, (int)spec_int(spec, "eval_trials")) +
           evaluate_bytes(shape, (int)spec_int(spec, "curve_trials")) +
           cogtasks_specialization_bytes(spec, shape, R);
}

/* The vectors of P floats: parameters, gradient, two moments, costs (two where the penalty of the
   biases comes later), scratch; those of the compacted network; a checkpoint; and two of anatomy.
   The matrices of T B rows: h and its gradient, logits and theirs, inputs, labels. */
void cogtasks_cost_explain_memory(const struct spec *spec, char *out, size_t size)
{
    enum { OF_TRAINING = 6, COMPACTED = 1, ANATOMY = 2 };
    *out = '\0';
    if (spec_int(spec, "grid") > LARGEST_GRID)
        return;
    struct train_config config = cogtasks_table_config(spec);
    struct rnn_shape s = shape_of(spec);
    int vectors = OF_TRAINING + !!config.staged_lambda + COMPACTED + CHECKPOINT + ANATOMY;
    double P = (double)rnn_param_count(s), rows = (double)config.sequence * config.batch;
    double large =
        sizeof(float) * (vectors * P + rows * (2.0 * s.hidden + s.inputs + 2.0 * s.outputs + 1));
    snprintf(out, size,
             "%.1f MiB = 4 (%d P + T B (2 H + I + 2 O + 1)) bytes; %.1f MiB for packed weights, "
             "swapping, measurements\n"
             "P = H (H + I + O + 1) + O = %.0f, H = %d, B = %d, T = %d, I = %d, O = %d",
             large / (1 << 20), vectors, (cogtasks_cost_memory(spec) - large) / (1 << 20), P,
             s.hidden, config.batch, config.sequence, s.inputs, s.outputs);
}
