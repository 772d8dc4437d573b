/*
 * exit_file - the exit code of a run, for whoever started it.
 *
 * Under mpirun --enable-recovery a rank may end in any way without an effect on the others.  mpirun
 * then returns 0 whatever the ranks return, and in a Slurm job it never ends when they return
 * anything else.  So there every rank returns 0, and a file DB.exit beside the database has the
 * real code. A run that has started its own ranks names a private file instead
 * (environment_exit_file): rank 0 leaves its process id there, and at its end the exit code.
 */
#ifndef BRAINSWEEP_EXIT_FILE_H
#define BRAINSWEEP_EXIT_FILE_H

/* Leaves the process id of rank 0, where there is a private file: from now on it may be asked to
 * stop.
 */
void exit_file_begin(void);

/* Removes what an earlier run left. */
void exit_file_forget(const char *db);

/* Leaves the code, where that is needed and db is not NULL: rank 0 leaves it, others don't.
   Returns what this process is to return. */
int exit_file(const char *db, int exit_code);

#endif
