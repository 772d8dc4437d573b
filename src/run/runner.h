/*
 * runner - runs jobs in this process, one after the other: spec, log, checkpoints and the job's
 * context are set up here for every command that runs jobs.
 */
#ifndef BRAINSWEEP_RUNNER_H
#define BRAINSWEEP_RUNNER_H

#include "base/err.h"
#include "jobs/job.h"
#include "store/store.h"

struct runner; /* Opaque. */

/* One attempt at a job.  Everything is only read, and lives until runner_run returns. */
struct runner_job {
    int64_t id;              /* 0 = not of a database: it has no log */
    int64_t attempt;         /* its number */
    const char *spec;        /* canonical text */
    const char *checkpoint;  /* file for its checkpoints, "" for none */
    double checkpoint_every; /* seconds */

    /* Called each time that the job reports, as job_context.progress: what the job is to do next.
       The runner itself decides on JOB_SAVE. */
    enum job_wish (*wish)(int64_t done, int64_t total, const struct result *so_far, void *data);
    void *data;
};

/* Also sets the library of matrix products to one thread. */
int runner_new(struct runner **runner, struct err *e) __attribute__((warn_unused_result));
void runner_free(struct runner *runner);

/* Runs it, as job_run does.  ERR_STOPPED when the caller asked it to stop. */
int runner_run(struct runner *runner, const struct runner_job *job, struct result **result,
               struct err *e) __attribute__((warn_unused_result));

/* Of the job that ran last: what it has done, whether it has left a checkpoint, and the log that is
   to be kept: its lines if it ended badly, else "". */
struct effort runner_effort(const struct runner *runner);
int runner_has_saved(const struct runner *runner);
const char *runner_log(const struct runner *runner, const struct result *result);

/* The loss that the job which runs has told last (experiment.loss); NAN where it has told none. */
double runner_loss(const struct runner *runner);

/* Seconds since the job that runs began; seconds that the slowest checkpoint took, of any job. */
double runner_seconds(const struct runner *runner);
double runner_slowest_save(const struct runner *runner);

#endif
