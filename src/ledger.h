/*
 * ledger - the account of one run: what is left to do, what is running, what came out; every step
 * of it entered into the store.  Whoever hands out jobs, with MPI or without, does it through this.
 */
#ifndef BRAINSWEEP_LEDGER_H
#define BRAINSWEEP_LEDGER_H

#include "err.h"
#include "result.h"
#include "store.h"

struct ledger; /* Opaque. */

struct ledger_counts {
    int64_t total;   /* jobs of the sweep */
    int64_t done;    /* finished, now or in earlier runs */
    int64_t failed;  /* failed, diverged, crashed or quarantined */
    int64_t running; /* handed out by this run */
    int64_t waiting; /* still to be handed out */
    int64_t ended;   /* ended in this run, well or not */
};

/* The pending jobs of that sweep.  Keeps store and experiments. */
int ledger_new(struct ledger **ledger, struct store *store, const char *sweep,
               const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
void ledger_free(struct ledger *ledger);

struct ledger_counts ledger_counts(const struct ledger *ledger);

/* The next job to run, entered as an attempt of `worker`; NULL in *job when none is waiting.  The
   job lives as long as the ledger.  It may be dispatched after ledger_commit. */
int ledger_next(struct ledger *ledger, const struct attempt *worker, const struct store_job **job,
                struct err *e) __attribute__((warn_unused_result));

/* Enters what came out of a running job; ERR_FORMAT when it is not one of ours.  The result is safe
   after ledger_commit. */
int ledger_record(struct ledger *ledger, int64_t job, const struct result *result, struct err *e)
    __attribute__((warn_unused_result));

/* Makes everything entered durable. */
int ledger_commit(struct ledger *ledger, struct err *e) __attribute__((warn_unused_result));

/* Gives running jobs back, to be run another time: at the end of a run that was told to stop. */
int ledger_release(struct ledger *ledger, struct err *e) __attribute__((warn_unused_result));

#endif
