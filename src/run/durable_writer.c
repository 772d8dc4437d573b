#include "run/durable_writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/lookahead.h"
#include "run/signals.h"
#include "store/store_place.h"

#include <math.h>

enum { SNAPSHOT_SECONDS = 60 }; /* between copies for readers, where readers need them */

/* This many entries are committed even if no worker waits for the commit. */
enum { ENTRIES_MOST = 1024 };

struct durable_writer {
    struct store *store;
    const struct checkpoint_dir *checkpoints;
    struct journal *journal;
    struct durable_writer_terms terms;
    struct store_place place; /* of the database's file */
    int rescued;              /* the file is gone, and a copy was written */
    int marked;               /* whether the checkpoint directory says that writing failed */
    double next_snapshot;     /* when the next copy is due */
};

int durable_writer_new(struct durable_writer **writer, struct store *store,
                       const struct checkpoint_dir *checkpoints, struct durable_writer_terms terms,
                       struct err *e)
{
    struct durable_writer *w = mem_array(1, sizeof *w);
    *writer = NULL;
    if (!w)
        return err_set(e, ERR_MEMORY, "no memory to write results");
    *w = (struct durable_writer){.store = store, .checkpoints = checkpoints, .terms = terms};
    if (terms.snapshot_every <= 0)
        w->terms.snapshot_every = store_shares_memory(store) ? INFINITY : SNAPSHOT_SECONDS;
    w->next_snapshot = clock_now() + w->terms.snapshot_every;
    w->place = store_place_note(store);
    int code = journal_new(&w->journal, store, e);
    if (code)
        durable_writer_free(w);
    else
        *writer = w;
    return code;
}

void durable_writer_free(struct durable_writer *writer)
{
    if (writer)
        journal_free(writer->journal);
    mem_free(writer);
}

struct journal *durable_writer_journal(struct durable_writer *writer)
{
    return writer->journal;
}

int durable_writer_is_pending(const struct durable_writer *writer)
{
    return journal_count(writer->journal) > 0;
}

int durable_writer_is_due(const struct durable_writer *writer)
{
    size_t entries = journal_count(writer->journal);
    return entries >= ENTRIES_MOST ||
           (entries && clock_now() - journal_first_entry(writer->journal) >= AHEAD_COMMIT_SECONDS);
}

double durable_writer_seconds(const struct durable_writer *writer)
{
    return journal_seconds(writer->journal);
}

/* Removes the checkpoint of a job that is over, because no attempt will continue from it. */
static void clear_checkpoint(const struct store_job *job, void *data)
{
    const struct durable_writer *writer = data;
    checkpoint_dir_clear(writer->checkpoints, job->id);
}

/* The time for a copy grows with the file.  Copying takes at most 1/SHARE of the run's time. */
static void copy_for_readers(struct durable_writer *writer)
{
    enum { SHARE = 20 };
    double start = clock_now();
    struct err e = {0};
    if (start < writer->next_snapshot)
        return;
    if (store_snapshot(writer->store, &e))
        log_warning("readers get no new copy: %s", e.text);
    double now = clock_now();
    writer->next_snapshot = now + fmax(writer->terms.snapshot_every, SHARE * (now - start));
}

/* Sets the mark at the first failure, because the run may be killed while it waits. */
static void mark_failure(struct durable_writer *writer, int failed)
{
    if (failed && !writer->marked)
        checkpoint_dir_mark(writer->checkpoints);
    else if (!failed && writer->marked)
        checkpoint_dir_unmark(writer->checkpoints);
    writer->marked = failed;
}

/* Whether a failed commit may be tried again; if not, e says why. */
static int may_try_again(const struct err *why, double until, struct err *e)
{
    int may_pass = why->code == ERR_DISK || why->code == ERR_BUSY;
    if (may_pass && signals_asked())
        err_set(e, why->code,
                "asked to stop before results could be written, whose jobs will be run again: %s",
                why->text);
    else if (!may_pass || clock_now() >= until)
        err_set(e, why->code, "%s", why->text);
    else
        return 1;
    return 0;
}

/* The database file that SQLite has open was removed or renamed.  Writes everything in it, and the
   new entries, to a copy next to its former place. */
static int rescue(struct durable_writer *writer, const struct err *gone, struct err *e)
{
    int code = 0;
    if (!writer->rescued) {
        code = journal_commit(writer->journal, clear_checkpoint, writer, e);
        if (!code)
            code = store_snapshot(writer->store, e);
    }
    if (code)
        return err_prefix(e, "%.200s, and no copy was written", gone->text);
    writer->rescued = 1;
    return err_set(e, ERR_STORE,
                   "%.200s; all results are in %.200s.snapshot: give it the name of the database, "
                   "and run the same command again",
                   gone->text, store_file_name(writer->store));
}

static int try_commit(struct durable_writer *writer, struct err *e)
{
    struct err gone = {0};
    return store_place_check(&writer->place, &gone)
               ? rescue(writer, &gone, e)
               : journal_commit(writer->journal, clear_checkpoint, writer, e);
}

int durable_writer_commit(struct durable_writer *writer, struct err *e)
{
    enum { PAUSE_MOST = 30 };
    double until = clock_now() + writer->terms.patience;
    for (double pause = 1;; pause = 2 * pause < PAUSE_MOST ? 2 * pause : PAUSE_MOST) {
        struct err why = {0};
        int code = try_commit(writer, &why);
        if (!code && pause > 1)
            log_info("results are written again");
        mark_failure(writer, code && !writer->rescued);
        if (!code) {
            copy_for_readers(writer);
            return 0;
        }
        if (!may_try_again(&why, until, e))
            return code;
        double rest = fmin(pause, until - clock_now()); /* workers wait only so long */
        log_warning("%s; the sweep pauses, and tries again in %.0f s", why.text, ceil(rest));
        clock_sleep(fmax(rest, 0));
    }
}
