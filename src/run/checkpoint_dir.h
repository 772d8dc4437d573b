/*
 * checkpoint_dir - the directory DB.ckpt beside a database, in which jobs that run keep their
 * checkpoints.
 *
 * One file a job, of the job's number.  The directory is made when it is wanted, and removed when
 * nothing is left in it.
 *
 * A mark in it, an empty file, says that results could not be written.  Then no job that the
 * database calls running is to blame for the end of its run.  On a full disk there is usually room
 * for an empty file.
 */
#ifndef BRAINSWEEP_CHECKPOINT_DIR_H
#define BRAINSWEEP_CHECKPOINT_DIR_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

struct checkpoint_dir {
    char directory[PATH_MAX]; /* "" when there is none: jobs keep no checkpoints */
};

/* Makes the directory beside this database file; where that is impossible it warns, and there is
   none. */
void checkpoint_dir_open(struct checkpoint_dir *checkpoints, const char *database);

/* Removes the directory if it is empty. */
void checkpoint_dir_close(struct checkpoint_dir *checkpoints);

/* The file of a job, "" without a directory, into out (PATH_MAX); returns out. */
char *checkpoint_dir_file(const struct checkpoint_dir *checkpoints, int64_t job, char *out);

/* Removes the files of a job that is over: no run will continue it. */
void checkpoint_dir_clear(const struct checkpoint_dir *checkpoints, int64_t job);

/* The numbers of the jobs that have a checkpoint or a log there, up to `most`, some of them twice;
   returns how many. */
size_t checkpoint_dir_list(const struct checkpoint_dir *checkpoints, int64_t *jobs, size_t most);

/* Makes the mark, with a warning where that is impossible; whether it is there; removes it. */
void checkpoint_dir_mark(const struct checkpoint_dir *checkpoints);
int checkpoint_dir_is_marked(const struct checkpoint_dir *checkpoints);
void checkpoint_dir_unmark(const struct checkpoint_dir *checkpoints);

#endif
