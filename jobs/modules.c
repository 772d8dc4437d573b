#include "jobs/modules.h"

#include "base/log.h"
#include "jobs/modules_measure.h"
#include "jobs/modules_state.h"
#include "jobs/modules_table.h"

#include <stdio.h>

/* Draws of pairs of one seed. */
enum { TRAIN_PAIRS = 0, TEST_PAIRS = 1 };

/* Everything one job holds while it runs. */
struct run {
    const struct spec *spec;
    const struct job_context *context;
    struct result *result;
    struct images *images;
    struct pairs *train_pairs, *test_pairs;
    struct modtrain_config config;
    struct modtrain *train;
    struct modeval *eval;
    struct modules_progress progress;
    struct bytes_writer trained; /* the checkpoint of the whole training */
};

static int run_open(struct run *run, struct err *e)
{
    const struct spec *spec = run->spec;
    double c = spec_real(spec, "c");
    int code = images_load(&run->images, spec_text(spec, "data"), e);
    if (!code)
        code = pairs_new(&run->train_pairs, run->images, &run->images->train,
                         modules_pairs(spec, "train_pairs", c, TRAIN_PAIRS), e);
    if (!code)
        code = pairs_new(&run->test_pairs, run->images, &run->images->test,
                         modules_pairs(spec, "test_pairs", c, TEST_PAIRS), e);
    if (code)
        return code;
    run->config = modules_config(spec, run->images->d);
    run->config.pairs = run->train_pairs;
    code = modtrain_new(&run->train, &run->config, e);
    if (!code)
        code = modeval_new(&run->eval, run->test_pairs, run->config.shape, run->config.rule,
                           run->config.batch, run->config.seed, e);
    return code;
}

static void run_close(struct run *run)
{
    bytes_writer_free(&run->trained);
    modeval_free(run->eval);
    modtrain_free(run->train);
    pairs_free(run->train_pairs);
    pairs_free(run->test_pairs);
    images_free(run->images);
}

static int diverged(struct run *run)
{
    long steps = modtrain_steps_done(run->train);
    run->result->outcome = OUTCOME_DIVERGED;
    snprintf(
        run->result->message, sizeof run->result->message,
        "the loss or a weight is not finite after %ld step%s; a smaller learning_rate may help",
        steps, steps == 1 ? "" : "s");
    return 0;
}

/* ---- checkpoints ---- */

/* Memory that is short now may be there next time: the training goes on. */
static void save(const struct run *run)
{
    struct bytes_writer w = {0};
    if (!run->context->save)
        return;
    modules_state_write(&w, run->train, &run->progress, run->result);
    if (w.failed)
        log_warning("no memory for a checkpoint after %ld steps", modtrain_steps_done(run->train));
    else
        run->context->save(w.bytes, w.size, run->context->data);
    bytes_writer_free(&w);
}

/* Goes on where an earlier attempt was; what it left is of no use if it cannot be read. */
static int resume(struct run *run, struct err *e)
{
    const struct job_context *context = run->context;
    if (!context || !context->saved)
        return 0;
    struct bytes_reader r = {.bytes = context->saved, .size = context->saved_size};
    int code = modules_state_read(&r, run->train, &run->progress, run->result, e);
    if (code == ERR_FORMAT) {
        log_warning("a checkpoint is left aside, the job begins again: %s", e->text);
        return 0;
    }
    if (!code)
        log_debug("goes on after %ld steps", modtrain_steps_done(run->train));
    return code;
}

/* ---- training, with its learning curve ---- */

/* A row of the curve; whether every output is accurate enough for the training to end. */
static int end_epoch(struct run *run, int *enough, struct err *e)
{
    struct modnet_shape s = run->config.shape;
    long epoch = modtrain_epoch(run->train);
    const float *params = modtrain_params(run->train);
    struct modeval_result seen = modeval_run(run->eval, params);
    double stop = spec_real(run->spec, "stop_accuracy"), decided = 0;
    double loss = run->progress.loss_sum / (double)epoch;
    *enough = stop < 1;
    for (int o = 0; o < s.outputs; o++) {
        *enough &= seen.accuracy[o] >= stop;
        decided += seen.decided[o][0] / s.outputs;
    }
    const struct value row[] = {
        value_int(modtrain_steps_done(run->train) / epoch),
        value_real(loss),
        value_real(seen.accuracy[0]),
        s.outputs > 1 ? value_real(seen.accuracy[1]) : value_null(),
        s.shared_readout ? value_null() : value_real(decided),
        value_int(modnet_count_links(s, params)),
    };
    run->progress.loss_sum = 0;
    return result_add_row(run->result, "module_curve", row, e);
}

static int train_through(struct run *run, struct err *e)
{
    struct modules_progress *progress = &run->progress;
    long epoch = modtrain_epoch(run->train);
    long steps = epoch * (long)spec_int(run->spec, "epochs");
    for (long step = modtrain_steps_done(run->train) + 1; step <= steps && !progress->finished;
         step++) {
        if (!modtrain_step(run->train))
            return diverged(run);
        progress->loss_sum += modtrain_loss(run->train);
        run->result->steps = step;
        if (step % epoch == 0) {
            int code = end_epoch(run, &progress->finished, e);
            if (code)
                return code;
        }
        enum job_wish wish = job_report(run->context, step, steps, run->result);
        if (wish != JOB_GO_ON)
            save(run);
        if (wish == JOB_STOP)
            return err_set(e, ERR_STOPPED, "stopped after %ld of %ld steps", step, steps);
    }
    progress->finished = 1;
    return 0;
}

/* ---- what is recorded of the trained network ---- */

/* While it is measured, nothing of the training changes: the job goes on from its end. */
static int must_stop(void *data)
{
    const struct run *run = data;
    long steps = modtrain_steps_done(run->train);
    enum job_wish wish = job_report(run->context, steps, steps, NULL);
    if (wish != JOB_GO_ON && run->context->save && run->trained.size)
        run->context->save(run->trained.bytes, run->trained.size, run->context->data);
    return wish == JOB_STOP;
}

static void set_loss(struct run *run)
{
    const struct result *result = run->result;
    long epochs = modtrain_steps_done(run->train) / modtrain_epoch(run->train);
    result_set(run->result, "epochs_done", value_int(epochs));
    if (result->row_count > 0) /* the last row of the curve */
        result_set(run->result, "loss", result->rows[result->row_count - 1].values[1]);
}

static int measure(struct run *run, struct err *e)
{
    struct cancel pause = {must_stop, run};
    if (run->context && run->context->save)
        modules_state_write(&run->trained, run->train, &run->progress, run->result);
    if (run->trained.failed) {
        log_warning("no memory for a checkpoint of the whole training");
        bytes_writer_free(&run->trained);
    }
    set_loss(run);
    const struct modules_subject subject = {
        .spec = run->spec,
        .images = run->images,
        .config = &run->config,
        .test = run->test_pairs,
        .eval = run->eval,
        .params = modtrain_params(run->train),
        .pause = &pause,
    };
    return modules_measure(&subject, run->result, e);
}

static int run_modules(const struct spec *spec, const struct job_context *context,
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

const struct job job_modules = {
    .experiment =
        {
            .name = "modules",
            .help = "trains two modules with few connections between them on two digits",
            .parameters = modules_parameters,
            .metrics = modules_metrics,
            .tables = modules_tables,
            .planes = modules_planes,
            .evidence = modules_evidence,
            .plots = modules_plots,
            .group = "n",
            .replicate = "seed",
            .loss = "loss",
            .headline = 6,
            .check = modules_check,
            .canonicalise = modules_canonicalise,
            .work = modules_work,
            .memory = modules_memory,
        },
    .run = run_modules,
};
