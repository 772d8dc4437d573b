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

/* Makes the supervisor; the call returns in the child.  To be called before MPI is started and
   before anything is printed.  Where no process can be made, this one continues without. */
void supervisor_start(void);

/* A process that runs a job, or has to report for another reason, hangs when supervisor_beat was
   not called for that many seconds (0 = no limit): this is evidence against its job, and the
   process is killed if `kills`.  Time during which either process is stopped does not count. */
void supervisor_expect_life(double seconds, int kills);

/* This process is alive. */
void supervisor_beat(void);

/* An attempt at a job begins, whose checkpoints go into that file; and it has ended. */
void supervisor_begin_job(const char *checkpoint, int64_t attempt);
void supervisor_end_job(void);

#endif
