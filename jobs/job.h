/*
 * job - the contract between the engine and a kind of job, and the list of the kinds there are.
 *
 * A job is one process's work on one spec.  It never sees MPI, SQL or a terminal; it reports to
 * whoever called it and leaves its findings in a result.  Adding a kind: one file with a const
 * struct job, one line in job.c.
 */
#ifndef BRAINSWEEP_JOB_H
#define BRAINSWEEP_JOB_H

#include "base/err.h"
#include "record/experiment.h"
#include "record/result.h"
#include "record/spec.h"

#include <stddef.h>

/* What whoever runs a job may want of it, each time that it reports. */
enum job_wish {
    JOB_GO_ON,
    JOB_STOP, /* save what it can be gone on with, and return ERR_STOPPED */
    JOB_SAVE  /* save that, and go on */
};

/* What a job may ask of whoever runs it; any of the functions may be NULL. */
struct job_context {
    /* Called now and then with the units of work done so far and in all (training steps), and the
       rows that were just added to the result (so that a terminal can show a learning curve); NULL
       where there is nothing to be shown, while the job measures what it has made. */
    enum job_wish (*progress)(int64_t done, int64_t total, const struct result *so_far, void *data);

    /* Takes a copy of all that the job needs to go on from here: bytes of its own making.  That
       they could not be kept is not the job's concern. */
    void (*save)(const void *bytes, size_t size, void *data);

    /* What an earlier attempt at the same spec saved last; NULL when there is nothing.  The job
       that goes on from there ends with the same bits as one that was never interrupted. */
    const void *saved;
    size_t saved_size;

    void *data;
};

/* The wish of a context, which may be NULL. */
enum job_wish job_report(const struct job_context *context, int64_t done, int64_t total,
                         const struct result *so_far);

struct job {
    struct experiment experiment;

    /* Fills result, made by the caller, and returns 0 when it is whole: done, or diverged with a
       message.  Returns an error when the job could not be run (out of memory, say), which becomes
       the outcome `failed` with that sentence. */
    int (*run)(const struct spec *spec, const struct job_context *context, struct result *result,
               struct err *e);

    /* Fills result with all that `run` would have left, without running it: from the arrays and
       rows of `stored`, what an earlier version of it left.  ERR_VALUE says what is missing there.
       NULL = there is nothing to measure anew. */
    int (*measure)(const struct spec *spec, const struct result *stored,
                   const struct job_context *context, struct result *result, struct err *e);
};

/* The kinds, in the order of `brainsweep --help`; NULL past the last. */
const struct job *job_at(int i);

/* The kind with that experiment. */
const struct job *job_of(const struct experiment *experiment);

/* The experiments of all kinds, ending with NULL, as sweep, spec and store want them. */
const struct experiment *const *job_experiments(void);

/* Runs the job with everything around it: a result with outcome, message and seconds, whatever
   happens, unless memory is out for the result itself or the job was asked to stop (ERR_STOPPED).
 */
int job_run(const struct spec *spec, const struct job_context *context, struct result **result,
            struct err *e) __attribute__((warn_unused_result));

/* Measures a job that is done again, from what is stored of it: a new result, with the same steps
   and seconds.  ERR_USAGE for a kind that cannot, ERR_VALUE when something is missing in `stored`,
   ERR_STOPPED when the context wished so. */
int job_measure(const struct spec *spec, const struct result *stored,
                const struct job_context *context, struct result **result, struct err *e)
    __attribute__((warn_unused_result));

#endif
