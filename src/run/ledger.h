/*
 * ledger - the account of one run: what is left to do, what is running, and what came out.  Every
 * step is entered into the store.  Jobs are handed out through it, with MPI or without.
 *
 * Entries are kept until they are committed, so that a disk that was full for a while loses
 * nothing.
 *
 * A job is blamed only where there is evidence that it ended its own process (crash_file.h); the
 * end of a whole run is no evidence.  After two blames the job is a suspect.  It runs last, and
 * alone unless a worker's death leaves the others alive, so that its third death destroys no work
 * of other jobs.  After three it is quarantined.  Evidence of another kind comes from jobs that run
 * apart: elimination.h.
 */
#ifndef BRAINSWEEP_LEDGER_H
#define BRAINSWEEP_LEDGER_H

#include "base/err.h"
#include "record/result.h"
#include "run/checkpoint_dir.h"
#include "run/durable_writer.h"
#include "run/lookahead.h"
#include "store/store.h"

struct ledger; /* Opaque. */

struct ledger_terms {
    const char *sweep;
    const struct experiment *experiment;
    int (*wants)(const struct spec *spec, const void *data); /* the jobs to run; NULL = all */
    const void *wants_data;
    int retry; /* failed, diverged and quarantined jobs too */
    int workers;
    int worker_loss_is_isolated; /* a worker's death ends no other worker */
    double whole;                /* seconds that the run may take; infinite */
    double alone_after; /* seconds for which a run lives before a job that may end it is begun */
    struct durable_writer_terms writing;
};

struct ledger_counts {
    int64_t total;    /* jobs of the sweep */
    int64_t done;     /* finished, now or in earlier runs */
    int64_t failed;   /* failed, diverged, crashed or quarantined */
    int64_t running;  /* workers run them */
    int64_t queued;   /* handed out to workers that still run other jobs */
    int64_t waiting;  /* still to be handed out */
    int64_t ended;    /* ended in this run, well or not */
    int64_t failures; /* those of them that ended badly */
};

/* The pending jobs of that sweep.  Jobs that an earlier run left running are given up, and blamed
   where there is evidence.  Commits.  Keeps store and experiments. */
int ledger_new(struct ledger **ledger, struct store *store,
               const struct experiment *const *experiments, const struct ledger_terms *terms,
               struct err *e) __attribute__((warn_unused_result));
void ledger_free(struct ledger *ledger);

struct ledger_counts ledger_counts(const struct ledger *ledger);

/* The same at the last commit: what the database has. */
struct ledger_counts ledger_written(const struct ledger *ledger);

/* What is still to be done, as far as is known. */
struct ledger_outlook {
    double waiting;  /* seconds that the waiting jobs are expected to take, all in all */
    double longest;  /* of one of them */
    double spread;   /* standard deviation of log(seconds / expected) of one job */
    int64_t learned; /* jobs that the expectations are learned from; 0 = they are a guess */
};
struct ledger_outlook ledger_outlook(const struct ledger *ledger);

/* Seconds that a job which was handed out is expected to take, and whether it is a suspect. */
double ledger_expected(const struct ledger *ledger, const struct store_job *job);
int ledger_is_suspect(const struct ledger *ledger, const struct store_job *job);

/* The directory of the checkpoints. */
const struct checkpoint_dir *ledger_checkpoints(const struct ledger *ledger);

/*
 * The next job for a worker, entered as an attempt of `worker`, whose texts live until the next
 * commit; NULL in *job when there is none now: none waits, or those that wait don't fit into the
 * seconds that are left, or a suspect must run alone, or the worker `has` enough to do already. A
 * job that has been begun before fits always, as it goes on, and so does one that is too long for a
 * whole run.  The job lives as long as the ledger.  It may be dispatched after ledger_commit.
 *
 * A worker that has nothing to do starts it.  Otherwise it is queued, until ledger_start when those
 * before it have ended.
 */
int ledger_next(struct ledger *ledger, const struct attempt *worker, struct lookahead has,
                double seconds_left, const struct store_job **job, struct err *e)
    __attribute__((warn_unused_result));

void ledger_start(struct ledger *ledger, const struct store_job *job);

/* A job that was handed out was not begun, and will not be: it waits as if it had never been handed
   out. */
int ledger_return(struct ledger *ledger, const struct store_job *job, struct err *e)
    __attribute__((warn_unused_result));

/* Whether ledger_next may now have a job that it did not have before, although no message has come
   from a worker.  To be called regularly. */
int ledger_has_news(struct ledger *ledger);

/* Whether a job waits that may be handed out, now or later. */
int ledger_has_next(const struct ledger *ledger);

/* Enters what came out of a running job, what it logged, and whether it has left a checkpoint,
   which goes then; ERR_FORMAT when it is not one of ours.  Takes over the result in any case.  It
   is safe after ledger_commit. */
int ledger_record(struct ledger *ledger, int64_t job, struct result *result, const char *log,
                  int saved, struct err *e) __attribute__((warn_unused_result));

/* Whether a job that was handed out is known to have ended its own process. */
int ledger_has_evidence(const struct ledger *ledger, const struct store_job *job);

/* The worker of a running job is gone or silent.  With evidence the job is blamed, unless it had
   saved itself in this attempt, and waits again or is quarantined; without it is not blamed, for
   the reason `why`. */
int ledger_lose(struct ledger *ledger, int64_t job, const char *why, struct err *e)
    __attribute__((warn_unused_result));

/* A running job was stopped after it had saved itself: another run continues it. */
int ledger_stop(struct ledger *ledger, int64_t job, const struct effort *effort, struct err *e)
    __attribute__((warn_unused_result));

/* Whether something was entered that is not durable yet; and whether it is time to commit although
   no worker waits for it: results of short jobs are committed together. */
int ledger_is_pending(const struct ledger *ledger);
int ledger_is_due(const struct ledger *ledger);

/* Makes everything entered durable.  While the disk is full it waits and tries again, until the
   patience is used up or it is asked to stop; then ERR_DISK. */
int ledger_commit(struct ledger *ledger, struct err *e) __attribute__((warn_unused_result));

/* At the end of a run: gives running and queued jobs back, to be continued by another run, and
   commits. */
int ledger_release(struct ledger *ledger, struct err *e) __attribute__((warn_unused_result));

/* Processor time that commits have taken. */
double ledger_store_seconds(const struct ledger *ledger);

#endif
