/*
 * environment - the environment variables: who started this process, where it runs, what its user
 * has set.  No other file of lib, jobs and src reads or sets one, or asks for the name of the
 * machine.  A text that is returned belongs to the environment.
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

/* Whether the other ranks live on when one dies (mpirun --enable-recovery).  They are not told of
   its death then. */
int environment_survives_deaths(void);

/* Prepares the environment of mpirun and its ranks: root may run it, BLAS has one thread, and rank
   0 finds the name of the file for its exit code (environment_exit_file). */
void environment_set_for_mpirun(const char *exit_file);

/* The file in which a run that was started by environment_set_for_mpirun leaves its exit code, ""
   for another run. */
const char *environment_exit_file(void);

/* Sets the variable that keeps OpenBLAS from starting threads.  1 when that has changed it:
   OpenBLAS reads it when it is loaded, so the program then has to be started again. */
int environment_forbid_blas_threads(void);

/* Name of this machine, "" when it has none; lives as long as the process. */
const char *environment_host(void);

/* Number of the Slurm job, "" outside of Slurm. */
const char *environment_slurm_job(void);

/* When Slurm ends the job, in seconds since 1970; 0 when the environment does not say. */
double environment_slurm_end(void);

/* Memory of each node of the Slurm job in bytes; 0 when the environment does not say. */
double environment_slurm_memory(void);

/* The number of the Slurm job's nodes, and how often Slurm has restarted the job; "" for unknown.
 */
const char *environment_slurm_nodes(void);
const char *environment_slurm_restarts(void);

/* What the user has set as number of workers (BRAINSWEEP_JOBS), "" for nothing. */
const char *environment_jobs(void);

/* The directory for temporary files. */
const char *environment_temporary_directory(void);

/* Whether a program of that name is in PATH. */
int environment_finds_program(const char *name);

/* Of a terminal: whether it cannot move its cursor, whether the user wants no colours, and its
   width in columns (0 when the environment does not say). */
int environment_is_dumb_terminal(void);
int environment_forbids_color(void);
int environment_columns(void);

#endif
