#include "run/runner.h"

#include "base/clock.h"
#include "base/mem.h"
#include "math/mat.h"
#include "run/autosave.h"
#include "run/joblog.h"
#include "run/supervisor.h"

#include <math.h>
#include <string.h>

/* After so many seconds, the log of a job is also kept in a file. */
static const double persist_seconds = 1;

struct runner {
    struct autosave autosave;
    struct joblog *log;
    const struct runner_job *job; /* the current one */
    double began;                 /* when that job began */
    double loss;                  /* the latest loss; NAN = none */
};

int runner_new(struct runner **runner, struct err *e)
{
    struct runner *r = mem_array(1, sizeof *r);
    if (r)
        r->log = mem_array(1, sizeof *r->log);
    if (!r || !r->log) {
        mem_free(r);
        *runner = NULL;
        return err_set(e, ERR_MEMORY, "no memory to run jobs");
    }
    mat_single_thread();
    *runner = r;
    return 0;
}

void runner_free(struct runner *runner)
{
    if (runner)
        mem_free(runner->log);
    mem_free(runner);
}

/* The latest loss in the result; NAN if there is none. */
static double latest_loss(const struct result *so_far)
{
    const struct experiment *x = so_far->experiment;
    for (size_t i = so_far->row_count; x->loss && i-- > 0;) {
        const struct result_row *row = &so_far->rows[i];
        const struct column *columns = x->tables[row->table].columns;
        for (int c = 0; columns[c].name; c++)
            if (!strcmp(columns[c].name, x->loss) && row->values[c].type == VALUE_REAL)
                return row->values[c].as.x;
    }
    return NAN;
}

static enum job_wish on_progress(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    struct runner *runner = data;
    const struct runner_job *job = runner->job;
    runner->autosave.steps = done;
    if (so_far)
        runner->loss = latest_loss(so_far);
    supervisor_beat();
    if (job->id && runner_seconds(runner) > persist_seconds)
        joblog_persist(runner->log);
    enum job_wish wish = job->wish ? job->wish(done, total, so_far, job->data) : JOB_GO_ON;
    return wish == JOB_GO_ON && autosave_is_due(&runner->autosave) ? JOB_SAVE : wish;
}

static void on_save(const void *bytes, size_t size, void *data)
{
    struct runner *runner = data;
    autosave_save(&runner->autosave, bytes, size);
}

static int run_spec(struct runner *runner, const struct spec *spec, struct result **result,
                    struct err *e)
{
    const struct runner_job *job = runner->job;
    struct autosave *autosave = &runner->autosave;
    autosave_begin(autosave, job->checkpoint, job->spec, job->attempt, job->checkpoint_every);
    const struct job_context context = {.progress = on_progress,
                                        .save = on_save,
                                        .saved = autosave->before.bytes,
                                        .saved_size = autosave->before.size,
                                        .data = runner};
    int code = job_run(spec, &context, result, e);
    autosave_end(autosave);
    return code;
}

int runner_run(struct runner *runner, const struct runner_job *job, struct result **result,
               struct err *e)
{
    struct spec *spec;
    int code = spec_parse(&spec, job->spec, job_experiments(), e);
    if (code)
        return code;
    runner->job = job;
    runner->began = clock_now();
    runner->loss = NAN;
    if (job->id) {
        supervisor_begin_job(job->checkpoint, job->attempt);
        joblog_start(runner->log, job->checkpoint, job->id, job->attempt, job->spec);
    }
    code = run_spec(runner, spec, result, e);
    if (job->id)
        joblog_stop(runner->log);
    supervisor_end_job();
    runner->job = NULL;
    spec_free(spec);
    return code;
}

struct effort runner_effort(const struct runner *runner)
{
    return autosave_effort(&runner->autosave);
}

int runner_has_saved(const struct runner *runner)
{
    return runner->autosave.written;
}

const char *runner_log(const struct runner *runner, const struct result *result)
{
    return result->outcome == OUTCOME_DONE ? "" : runner->log->text;
}

double runner_seconds(const struct runner *runner)
{
    return clock_now() - runner->began;
}

double runner_loss(const struct runner *runner)
{
    return runner->loss;
}

double runner_slowest_save(const struct runner *runner)
{
    return runner->autosave.longest;
}
