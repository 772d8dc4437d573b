/*
 * terms - on which a run goes on, or ends before all is done: a signal, the time, too many
 * failures.
 */
#ifndef BRAINSWEEP_TERMS_H
#define BRAINSWEEP_TERMS_H

#include "cmd/options.h"
#include "run/ledger.h"
#include "run/time_limit.h"

struct stop_policy {
    double checkpoint_every; /* seconds between checkpoints of a job */
    double worker_timeout;   /* seconds of silence after which a worker is given up */
    double max_fails;        /* jobs; infinite */
    struct time_limit time;
};

/* Looks at the clock: the time limit counts from here.  `jobs` is what a share of failures is of.
 */
int stop_policy_read(struct stop_policy *terms, const struct options *options, size_t jobs,
                     struct err *e) __attribute__((warn_unused_result));

/* Whether it is time to end; then *exit_code is what the run ends with, and it has been said why.
 */
int stop_policy_are_over(const struct stop_policy *terms, struct ledger_counts counts,
                         double slowest_checkpoint, int *exit_code);

/* Says why nothing is left to hand out, if jobs wait: none of them would end in time. */
void stop_policy_explain(const struct stop_policy *terms, struct ledger_counts counts);

/* Seconds that a job may take and still end before the run has to. */
double stop_policy_seconds_left(const struct stop_policy *terms, double slowest_checkpoint);

#endif
