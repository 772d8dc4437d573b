#include "jobs/cogtasks.h"

#include "base/log.h"
#include "base/mem.h"
#include "jobs/cogtasks_anatomy.h"
#include "jobs/cogtasks_cost.h"
#include "jobs/cogtasks_specialization.h"
#include "jobs/cogtasks_state.h"
#include "jobs/cogtasks_table.h"
#include "measure/evaluate.h"
#include "measure/task_variance.h"
#include "measure/wiring.h"
#include "rnn/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Everything one job holds while it runs. */
struct run {
    const struct spec *spec;
    const struct job_context *context;
    struct result *result;
    struct task_mix *mix;
    struct train_config config;
    struct train *train;
    struct evaluator *final_exam; /* eval_trials of each task, once at the end */
    struct evaluator *quiz;       /* curve_trials of each task, for every row of the curve */
    struct cogtasks_since since;  /* the last row of the curve */
    struct bytes_writer trained;  /* the checkpoint of the whole training */
    struct cancel pause;          /* of the measurements behind it */
};

static int run_open(struct run *run, struct err *e)
{
    const struct spec *spec = run->spec;
    run->config = cogtasks_table_config(spec);
    int code = task_mix_new(&run->mix, task_set_find(spec_text(spec, "tasks")),
                            spec_text(spec, "task_list"), spec_text(spec, "task_weights"),
                            run->config.seed, e);
    if (code)
        return code;
    run->config.mix = run->mix;
    code = train_new(&run->train, &run->config, e);
    if (code)
        return code;

    struct rnn_shape shape = train_shape(run->train);
    uint64_t seed = (uint64_t)spec_int(spec, "eval_seed");
    code = evaluate_new(&run->final_exam, run->mix, shape, run->config.activation,
                        (int)spec_int(spec, "eval_trials"), seed, e);
    if (code)
        return code;
    return evaluate_new(&run->quiz, run->mix, shape, run->config.activation,
                        (int)spec_int(spec, "curve_trials"), seed, e);
}

static void run_close(struct run *run)
{
    bytes_writer_free(&run->trained);
    evaluate_free(run->quiz);
    evaluate_free(run->final_exam);
    train_free(run->train);
    task_mix_free(run->mix);
}

static int diverged(struct run *run, const char *what)
{
    long steps = train_steps_done(run->train);
    run->result->outcome = OUTCOME_DIVERGED;
    snprintf(run->result->message, sizeof run->result->message,
             "%s is not finite after %ld step%s; a smaller learning_rate, or clip, may help", what,
             steps, steps == 1 ? "" : "s");
    return 0;
}

/* ---- training, with its learning curve ---- */

static int add_curve_row(struct run *run, struct err *e)
{
    struct train *train = run->train;
    struct evaluation seen = evaluate(run->quiz, train_params(train));
    const struct value row[] = {
        value_int(train_steps_done(train)),
        value_real(run->since.loss_sum / (double)run->since.loss_count),
        value_real(train_connection_cost(train)),
        value_real(seen.error),
        value_int(train_swaps(train) - run->since.swaps_before),
    };
    run->since = (struct cogtasks_since){.swaps_before = train_swaps(train)};
    log_debug("step %ld: loss %.6g, error %.4g", train_steps_done(train), train_loss(train),
              seen.error);
    return result_add_row(run->result, "curve", row, e);
}

/* Whether a row of the curve falls on this step: curve_points of them, evenly, the last at the end.
 */
static int is_curve_step(const struct run *run, long step)
{
    int64_t points = spec_int(run->spec, "curve_points"), steps = run->config.steps;
    return step * points / steps > (step - 1) * points / steps;
}

/* Memory that is short now may be there next time: the training goes on. */
static void save(const struct run *run)
{
    struct bytes_writer w = {0};
    if (!run->context->save)
        return;
    cogtasks_state_write(&w, run->train, &run->since, run->result);
    if (w.failed)
        log_warning("out of memory for a checkpoint after %ld steps", train_steps_done(run->train));
    else
        run->context->save(w.bytes, w.size, run->context->data);
    bytes_writer_free(&w);
}

/* While it is measured, nothing of the training changes: the job goes on from its end, and comes to
   the same.  Asked by every measurement that takes long. */
static int must_stop(void *data)
{
    const struct run *run = data;
    long steps = run->config.steps;
    enum job_wish wish = job_report(run->context, steps, steps, NULL);
    if (wish != JOB_GO_ON && run->context->save && run->trained.size)
        run->context->save(run->trained.bytes, run->trained.size, run->context->data);
    return wish == JOB_STOP;
}

static int check_stop(struct run *run, struct err *e)
{
    return must_stop(run)
               ? err_set(e, ERR_STOPPED, "stopped after the last of %ld steps", run->config.steps)
               : 0;
}

/* Goes on where an earlier attempt was; what it left is of no use if it cannot be read. */
static int resume(struct run *run, struct err *e)
{
    const struct job_context *context = run->context;
    if (!context || !context->saved)
        return 0;
    struct bytes_reader r = {.bytes = context->saved, .size = context->saved_size};
    int code = cogtasks_state_read(&r, run->train, &run->since, run->result, e);
    if (code == ERR_FORMAT) {
        log_warning("a checkpoint is left aside, the job begins again: %s", e->text);
        return 0;
    }
    if (!code)
        log_debug("goes on after %ld steps", train_steps_done(run->train));
    return code;
}

static int train_through(struct run *run, struct err *e)
{
    long steps = run->config.steps;
    for (long step = train_steps_done(run->train) + 1; step <= steps; step++) {
        if (!train_step(run->train))
            return diverged(run, "the loss or a weight");
        run->since.loss_sum += train_loss(run->train);
        run->since.loss_count++;
        if (is_curve_step(run, step)) {
            int code = add_curve_row(run, e);
            if (code)
                return code;
        }
        run->result->steps = step;
        enum job_wish wish = job_report(run->context, step, steps, run->result);
        if (wish != JOB_GO_ON)
            save(run);
        if (wish == JOB_STOP)
            return err_set(e, ERR_STOPPED, "stopped after %ld of %ld steps", step, steps);
    }
    return 0;
}

/* ---- what is recorded of the trained network ---- */

static int measure_error(struct run *run, struct err *e)
{
    struct result *result = run->result;
    const struct task_set *set = task_mix_set(run->mix);
    evaluate_listen(run->final_exam, &run->pause);
    struct evaluation seen = evaluate(run->final_exam, train_params(run->train));
    if (seen.stopped)
        return err_set(e, ERR_STOPPED, "stopped while the network was evaluated");
    if (!isfinite(seen.loss))
        return diverged(run, "the loss on the evaluation trials");
    result_set(result, "error", value_real(seen.error));
    result_set(result, "loss", value_real(seen.loss));
    result_set(result, "step_accuracy", value_real(seen.step_accuracy));
    result_set(result, "mean_activity", value_real(seen.activity));
    for (int i = 0; i < task_mix_size(run->mix); i++) {
        int task = task_mix_task(run->mix, i);
        const struct value row[] = {
            value_text(task_name(set, task)),       value_real(seen.accuracy[i]),
            value_real(seen.task_step_accuracy[i]), value_real(seen.task_loss[i]),
            value_real(task_ceiling(set, task)),
        };
        int code = result_add_row(result, "task_metric", row, e);
        if (code)
            return code;
    }
    return 0;
}

static int measure_activity(struct run *run, struct err *e)
{
    struct rnn_shape shape = train_shape(run->train);
    int H = shape.hidden, R = task_mix_size(run->mix);
    float *variance = mem_array((size_t)H * (size_t)R, sizeof *variance);
    if (!variance)
        return err_set(e, ERR_MEMORY, "out of memory for the task variance of %d units", H);
    int code = task_variance_measure(run->mix, shape, run->config.activation,
                                     train_params(run->train), variance, e);
    if (!code) {
        result_set(run->result, "active_neurons",
                   value_int(task_variance_active(variance, H, R, NULL)));
        code = result_add_array(run->result, "task_variance", H, R, variance, e);
    }
    const struct anatomy_subject subject = {
        .spec = run->spec,
        .mix = run->mix,
        .activation = run->config.activation,
        .shape = shape,
        .params = train_params(run->train),
        .variance = variance,
        .pause = &run->pause,
    };
    if (!code)
        code = check_stop(run, e);
    if (!code)
        code = cogtasks_anatomy(&subject, run->result, e);
    if (!code)
        code = cogtasks_specialization(&subject, run->result, e);
    mem_free(variance);
    return code;
}

static void measure_wiring(struct run *run)
{
    struct result *result = run->result;
    struct wiring wiring =
        wiring_measure(train_shape(run->train), run->config.grid, train_params(run->train));
    result_set(result, "active_connections", value_int(wiring.active_connections));
    result_set(result, "wiring_length", value_real(wiring.length));
    result_set(result, "connection_cost", value_real(train_connection_cost(run->train)));
    result_set(result, "zero_weights", value_int(wiring.zero_weights));
    result_set(result, "wired_units", value_int(wiring.wired_units));
    result_set(result, "swaps", value_int(train_swaps(run->train)));
}

/* The arrays that all parameters are stored in, as views of them. */
struct part {
    const char *name;
    int rows, cols;
    float *x;
};
enum { PARTS = 5 };

static void split(struct rnn_shape shape, float *params, struct part *parts)
{
    struct rnn_params p = rnn_params(shape, params);
    const struct part all[PARTS] = {
        {"w", p.w.rows, p.w.cols, p.w.x},
        {"w_in", p.w_in.rows, p.w_in.cols, p.w_in.x},
        {"w_out", p.w_out.rows, p.w_out.cols, p.w_out.x},
        {"b_h", 1, shape.hidden, p.b_h},
        {"b_o", 1, shape.outputs, p.b_o},
    };
    memcpy(parts, all, sizeof all);
}

static int keep_parameters(struct run *run, struct err *e)
{
    struct part parts[PARTS]; /* read only: they end in arrays of their own */
    split(train_shape(run->train), (float *)train_params(run->train), parts);
    for (int i = 0; i < PARTS; i++) {
        int code = result_add_array(run->result, parts[i].name, parts[i].rows, parts[i].cols,
                                    parts[i].x, e);
        if (code)
            return code;
    }
    return 0;
}

static int measure(struct run *run, struct err *e)
{
    run->pause = (struct cancel){must_stop, run};
    if (run->context && run->context->save)
        cogtasks_state_write(&run->trained, run->train, &run->since, run->result);
    if (run->trained.failed) {
        log_warning("out of memory for a checkpoint of the whole training");
        bytes_writer_free(&run->trained);
    }
    int code = measure_error(run, e);
    if (code || run->result->outcome != OUTCOME_DONE)
        return code;
    measure_wiring(run);
    code = measure_activity(run, e);
    return code ? code : keep_parameters(run, e);
}

static int run_cogtasks(const struct spec *spec, const struct job_context *context,
                        struct result *result, struct err *e)
{
    struct run run = {.spec = spec, .context = context, .result = result};
    int code = run_open(&run, e);
    if (!code)
        code = resume(&run, e);
    if (!code)
        code = train_through(&run, e);
    if (!code && result->outcome == OUTCOME_DONE)
        code = measure(&run, e);
    run_close(&run);
    return code;
}

/* ---- measuring a stored network ---- */

static int take_parameters(const struct result *stored, struct rnn_shape shape, float *params,
                           struct err *e)
{
    struct part parts[PARTS];
    split(shape, params, parts);
    for (int i = 0; i < PARTS; i++) {
        const struct result_array *a = result_array(stored, parts[i].name);
        if (!a || a->rows != parts[i].rows || a->cols != parts[i].cols)
            return err_set(e, ERR_VALUE,
                           "no array %s of %d x %d is stored, which its measures need",
                           parts[i].name, parts[i].rows, parts[i].cols);
        memcpy(parts[i].x, a->data, (size_t)a->rows * (size_t)a->cols * sizeof *a->data);
    }
    return 0;
}

/* The training at its end, as far as its measures look at it: the optimiser's moments are lost. */
static int restore_trained(struct run *run, const struct result *stored, struct err *e)
{
    struct rnn_shape shape = train_shape(run->train);
    size_t P = rnn_param_count(shape);
    float *vectors = mem_array(2 * P, sizeof *vectors);
    if (!vectors)
        return err_set(e, ERR_MEMORY, "no memory for %zu parameters", P);
    struct value swaps = stored->metrics[experiment_metric(stored->experiment, "swaps")];
    const struct train_state state = {
        .P = P,
        .params = vectors,
        .m = vectors + P,
        .v = vectors + P,
        .done = run->config.steps,
        .swaps = swaps.type == VALUE_INT ? (long)swaps.as.i : 0,
    };
    int code = take_parameters(stored, shape, vectors, e);
    if (!code)
        code = train_restore(run->train, &state, e);
    mem_free(vectors);
    return code;
}

/* What only the training knew: its learning curve. */
static int take_curve(struct run *run, const struct result *stored, struct err *e)
{
    int curve = experiment_table(stored->experiment, "curve"), code = 0;
    for (size_t i = 0; !code && i < stored->row_count; i++)
        if (stored->rows[i].table == curve)
            code = result_add_row(run->result, "curve", stored->rows[i].values, e);
    run->result->steps = stored->steps;
    return code;
}

static int measure_cogtasks(const struct spec *spec, const struct result *stored,
                            const struct job_context *context, struct result *result, struct err *e)
{
    struct run run = {.spec = spec, .context = context, .result = result};
    int code = run_open(&run, e);
    if (!code)
        code = restore_trained(&run, stored, e);
    if (!code)
        code = take_curve(&run, stored, e);
    if (!code)
        code = measure(&run, e);
    run_close(&run);
    return code;
}

const struct job job_cogtasks = {
    .experiment =
        {
            .name = "cogtasks",
            .help = "trains a recurrent network on cognitive tasks with a regularizer",
            .parameters = cogtasks_parameters,
            .metrics = cogtasks_metrics,
            .tables = cogtasks_tables,
            .planes = cogtasks_planes,
            .maps = cogtasks_maps,
            .evidence = cogtasks_evidence,
            .contrasts = cogtasks_contrasts,
            .exports = cogtasks_exports,
            .plots = cogtasks_plots,
            .alive = "active_neurons",
            .group = "regularizer",
            .replicate = "seed",
            .dead = "active_neurons",
            .loss = "l_pred",
            .headline = 4,
            .check = cogtasks_table_check,
            .canonicalise = cogtasks_table_canonicalise,
            .work = cogtasks_cost_work,
            .step_work = cogtasks_cost_step_work,
            .memory = cogtasks_cost_memory,
            .explain_memory = cogtasks_cost_explain_memory,
        },
    .run = run_cogtasks,
    .measure = measure_cogtasks,
};
