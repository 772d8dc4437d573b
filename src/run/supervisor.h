/*
 * supervisor - a parent for the process that runs jobs.  It does nothing but wait, so it outlives
 * a job that takes its process down, and leaves the evidence for that (crash_file.h).
 *
 * What ends a whole run ends the supervisor too, or tells it to stop first, or ends the launcher:
 * then there is no evidence.  That is how a job that crashes is told from a run that was killed.
 * The supervisor hands signals on to its child, and ends as its child did.
 */
#ifndef BRAINSWEEP_SUPERVISOR_H
#define BRAINSWEEP_SUPERVISOR_H

#include <stdint.h>

/* Makes the supervisor; it is the child that returns.  Before MPI is started and before anything
   is printed.  Where no process can be made this one goes on without. */
void supervisor_start(void);

/* A process that runs a job, or is to report anyway, and gives no sign of life for so many seconds
   hangs: that is evidence against its job, and it is killed if `kills`.  0 = may take its time.
   Time during which either process is stopped does not count. */
void supervisor_expect_life(double seconds, int kills);

/* This process is alive. */
void supervisor_beat(void);

/* An attempt at a job begins, whose checkpoints go into that file; it has ended. */
void supervisor_begin_job(const char *checkpoint, int64_t attempt);
void supervisor_end_job(void);

#endif
