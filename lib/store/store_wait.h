/*
 * store_wait - waiting for a lock that another program has on the database, not in silence.
 *
 * Private to store*.c.  SQLite asks for patience each time that it finds the file locked; after
 * TELL_SECONDS that is said, with the holder where the kernel knows it, and again when the lock is
 * there.
 */
#ifndef BRAINSWEEP_STORE_WAIT_H
#define BRAINSWEEP_STORE_WAIT_H

#include <sqlite3.h>
#include <stddef.h>

struct store_wait {
    const char *path;  /* as the user gave it; not owned */
    const char *file;  /* absolute; not owned */
    int database, shm; /* descriptors to ask the kernel about locks, -1 = not opened yet */
    double since;      /* moment at which this wait began, 0 = there is none */
    int told;          /* that it is on */
    char holder[64];   /* "sqlite3 (process 17)", or "another program" */
};

/* Installs it; path and file must outlive it. */
void store_wait_start(struct store_wait *wait, sqlite3 *handle, const char *path, const char *file);

/* Whether SQLite waits, as it does from the start, or gives up at once. */
void store_wait_set(struct store_wait *wait, sqlite3 *handle, int is_patient);

/* A statement has ended: with the lock, or, when it is still busy, without. */
void store_wait_over(struct store_wait *wait, int is_busy);

/* Lets go of the descriptors; only after SQLite has closed the file, whose locks in this process
   all end with the first of its descriptors that is closed. */
void store_wait_end(struct store_wait *wait);

#endif
