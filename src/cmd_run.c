#include "channel.h"
#include "command.h"
#include "console.h"
#include "coordinator.h"
#include "farewell.h"
#include "job.h"
#include "launcher.h"
#include "ledger.h"
#include "log.h"
#include "options.h"
#include "progress.h"
#include "request.h"
#include "store.h"
#include "worker.h"

#include <limits.h>

static const struct spec *point(size_t i, const void *data)
{
    return sweep_spec(data, i);
}

/* The database with the sweep's points in it, ready to hand out what is missing. */
static int open_store(struct store **store, const struct sweep *sweep, const char *path, int retry,
                      struct err *e)
{
    int code = store_open(store, path, STORE_CREATE, job_experiments(), e);
    if (code)
        return code;
    code = store_enter_sweep(*store, sweep_name(sweep), sweep_text(sweep), sweep_experiment(sweep),
                             point, sweep, sweep_count(sweep), e);
    if (!code)
        code = store_reset(*store, retry, e);
    if (!code)
        code = store_commit(*store, e);
    return code;
}

static int serve(struct store *store, const struct sweep *sweep, const struct options *options,
                 const char *path, int *exit_code, int *dismissed, struct err *e)
{
    struct ledger *ledger = NULL;
    struct progress *progress = NULL;
    int ranks = channel_size(), workers = ranks > 1 ? ranks - 1 : 1;
    int code = ledger_new(&ledger, store, sweep_name(sweep), job_experiments(), e);
    if (!code)
        code = progress_new(&progress, workers, options->quiet, e);
    if (!code) {
        *dismissed = 1; /* either of these sends the workers home itself */
        code = ranks > 1 ? coordinator_serve(ledger, progress, exit_code, e)
                         : coordinator_alone(ledger, progress, exit_code, e);
        progress_summary(progress, ledger_counts(ledger), path);
    }
    progress_free(progress);
    ledger_free(ledger);
    return code;
}

/* Rank 0, or the only process there is. */
static int coordinate(const struct options *options, int *dismissed, struct err *e)
{
    struct sweep *sweep = NULL;
    struct store *store = NULL;
    char path[PATH_MAX];
    int exit_code = EXIT_DONE;
    int code = request_sweep(&sweep, options, channel_local_size(), e);
    if (code)
        return farewell(options->db, command_fail(e));
    request_database(sweep, options, path, sizeof path);
    farewell_forget(path);
    code = open_store(&store, sweep, path, options->retry, e);
    if (!code)
        code = serve(store, sweep, options, path, &exit_code, dismissed, e);
    if (code)
        exit_code = command_fail(e);
    if (store_close(store, e) && !code)
        exit_code = command_fail(e);
    sweep_free(sweep);
    return farewell(path, exit_code);
}

/* Options are read before MPI is started: --help and wrong ones need no other rank.  What every
   task would complain of, the first one does. */
static int run(int argc, char **argv)
{
    struct err e = {0};
    struct options options;
    console_mute(launcher_find().task > 0);
    int code = options_read(&command_run, argc, argv, 1, 1, &options, &e);
    if (!code && !options.help)
        code = launcher_start(&argc, &argv, &e);
    int exit_code = code ? command_fail(&e) : EXIT_DONE;
    console_mute(0);
    if (code || options.help)
        return farewell(NULL, exit_code);

    if (channel_rank() > 0) {
        exit_code = farewell(NULL, worker_serve());
    } else {
        int dismissed = 0;
        exit_code = coordinate(&options, &dismissed, &e);
        if (!dismissed)
            coordinator_dismiss(exit_code);
    }
    channel_end();
    return exit_code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SWEEP [OPTION]...",
    .summary = "run a sweep, or what is missing of it",
    .help =
        "Runs the jobs of a sweep file that the database does not have yet.  Under mpirun rank 0\n"
        "hands them out and the other ranks train; without it one process does it all.  The same\n"
        "command goes on where it was interrupted.\n\n"
        "Exit code: 0 all done, 1 command line or sweep file, 2 some jobs failed or diverged,\n"
        "4 database or environment, 75 stopped by a signal with work left.\n",
    .options = OPTION_DB | OPTION_SET | OPTION_SHARD | OPTION_RETRY | OPTION_QUIET,
    .on_all_ranks = 1,
    .run = run,
};
