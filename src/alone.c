#include "coordinator.h"

#include "build.h"
#include "command.h"
#include "job.h"
#include "log.h"
#include "mat.h"
#include "stop.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct alone {
    struct ledger *ledger;
    struct progress *progress;
    struct timespec started; /* the present job */
};

static double since(const struct timespec *start)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - start->tv_sec) + 1e-9 * (double)(t.tv_nsec - start->tv_nsec);
}

static int on_progress(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)so_far;
    struct alone *alone = data;
    progress_worker(alone->progress, 0, done, total, since(&alone->started));
    progress_tick(alone->progress, ledger_counts(alone->ledger));
    return stop_asked();
}

static int run_one(struct alone *alone, const struct store_job *job, struct err *e)
{
    struct spec *spec;
    int code = spec_parse(&spec, job->spec, job_experiments(), e);
    if (code)
        return code;
    clock_gettime(CLOCK_MONOTONIC, &alone->started);
    struct job_context context = {on_progress, alone};
    struct result *result;
    code = job_run(spec, &context, &result, e);
    spec_free(spec);
    if (code)
        return code;
    code = ledger_record(alone->ledger, job->id, result, e);
    result_free(result);
    progress_idle(alone->progress, 0);
    return code ? code : ledger_commit(alone->ledger, e);
}

int coordinator_alone(struct ledger *ledger, struct progress *progress, int *exit_code,
                      struct err *e)
{
    struct alone alone = {.ledger = ledger, .progress = progress};
    char host[256] = "", kernels[64];
    gethostname(host, sizeof host - 1);
    build_kernels(sizeof kernels, kernels);
    const char *slurm_job = getenv("SLURM_JOB_ID");
    const struct attempt attempt = {.host = host,
                                    .slurm_job = slurm_job ? slurm_job : "",
                                    .build = build_text(),
                                    .blas = kernels};
    mat_single_thread();
    stop_listen();
    int code = 0;
    while (!code && !stop_asked()) {
        const struct store_job *job;
        code = ledger_next(ledger, &attempt, &job, e);
        if (!code)
            code = ledger_commit(ledger, e);
        if (code || !job)
            break;
        code = run_one(&alone, job, e);
    }
    if (code == ERR_STOPPED) {
        log_info("asked to stop: the running job is given back, results are kept");
        code = 0;
    }
    if (!code)
        code = ledger_release(ledger, e);
    struct ledger_counts counts = ledger_counts(ledger);
    *exit_code = counts.waiting + counts.running ? EXIT_DRAINED
                 : counts.failed                 ? EXIT_JOBS
                                                 : EXIT_DONE;
    return code;
}
