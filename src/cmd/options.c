#include "cmd/options.h"

#include "base/suggest.h"
#include "text/duration.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct row {
    uint64_t option;
    const char *name;
    const char *value; /* name of its value, NULL = no value */
    const char *help;
    int (*take)(struct options *o, const struct row *row, char *value, struct err *e);
    size_t field; /* offset in struct options of the field that it sets */
};

static void *field_of(struct options *o, const struct row *row)
{
    return (char *)o + row->field;
}

static int take_flag(struct options *o, const struct row *row, char *value, struct err *e)
{
    (void)value, (void)e;
    *(int *)field_of(o, row) = 1;
    return 0;
}

static int take_text(struct options *o, const struct row *row, char *value, struct err *e)
{
    (void)e;
    *(char **)field_of(o, row) = value;
    return 0;
}

enum { COUNT_MOST = 1000000000 };

static int take_count(struct options *o, const struct row *row, char *value, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, value, &v, NULL) || v.as.i < 1 || v.as.i > COUNT_MOST)
        return err_set(e, ERR_USAGE, "%s %s: expected a number from 1 to %d", row->name, value,
                       COUNT_MOST);
    *(long *)field_of(o, row) = (long)v.as.i;
    return 0;
}

static int take_whole(struct options *o, const struct row *row, char *value, int64_t least,
                      int64_t most, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, value, &v, NULL) || v.as.i < least || v.as.i > most)
        return err_set(e, ERR_USAGE, "%s %s: expected a whole number from %lld to %lld", row->name,
                       value, (long long)least, (long long)most);
    *(int64_t *)field_of(o, row) = v.as.i;
    return 0;
}

static int take_trials(struct options *o, const struct row *row, char *value, struct err *e)
{
    return take_whole(o, row, value, 1, COUNT_MOST, e);
}

static int take_seed(struct options *o, const struct row *row, char *value, struct err *e)
{
    return take_whole(o, row, value, 0, INT64_MAX, e);
}

static int take_duration(struct options *o, const struct row *row, char *value, struct err *e)
{
    int code = duration_parse(value, (double *)field_of(o, row), e);
    if (code)
        err_prefix(e, "%s", row->name);
    return code;
}

static int take_set(struct options *o, const struct row *row, char *value, struct err *e)
{
    char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return err_set(e, ERR_USAGE, "%s %s: expected a parameter and its value, such as grid=10",
                       row->name, value);
    if (o->set_count == OPTIONS_SETS)
        return err_set(e, ERR_USAGE, "%s: at most %d of them", row->name, OPTIONS_SETS);
    *equals = '\0';
    o->sets[o->set_count++] = (struct override){value, equals + 1};
    return 0;
}

static int take_of(struct options *o, const struct row *row, char *value, struct err *e)
{
    if (o->of_count == OPTIONS_OF)
        return err_set(e, ERR_USAGE, "%s: at most %d of them", row->name, OPTIONS_OF);
    o->of[o->of_count++] = value;
    return 0;
}

static int take_sbatch(struct options *o, const struct row *row, char *value, struct err *e)
{
    if (o->sbatch_count == OPTIONS_SBATCH)
        return err_set(e, ERR_USAGE, "%s: at most %d of them", row->name, OPTIONS_SBATCH);
    o->sbatch[o->sbatch_count++] = value;
    return 0;
}

static int take_job(struct options *o, const struct row *row, char *value, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, value, &v, NULL) || v.as.i < 1)
        return err_set(e, ERR_USAGE, "%s %s: expected the number of a job, as in column job_id",
                       row->name, value);
    if (o->job_count == OPTIONS_JOBS)
        return err_set(e, ERR_USAGE, "%s: at most %d of them", row->name, OPTIONS_JOBS);
    o->job_list[o->job_count++] = v.as.i;
    return 0;
}

static int take_shard(struct options *o, const struct row *row, char *value, struct err *e)
{
    struct value part, parts;
    char *slash = strchr(value, '/'), head[24];
    snprintf(head, sizeof head, "%.*s", slash ? (int)(slash - value) : 0, value);
    if (!slash || value_parse(VALUE_INT, slash + 1, &parts, NULL) ||
        value_parse(VALUE_INT, head, &part, NULL) || parts.as.i > COUNT_MOST || part.as.i < 1 ||
        part.as.i > parts.as.i)
        return err_set(e, ERR_USAGE, "%s %s: expected I/N with I from 1 to N, such as 2/4",
                       row->name, value);
    o->shard = (long)part.as.i;
    o->shards = (long)parts.as.i;
    return 0;
}

#define FIELD(name) offsetof(struct options, name)

static const struct row table[] = {
    {OPTION_DB, "--db", "FILE", "the database (default: the sweep's name with .db)", take_text,
     FIELD(db)},
    {OPTION_SET, "--set", "KEY=VALUE", "use this value, range or list for a parameter", take_set,
     0},
    {OPTION_ONLY, "--only", "KEY=VALUE,...",
     "only the jobs with these values, such as regularizer=bimt,seed=0..2", take_text, FIELD(only)},
    {OPTION_RETRY, "--retry", NULL, "run failed and diverged jobs again", take_flag, FIELD(retry)},
    {OPTION_CHECKPOINT_EVERY, "--checkpoint-every", "TIME",
     "how often a running job saves itself (default: 5m)", take_duration, FIELD(checkpoint_every)},
    {OPTION_TIME_LIMIT, "--time-limit", "TIME",
     "save and stop before this time has passed (default: Slurm's limit)", take_duration,
     FIELD(time_limit)},
    {OPTION_MAX_FAILS, "--max-fails", "N|N%", "stop when more jobs than this have failed",
     take_text, FIELD(max_fails)},
    {OPTION_WORKER_TIMEOUT, "--worker-timeout", "TIME",
     "give up a worker after this much silence (default: 45s)", take_duration,
     FIELD(worker_timeout)},
    {OPTION_SNAPSHOT_EVERY, "--snapshot-every", "TIME",
     "how often to write DB.snapshot for readers (network file system: 1m)", take_duration,
     FIELD(snapshot_every)},
    {OPTION_CHECK, "--check", NULL, "read the whole database and check that it is sound", take_flag,
     FIELD(check)},
    {OPTION_QUIET, "--quiet", NULL, "show no progress", take_flag, FIELD(quiet)},
    {OPTION_VERBOSE, "--verbose", NULL, "say at the end what the coordinator took of its processor",
     take_flag, FIELD(verbose)},
    {OPTION_RANKS, "--ranks", "N,...", "numbers of ranks to plan for (default: 1,3,33)", take_text,
     FIELD(ranks)},
    {OPTION_PLANE, "--plane", "NAME", "only this plane, such as neurons or wiring", take_text,
     FIELD(plane)},
    {OPTION_BY_GROUP, "--by-group", NULL, "a frontier for each regularizer", take_flag,
     FIELD(by_group)},
    {OPTION_STATE, "--state", "STATE", "list the jobs in this state too", take_text, FIELD(state)},
    {OPTION_BY, "--by", "PARAMETER,...",
     "the groups are its values, or those of several (default: regularizer)", take_text, FIELD(by)},
    {OPTION_ERRORS, "--errors", "E,...",
     "errors at which to give the least cost (default: 0.05,0.1,0.2,0.3)", take_text,
     FIELD(errors)},
    {OPTION_OF, "--of", "A - B", "contrast these groups, not those that were planned", take_of, 0},
    {OPTION_MAX_ERROR, "--max-error", "E",
     "areas up to this error (default: where networks still solve something)", take_text,
     FIELD(max_error)},
    {OPTION_EQUAL_POINTS, "--equal-points", NULL,
     "contrast as many points of both groups, the mean over random choices", take_flag,
     FIELD(equal_points)},
    {OPTION_FULL, "--full", NULL, "all groups, pairs, points and metrics, too", take_flag,
     FIELD(full)},
    {OPTION_RESAMPLES, "--resamples", "N", "resamples of the bootstrap (default: 2000)", take_text,
     FIELD(resamples)},
    {OPTION_SAMPLE, "--sample", "N", "only N jobs: a random choice, the same each time", take_count,
     FIELD(sample)},
    {OPTION_JOBS, "--jobs", "N", "processes that work at the same time (default: 1)", take_count,
     FIELD(jobs)},
    {OPTION_WORKERS, "--jobs", "N", "workers on this machine (default: one per core)", take_count,
     FIELD(workers)},
    {OPTION_SHARD, "--shard", "I/N", "only part I of N equal parts of the sweep", take_shard, 0},
    {OPTION_NODES, "--nodes", "N", "nodes of the job (default: 1)", take_count, FIELD(nodes)},
    {OPTION_TASKS, "--ntasks-per-node", "N", "ranks on each node", take_count, FIELD(tasks)},
    {OPTION_TIME, "--time", "TIME", "time limit, such as 8:00:00 or 2-12:00:00", take_text,
     FIELD(time)},
    {OPTION_PARTITION, "--partition", "NAME", "the partition of Slurm to use", take_text,
     FIELD(partition)},
    {OPTION_SHARDS, "--shards", "N", "a job array of N parts, each with its own database",
     take_count, FIELD(shards)},
    {OPTION_SBATCH, "--sbatch", "OPTION", "any other option of sbatch, such as --account=me",
     take_sbatch, 0},
    {OPTION_TASK_SET, "--set", "SET",
     "this task set only (default: list all of them, sample yang19)", take_text, FIELD(task_set)},
    {OPTION_TASK, "--task", "TASK", "sample: this task only", take_text, FIELD(task)},
    {OPTION_TRIALS, "--trials", "N", "sample: trials of each task (default: 1)", take_trials,
     FIELD(trials)},
    {OPTION_SEED, "--seed", "K", "sample: another K gives other trials (default: 0)", take_seed,
     FIELD(seed)},
    {OPTION_RULE, "--rule", NULL, "sample: print the rule inputs too, x33 and so on", take_flag,
     FIELD(rule)},
    {OPTION_EVAL, "--eval", NULL,
     "sample: the evaluation trials of a job; --trials is its eval_trials, --seed its eval_seed",
     take_flag, FIELD(evaluation)},
    {OPTION_JOB_SEED, "--job-seed", "S",
     "sample --eval: the seed of the job, which decides Mod_Cog's delays (default: 0)", take_seed,
     FIELD(job_seed)},
    {OPTION_TABLE, "--table", "NAME", "this table or view", take_text, FIELD(table)},
    {OPTION_JOB, "--job", "N", "this job", take_job, 0},
    {OPTION_FORMAT, "--format", "FORMAT",
     "csv, tsv, json or jsonl for a table (default: csv); npz for a job", take_text, FIELD(format)},
    {OPTION_OUTPUT, "-o", "PATH", "write there, not to standard output", take_text, FIELD(output)},
    {OPTION_FORCE, "--force", NULL, "measure all jobs, and replace what is stored", take_flag,
     FIELD(force)},
    {OPTION_WATCH, "--watch", NULL, "redraw it every second, until q is pressed", take_flag,
     FIELD(watch)},
    {OPTION_SWEEP, "--sweep", "NAME", "only the jobs of this sweep", take_text, FIELD(sweep)},
    {OPTION_WHERE, "--where", "EXPR",
     "only jobs for which this holds, such as 'error < 0.5 and grid = 20'", take_text,
     FIELD(where)},
    {OPTION_JSON, "--json", NULL, "print JSON", take_flag, FIELD(json)},
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

static void print_options(FILE *out, uint64_t mask)
{
    for (int i = 0; i < TABLE_SIZE; i++) {
        char left[64];
        if (!(mask & table[i].option))
            continue;
        snprintf(left, sizeof left, "%s%s%s", table[i].name, table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        fprintf(out, "  %-23s  %s\n", left, table[i].help);
    }
    fprintf(out, "  %-23s  %s\n", "--help", "print this help");
}

void options_help(const struct command *command)
{
    printf("Usage: brainsweep %s %s\n\n%s", command->name, command->arguments, command->help);
    printf("\nOptions:\n");
    print_options(stdout, command->options);
}

/* The row of the option, or -1; *value is the text after an equals sign, or NULL. */
static int find(const struct command *command, char *word, char **value)
{
    size_t length = strcspn(word, "=");
    *value = word[length] ? word + length + 1 : NULL;
    for (int i = 0; i < TABLE_SIZE; i++)
        if (command->options & table[i].option && strlen(table[i].name) == length &&
            !strncmp(table[i].name, word, length))
            return i;
    return -1;
}

int options_at(const struct command *command, int i, struct option_info *info)
{
    for (int row = 0; row < TABLE_SIZE; row++)
        if (command->options & table[row].option && i-- == 0) {
            *info = (struct option_info){table[row].option, table[row].name, table[row].value};
            return 1;
        }
    return 0;
}

static const char *option_name_at(int i, const void *command)
{
    struct option_info info;
    return options_at(command, i, &info) ? info.name : NULL;
}

static int unknown_option(const struct command *command, const char *word, struct err *e)
{
    char name[64], hint[SUGGEST_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    suggest_phrase(hint, name, option_name_at, command);
    return err_set(e, ERR_USAGE, "%s %s: no such option%s; see brainsweep help %s", command->name,
                   word, hint, command->name);
}

static int take_option(const struct command *command, char **argv, int argc, int *i,
                       struct options *options, struct err *e)
{
    char *value;
    int row = find(command, argv[*i], &value);
    if (row < 0)
        return unknown_option(command, argv[*i], e);
    if (!table[row].value && value)
        return err_set(e, ERR_USAGE, "%s takes no value", table[row].name);
    if (table[row].value && !value) {
        if (*i + 1 == argc)
            return err_set(e, ERR_USAGE, "%s: expected %s after it", table[row].name,
                           table[row].value);
        value = argv[++*i];
    }
    return table[row].take(options, &table[row], value, e);
}

struct options options_defaults(void)
{
    return (struct options){.nodes = 1, .trials = 1, .checkpoint_every = 300, .worker_timeout = 45};
}

static int is_help(const char *word)
{
    return !strcmp(word, "--help") || !strcmp(word, "-h");
}

static int take_argument(const struct command *command, char *word, struct options *options,
                         struct err *e)
{
    if (options->argument_count == command->maximum)
        return err_set(e, ERR_USAGE, "%s: \"%s\" is one argument too many; usage: brainsweep %s %s",
                       command->name, word, command->name, command->arguments);
    options->arguments[options->argument_count++] = word;
    return 0;
}

int options_read(const struct command *command, int argc, char **argv, struct options *options,
                 struct err *e)
{
    *options = options_defaults();
    options->arguments = argv;
    int only_arguments = 0, code = 0;
    for (int i = 1; !code && i < argc; i++) {
        char *word = argv[i];
        if (!only_arguments && is_help(word)) {
            options_help(command);
            options->help = 1;
            return 0;
        }
        if (!only_arguments && !strcmp(word, "--"))
            only_arguments = 1;
        else if (!only_arguments && word[0] == '-' && word[1])
            code = take_option(command, argv, argc, &i, options, e);
        else
            code = take_argument(command, word, options, e);
    }
    if (!code && options->argument_count < command->minimum)
        code = err_set(e, ERR_USAGE, "%s: expected %s; see brainsweep %s --help", command->name,
                       command->arguments, command->name);
    return code;
}
