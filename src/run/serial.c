/* A run in one process: it uses the same ledger as the coordinator, but no messages. */
#include "base/clock.h"
#include "base/environment.h"
#include "mpi/transport.h"
#include "run/build.h"
#include "run/coordinator.h"
#include "run/exit_code.h"
#include "run/runner.h"

struct serial {
    struct ledger *ledger;
    struct progress *progress;
    const struct stop_policy *policy;
    struct runner *runner;
    int closing;   /* whether the current job must stop */
    int exit_code; /* of the run, if it must stop */
};

static int must_close(struct serial *serial)
{
    serial->closing = stop_policy_is_over(serial->policy, ledger_counts(serial->ledger),
                                          runner_slowest_save(serial->runner), &serial->exit_code);
    return serial->closing;
}

static enum job_wish wish(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)so_far;
    struct serial *serial = data;
    progress_worker(serial->progress, 0, done, total, runner_seconds(serial->runner),
                    runner_loss(serial->runner));
    progress_tick(serial->progress, serial->ledger);
    return must_close(serial) ? JOB_STOP : JOB_GO_ON;
}

static int run_one(struct serial *serial, const struct store_job *stored, struct err *e)
{
    struct runner *runner = serial->runner;
    struct result *result;
    char file[PATH_MAX];
    const struct runner_job job = {
        .id = stored->id,
        .attempt = stored->attempts,
        .spec = stored->spec,
        .checkpoint = checkpoint_dir_file(ledger_checkpoints(serial->ledger), stored->id, file),
        .checkpoint_every = serial->policy->checkpoint_every,
        .wish = wish,
        .data = serial};
    progress_begin(serial->progress, 0, stored, ledger_expected(serial->ledger, stored));
    int code = runner_run(runner, &job, &result, e);
    if (code == ERR_STOPPED && serial->closing) {
        const struct effort effort = runner_effort(runner);
        return ledger_stop(serial->ledger, stored->id, &effort, e);
    }
    if (code)
        return code;
    progress_result(serial->progress, 0, result);
    code = ledger_record(serial->ledger, stored->id, result, runner_log(runner, result),
                         runner_has_saved(runner), e);
    progress_idle(serial->progress, 0);
    return code;
}

/* Runs one job after the other, until none is left or the policy ends the run.  One commit holds
   the result of a job and the attempt at the next. */
static int run_all(struct serial *serial, struct err *e)
{
    char kernels[64];
    const struct attempt attempt = {.host = environment_host(),
                                    .slurm_job = environment_slurm_job(),
                                    .build = build_text(),
                                    .blas = build_kernels(sizeof kernels, kernels),
                                    .mpi = transport_library(),
                                    .processor = build_processor()};
    int code = 0;
    while (!code && !must_close(serial)) {
        const struct store_job *job;
        double left = stop_policy_seconds_left(serial->policy, runner_slowest_save(serial->runner));
        code = ledger_next(serial->ledger, &attempt, (struct lookahead){0}, left, &job, e);
        if (!code)
            code = ledger_commit(serial->ledger, e);
        if (!code && !job && ledger_has_next(serial->ledger)) { /* the run is too young */
            progress_tick(serial->progress, serial->ledger);
            clock_sleep(0.1);
            continue;
        }
        if (!code && !job)
            stop_policy_explain(serial->policy, ledger_counts(serial->ledger));
        if (code || !job)
            break;
        code = run_one(serial, job, e);
    }
    return code;
}

int serial_run(struct ledger *ledger, struct progress *progress, const struct stop_policy *policy,
               struct run_end *end, struct err *e)
{
    struct serial serial = {.ledger = ledger, .progress = progress, .policy = policy};
    int code = runner_new(&serial.runner, e);
    if (!code)
        code = run_all(&serial, e);
    runner_free(serial.runner);
    if (!code)
        code = ledger_release(ledger, e);
    struct ledger_counts counts = ledger_counts(ledger);
    int has_given_up = serial.closing && serial.exit_code == EXIT_JOBS; /* too many failed */
    *end = (struct run_end){.exit_code = has_given_up                      ? EXIT_JOBS
                                         : counts.waiting + counts.running ? EXIT_DRAINED
                                         : counts.failed                   ? EXIT_JOBS
                                                                           : EXIT_DONE};
    return code;
}
