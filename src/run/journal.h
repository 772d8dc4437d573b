/*
 * journal - what a run has to enter into the store, kept until it is committed.
 *
 * When the disk is full, the store undoes everything since the last commit.  The journal then
 * enters it again.
 */
#ifndef BRAINSWEEP_JOURNAL_H
#define BRAINSWEEP_JOURNAL_H

#include "base/err.h"
#include "record/result.h"
#include "store/store.h"

struct journal; /* Opaque. */

/* Keeps the store. */
int journal_new(struct journal **journal, struct store *store, struct err *e)
    __attribute__((warn_unused_result));
void journal_free(struct journal *journal);

/* An attempt begins; its texts and the job live until the next commit. */
int journal_begin(struct journal *journal, const struct store_job *job,
                  const struct attempt *attempt, struct err *e) __attribute__((warn_unused_result));

/* An attempt that was entered will not be made. */
int journal_withdraw(struct journal *journal, const struct store_job *job, struct err *e)
    __attribute__((warn_unused_result));

/* An attempt ends with a result; spec and result are taken over in any case.  The log of it, "" for
   none; whether it has left a checkpoint. */
int journal_finish(struct journal *journal, const struct store_job *job, struct spec *spec,
                   struct result *result, const char *log, int saved, struct err *e)
    __attribute__((warn_unused_result));

/* An attempt ends without one: store_give_up.  When the job is over with that, its checkpoint goes.
 */
int journal_give_up(struct journal *journal, const struct store_job *job, int blamed,
                    const struct effort *effort, const char *why, int is_over, struct err *e)
    __attribute__((warn_unused_result));

/* Enters what the latest attempt at a job had logged. */
int journal_keep_log(struct journal *journal, const struct store_job *job, const char *text,
                     struct err *e) __attribute__((warn_unused_result));

/* How much was entered since the last commit, and the moment at which the first of it was. */
size_t journal_count(const struct journal *journal);
double journal_first_entry(const struct journal *journal);

/* Enters everything and commits; then tells `saved`, unless NULL, each job that has left a
   checkpoint and whose result is safe. On failure everything is as it was, to be tried again. */
int journal_commit(struct journal *journal, void (*saved)(const struct store_job *job, void *data),
                   void *data, struct err *e) __attribute__((warn_unused_result));

/* Processor time that commits have taken. */
double journal_seconds(const struct journal *journal);

#endif
