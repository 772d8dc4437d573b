/*
 * journal - what a run has to enter into the store, kept until it is committed.
 *
 * The store takes everything since the last commit back when the disk is full; the journal then
 * enters it once more.
 */
#ifndef BRAINSWEEP_JOURNAL_H
#define BRAINSWEEP_JOURNAL_H

#include "err.h"
#include "result.h"
#include "store.h"

struct journal; /* Opaque. */

/* Keeps store and experiments. */
int journal_new(struct journal **journal, struct store *store,
                const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
void journal_free(struct journal *journal);

/* An attempt begins; its texts and the job live until the next commit. */
int journal_begin(struct journal *journal, const struct store_job *job,
                  const struct attempt *attempt, struct err *e) __attribute__((warn_unused_result));

/* An attempt ends with a result, which is taken over in any case, and the log of it, "" for none.
 */
int journal_finish(struct journal *journal, const struct store_job *job, struct result *result,
                   const char *log, struct err *e) __attribute__((warn_unused_result));

/* An attempt ends without one: store_give_up. */
int journal_give_up(struct journal *journal, const struct store_job *job, int blamed,
                    const struct effort *effort, const char *why, struct err *e)
    __attribute__((warn_unused_result));

/* What the latest attempt at a job had logged. */
int journal_keep_log(struct journal *journal, const struct store_job *job, const char *text,
                     struct err *e) __attribute__((warn_unused_result));

/* Enters everything and commits; then tells `ended`, unless NULL, each job whose result is safe. On
   failure everything is as it was, to be tried again. */
int journal_commit(struct journal *journal, void (*ended)(const struct store_job *job, void *data),
                   void *data, struct err *e) __attribute__((warn_unused_result));

#endif
