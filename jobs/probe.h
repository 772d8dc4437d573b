/*
 * probe - a job that does what it is told: sleeps, fails, diverges, crashes, loops or hangs.
 *
 * It costs nothing but the orchestration around it, which is what it tests and measures.
 */
#ifndef BRAINSWEEP_PROBE_H
#define BRAINSWEEP_PROBE_H

#include "jobs/job.h"

extern const struct job job_probe;

#endif
