/*
 * self_launch - if no launcher has started the run, starts it under mpirun, so that it uses all
 * cores of this machine.
 *
 * The first process stays, and is the one that the user and the shell see.  It forwards requests to
 * stop to rank 0, waits for mpirun, and returns the exit code of the run, whatever mpirun returns
 * (exit_file.h). mpirun has its own process group, because it answers a SIGINT of the terminal by
 * killing the ranks.  The first process sends SIGUSR1 to rank 0 instead, so that the run saves its
 * state and returns 75. If the first process dies, mpirun ends the ranks.
 */
#ifndef BRAINSWEEP_SELF_LAUNCH_H
#define BRAINSWEEP_SELF_LAUNCH_H

#include "cmd/options.h"

/* Runs the command line of `options` under mpirun if that is needed, sets the exit code, and
   returns 1. Returns 0 if this process must do the run itself: under a launcher, in a Slurm job,
   with a single worker, or, with a message, without mpirun.  A negative value is an error: --jobs
   where it has no meaning, or a sweep file that cannot be read. */
int self_launch(const struct options *options, int *exit_code, struct err *e)
    __attribute__((warn_unused_result));

#endif
