/* The command `merge`: copies the jobs and results of several databases into one. */
#include "cmd/command.h"
#include "cmd/options.h"
#include "jobs/job.h"
#include "store/store_merge.h"
#include "text/printable.h"

#include <limits.h>
#include <stdio.h>

static const char *ending(int64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_merged(const char *path, const struct store_merged *m)
{
    printable_line(
        "%s: %lld job%s, %lld of them new; %lld result%s or state%s and %lld attempt%s taken, "
        "%lld result%s here already",
        path, (long long)m->jobs, ending(m->jobs), (long long)m->added, (long long)m->taken,
        ending(m->taken), ending(m->taken), (long long)m->attempts, ending(m->attempts),
        (long long)m->agreeing, m->agreeing == 1 ? " was" : "s were");
}

static int merge_all(struct store *store, const struct options *options, struct err *e)
{
    for (int i = 1; i < options->argument_count; i++) {
        struct store_merged m;
        int code = store_merge(store, options->arguments[i], &m, e);
        if (code)
            return code;
        print_merged(options->arguments[i], &m);
    }
    return 0;
}

/* A mistyped name must be detected before anything is created or copied. */
static int check_sources(const struct options *options, struct err *e)
{
    int code = 0;
    for (int i = 1; !code && i < options->argument_count; i++) {
        struct store *source;
        code = store_open(&source, options->arguments[i], STORE_READ, job_experiments(), e);
        if (!code)
            code = store_close(source, e);
    }
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct store *store = NULL;
    int code = check_sources(options, &e);
    if (!code)
        code = store_open(&store, options->arguments[0], STORE_CREATE, job_experiments(), &e);
    if (!code)
        code = merge_all(store, options, &e);
    if (store_close(store, code ? NULL : &e) && !code)
        code = e.code;
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_merge = {
    .name = "merge",
    .arguments = "OUT IN...",
    .summary = "copy the jobs and results of several databases, such as shards, into one",
    .help =
        "Copies the sweeps, jobs, attempts and results of the databases IN, one after the other,\n"
        "into OUT, which is created if it does not exist.  Two results of the same job must be\n"
        "equal to the last bit: otherwise nothing of that database is taken, and merge stops.\n"
        "Merging the same database again changes nothing.\n\n"
        "Example: brainsweep merge all.db shard1.db shard2.db\n",
    .minimum = 2,
    .maximum = INT_MAX,
    .run = run,
};
