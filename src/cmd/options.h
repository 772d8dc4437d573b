/*
 * options - the command line after the command's name.  One table holds the options of all
 * commands.
 */
#ifndef BRAINSWEEP_OPTIONS_H
#define BRAINSWEEP_OPTIONS_H

#include "cmd/command.h"
#include "sweep/sweep.h"

#include <stdint.h>

/* Bits of the field `options` of struct command; each option has its own bit. */
#define OPTION_DB               ((uint64_t)1 << 0)
#define OPTION_JSON             ((uint64_t)1 << 1)
#define OPTION_SET              ((uint64_t)1 << 2)
#define OPTION_RETRY            ((uint64_t)1 << 3)
#define OPTION_QUIET            ((uint64_t)1 << 4)
#define OPTION_RANKS            ((uint64_t)1 << 5)
#define OPTION_PLANE            ((uint64_t)1 << 6)
#define OPTION_BY_GROUP         ((uint64_t)1 << 7)
#define OPTION_STATE            ((uint64_t)1 << 8)
#define OPTION_BY               ((uint64_t)1 << 9)
#define OPTION_ERRORS           ((uint64_t)1 << 10)
#define OPTION_RESAMPLES        ((uint64_t)1 << 11)
#define OPTION_CHECKPOINT_EVERY ((uint64_t)1 << 12)
#define OPTION_TIME_LIMIT       ((uint64_t)1 << 13)
#define OPTION_WORKER_TIMEOUT   ((uint64_t)1 << 14)
#define OPTION_MAX_FAILS        ((uint64_t)1 << 15)
#define OPTION_SNAPSHOT_EVERY   ((uint64_t)1 << 16)
#define OPTION_CHECK            ((uint64_t)1 << 17)
#define OPTION_ONLY             ((uint64_t)1 << 18)
#define OPTION_JOBS             ((uint64_t)1 << 19)
#define OPTION_SAMPLE           ((uint64_t)1 << 20)
#define OPTION_SHARD            ((uint64_t)1 << 21)
#define OPTION_SHARDS           ((uint64_t)1 << 22)
#define OPTION_NODES            ((uint64_t)1 << 23)
#define OPTION_TASKS            ((uint64_t)1 << 24)
#define OPTION_TIME             ((uint64_t)1 << 25)
#define OPTION_PARTITION        ((uint64_t)1 << 26)
#define OPTION_SBATCH           ((uint64_t)1 << 27)
#define OPTION_TASK_SET         ((uint64_t)1 << 28)
#define OPTION_TASK             ((uint64_t)1 << 29)
#define OPTION_TRIALS           ((uint64_t)1 << 30)
#define OPTION_SEED             ((uint64_t)1 << 31)
#define OPTION_RULE             ((uint64_t)1 << 32)
#define OPTION_EVAL             ((uint64_t)1 << 33)
#define OPTION_JOB_SEED         ((uint64_t)1 << 34)
#define OPTION_TABLE            ((uint64_t)1 << 35)
#define OPTION_JOB              ((uint64_t)1 << 36)
#define OPTION_FORMAT           ((uint64_t)1 << 37)
#define OPTION_OUTPUT           ((uint64_t)1 << 38)
#define OPTION_WORKERS          ((uint64_t)1 << 39)
#define OPTION_SWEEP            ((uint64_t)1 << 40)
#define OPTION_WHERE            ((uint64_t)1 << 41)
#define OPTION_FORCE            ((uint64_t)1 << 42)
#define OPTION_FULL             ((uint64_t)1 << 43)
#define OPTION_OF               ((uint64_t)1 << 44)
#define OPTION_MAX_ERROR        ((uint64_t)1 << 45)
#define OPTION_EQUAL_POINTS     ((uint64_t)1 << 46)
#define OPTION_WATCH            ((uint64_t)1 << 47)
#define OPTION_VERBOSE          ((uint64_t)1 << 48)

enum { OPTIONS_SETS = 64, OPTIONS_OF = 16, OPTIONS_SBATCH = 32, OPTIONS_JOBS = 1024 };

/* The given options and arguments.  If an option is not given, its text is NULL and its number 0.
   Texts point into argv. */
struct options {
    char *db;
    char *ranks;
    char *plane;
    char *state;
    char *by;
    char *errors;
    char *resamples;
    char *max_error;
    char *of[OPTIONS_OF]; /* --of */
    int of_count;
    char *time;
    char *partition;
    char *max_fails;
    char *only;
    char *sweep, *where;
    double checkpoint_every, worker_timeout; /* seconds, 300 and 45 unless given */
    double time_limit, snapshot_every;       /* seconds */
    long sample, jobs;
    long workers; /* --jobs of `run`; 0 = not given */
    long shard, shards;
    long nodes, tasks; /* nodes is 1 unless given */
    int json, retry, quiet, verbose, by_group, force, full, equal_points, check;
    struct override sets[OPTIONS_SETS]; /* --set */
    size_t set_count;
    const char *sbatch[OPTIONS_SBATCH]; /* --sbatch */
    size_t sbatch_count;
    char *task_set, *task; /* of `tasks` */
    int64_t trials, seed;  /* of `tasks`: 1 and 0 unless given */
    int64_t job_seed;
    int rule, evaluation;
    int watch;                      /* of `status` */
    char *table, *format, *output;  /* of `export` */
    int64_t job_list[OPTIONS_JOBS]; /* --job */
    size_t job_count;
    char *const *command_line; /* of the process, unchanged; ends with NULL */
    char **arguments;          /* (argument_count), moved to the beginning of argv */
    int argument_count;
    int help; /* --help was given, and has been printed */
};

/* Reads the options and arguments of `command` from the words after its name, argv[0]; moves the
   arguments to the beginning of argv.  ERR_USAGE: e says what is wrong. */
int options_read(const struct command *command, int argc, char **argv, struct options *options,
                 struct err *e) __attribute__((warn_unused_result));

/* The values of options that are not given. */
struct options options_defaults(void);

/* The i-th option that a command takes, without --help; false after the last. */
struct option_info {
    uint64_t bit;
    const char *name;  /* "--db" */
    const char *value; /* its value, NULL = none */
};
int options_at(const struct command *command, int i, struct option_info *info);

/* Prints the usage, the help text and the options of a command to stdout. */
void options_help(const struct command *command);

#endif
