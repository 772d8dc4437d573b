/*
 * options - the command line after the command's name, from one table of all options.
 */
#ifndef BRAINSWEEP_OPTIONS_H
#define BRAINSWEEP_OPTIONS_H

#include "command.h"
#include "sweep.h"

#include <stdio.h>

enum option {
    OPTION_DB = 1 << 0,
    OPTION_JSON = 1 << 1,
    OPTION_SET = 1 << 2,
    OPTION_RETRY = 1 << 3,
    OPTION_QUIET = 1 << 4,
    OPTION_RANKS = 1 << 5,
    OPTION_PLANE = 1 << 6,
    OPTION_BY_GROUP = 1 << 7,
    OPTION_STATE = 1 << 8,
    OPTION_SAMPLE = 1 << 20,
    OPTION_SHARD = 1 << 21,
    OPTION_SHARDS = 1 << 22,
    OPTION_NODES = 1 << 23,
    OPTION_TASKS = 1 << 24,
    OPTION_TIME = 1 << 25,
    OPTION_PARTITION = 1 << 26,
    OPTION_SBATCH = 1 << 27,
};

enum { OPTIONS_SETS = 64, OPTIONS_SBATCH = 32 };

struct options {
    const char *db;                     /* --db, or NULL */
    const char *ranks;                  /* --ranks, or NULL */
    const char *plane;                  /* --plane, or NULL */
    const char *state;                  /* --state, or NULL */
    long sample;                        /* --sample, or 0 */
    long shard, shards;                 /* --shard, --shards, or 0 */
    long nodes, tasks;                  /* --nodes, or 1; --ntasks-per-node, or 0 */
    const char *time;                   /* --time, or NULL */
    const char *partition;              /* --partition, or NULL */
    const char *sbatch[OPTIONS_SBATCH]; /* --sbatch */
    size_t sbatch_count;
    int json, retry, quiet, by_group;
    struct override sets[OPTIONS_SETS]; /* --set; the texts lie in argv */
    size_t set_count;
    char **arguments; /* (argument_count), in argv: they are moved to its beginning */
    int argument_count;
    int help; /* --help was given, and has been printed */
};

/* Reads what `command` takes, with from `least` to `most` arguments; ERR_USAGE says what is wrong.
 */
int options_read(const struct command *command, int argc, char **argv, int least, int most,
                 struct options *options, struct err *e) __attribute__((warn_unused_result));

/* Prints a line for each option in the mask, --help included. */
void options_print(FILE *out, unsigned mask);

#endif
