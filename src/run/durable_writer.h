/*
 * durable_writer - makes what a run has entered durable: commits, tries again while the disk is
 * full, copies for readers, and removes the checkpoints of jobs that are over.
 *
 * Before each commit it looks whether the database is still the file of its name.  If it is not,
 * everything is copied to DB.snapshot, and the run ends.
 *
 * While results cannot be written, there is a mark beside the checkpoints: if the run ends then, no
 * job is blamed.
 */
#ifndef BRAINSWEEP_DURABLE_WRITER_H
#define BRAINSWEEP_DURABLE_WRITER_H

#include "base/err.h"
#include "run/checkpoint_dir.h"
#include "run/journal.h"
#include "store/store.h"

struct durable_writer; /* Opaque. */

struct durable_writer_terms {
    double snapshot_every; /* seconds; 0 = a minute where readers need it, else never */
    double patience;       /* seconds that a full disk is waited for */
};

/* Keeps the store and the checkpoint directory. */
int durable_writer_new(struct durable_writer **writer, struct store *store,
                       const struct checkpoint_dir *checkpoints, struct durable_writer_terms terms,
                       struct err *e) __attribute__((warn_unused_result));
void durable_writer_free(struct durable_writer *writer);

/* Where entries are made; lives as long as the writer. */
struct journal *durable_writer_journal(struct durable_writer *writer);

/* Whether something was entered that is not durable yet; and whether it is time to commit although
   no worker waits for it: results of short jobs are committed together. */
int durable_writer_is_pending(const struct durable_writer *writer);
int durable_writer_is_due(const struct durable_writer *writer);

/* Makes everything entered durable.  While the disk is full it waits and tries again, until the
   patience is used up or the run is asked to stop; then ERR_DISK.  ERR_STORE when the file is no
   longer there. */
int durable_writer_commit(struct durable_writer *writer, struct err *e)
    __attribute__((warn_unused_result));

/* Processor time that commits have taken. */
double durable_writer_seconds(const struct durable_writer *writer);

#endif
