/*
 * leftovers - what attempts leave behind that did not end in order: rows that call a job running,
 * and checkpoints, logs and evidence in DB.ckpt.
 */
#ifndef BRAINSWEEP_LEFTOVERS_H
#define BRAINSWEEP_LEFTOVERS_H

#include "base/err.h"
#include "run/checkpoint_dir.h"
#include "run/elimination.h"
#include "store/store.h"

/* Whether the latest attempt at a job saved itself, and what it had done by then: it got on, and
   what ended it may have been anything. */
int leftovers_saved(const struct checkpoint_dir *checkpoints, const struct store_job *job,
                    struct effort *effort);

/* Whether there is evidence that it ended its own process; then `how` (CRASH_TEXT_SIZE) says so. */
int leftovers_crashed(const struct checkpoint_dir *checkpoints, const struct store_job *job,
                      char *how);

/* What it had logged before its process was killed, once; mem_free.  NULL for nothing. */
char *leftovers_log(const struct checkpoint_dir *checkpoints, const struct store_job *job);

/* At the start of a run: gives up what an earlier one left running, and blames those jobs that
   there is evidence against, or that the account of elimination, which is read and kept, speaks
   against. With retry, failed jobs are pending again.  Commits. */
int leftovers_settle(struct store *store, const struct checkpoint_dir *checkpoints,
                     struct elimination *elimination, int retry, struct err *e)
    __attribute__((warn_unused_result));

/* Removes evidence that has been used or came too late, and the files of jobs that are over. */
int leftovers_remove(struct store *store, const struct checkpoint_dir *checkpoints, struct err *e)
    __attribute__((warn_unused_result));

#endif
