/*
 * progress - shows the progress of a run: one line that is rewritten on a terminal, plain lines at
 * growing intervals elsewhere.  stderr only.
 */
#ifndef BRAINSWEEP_PROGRESS_H
#define BRAINSWEEP_PROGRESS_H

#include "base/err.h"
#include "run/ledger.h"

struct progress; /* Opaque. */

/* For a run over `workers` workers; quiet prints nothing. */
int progress_new(struct progress **progress, int workers, int quiet, struct err *e)
    __attribute__((warn_unused_result));

/* Clears the line and frees. */
void progress_free(struct progress *progress);

/* A worker (0..workers-1) is given a job that is expected to take so long. */
void progress_begin(struct progress *progress, int worker, double expected);
/* A worker has done `done` of `total` units of its job in so many seconds. */
void progress_worker(struct progress *progress, int worker, int64_t done, int64_t total,
                     double seconds);
/* It is between jobs. */
void progress_idle(struct progress *progress, int worker);

/* Prints if it is time to; call as often as you like. */
void progress_tick(struct progress *progress, const struct ledger *ledger);

/* The last word of a run: what was done, how long it took, how long workers had nothing to do, and
   what a coordinator took of its processor. */
void progress_summary(struct progress *progress, const struct ledger *ledger, const char *db);

#endif
