/*
 * command - describes a subcommand of brainsweep: each subcommand is one file with one const struct
 * command.
 */
#ifndef BRAINSWEEP_COMMAND_H
#define BRAINSWEEP_COMMAND_H

#include "base/err.h"
#include "run/exit_code.h"

#include <stdint.h>

struct options;

struct command {
    const char *name;      /* "run" */
    const char *arguments; /* "SWEEP" */
    const char *summary;   /* one line for `brainsweep --help` */
    const char *help;      /* details for `brainsweep run --help`, ending with a newline */
    int minimum, maximum;  /* number of arguments, without options */
    uint64_t options;      /* accepted options: OPTION_ bits of options.h */
    int on_all_ranks;      /* whether every rank runs it under a launcher, not only rank 0 */

    /* Runs the command after the options have been read.  Returns an exit code; if it is not 0, the
       reason has been printed on stderr. */
    int (*run)(struct options *options);
};

/* The i-th command, in the order of `brainsweep --help`; NULL past the last. */
const struct command *command_at(int i);

/* The command with that name, or NULL. */
const struct command *command_find(const char *name);

extern const struct command command_plan;
extern const struct command command_run;
extern const struct command command_one;
extern const struct command command_status;
extern const struct command command_show;
extern const struct command command_pareto;
extern const struct command command_compare;
extern const struct command command_report;
extern const struct command command_tasks;
extern const struct command command_complete;
extern const struct command command_export;
extern const struct command command_slurm;
extern const struct command command_verify;
extern const struct command command_merge;
extern const struct command command_measure;
extern const struct command command_doctor;

/* Prints the message of the error on stderr, and returns the exit code for its kind. */
int command_fail(const struct err *e);

#endif
