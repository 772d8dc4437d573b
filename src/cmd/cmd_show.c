/* The command `show`: prints everything about one job. */
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "cmd/show_crosstab.h"
#include "cmd/show_map.h"
#include "store/store.h"
#include "text/console.h"
#include "text/json.h"
#include "text/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOW_SCHEMA = 1 };

struct shown {
    struct store *store;
    int64_t id;
    const struct experiment *experiment;
    char *spec;        /* owned */
    const char *state; /* one of store_states */
};

/* Prints the columns of a row, one per line. */
static int print_record(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    (void)data;
    for (int c = 0; c < row->columns; c++) {
        char text[VALUE_TEXT_SIZE];
        printf("  %-27s %s\n", row->names[c], text_table_format(row->values[c], text));
    }
    return 0;
}

/* The attempts, and the total time of the latest ones that continue each other. */
struct attempts {
    struct db_reader_table table;
    int count; /* of those that continue each other, up to the latest */
    double seconds;
};

static int note_attempt(const struct store_row *row, void *data, struct err *e)
{
    struct attempts *a = data;
    struct value outcome = row->values[store_row_column(row, "outcome")];
    struct value seconds = row->values[store_row_column(row, "seconds")];
    a->count++;
    a->seconds += seconds.type == VALUE_REAL ? seconds.as.x : 0;
    if (outcome.type == VALUE_TEXT &&
        (!strcmp(outcome.as.text, "failed") || !strcmp(outcome.as.text, "crashed"))) {
        a->count = 0; /* the next attempt starts from the beginning */
        a->seconds = 0;
    }
    return db_reader_to_table(row, &a->table, e);
}

/* The log of an attempt: n, text. */
static int print_log(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    (void)data;
    printf("\nlog of attempt %lld:\n", (long long)row->values[0].as.i);
    printable_write(stdout, row->values[1].as.text, 1);
    return 0;
}

static int print_table(const struct shown *s, const struct table *table, struct err *e)
{
    size_t columns = (size_t)experiment_column_count(table);
    unsigned char *keep = mem_array(1 + columns, 1); /* all but the job_id */
    if (!keep)
        return err_set(e, ERR_MEMORY, "no memory for %zu columns", columns);
    memset(keep + 1, 1, columns);
    struct db_reader_table rows = {.keep = keep};
    char title[160];
    snprintf(title, sizeof title, "\n%s: %s", table->name, table->help);
    int code = store_each_row(s->store, s->experiment, table, s->id, db_reader_to_table, &rows, e);
    if (!code)
        db_reader_print(&rows, title);
    text_table_free(rows.report);
    mem_free(keep);
    return code;
}

static int print_text(const struct shown *s, struct err *e)
{
    char took[32];
    printf("job %lld: %s\n", (long long)s->id, s->state);
    printable_write(stdout, s->spec, 0);
    printf("\n\n");
    int code = store_result(s->store, s->experiment, s->id, print_record, NULL, e);
    struct attempts attempts = {0};
    if (!code)
        code = store_each_attempt(s->store, s->id, note_attempt, &attempts, e);
    if (!code)
        db_reader_print(&attempts.table, "\nattempts:");
    if (!code && attempts.count > 1)
        printf("  %s in total, in %d attempts that continued each other\n",
               console_duration(attempts.seconds, took), attempts.count);
    text_table_free(attempts.table.report);
    if (!code)
        code = store_each_log(s->store, s->id, print_log, NULL, e);
    for (const struct show_map *m = s->experiment->maps; !code && m && m->table; m++)
        code = show_map_print(s->store, s->experiment, m, s->id, e);
    const struct table *tables = s->experiment->tables;
    for (int t = 0; !code && tables && tables[t].name; t++)
        if (!tables[t].is_long)
            code = show_crosstab_fits(&tables[t])
                       ? show_crosstab_print(s->store, s->experiment, &tables[t], s->id,
                                             show_map_letter, e)
                       : print_table(s, &tables[t], e);
    return code;
}

static int print_json(const struct shown *s, struct err *e)
{
    struct json j;
    json_begin(&j, stdout, SHOW_SCHEMA);
    json_int(&j, "job_id", s->id);
    json_text(&j, "experiment", s->experiment->name);
    json_text(&j, "state", s->state);
    json_text(&j, "spec", s->spec);
    json_open_array(&j, "result"); /* empty, or one object */
    int code = store_result(s->store, s->experiment, s->id, db_reader_to_json, &j, e);
    json_close_array(&j);
    json_open_array(&j, "attempts");
    if (!code)
        code = store_each_attempt(s->store, s->id, db_reader_to_json, &j, e);
    json_close_array(&j);
    json_open_array(&j, "logs");
    if (!code)
        code = store_each_log(s->store, s->id, db_reader_to_json, &j, e);
    json_close_array(&j);
    const struct table *tables = s->experiment->tables;
    for (int t = 0; tables && tables[t].name; t++) {
        json_open_array(&j, tables[t].name);
        if (!code)
            code = store_each_row(s->store, s->experiment, &tables[t], s->id, db_reader_to_json, &j,
                                  e);
        json_close_array(&j);
    }
    json_end(&j);
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct shown shown = {0};
    int code = db_reader_job(options->arguments[1], &shown.id, &e);
    if (!code)
        code = db_reader_open(&shown.store, options, &e);
    if (!code)
        code = store_job(shown.store, shown.id, &shown.experiment, &shown.spec, &shown.state, &e);
    if (!code)
        code = (options->json ? print_json : print_text)(&shown, &e);
    mem_free(shown.spec);
    if (shown.store)
        (void)store_close(shown.store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_show = {
    .name = "show",
    .arguments = "DB JOB [OPTION]...",
    .summary = "everything about one job",
    .help =
        "Prints the parameters and metrics of a job, its attempts with the last log lines of "
        "those\n"
        "that failed, the grid of its units with a letter for each functional cluster, and its\n"
        "tables: accuracy of every task, learning curve, clusters, connections by length, "
        "lesions.\n"
        "--json prints all tables in full.\n",
    .minimum = 2,
    .maximum = 2,
    .options = OPTION_JSON,
    .run = run,
};
