/*
 * joblog - the last lines that are logged while a job runs, to be kept if it ends badly.
 */
#ifndef BRAINSWEEP_JOBLOG_H
#define BRAINSWEEP_JOBLOG_H

#include <stdint.h>

enum { JOBLOG_SIZE = 64 * 1024 };

struct joblog {
    char text[JOBLOG_SIZE + 1]; /* whole lines, the oldest first, NUL at the end */
    int size;
};

/* From now on every line that is logged, whatever its level, also goes here; the first one says
   which attempt at which job this is. */
void joblog_start(struct joblog *log, int64_t job, int64_t attempt, const char *spec);
/* The lines stay. */
void joblog_stop(void);

#endif
