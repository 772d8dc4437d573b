/*
 * store_file - the database as a file: whether it can be one, and what its file system allows.
 *
 * Private to store*.c; no SQL here.
 */
#ifndef BRAINSWEEP_STORE_FILE_H
#define BRAINSWEEP_STORE_FILE_H

#include "store/store.h"

#include <limits.h>
#include <stdint.h>

/*
 * Looks before SQLite does, which would report "unable to open database file" in every case. Leaves
 * the absolute name, links followed, in file (PATH_MAX).  ERR_STORE with a sentence for a
 * directory, a missing or read-only one, a missing file, one that may not be read or written, and
 * one that does not begin like a database.  An empty file is a new database.
 */
int store_file_check(const char *path, enum store_access access, char *file, struct err *e)
    __attribute__((warn_unused_result));

/*
 * The name SQLite opens the file by for reading, into uri (STORE_URI_SIZE).  A database in WAL mode
 * needs a -shm file even for readers.  Where it cannot, on read-only media, and nothing is
 * left in a -wal file, the file is opened as one that nobody changes.
 */
enum { STORE_URI_SIZE = 3 * PATH_MAX + 32 };
void store_file_uri(const char *file, char *uri);

/* Whether a reader may open it for writing, as SQLite needs to take away the -wal and -shm files of
   a database in WAL mode.  Not where a rollback journal is beside it: only the writer may play
   that back. */
int store_file_may_tidy(const char *file);

/* Its bytes, those of its write-ahead log among them. */
int64_t store_file_bytes(const char *file);

struct filesystem {
    uint32_t magic; /* f_type of statfs(2) */
    const char *name;
    const char *journal; /* mode of SQLite: "wal" where processes share memory, else "truncate" */
};

/* What is known of a file system; one that is not known is taken for a network's. */
const struct filesystem *store_file_system(uint32_t magic);

/* The one this file is on. */
const struct filesystem *store_file_on(const char *file);

#endif
