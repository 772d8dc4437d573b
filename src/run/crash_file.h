/*
 * crash_file - evidence that a job ended its own process: a file DB.ckpt/JOB.crash, written by the
 * process that watches over the job's process and has outlived it.
 *
 * A run that ended as a whole leaves no such file, and no job is blamed for that.
 */
#ifndef BRAINSWEEP_CRASH_FILE_H
#define BRAINSWEEP_CRASH_FILE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

enum { CRASH_TEXT_SIZE = 160 };

/* Says that this attempt at the job whose checkpoints are in that file ended its process, and how.
   `checkpoint` is not "".  Evidence against a later attempt stays.  Returns 0, or -1 when the file
   cannot be written. */
int crash_file_write(const char *checkpoint, int64_t attempt, const char *how);

/* Whether there is evidence against this attempt; then `how` (CRASH_TEXT_SIZE) says how it ended.
 */
int crash_file_read(const char *checkpoint, int64_t attempt, char *how);

/* Removes the file if it is there. */
void crash_file_remove(const char *checkpoint);

/* The jobs in a directory of checkpoints ("" = none) that there is evidence against, up to `most`
   of them; returns how many. */
size_t crash_file_list(const char *directory, int64_t *jobs, size_t most);

#endif
