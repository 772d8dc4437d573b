#include "base/log.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
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

static int print_json(struct store *store, const char *state, struct err *e)
{
    struct json j;
    json_begin(&j, stdout, STATUS_SCHEMA);
    json_open_array(&j, "sweeps");
    int code = store_each_sweep(store, db_reader_to_json, &j, e);
    json_close_array(&j);
    if (!code && state) {
        json_open_array(&j, "jobs");
        code = store_each_job(store, state, db_reader_to_json, &j, e);
        json_close_array(&j);
    }
    json_end(&j);
    return code;
}

/* Prints the jobs in that state, if there are any. */
static int print_jobs(struct store *store, const char *state, struct err *e)
{
    struct db_reader_table table = {0};
    int code = store_each_job(store, state, db_reader_to_table, &table, e);
    char title[64];
    snprintf(title, sizeof title, "\n%s:", state);
    if (!code)
        db_reader_print(&table, title);
    text_table_free(table.report);
    return code;
}

static int print_tables(struct store *store, const char *state, struct err *e)
{
    static const char *const bad[] = {"diverged", "failed", "crashed", "quarantined"};
    struct db_reader_table sweeps = {0};
    int code = store_each_sweep(store, db_reader_to_table, &sweeps, e);
    if (!code)
        db_reader_print(&sweeps, "sweeps:");
    text_table_free(sweeps.report);
    if (!code && state)
        return print_jobs(store, state, e);
    for (size_t i = 0; !code && i < sizeof bad / sizeof bad[0]; i++)
        code = print_jobs(store, bad[i], e);
    return code;
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
    if (!code)
        code = (options->json ? print_json : print_tables)(store, options->state, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_status = {
    .name = "status",
    .arguments = "DB [OPTION]...",
    .summary = "the progress of the sweeps of a database, and what failed",
    .help = "Counts the jobs of each sweep by state and lists those that failed, with the reason.\n"
            "May be used during a run.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_STATE | OPTION_CHECK | OPTION_JSON,
    .run = run,
};
