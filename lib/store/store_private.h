/*
 * store_private - what the files of the store share.
 */
#ifndef BRAINSWEEP_STORE_PRIVATE_H
#define BRAINSWEEP_STORE_PRIVATE_H

#include "store/store.h"
#include "store/store_lock.h"
#include "store/store_sql.h"

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
    int in_transaction;

    struct sql begin_job, begin_attempt, withdraw_job, withdraw_attempt;
    struct sql find_attempt, finish_job, finish_attempt, add_array, find_state;
    struct store_writer *writers; /* one for each of experiments */
};

/* SQL: the seconds of the attempts at a job that go on from each other, up to the latest.  One that
   failed is not gone on from. */
#define STORE_SECONDS(job)                                                                         \
    "(SELECT total(a.seconds) FROM attempt AS a WHERE a.job_id = " job " AND NOT EXISTS"           \
    " (SELECT 1 FROM attempt AS b WHERE b.job_id = a.job_id AND b.n >= a.n"                        \
    " AND b.outcome IN ('failed', 'diverged', 'crashed')))"

/* Opens a transaction unless one is open: the first thing of everything that writes. */
int store_write(struct store *store, struct err *e) __attribute__((warn_unused_result));

/* The last thing: when code is an error, takes back what was not committed.  Returns code. */
int store_settle(struct store *store, int code);

/* The experiment of that name among those of the store, or NULL. */
const struct experiment *store_experiment(const struct store *store, const char *name);

int store_writers_open(struct store *store, struct err *e) __attribute__((warn_unused_result));
void store_writers_close(struct store *store);

#endif
