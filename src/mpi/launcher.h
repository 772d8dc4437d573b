/*
 * launcher - starts MPI among the processes that a launcher has started.
 *
 * Ranks that were started without a common MPI would each act as the only one, and all would write
 * the same database.
 */
#ifndef BRAINSWEEP_LAUNCHER_H
#define BRAINSWEEP_LAUNCHER_H

#include "base/environment.h"
#include "base/err.h"

/* Starts MPI where there is a launcher.  ERR_ENVIRONMENT, with what to do, when it started several
   tasks that MPI cannot join or has not joined. */
int launcher_start(int *argc, char ***argv, struct err *e) __attribute__((warn_unused_result));

/* How the MPI that the program is built with starts ranks on this machine, and what it can do. */
struct launcher_kind {
    const char *mpi;      /* "Open MPI" */
    const char *program;  /* found in PATH: "mpirun", "mpiexec.mpich" */
    const char *words[8]; /* behind -n RANKS and before the program; ends with NULL */
    const char *srun;     /* what srun has to be told */
    int can_recover;      /* whether a rank's death may leave the others alive */
};
const struct launcher_kind *launcher_kind(void);

#endif
