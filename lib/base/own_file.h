/*
 * own_file - files that the program makes under names that others can guess.
 *
 * Anyone who may write in the directory can put a link or a pipe under such a name.  The program
 * never follows one.  Both functions return an open descriptor, or -1 with errno set.
 */
#ifndef BRAINSWEEP_OWN_FILE_H
#define BRAINSWEEP_OWN_FILE_H

/* A new, empty file for writing, whatever had that name before. */
int own_file_make(const char *path);

/* An ordinary file for reading; EINVAL when it is something else, ELOOP when it is a link. */
int own_file_open(const char *path);

/* Syncs the directory that this name is in: only then is a new name safe from a power cut. */
int own_file_sync_directory(const char *path);

#endif
