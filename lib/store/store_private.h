/*
 * store_private - what the files of the store share.
 */
#ifndef BRAINSWEEP_STORE_PRIVATE_H
#define BRAINSWEEP_STORE_PRIVATE_H

#include "store/store.h"
#include "store/store_lock.h"
#include "store/store_sql.h"
#include "store/store_wait.h"

#include <limits.h>

/* The prepared statements that write the results of one experiment; made when first used. */
struct store_writer {
    const struct experiment *experiment;
    struct sql result;  /* a row of its own table */
    struct sql *tables; /* a row of each of its tables */
};

struct store {
    struct db db;
    char *path;          /* as the user gave it: what messages say */
    char file[PATH_MAX]; /* absolute, links followed */
    const struct experiment *const *experiments;
    struct store_lock *lock; /* NULL when reading */
    struct store_wait wait;  /* for locks of other programs */
    int in_transaction;
    int64_t steps_left; /* of the statement at work, when reading */
    int64_t commits;    /* so far */
    int64_t wal_told;   /* bytes of the log at the last warning about it */

    struct sql begin_job, begin_attempt, withdraw_job, withdraw_attempt;
    struct sql find_attempt, finish_job, finish_attempt, add_array, find_state, add_checksum;
    struct store_writer *writers; /* one for each of experiments */
};

/* SQL: the seconds of the attempts at a job that go on from each other, up to the latest.  One that
   failed is not gone on from. */
#define STORE_SECONDS(job)                                                                         \
    "(SELECT total(a.seconds) FROM attempt AS a WHERE a.job_id = " job " AND NOT EXISTS"           \
    " (SELECT 1 FROM attempt AS b WHERE b.job_id = a.job_id AND b.n >= a.n"                        \
    " AND b.outcome IN ('failed', 'diverged', 'crashed')))"

/* Opens a transaction unless one is open: the first thing of everything that writes. */
int store_transaction_begin(struct store *store, struct err *e) __attribute__((warn_unused_result));

/* The last thing: when code is an error, takes back what was not committed.  Returns code. */
int store_transaction_settle(struct store *store, int code);

/* Writes the write-ahead log into the file and cuts it to nothing; whether no reader was in the
   way. */
int store_transaction_empty_wal(struct store *store);

/* The experiment of that name among those of the store, or NULL. */
const struct experiment *store_experiment(const struct store *store, const char *name);

/* The checksum that was stored with the result of a job's latest attempt, and which of
   record/result_sum.h it is; 0 when there is none: older versions made none. */
int store_checksum(struct store *store, int64_t job, int64_t *version, uint64_t *sum, struct err *e)
    __attribute__((warn_unused_result));

/* As store_array, and adds the array's part of a checksum to *sum unless that is NULL. */
int store_array_summed(struct store *store, int64_t job, const char *name, int *rows, int *cols,
                       float **data, uint64_t *sum, struct err *e)
    __attribute__((warn_unused_result));

int store_writers_open(struct store *store, struct err *e) __attribute__((warn_unused_result));
void store_writers_close(struct store *store);

#endif
