/*
 * command - what a subcommand of brainsweep is: one file with one const struct command.
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
    const char *help;      /* more about it for `brainsweep run --help`, ending with a newline */
    int minimum, maximum;  /* how many arguments it takes, besides options */
    uint64_t options;      /* which options it takes: OPTION_ bits of options.h */
    int on_all_ranks;      /* under a launcher every rank runs it, not rank 0 alone */

    /* The options have been read.  Returns an exit code; has printed the reason on stderr when not
     * 0. */
    int (*run)(struct options *options);
};

/* The i-th command, in the order of `brainsweep --help`; NULL past the last. */
const struct command *command_at(int i);

/* The command of that name, or NULL. */
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
extern const struct command command_export;
extern const struct command command_slurm;
extern const struct command command_verify;
extern const struct command command_merge;
extern const struct command command_measure;
extern const struct command command_doctor;

/* Prints the error's sentence on stderr and returns the exit code for its code. */
int command_fail(const struct err *e);

#endif
