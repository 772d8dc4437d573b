/*
 * joblog - the last lines that are logged while a job runs, to be kept if it ends badly.
 *
 * The lines of a job that has run for a while are also in a file, from which they are read after
 * its process was killed.  A job that ends in any other way removes the file.
 */
#ifndef BRAINSWEEP_JOBLOG_H
#define BRAINSWEEP_JOBLOG_H

#include <limits.h>
#include <stdint.h>

enum { JOBLOG_SIZE = 64 * 1024 };

struct joblog {
    char text[JOBLOG_SIZE + 1]; /* whole lines, the oldest first, NUL at the end */
    int size;
    char file[PATH_MAX]; /* "" = there can be none */
    int fd;              /* of the file, -1 while there is none */
    int written;         /* bytes in it */
};

/* The file of the job whose checkpoints are in that one, "" without, into out (PATH_MAX). */
char *joblog_file(const char *checkpoint, char *out);

/* What a job that was killed had logged, newly made (mem_free); its file is removed.  NULL when
   there is none. */
char *joblog_take(const char *checkpoint);

/* From now on every line that is logged, whatever its level, also goes here; the first one says
   which attempt at which job this is. */
void joblog_start(struct joblog *log, const char *checkpoint, int64_t job, int64_t attempt,
                  const char *spec);
/* From now on the lines are also written to the file; may be called again. */
void joblog_persist(struct joblog *log);
/* Removes the file; the lines stay in `text`. */
void joblog_stop(struct joblog *log);

#endif
