/*
 * store_lock - one writer at a time: a file DB.lock beside the database.
 *
 * Private to store*.c.  The lock is the kernel's lock on that file, not its existence.  The kernel
 * releases it when the process dies, however it dies, so that a file left behind does no harm.  The
 * file's one line names the holder.  On a local disk the database file itself is locked as well, so
 * that it is one database under all of its hard links.
 */
#ifndef BRAINSWEEP_STORE_LOCK_H
#define BRAINSWEEP_STORE_LOCK_H

#include "base/err.h"

#include <stddef.h>

struct store_lock; /* Opaque. */

/* Takes the lock of this database file, which is made if it is not there; ERR_BUSY names its
   holder.  Messages call the database `path`.  It is given back after SQLite has closed the file:
   closing any descriptor of a file takes SQLite's own locks away. */
int store_lock_take(struct store_lock **lock, const char *file, const char *path, int is_local,
                    struct err *e) __attribute__((warn_unused_result));

/* Gives it back and removes the file; NULL is fine. */
void store_lock_give(struct store_lock *lock);

/* Whether a process holds the lock of this database file; then the line of the lock file, "process
   7 on host", into holder.  Takes no lock where the kernel lists them, so that it never blocks a
   run that begins. */
int store_lock_held(const char *file, char *holder, size_t size);

#endif
