/* The command `status`: prints the progress of the sweeps of a database, and what failed. */
#include "base/log.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/mixture_text.h"
#include "cmd/options.h"
#include "cmd/status_view.h"
#include "compare/selection.h"
#include "jobs/job.h"
#include "store/store.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum { STATUS_SCHEMA = 1 };

static int check_state(const char *state, struct err *e)
{
    for (int i = 0; i < STORE_STATES; i++)
        if (!strcmp(store_states[i], state))
            return 0;
    return err_set(e, ERR_USAGE,
                   "--state %s: expected pending, running, done, diverged, failed, crashed or "
                   "quarantined",
                   state);
}

/* Reports mixed parameters and dead networks among the finished jobs of each experiment. */
static int tell_mixtures(struct store *store, struct json *j, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && job_at(i); i++) {
        const struct experiment *x = &job_at(i)->experiment;
        struct selection *all = NULL;
        int64_t results = 0;
        code = store_count_results(store, x, NULL, &results, e);
        if (!code && results)
            code = selection_new(&all, store, x, NULL, NULL, e);
        if (all)
            code = mixture_text_tell(store, x, all, j, &results, e);
        selection_free(all);
    }
    return code;
}

static int print_json(struct store *store, const char *state, struct err *e)
{
    struct json j;
    struct status_view view;
    int code = status_view_look(&view, store, e);
    if (code)
        return code;
    json_begin(&j, stdout, STATUS_SCHEMA);
    json_open_array(&j, "sweeps");
    code = store_each_sweep(store, db_reader_to_json, &j, e);
    json_close_array(&j);
    if (!code)
        code = status_view_json(&view, store, &j, e);
    json_open_array(&j, "experiments");
    code = code ? code : tell_mixtures(store, &j, e);
    json_close_array(&j);
    if (!code && state) {
        json_open_array(&j, "jobs");
        code = store_each_job(store, state, db_reader_to_json, &j, e);
        json_close_array(&j);
    }
    json_end(&j);
    return code;
}

static int print_text(struct store *store, const char *state, struct err *e)
{
    struct status_view view;
    int code = status_view_look(&view, store, e);
    if (!code)
        code = status_view_print(&view, store, state, 0, stdout, e);
    return code ? code : tell_mixtures(store, NULL, e);
}

static int check_file(struct store *store, const char *path, struct err *e)
{
    char complaint[256];
    int code = store_check(store, complaint, sizeof complaint, e);
    if (!code && complaint[0])
        code = err_set(e, ERR_STORE, "%s: the database is damaged; go back to a copy of it: %s",
                       path, complaint);
    if (!code)
        log_info("%s is sound", path);
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct store *store = NULL;
    int code = options->state ? check_state(options->state, &e) : 0;
    if (!code)
        code = db_reader_open(&store, options, &e);
    if (!code && options->check)
        code = check_file(store, options->arguments[0], &e);
    if (!code && options->watch)
        code = status_view_watch(store, &e);
    else if (!code)
        code = (options->json ? print_json : print_text)(store, options->state, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_status = {
    .name = "status",
    .arguments = "DB [OPTION]...",
    .summary = "the progress of the sweeps of a database, and what failed",
    .help =
        "Counts the jobs of each sweep by state, says who works on them, which jobs run and how\n"
        "long the rest will take, and lists those that failed, with the reason.  Names dead\n"
        "networks.  May be used during a run; --watch redraws it every second until q is "
        "pressed.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_STATE | OPTION_WATCH | OPTION_CHECK | OPTION_JSON,
    .run = run,
};
