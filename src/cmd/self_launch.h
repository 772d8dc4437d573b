/*
 * self_launch - a run that no launcher has started starts itself under mpirun, so that it uses all
 * cores of this machine.
 *
 * The first process stays, and is the one that the user and the shell see: it passes requests to
 * stop on to rank 0, waits for mpirun, and ends with the exit code of the run, whatever mpirun's is
 * (exit_file.h).  mpirun is in a process group of its own, because it answers the SIGINT of a
 * terminal by killing the ranks; the first process sends rank 0 SIGUSR1 instead, so that the run
 * saves its state and ends with 75.  If the first process dies, mpirun ends the ranks.
 */
#ifndef BRAINSWEEP_SELF_LAUNCH_H
#define BRAINSWEEP_SELF_LAUNCH_H

#include "cmd/options.h"

/* Runs the command line of `options` under mpirun where that is called for, and leaves its exit
   code; returns 1 then.  Returns 0 where this process is to go on with the run itself: under a
   launcher, in a Slurm job, for a single worker, and, with a message, without an mpirun.  Negative
   is an error: --jobs where it has no meaning, or a sweep file that cannot be read. */
int self_launch(const struct options *options, int *exit_code, struct err *e)
    __attribute__((warn_unused_result));

#endif
