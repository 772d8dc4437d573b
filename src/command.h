/*
 * command - what a subcommand of brainsweep is: one file, one const struct command, one function.
 */
#ifndef BRAINSWEEP_COMMAND_H
#define BRAINSWEEP_COMMAND_H

#include "err.h"

/* Exit codes, the same on every rank; documented in the man page. */
enum exit_code {
    EXIT_DONE = 0,     /* all done */
    EXIT_USAGE = 1,    /* command line or sweep file */
    EXIT_JOBS = 2,     /* some jobs failed, the database is intact */
    EXIT_STORE = 4,    /* database or environment */
    EXIT_MISMATCH = 5, /* verify found a difference */
    EXIT_DRAINED = 75  /* stopped with work left: run the same command again */
};

struct command {
    const char *name;    /* "tasks" */
    const char *usage;   /* "list|sample [--set S] ..." */
    const char *summary; /* one line for `brainsweep --help` */
    const char *help;    /* the options, a line each, for `brainsweep NAME --help` */
    int needs_mpi;       /* whether MPI is started when launched by mpirun */

    /* argv[0] is the command's name.  Returns an exit code; says why on stderr when it isn't 0. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_tasks;

/* Prints "brainsweep: <sentence>" to stderr and returns the exit code that goes with the error. */
int command_fail(const struct err *e);

#endif
