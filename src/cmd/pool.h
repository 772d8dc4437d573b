/*
 * pool - several processes on this machine that share numbered pieces of work.
 *
 * Each piece is done in one process and produces a record of fixed size.  The parent process takes
 * the records in the order in which they arrive.  It forwards a request to stop (signals.h) to all
 * children.
 */
#ifndef BRAINSWEEP_POOL_H
#define BRAINSWEEP_POOL_H

#include "base/err.h"

#include <stddef.h>

struct pool_work {
    size_t pieces;
    size_t record_size; /* bytes; at most POOL_RECORD_MOST */
    /* Does a piece and fills its record.  With several processes it runs in a child: whatever it
       opens belongs to the child, and is closed when the child ends. */
    int (*work)(size_t piece, void *record, void *data, struct err *e);
    void (*take)(const void *record, void *data); /* in the parent process */
    void *data;
};

enum { POOL_RECORD_MOST = 2048 };

/* The first error of a piece ends all work.  ERR_ENVIRONMENT: a process could not be created, or
   died.  ERR_STOPPED: a request to stop came before all pieces were done.  With one process, no
   child is created. */
int pool_run(const struct pool_work *work, int processes, struct err *e)
    __attribute__((warn_unused_result));

#endif
