/*
 * pool - several processes on this machine that share numbered pieces of work.
 *
 * Each piece is done in one of them and leaves a record of fixed size, which this process takes in
 * the order in which they come.  A request to stop (signals.h) is passed on to all.
 */
#ifndef BRAINSWEEP_POOL_H
#define BRAINSWEEP_POOL_H

#include "base/err.h"

#include <stddef.h>

struct pool_work {
    size_t pieces;
    size_t record_size; /* bytes; at most POOL_RECORD_MOST */
    /* Does a piece and fills its record.  With several processes it runs in another one: what it
       opens is that one's, and goes with it. */
    int (*work)(size_t piece, void *record, void *data, struct err *e);
    void (*take)(const void *record, void *data); /* in this process */
    void *data;
};

enum { POOL_RECORD_MOST = 2048 };

/* The first error of a piece ends it all; ERR_ENVIRONMENT when a process cannot be made or died;
   ERR_STOPPED when a wish to stop came before all pieces were done.
   One process: no other one is made. */
int pool_run(const struct pool_work *work, int processes, struct err *e)
    __attribute__((warn_unused_result));

#endif
