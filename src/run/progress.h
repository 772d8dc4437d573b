/*
 * progress - shows the progress of a run: on a terminal with room a panel (panel.h) with a bar,
 * rate and ETA, the frontier as it stands, and a line a worker; one line that is rewritten on a
 * smaller one, plain lines at growing intervals elsewhere.  stderr only.
 */
#ifndef BRAINSWEEP_PROGRESS_H
#define BRAINSWEEP_PROGRESS_H

#include "base/err.h"
#include "run/ledger.h"

struct progress; /* Opaque. */

struct progress_terms {
    int workers;
    int quiet;                           /* nothing is printed */
    int verbose;                         /* the last word is longer */
    const struct experiment *experiment; /* whose frontier is shown */
    struct store *store;                 /* where it begins; only read by progress_new */
};

int progress_new(struct progress **progress, const struct progress_terms *terms, struct err *e)
    __attribute__((warn_unused_result));

/* Clears the line and frees. */
void progress_free(struct progress *progress);

/* A worker (0..workers-1) begins a job that is expected to take so long. */
void progress_begin(struct progress *progress, int worker, const struct store_job *job,
                    double expected);
/* A worker has done `done` of `total` units of its job in so many seconds; loss may be NAN. */
void progress_worker(struct progress *progress, int worker, int64_t done, int64_t total,
                     double seconds, double loss);
/* Its job has ended so. */
void progress_result(struct progress *progress, int worker, const struct result *result);
/* A worker has no job. */
void progress_idle(struct progress *progress, int worker);

/* Prints if it is time to; call as often as you like. */
void progress_tick(struct progress *progress, const struct ledger *ledger);

/* The last word of a run: what was done, how long it took, how long workers had nothing to do, and,
   if verbose, what a coordinator took of its processor. */
void progress_summary(struct progress *progress, const struct ledger *ledger, const char *db);

#endif
