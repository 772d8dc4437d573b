/*
 * options - the command line after the command's name, from one table of all options.
 */
#ifndef BRAINSWEEP_OPTIONS_H
#define BRAINSWEEP_OPTIONS_H

#include "cmd/command.h"
#include "sweep/sweep.h"

#include <stdio.h>

enum option_bit {
    OPTION_DB = 1 << 0,
    OPTION_JSON = 1 << 1,
    OPTION_SET = 1 << 2,
    OPTION_RETRY = 1 << 3,
    OPTION_QUIET = 1 << 4,
    OPTION_RANKS = 1 << 5,
    OPTION_PLANE = 1 << 6,
    OPTION_BY_GROUP = 1 << 7,
    OPTION_STATE = 1 << 8,
    OPTION_BY = 1 << 9,
    OPTION_ERRORS = 1 << 10,
    OPTION_RESAMPLES = 1 << 11,
    OPTION_CHECKPOINT_EVERY = 1 << 12,
    OPTION_TIME_LIMIT = 1 << 13,
    OPTION_WORKER_TIMEOUT = 1 << 14,
    OPTION_MAX_FAILS = 1 << 15,
    OPTION_SNAPSHOT_EVERY = 1 << 16,
    OPTION_CHECK = 1 << 17,
    OPTION_ONLY = 1 << 18,
    OPTION_SAMPLE = 1 << 20,
    OPTION_JOBS = 1 << 19,
    OPTION_SHARD = 1 << 21,
    OPTION_SHARDS = 1 << 22,
    OPTION_NODES = 1 << 23,
    OPTION_TASKS = 1 << 24,
    OPTION_TIME = 1 << 25,
    OPTION_PARTITION = 1 << 26,
    OPTION_SBATCH = 1 << 27,
};

enum { OPTIONS_SETS = 64, OPTIONS_SBATCH = 32 };

/* What was given; a text that was not is NULL, a number 0.  Texts lie in argv. */
struct options {
    char *db;
    char *ranks;
    char *plane;
    char *state;
    char *by;
    char *errors;
    char *resamples;
    char *time;
    char *partition;
    char *max_fails;
    char *only;
    double checkpoint_every, worker_timeout; /* seconds, 300 and 45 unless given */
    double time_limit, snapshot_every;       /* seconds */
    long sample, jobs;
    long shard, shards;
    long nodes, tasks; /* nodes is 1 unless given */
    int json, retry, quiet, by_group, check;
    struct override sets[OPTIONS_SETS]; /* --set */
    size_t set_count;
    const char *sbatch[OPTIONS_SBATCH]; /* --sbatch */
    size_t sbatch_count;
    char **arguments; /* (argument_count), in argv: they are moved to its beginning */
    int argument_count;
    int help; /* --help was given, and has been printed */
};

/* Reads what `command` takes, with from `least` to `most` arguments; ERR_USAGE says what is wrong.
 */
int options_read(const struct command *command, int argc, char **argv, int least, int most,
                 struct options *options, struct err *e) __attribute__((warn_unused_result));

/* What they are when nothing is given. */
struct options options_defaults(void);

/* Prints usage, help and options of a command to stdout. */
void options_help(const struct command *command);

#endif
