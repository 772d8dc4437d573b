/*
 * store_merge - copies the contents of another database into this one: sweeps, jobs, attempts,
 * results.
 *
 * For shards of a sweep that ran separately, each with its own database.
 */
#ifndef BRAINSWEEP_STORE_MERGE_H
#define BRAINSWEEP_STORE_MERGE_H

#include "store/store.h"

struct store_merged {
    int64_t jobs;     /* of the other database */
    int64_t added;    /* of these, those that were not here */
    int64_t taken;    /* whose state and result were taken over */
    int64_t agreeing; /* that have results in both, the same to the last bit */
    int64_t attempts; /* that were not here */
};

/*
 * A job's state and result come from where it got further (done, diverged, quarantined, crashed,
 * failed, pending); its attempts are those of both, in the order of their beginning, the one that
 * made the result last.  A running job of the other database counts as pending, and its attempt as
 * lost.  ERR_STORE, naming a job, when both have results that differ: then nothing is taken.  All
 * of it is one transaction, committed here; merging a database again changes nothing.
 */
int store_merge(struct store *store, const char *path, struct store_merged *merged, struct err *e)
    __attribute__((warn_unused_result));

#endif
