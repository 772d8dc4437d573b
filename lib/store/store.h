/*
 * store - one SQLite file for one or several sweeps: their jobs, attempts and results.
 *
 * The only module with SQL.  One process writes (rank 0), which a lock file beside the database
 * ensures; any process may read.  Tables are made from the experiments' own tables of parameters
 * and metrics; `schema.sql` has the rest, with comments.  SQLite 3.26 can read them; types are
 * checked where rows are read.  application_id and user_version tell our files from others and from
 * newer ones, which are refused; a file of an older version is read, and renewed when it is written
 * to.
 *
 * A result is durable when store_finish has been followed by store_commit.  When a
 * function that writes fails, everything since the last commit is undone, and may be entered again.
 */
#ifndef BRAINSWEEP_STORE_H
#define BRAINSWEEP_STORE_H

#include "base/err.h"
#include "record/result.h"
#include "record/spec.h"

#include <stddef.h>
#include <stdint.h>

struct store; /* Opaque. */

enum store_access { STORE_READ, STORE_WRITE, STORE_CREATE };

/*
 * STORE_READ and STORE_WRITE expect that the file exists; STORE_CREATE makes it if it does not.
 * Writing takes the lock; a file in use is ERR_BUSY with host and pid of its holder.  ERR_STORE for
 * a directory that is not there or read-only, a file that is no database, or somebody else's;
 * ERR_NEWER for one of a newer version.  An empty file is a new database.  What the experiments
 * have grown since the file was made is added when it is opened for writing; in one that is read, a
 * missing parameter has its default and a missing metric is NULL.  `experiments` ends with NULL and
 * must outlive the store.
 */
int store_open(struct store **store, const char *path, enum store_access access,
               const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
/* Commits an open transaction, closes the file and releases the lock. */
int store_close(struct store *store, struct err *e);

/* The absolute name of its file, links followed; lives as long as the store. */
const char *store_file_name(const struct store *store);

/* ---- writing (rank 0) ---- */

/*
 * Enters a sweep and its points, and commits: a new name is added, a known one gets the new text.
 * New points become pending jobs.  A point that is stored already, by whichever sweep, stays as it
 * is and is shared: a job is run once however many sweeps ask for it (table `member`; job.sweep_id
 * keeps the first).  Points that have gone leave the sweep; those that were never attempted and
 * that no other sweep asks for leave the database too.  ERR_SWEEP when a job of this sweep that is
 * done or diverged has gone (the text was changed for points already done), naming it.
 */
int store_enter_sweep(struct store *store, const char *name, const char *text,
                      const struct experiment *experiment,
                      const struct spec *(*point)(size_t i, const void *data), const void *data,
                      size_t count, struct err *e) __attribute__((warn_unused_result));

/* What an attempt did before it ended without a result; NULL when that is not known.  Of an attempt
   that was lost, its last checkpoint tells it: what it did later has to be done again. */
struct effort {
    int64_t steps;  /* of the job that are done, those of earlier attempts among them */
    double seconds; /* of this attempt */
};

/*
 * Ends the attempt at a running job without a result, and the job is pending again.  An attempt
 * that is blamed is `lost`: the job may have ended its own process, and after STORE_BLAMES
 * of them it is quarantined; one that is not blamed was `stopped`.  ERR_USAGE when the job is not
 * running.
 */
enum { STORE_BLAMES = 3 };
int store_give_up(struct store *store, int64_t job, int blamed, const struct effort *effort,
                  const char *message, struct err *e) __attribute__((warn_unused_result));

/* Every job that is still `running` is pending again, and blamed for nothing; commits.  At the
   start of a run its worker is dead for certain.  With retry, failed, diverged, crashed and
   quarantined jobs are pending again. */
int store_reset(struct store *store, int retry, struct err *e) __attribute__((warn_unused_result));

struct store_job {
    int64_t id;
    int64_t attempts; /* begun so far */
    int64_t blames;   /* attempts that were lost */
    double seconds;   /* of the attempts that the next one goes on from, as far as is known */
    char *spec;       /* canonical text; mem_free */
};

/* The running jobs with an attempt that has not ended, of whichever sweep, as store_pending gives
 * them. */
int store_running(struct store *store, struct store_job **jobs, size_t *count, struct err *e)
    __attribute__((warn_unused_result));

/* Those of the running jobs that had most likely not begun when the run ended: they were given to a
   rank after another that it had not finished. */
int store_queued(struct store *store, struct store_job **jobs, size_t *count, struct err *e)
    __attribute__((warn_unused_result));
void store_jobs_free(struct store_job *jobs, size_t count);

/* The pending jobs of this sweep in order of id, into a new array (store_jobs_free). */
int store_pending(struct store *store, const char *sweep, struct store_job **jobs, size_t *count,
                  struct err *e) __attribute__((warn_unused_result));

struct attempt {
    const char *host; /* where it runs */
    int rank;
    const char *slurm_job; /* "" when there is none */
    const char *build;     /* version, compiler and flags */
    const char *blas;      /* kernels of the matrix products */
    const char *mpi;       /* the MPI library and its version; NULL or "" where nobody knows */
    const char *processor; /* model of the processor; likewise */
};

/* Enters an attempt at a pending job, which is then running.  ERR_USAGE when it is not pending. */
int store_begin(struct store *store, int64_t job, const struct attempt *attempt, struct err *e)
    __attribute__((warn_unused_result));

/* Removes an attempt that was entered but not made, as if it had never been: the job is pending
   again.  ERR_USAGE when the job is not running. */
int store_withdraw(struct store *store, int64_t job, struct err *e)
    __attribute__((warn_unused_result));

/* Enters the result of a running job's attempt, in place of what an earlier attempt left: its
   state; a row of its experiment's table if it is done; rows and arrays always. */
int store_finish(struct store *store, int64_t job, const struct spec *spec,
                 const struct result *result, struct err *e) __attribute__((warn_unused_result));

/* Replaces the result of a job that is done, after it was measured again: the
   row of its experiment's table, rows and arrays.  ERR_USAGE when the job is not done. */
int store_replace(struct store *store, int64_t job, const struct spec *spec,
                  const struct result *result, struct err *e) __attribute__((warn_unused_result));

/* Keeps the last lines that a job's latest attempt logged. */
int store_keep_log(struct store *store, int64_t job, const char *text, struct err *e)
    __attribute__((warn_unused_result));

/* Everything entered since the last commit becomes durable.  ERR_BUSY when a reader blocked it
   for too long: nothing is lost then, and it may be called again.  ERR_DISK, as from everything
   that writes, when the disk was full or did not answer: it may be entered and committed again. */
int store_commit(struct store *store, struct err *e) __attribute__((warn_unused_result));

/* Undoes everything entered since the last commit. */
void store_rollback(struct store *store);

/* Puts a copy of what is committed beside the file, as FILE.snapshot, which is complete at any
   moment: for readers where processes share no memory, because there a reader blocks the writer. */
int store_snapshot(struct store *store, struct err *e) __attribute__((warn_unused_result));

/* Whether a process has the file open for writing, and which: "process 7 on host", into holder. */
int store_held(const struct store *store, char *holder, size_t size);

/* How long jobs take: of the attempts that are done, their number, the mean of their seconds and
   the standard deviation (0 for fewer than two). */
struct store_pace {
    int64_t jobs;
    double mean, sd;
};
int store_pace(struct store *store, struct store_pace *pace, struct err *e)
    __attribute__((warn_unused_result));

/* Whether processes share memory on the file's file system: not on a network's. */
int store_shares_memory(const struct store *store);

/* ---- reading ---- */

/* Reads all of the file: pages, tables, foreign objects, and each result with its checksum.  What
   is wrong with it goes into complaint, "" when it is sound. */
int store_check(struct store *store, char *complaint, size_t size, struct err *e)
    __attribute__((warn_unused_result));

/* Rows are given to a handler as values that live until it returns (integers, reals, texts, NULL);
   0 goes on, STORE_ENOUGH ends the reading, an error code with its sentence in e ends it as an
   error of the function that reads.  Each value has the type that the function promises, or is NULL
   where it may be: a file in which it is of another one is ERR_STORE. */
struct store_row {
    int columns;
    const char *const *names;
    const struct value *values;
};
enum { STORE_ENOUGH = 1 };
typedef int store_row_handler(const struct store_row *row, void *data, struct err *e);

/* The column of that name, or -1. */
int store_row_column(const struct store_row *row, const char *name);

enum store_state {
    STATE_PENDING,
    STATE_RUNNING,
    STATE_DONE,
    STATE_DIVERGED,
    STATE_FAILED,
    STATE_CRASHED,
    STATE_QUARANTINED,
    STORE_STATES
};
extern const char *const
    store_states[STORE_STATES]; /* pending running done diverged failed crashed quarantined */

struct store_counts {
    int64_t state[STORE_STATES];
    int64_t total;
};

/* How many jobs are in each state; of one sweep (ERR_USAGE when there is none of that name), or of
   all when sweep is NULL. */
int store_count(struct store *store, const char *sweep, struct store_counts *counts, struct err *e)
    __attribute__((warn_unused_result));

/* The state of the job of that canonical text, STORE_STATES when there is none. */
int store_state_of(struct store *store, const char *spec, enum store_state *state, struct err *e)
    __attribute__((warn_unused_result));

/* How many jobs of an experiment have finished: rows of its table.  With a plane, those only that
   have both of its metrics. */
int store_count_results(struct store *store, const struct experiment *experiment,
                        const struct plane *plane, int64_t *count, struct err *e)
    __attribute__((warn_unused_result));

/* The sweeps: sweep, experiment, created, total, a count for each state by its name, seconds. */
int store_each_sweep(struct store *store, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The sweeps: name, experiment, text of the sweep file. */
int store_each_sweep_text(struct store *store, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The jobs that a sweep asks for, rising: job_id.  None when there is no such sweep. */
int store_each_member(struct store *store, const char *sweep, store_row_handler *row, void *data,
                      struct err *e) __attribute__((warn_unused_result));

/* The frontier of a plane, all columns of the view, in order of x; of each group when by_group. */
int store_each_pareto(struct store *store, const struct experiment *experiment,
                      const struct plane *plane, int by_group, store_row_handler *row, void *data,
                      struct err *e) __attribute__((warn_unused_result));

/* Finished jobs of an experiment with some of their columns, in order of job_id: job_id, then the
   parameters and metrics of these names, in the order of the table; NULL ends the names. */
int store_each_place(struct store *store, const struct experiment *experiment,
                     const char *const *names, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* All finished jobs of an experiment: job_id, parameters, metrics, in order of job_id. */
int store_each_result(struct store *store, const struct experiment *experiment,
                      store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* Jobs: id, sweep (its first), state, attempts, spec, message (of the latest attempt); all, or in
   one state when state is not NULL. */
int store_each_job(struct store *store, const char *state, store_row_handler *row, void *data,
                   struct err *e) __attribute__((warn_unused_result));

/* What attempts at one job logged: n, text. */
int store_each_log(struct store *store, int64_t job, store_row_handler *row, void *data,
                   struct err *e) __attribute__((warn_unused_result));

/* The attempts at one job: n, host, rank, slurm_job, started, finished, outcome, message, build,
   blas, steps, seconds, mpi, processor; and the rows of one of the experiment's tables for it,
   job_id first. */
int store_each_attempt(struct store *store, int64_t job, store_row_handler *row, void *data,
                       struct err *e) __attribute__((warn_unused_result));
int store_each_row(struct store *store, const struct experiment *experiment,
                   const struct table *table, int64_t job, store_row_handler *row, void *data,
                   struct err *e) __attribute__((warn_unused_result));

/* The experiment of a job, its canonical spec (mem_free) and state; ERR_USAGE when there is no such
 * job. */
int store_job(struct store *store, int64_t job, const struct experiment **experiment, char **spec,
              const char **state, struct err *e) __attribute__((warn_unused_result));

/* Jobs of an experiment that are done, the latest first, up to `most`: spec, and the seconds of the
   attempts that went on from each other to its end. */
int store_each_time(struct store *store, const struct experiment *experiment, int64_t most,
                    store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* One job's row of its experiment's table. */
int store_result(struct store *store, const struct experiment *experiment, int64_t job,
                 store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The running jobs, as the file has it: job, sweep, host, rank, elapsed (seconds since it was given
   to its rank), spec.  They really run only while store_held. */
int store_each_running(struct store *store, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* The tables and views of the file: name, type ("table" or "view"). */
int store_each_relation(struct store *store, store_row_handler *row, void *data, struct err *e)
    __attribute__((warn_unused_result));

/* All rows and columns of a table or view of that name; bytes as hexadecimal digits.  ERR_USAGE
   when there is none. */
int store_each_whole(struct store *store, const char *relation, store_row_handler *row, void *data,
                     struct err *e) __attribute__((warn_unused_result));

/* The arrays of a job: name, rows, cols, dtype, bytes (as stored). */
int store_each_array(struct store *store, int64_t job, store_row_handler *row, void *data,
                     struct err *e) __attribute__((warn_unused_result));

/* An array, newly made (mem_free); ERR_USAGE when the job has none of that name. */
int store_array(struct store *store, int64_t job, const char *name, int *rows, int *cols,
                float **data, struct err *e) __attribute__((warn_unused_result));

#endif
