/*
 * stop_policy - when a run ends before all is done: after a signal, before its time is over, or
 * when too many jobs have failed.
 */
#ifndef BRAINSWEEP_STOP_POLICY_H
#define BRAINSWEEP_STOP_POLICY_H

#include "run/ledger.h"
#include "run/run_config.h"
#include "run/time_limit.h"

struct stop_policy {
    double checkpoint_every; /* seconds between checkpoints of a job */
    double worker_timeout;   /* seconds of silence after which a worker is given up */
    double max_fails;        /* jobs; infinite */
    struct time_limit time;
};

/* Looks at the clock: the time limit counts from here.  `jobs` is what a share of failures is of.
 */
int stop_policy_read(struct stop_policy *policy, const struct run_config *config, size_t jobs,
                     struct err *e) __attribute__((warn_unused_result));

/* Whether it is time to end; then *exit_code is set, and the reason has been logged. */
int stop_policy_is_over(const struct stop_policy *policy, struct ledger_counts counts,
                        double slowest_checkpoint, int *exit_code);

/* If jobs wait, logs why none of them is handed out: none would end in time. */
void stop_policy_explain(const struct stop_policy *policy, struct ledger_counts counts);

/* Seconds that a job may take and still end before the run has to. */
double stop_policy_seconds_left(const struct stop_policy *policy, double slowest_checkpoint);

#endif
