/*
 * store_place - whether a database is still the file of its name.
 *
 * SQLite continues to write into a file that was deleted or renamed while it was open; what it
 * writes then is lost.
 */
#ifndef BRAINSWEEP_STORE_PLACE_H
#define BRAINSWEEP_STORE_PLACE_H

#include "store/store.h"

#include <sys/types.h>

struct store_place {
    const char *file; /* the store's */
    dev_t device;
    ino_t inode;
};

/* Remembers which file the store's name stands for; as long as the store is open. */
struct store_place store_place_note(const struct store *store);

/* ERR_STORE when the name stands for another file now, or for none. */
int store_place_check(const struct store_place *place, struct err *e)
    __attribute__((warn_unused_result));

#endif
