/*
 * batch - the Slurm job that this process is in, and times as Slurm writes them.
 */
#ifndef BRAINSWEEP_BATCH_H
#define BRAINSWEEP_BATCH_H

#include "err.h"

/* The number of the job, or NULL outside of one. */
const char *batch_job(void);

/* Seconds until its time limit; negative when that is not known, or there is none. */
double batch_seconds_left(void);

/* Reads a time as sbatch takes it: "30" minutes, "30:00", "8:00:00", "1-12", "1-12:30",
   "1-12:30:00".  ERR_USAGE, beginning with `option`, for anything else. */
int batch_read_time(const char *option, const char *text, long *seconds, struct err *e)
    __attribute__((warn_unused_result));

#endif
