/*
 * sim_files - the contents of DB.ckpt for the simulation's jobs, and the true history of the jobs.
 */
#ifndef BRAINSWEEP_TESTS_SIM_FILES_H
#define BRAINSWEEP_TESTS_SIM_FILES_H

#include "run/crash_file.h"
#include "sim.h"

struct sim_files {
    int has_checkpoint, has_log, has_crash;
    int64_t checkpoint_attempt, crash_attempt;
    int64_t step;
    double seconds;
    char how[CRASH_TEXT_SIZE];
    int lone_deaths;                     /* with evidence, before the job had saved itself */
    double died_alone[SIM_ATTEMPTS + 1]; /* time of death; 0 = none */
    int has_evidence[SIM_ATTEMPTS + 1];
    int lonely_ends; /* runs that ended without notice while only this job was at work */
    int ended_alone[SIM_ATTEMPTS + 1]; /* by attempt */
    int generation;                    /* how often an attempt was withdrawn */
};
extern struct sim_files sim_files[SIM_JOBS + 1]; /* by job, from 1 */
extern int sim_files_marked;                     /* results could not be written */

void sim_files_new(void);
int sim_disk_is_full(void);

#endif
