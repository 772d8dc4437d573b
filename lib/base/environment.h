/*
 * environment - what the environment says of this process: who started it, where it runs, and what
 * happens when one of its ranks dies.  Nothing else reads these variables.
 */
#ifndef BRAINSWEEP_ENVIRONMENT_H
#define BRAINSWEEP_ENVIRONMENT_H

/* Who started this process, and how many of them.  Read it before MPI is started, which changes
   the environment. */
struct launcher {
    const char *name; /* "mpirun", "srun --mpi=pmix", "srun", "PMI", or "none" */
    int tasks;        /* processes that it started; 1 where there is no launcher */
    int task;         /* which of them this is, from 0 */
    int joins;        /* whether it tells MPI how to join them */
};
struct launcher environment_launcher(void);

/* Ranks on this machine, as the launcher says; 1 without one. */
int environment_local_size(void);

/* Whether mpirun gives this process pipes or a terminal of its own making. */
int environment_is_under_mpirun(void);

/* Whether a rank's death leaves the others alive: mpirun --enable-recovery.  Nobody is told of it
   then. */
int environment_survives_deaths(void);

/* Name of this machine, "" when it has none; lives as long as the process. */
const char *environment_host(void);

/* Number of the Slurm job, "" outside of Slurm. */
const char *environment_slurm_job(void);

/* When Slurm ends the job, in seconds since 1970; 0 when the environment does not say. */
double environment_slurm_end(void);

#endif
