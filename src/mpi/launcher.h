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

#endif
