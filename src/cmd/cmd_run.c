/* The command `run`: runs the jobs of a sweep that are not done yet. */
#include "base/log.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/self_launch.h"
#include "cmd/sweep_request.h"
#include "jobs/job.h"
#include "mpi/exit_file.h"
#include "mpi/launcher.h"
#include "mpi/transport.h"
#include "run/coordinator.h"
#include "run/ledger.h"
#include "run/progress.h"
#include "run/signals.h"
#include "run/stop_policy.h"
#include "run/supervisor.h"
#include "run/worker.h"
#include "store/store.h"
#include "sweep/sweep_only.h"
#include "text/console.h"

#include <limits.h>
#include <stdio.h>

static const struct spec *point(size_t i, const void *data)
{
    return sweep_spec(data, i);
}

/* Opens the database, and enters the points of the sweep. */
static int open_store(struct store **store, const struct sweep *sweep, const char *path,
                      struct err *e)
{
    int code = store_open(store, path, STORE_CREATE, job_experiments(), e);
    if (code)
        return code;
    return store_enter_sweep(*store, sweep_name(sweep), sweep_text(sweep), sweep_experiment(sweep),
                             point, sweep, sweep_count(sweep), e);
}

static int is_wanted(const struct spec *spec, const void *only)
{
    return sweep_only_has(only, spec);
}

/* The terms of the run, which the ledger needs before it reads the database. */
static struct ledger_terms make_terms(const struct sweep *sweep, const struct sweep_only *only,
                                      const struct run_config *config,
                                      const struct stop_policy *policy, int workers)
{
    enum { PATIENCE = 2, ALONE_AFTER = 5 }; /* workers wait longer for the coordinator */
    return (struct ledger_terms){.sweep = sweep_name(sweep),
                                 .experiment = sweep_experiment(sweep),
                                 .whole = stop_policy_seconds_left(policy, 0),
                                 .wants = only ? is_wanted : NULL,
                                 .wants_data = only,
                                 .retry = config->retry,
                                 .workers = workers,
                                 .alone_after = ALONE_AFTER,
                                 .worker_loss_is_isolated = environment_survives_deaths(),
                                 .writing = {.snapshot_every = config->snapshot_every,
                                             .patience = PATIENCE * config->worker_timeout}};
}

static int serve(struct store *store, const struct ledger_terms *terms,
                 const struct run_config *config, const char *path,
                 const struct stop_policy *policy, struct run_end *end, int *dismissed,
                 struct err *e)
{
    struct ledger *ledger = NULL;
    struct progress *progress = NULL;
    const struct progress_terms shown = {
        .workers = terms->workers,
        .quiet = config->quiet,
        .verbose = config->verbose,
        .experiment = terms->experiment,
        .store = store,
    };
    int code = ledger_new(&ledger, store, job_experiments(), terms, e);
    if (!code)
        code = progress_new(&progress, &shown, e);
    if (!code) {
        *dismissed = 1; /* both functions dismiss the workers */
        code = transport_size() > 1 ? coordinator_serve(ledger, progress, policy, end, e)
                                    : serial_run(ledger, progress, policy, end, e);
        progress_summary(progress, ledger, path);
    }
    progress_free(progress);
    ledger_free(ledger);
    return code;
}

/* Runs in rank 0, or in the only process.  Copies the name of the database to path (PATH_MAX); ""
   if the name is not known before an error occurs. */
static struct run_end coordinate(const struct options *options, const struct run_config *config,
                                 char *path, int *dismissed, struct err *e)
{
    struct sweep *sweep = NULL;
    struct sweep_only *only = NULL;
    struct store *store = NULL;
    struct stop_policy policy;
    struct run_end end = {.exit_code = EXIT_DONE};
    snprintf(path, PATH_MAX, "%s", options->db ? options->db : "");
    int code = sweep_request_sweep(&sweep, options, environment_local_size(), e);
    if (!code)
        code = stop_policy_read(&policy, config, sweep_count(sweep), e);
    if (!code) /* checked first: a misspelt --only must not create a database */
        code = sweep_request_only(&only, sweep, options, e);
    if (!code) {
        sweep_request_database(sweep, options, path, PATH_MAX);
        code = open_store(&store, sweep, path, e);
        sweep_drop_points(sweep); /* the ledger reads the remaining jobs itself */
    }
    if (!code) {
        exit_file_forget(path);
        int ranks = transport_size();
        const struct ledger_terms terms =
            make_terms(sweep, only, config, &policy, ranks > 1 ? ranks - 1 : 1);
        code = serve(store, &terms, config, path, &policy, &end, dismissed, e);
    }
    if (code)
        end.exit_code = command_fail(e);
    if (store_close(store, e) && !code)
        end.exit_code = command_fail(e);
    sweep_only_free(only);
    sweep_free(sweep);
    return end;
}

static int coordinate_and_leave(const struct options *options, const struct run_config *config,
                                struct err *e)
{
    char path[PATH_MAX];
    int dismissed = 0;
    if (transport_size() > 1 && !launcher_kind()->can_recover && !config->quiet)
        log_info("with %s the run ends when one of its processes dies; the same command then "
                 "continues it",
                 launcher_kind()->mpi);
    struct run_end end = coordinate(options, config, path, &dismissed, e);
    if (!dismissed)
        end.lost = coordinator_dismiss(end.exit_code);
    coordinator_end(end.exit_code);
    int exit_code = exit_file(*path ? path : NULL, end.exit_code);
    if (end.lost)
        transport_abort(exit_code);
    return exit_code;
}

static struct run_config configure(const struct options *o)
{
    return (struct run_config){.checkpoint_every = o->checkpoint_every,
                               .worker_timeout = o->worker_timeout,
                               .time_limit = o->time_limit,
                               .snapshot_every = o->snapshot_every,
                               .max_fails = o->max_fails,
                               .retry = o->retry,
                               .quiet = o->quiet,
                               .verbose = o->verbose};
}

/* Only the first task prints an error that every task would report. */
static int run(struct options *options)
{
    struct err e = {0};
    int exit_code = EXIT_DONE;
    console_mute(environment_launcher().task > 0);
    int code = self_launch(options, &exit_code, &e);
    if (code < 0)
        exit_code = exit_file(NULL, command_fail(&e));
    if (code) {
        console_mute(0);
        return exit_code;
    }
    signals_listen(); /* a request to stop may come before MPI has started */
    supervisor_start();
    exit_file_begin();
    code = launcher_start(NULL, NULL, &e);
    exit_code = code ? command_fail(&e) : EXIT_DONE;
    console_mute(0);
    if (code)
        return exit_file(NULL, exit_code);

    const struct run_config config = configure(options);
    exit_code = transport_rank() > 0 ? exit_file(NULL, worker_serve(&config))
                                     : coordinate_and_leave(options, &config, &e);
    transport_end();
    return exit_code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SWEEP [OPTION]...",
    .summary = "run the jobs of a sweep that are not done yet",
    .help =
        "Runs the jobs of a sweep file that are not in the database yet.  Uses all cores of\n"
        "this machine, one worker each.  Under mpirun or srun, rank 0 hands the jobs out and the\n"
        "other ranks train.  The same command continues an interrupted run.\n\n"
        "Exit code: 0 all done, 1 command line or sweep file, 2 some jobs failed or diverged,\n"
        "4 database or environment, 75 stopped with work left: run the same command again.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_DB | OPTION_SET | OPTION_SHARD | OPTION_ONLY | OPTION_RETRY |
               OPTION_CHECKPOINT_EVERY | OPTION_TIME_LIMIT | OPTION_MAX_FAILS |
               OPTION_WORKER_TIMEOUT | OPTION_SNAPSHOT_EVERY | OPTION_QUIET | OPTION_VERBOSE |
               OPTION_WORKERS,
    .on_all_ranks = 1,
    .run = run,
};
