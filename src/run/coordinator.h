/*
 * coordinator - rank 0: hands out the jobs of a ledger and enters what comes back.
 */
#ifndef BRAINSWEEP_COORDINATOR_H
#define BRAINSWEEP_COORDINATOR_H

#include "base/err.h"
#include "run/ledger.h"
#include "run/progress.h"
#include "run/stop_policy.h"

/* How a run ended. */
struct run_end {
    int exit_code; /* what every rank returns */
    int lost;      /* ranks that fell silent: MPI cannot be ended in order any more */
};

/* Serves the workers until the ledger has nothing left and all of them are gone, or the policy
   ends the run.  An error of the store ends the run too: workers are sent home, and the error is
   returned. */
int coordinator_serve(struct ledger *ledger, struct progress *progress,
                      const struct stop_policy *policy, struct run_end *end, struct err *e)
    __attribute__((warn_unused_result));

/* Tells the workers to stop before there was anything to do.  Returns how many did not answer. */
int coordinator_dismiss(int exit_code);

/* The last message: tells every worker how the run has ended, so that all ranks end alike. */
void coordinator_end(int exit_code);

/* Without workers: runs the ledger's jobs in this process, one after the other. */
int serial_run(struct ledger *ledger, struct progress *progress, const struct stop_policy *policy,
               struct run_end *end, struct err *e) __attribute__((warn_unused_result));

#endif
