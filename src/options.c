#include "options.h"

#include <string.h>

static int take_db(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->db = value;
    return 0;
}

static int take_json(struct options *o, char *value, struct err *e)
{
    (void)value, (void)e;
    o->json = 1;
    return 0;
}

static int take_set(struct options *o, char *value, struct err *e)
{
    char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return err_set(e, ERR_USAGE, "--set %s: expected a parameter and its value, as grid=10",
                       value);
    if (o->set_count == OPTIONS_SETS)
        return err_set(e, ERR_USAGE, "--set: at most %d of them", OPTIONS_SETS);
    *equals = '\0';
    o->sets[o->set_count++] = (struct override){value, equals + 1};
    return 0;
}

static int take_retry(struct options *o, char *value, struct err *e)
{
    (void)value, (void)e;
    o->retry = 1;
    return 0;
}

static int take_quiet(struct options *o, char *value, struct err *e)
{
    (void)value, (void)e;
    o->quiet = 1;
    return 0;
}

static int take_ranks(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->ranks = value;
    return 0;
}

static int take_plane(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->plane = value;
    return 0;
}

static int take_by_group(struct options *o, char *value, struct err *e)
{
    (void)value, (void)e;
    o->by_group = 1;
    return 0;
}

static int take_state(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->state = value;
    return 0;
}

/* A number from 1 to `most`. */
static int read_count(const char *option, const char *text, long most, long *count, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, text, &v, NULL) || v.as.i < 1 || v.as.i > most)
        return err_set(e, ERR_USAGE, "%s %s: expected a number from 1 to %ld", option, text, most);
    *count = (long)v.as.i;
    return 0;
}

static int take_sample(struct options *o, char *value, struct err *e)
{
    return read_count("--sample", value, 1000000000, &o->sample, e);
}

static int take_shard(struct options *o, char *value, struct err *e)
{
    char *slash = strchr(value, '/'), head[24];
    snprintf(head, sizeof head, "%.*s", slash ? (int)(slash - value) : 0, value);
    if (slash && !read_count("--shard", slash + 1, 1000000, &o->shards, NULL) &&
        !read_count("--shard", head, o->shards, &o->shard, NULL))
        return 0;
    return err_set(e, ERR_USAGE, "--shard %s: expected which of how many, from 1/4 to 4/4", value);
}

static int take_shards(struct options *o, char *value, struct err *e)
{
    return read_count("--shards", value, 1000000, &o->shards, e);
}

static int take_nodes(struct options *o, char *value, struct err *e)
{
    return read_count("--nodes", value, 1000000, &o->nodes, e);
}

static int take_tasks(struct options *o, char *value, struct err *e)
{
    return read_count("--ntasks-per-node", value, 1000000, &o->tasks, e);
}

static int take_time(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->time = value;
    return 0;
}

static int take_partition(struct options *o, char *value, struct err *e)
{
    (void)e;
    o->partition = value;
    return 0;
}

static int take_sbatch(struct options *o, char *value, struct err *e)
{
    if (o->sbatch_count == OPTIONS_SBATCH)
        return err_set(e, ERR_USAGE, "--sbatch: at most %d of them", OPTIONS_SBATCH);
    o->sbatch[o->sbatch_count++] = value;
    return 0;
}

static const struct {
    enum option option;
    const char *name;
    const char *value; /* what it wants, NULL = nothing */
    const char *help;
    int (*take)(struct options *o, char *value, struct err *e);
} table[] = {
    {OPTION_DB, "--db", "FILE", "the database (default: the sweep's name with .db)", take_db},
    {OPTION_SET, "--set", "KEY=VALUE",
     "use this value, range or comma list for a parameter of the sweep", take_set},
    {OPTION_RETRY, "--retry", NULL, "run failed and diverged jobs again", take_retry},
    {OPTION_QUIET, "--quiet", NULL, "no progress", take_quiet},
    {OPTION_RANKS, "--ranks", "N,...", "numbers of ranks to plan for", take_ranks},
    {OPTION_PLANE, "--plane", "NAME", "this plane only, such as neurons or wiring", take_plane},
    {OPTION_BY_GROUP, "--by-group", NULL, "a frontier for each regularizer", take_by_group},
    {OPTION_STATE, "--state", "STATE", "list the jobs in this state too", take_state},
    {OPTION_SAMPLE, "--sample", "N", "this many jobs only, chosen at random but always the same",
     take_sample},
    {OPTION_SHARD, "--shard", "I/N", "only the I-th of N parts of the sweep, of like work",
     take_shard},
    {OPTION_NODES, "--nodes", "N", "nodes of the job (default: 1)", take_nodes},
    {OPTION_TASKS, "--ntasks-per-node", "N", "ranks on each of them", take_tasks},
    {OPTION_TIME, "--time", "TIME", "time limit, as 8:00:00 or 2-12:00:00", take_time},
    {OPTION_PARTITION, "--partition", "NAME", "where it is queued", take_partition},
    {OPTION_SHARDS, "--shards", "N", "a job array of N parts, each with a database of its own",
     take_shards},
    {OPTION_SBATCH, "--sbatch", "OPTION", "any other option of sbatch, as --account=me",
     take_sbatch},
    {OPTION_JSON, "--json", NULL, "print JSON", take_json},
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

void options_print(FILE *out, unsigned mask)
{
    for (int i = 0; i < TABLE_SIZE; i++) {
        char left[64];
        if (!(mask & table[i].option))
            continue;
        snprintf(left, sizeof left, "%s%s%s", table[i].name, table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        fprintf(out, "  %-16s  %s\n", left, table[i].help);
    }
    fprintf(out, "  %-16s  %s\n", "--help", "print this");
}

/* The option's row, with its value behind an equals sign, if any, in *value; -1 when unknown. */
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

static int take_option(const struct command *command, char **argv, int argc, int *i,
                       struct options *options, struct err *e)
{
    char *value;
    int row = find(command, argv[*i], &value);
    if (row < 0)
        return err_set(e, ERR_USAGE, "%s %s: no such option; see brainsweep %s --help",
                       command->name, argv[*i], command->name);
    if (!table[row].value && value)
        return err_set(e, ERR_USAGE, "%s takes no value", table[row].name);
    if (table[row].value && !value) {
        if (*i + 1 == argc)
            return err_set(e, ERR_USAGE, "%s: expected %s after it", table[row].name,
                           table[row].value);
        value = argv[++*i];
    }
    return table[row].take(options, value, e);
}

int options_read(const struct command *command, int argc, char **argv, int least, int most,
                 struct options *options, struct err *e)
{
    *options = (struct options){.nodes = 1, .arguments = argv};
    int only_arguments = 0;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        int code = 0;
        if (!only_arguments && (!strcmp(word, "--help") || !strcmp(word, "-h"))) {
            command_print_help(command);
            options->help = 1;
            return 0;
        }
        if (!only_arguments && !strcmp(word, "--"))
            only_arguments = 1;
        else if (!only_arguments && word[0] == '-' && word[1])
            code = take_option(command, argv, argc, &i, options, e);
        else if (options->argument_count == most)
            code = err_set(e, ERR_USAGE,
                           "%s: \"%s\" is one argument too many; usage: brainsweep %s %s",
                           command->name, word, command->name, command->arguments);
        else
            options->arguments[options->argument_count++] = word;
        if (code)
            return code;
    }
    if (options->argument_count < least)
        return err_set(e, ERR_USAGE, "%s: expected %s; see brainsweep %s --help", command->name,
                       command->arguments, command->name);
    return 0;
}
