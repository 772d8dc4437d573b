/*
 * checkpoint - what a job has saved of itself, as a file that is whole or is not there.
 *
 * It is written under another name, synced and renamed, and its directory is synced: after a crash
 * or a power cut the file is either the old one or the new one.  The file names its job, and its
 * checksum is verified before anything in it is used.
 */
#ifndef BRAINSWEEP_CHECKPOINT_H
#define BRAINSWEEP_CHECKPOINT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct checkpoint {
    char *spec;           /* canonical text of the job */
    int64_t attempt;      /* the number of the attempt that saved it */
    int64_t steps;        /* of the job that were done at that time */
    double seconds;       /* that this attempt had taken by that time */
    unsigned char *bytes; /* in the job's own format */
    size_t size;
};

/* Replaces the file of that name.  ERR_FILE when it cannot be written; the old file then remains.
 */
int checkpoint_write(const char *path, const struct checkpoint *checkpoint, struct err *e)
    __attribute__((warn_unused_result));

/* Reads the checkpoint of the job `spec`; given back by checkpoint_free.  No file: 0, and bytes is
   NULL.  ERR_FORMAT: it is damaged, or of another job; ERR_FILE: it cannot be read. */
int checkpoint_read(const char *path, const char *spec, struct checkpoint *checkpoint,
                    struct err *e) __attribute__((warn_unused_result));

void checkpoint_free(struct checkpoint *checkpoint);

/* Removes the file if it is there, and what was left of one that was being written. */
void checkpoint_remove(const char *path);

#endif
