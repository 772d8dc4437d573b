/*
 * launcher - who started this process, and how many of them: what its environment says of that.
 *
 * Ranks that were started without a common MPI would each take themselves for the only one, and
 * all write the same database.
 */
#ifndef BRAINSWEEP_LAUNCHER_H
#define BRAINSWEEP_LAUNCHER_H

#include "base/err.h"

struct launcher {
    const char *name; /* "mpirun", "srun --mpi=pmix", "srun", "PMI", or "none" */
    int tasks;        /* processes that it started; 1 where there is no launcher */
    int task;         /* which of them this is, from 0 */
    int joins;        /* whether it tells MPI how to join them */
};

/* Reads the environment; before MPI is started, which changes it. */
struct launcher launcher_find(void);

/* Starts MPI where there is a launcher.  ERR_ENVIRONMENT, with the way out, when it started several
   tasks that MPI cannot join or has not joined. */
int launcher_start(int *argc, char ***argv, struct err *e) __attribute__((warn_unused_result));

#endif
