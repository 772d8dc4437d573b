/*
 * store_probe - the place where a database is or would be: what its file system allows, and how
 * long it takes to sync.
 */
#ifndef BRAINSWEEP_STORE_PLACE_H
#define BRAINSWEEP_STORE_PLACE_H

#include "base/err.h"

struct store_probe {
    int exists;
    const char *filesystem; /* "ext4", "NFS", or "unknown" */
    const char *journal;    /* the mode that SQLite is put into there: "wal" or "truncate" */
    double free_bytes;      /* for this user */
    double sync_seconds;    /* to write and sync 4 KiB: what a commit takes at least */
};

/* Looks at the place without opening or making the database; a file beside it is written and
   removed.  ERR_STORE when there could be none. */
int store_probe_look(struct store_probe *place, const char *path, struct err *e)
    __attribute__((warn_unused_result));

/* "SQLite 3.40.1" or the like. */
const char *store_probe_library(void);

#endif
