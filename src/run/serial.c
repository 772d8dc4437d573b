#include "mpi/transport.h"
#include "run/coordinator.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "jobs/job.h"
#include "math/mat.h"
#include "run/autosave.h"
#include "run/build.h"
#include "run/joblog.h"

#include <stdlib.h>
#include <unistd.h>

struct serial {
    struct ledger *ledger;
    struct progress *progress;
    const struct stop_policy *terms;
    struct autosave saver;
    struct joblog *log;
    double started; /* the present job */
    int closing;    /* it is to stop */
    int exit_code;  /* and the run ends with this */
};

static enum job_wish on_progress(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    (void)so_far;
    struct serial *alone = data;
    struct ledger_counts counts = ledger_counts(alone->ledger);
    progress_worker(alone->progress, 0, done, total, clock_now() - alone->started);
    progress_tick(alone->progress, alone->ledger);
    alone->closing =
        stop_policy_are_over(alone->terms, counts, alone->saver.longest, &alone->exit_code);
    alone->saver.steps = done;
    if (clock_now() - alone->started > 1)
        joblog_persist(alone->log);
    if (alone->closing)
        return JOB_STOP;
    return autosave_is_due(&alone->saver) ? JOB_SAVE : JOB_GO_ON;
}

static void on_save(const void *bytes, size_t size, void *data)
{
    struct serial *alone = data;
    autosave_save(&alone->saver, bytes, size);
}

static int run_spec(struct serial *alone, const struct store_job *job, struct result **result,
                    struct err *e)
{
    struct spec *spec;
    struct autosave *saver = &alone->saver;
    char file[PATH_MAX];
    int code = spec_parse(&spec, job->spec, job_experiments(), e);
    if (code)
        return code;
    autosave_begin(saver, checkpoint_dir_file(ledger_shelf(alone->ledger), job->id, file),
                   job->spec, job->attempts, alone->terms->checkpoint_every);
    const struct job_context context = {.progress = on_progress,
                                        .save = on_save,
                                        .saved = saver->before.bytes,
                                        .saved_size = saver->before.size,
                                        .data = alone};
    code = job_run(spec, &context, result, e);
    autosave_end(saver);
    spec_free(spec);
    return code;
}

static int run_one(struct serial *alone, const struct store_job *job, struct err *e)
{
    struct result *result;
    char file[PATH_MAX];
    alone->started = clock_now();
    progress_begin(alone->progress, 0, ledger_expected(alone->ledger, job));
    joblog_start(alone->log, checkpoint_dir_file(ledger_shelf(alone->ledger), job->id, file),
                 job->id, job->attempts, job->spec);
    int code = run_spec(alone, job, &result, e);
    joblog_stop(alone->log);
    if (code == ERR_STOPPED && alone->closing) {
        const struct effort effort = autosave_effort(&alone->saver);
        return ledger_stop(alone->ledger, job->id, &effort, e);
    }
    if (code)
        return code;
    const char *log = result->outcome == OUTCOME_DONE ? "" : alone->log->text;
    code = ledger_record(alone->ledger, job->id, result, log, alone->saver.written, e);
    progress_idle(alone->progress, 0);
    return code;
}

/* One job after the other, until none is left or the terms say so; one commit for the result of one
   and the attempt at the next. */
static int run_all(struct serial *alone, struct err *e)
{
    char host[256] = "", kernels[64];
    gethostname(host, sizeof host - 1);
    build_kernels(sizeof kernels, kernels);
    const char *slurm_job = getenv("SLURM_JOB_ID");
    const struct attempt attempt = {.host = host,
                                    .slurm_job = slurm_job ? slurm_job : "",
                                    .build = build_text(),
                                    .blas = kernels,
                                    .mpi = transport_library(),
                                    .processor = build_processor()};
    int code = 0;
    while (!code && !alone->closing) {
        const struct store_job *job;
        double slowest = alone->saver.longest;
        alone->closing = stop_policy_are_over(alone->terms, ledger_counts(alone->ledger), slowest,
                                              &alone->exit_code);
        if (alone->closing)
            break;
        code = ledger_next(alone->ledger, &attempt, (struct lookahead){0},
                           stop_policy_seconds_left(alone->terms, slowest), &job, e);
        if (!code)
            code = ledger_commit(alone->ledger, e);
        if (!code && !job)
            stop_policy_explain(alone->terms, ledger_counts(alone->ledger));
        if (code || !job)
            break;
        code = run_one(alone, job, e);
    }
    return code;
}

int coordinator_alone(struct ledger *ledger, struct progress *progress,
                      const struct stop_policy *terms, struct run_end *end, struct err *e)
{
    struct serial alone = {.ledger = ledger, .progress = progress, .terms = terms};
    alone.log = mem_array(1, sizeof *alone.log);
    mat_single_thread();
    int code = alone.log ? run_all(&alone, e) : err_set(e, ERR_MEMORY, "no memory for a job");
    mem_free(alone.log);
    if (!code)
        code = ledger_release(ledger, e);
    struct ledger_counts counts = ledger_counts(ledger);
    *end = (struct run_end){.exit_code = alone.closing                     ? alone.exit_code
                                         : counts.waiting + counts.running ? EXIT_DRAINED
                                         : counts.failed                   ? EXIT_JOBS
                                                                           : EXIT_DONE};
    return code;
}
