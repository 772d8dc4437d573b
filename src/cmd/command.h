/*
 * command - what a subcommand of brainsweep is: one file, one const struct command, one function.
 */
#ifndef BRAINSWEEP_COMMAND_H
#define BRAINSWEEP_COMMAND_H

#include "base/err.h"
#include "run/exit_code.h"

struct command {
    const char *name;      /* "run" */
    const char *arguments; /* "SWEEP" */
    const char *summary;   /* one line for `brainsweep --help` */
    const char *help;      /* more about it for `brainsweep run --help`, ending with a newline */
    unsigned options;      /* which of enum option_bit it takes, see options.h */
    int on_all_ranks;      /* under a launcher every rank does it, not rank 0 alone */

    /* argv[0] is the command's name.  Returns an exit code; has said why on stderr when not 0. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_plan;
extern const struct command command_run;
extern const struct command command_one;
extern const struct command command_status;
extern const struct command command_show;
extern const struct command command_pareto;
extern const struct command command_compare;
extern const struct command command_tasks;
extern const struct command command_slurm;
extern const struct command command_verify;
extern const struct command command_merge;
extern const struct command command_doctor;

/* Says the error's sentence on stderr and returns the exit code that goes with its code. */
int command_fail(const struct err *e);

#endif
