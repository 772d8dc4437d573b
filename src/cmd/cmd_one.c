/* The command `one`: runs one job of a sweep without a database. */
#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/sweep_request.h"
#include "run/runner.h"
#include "run/signals.h"
#include "text/console.h"
#include "text/json.h"
#include "text/printable.h"
#include "text/text_table.h"

#include <stdio.h>

enum { ONE_SCHEMA = 1 };

/* ---- the rows that a job adds during training: its learning curve ---- */

struct curve {
    size_t shown; /* rows already printed */
    int table;    /* the table whose heading was printed last, or -1 */
    int quiet;
};

static void print_row(struct curve *curve, const struct result *result,
                      const struct result_row *row)
{
    const struct column *columns = result->experiment->tables[row->table].columns;
    if (row->table != curve->table)
        for (int c = 0; columns[c].name; c++)
            printf("%s%12s%s", console_bold(stdout), columns[c].name,
                   columns[c + 1].name ? " " : "\n");
    curve->table = row->table;
    for (int c = 0; columns[c].name; c++) {
        char text[VALUE_TEXT_SIZE];
        printf("%s%12s%s", c ? "" : console_plain(stdout), text_table_format(row->values[c], text),
               columns[c + 1].name ? " " : "\n");
    }
    fflush(stdout);
}

static enum job_wish wish(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)done, (void)total;
    struct curve *curve = data;
    for (; so_far && curve->shown < so_far->row_count; curve->shown++)
        if (!curve->quiet)
            print_row(curve, so_far, &so_far->rows[curve->shown]);
    return signals_asked() ? JOB_STOP : JOB_GO_ON;
}

/* ---- the end ---- */

static void print_metrics(const struct result *result)
{
    const struct metric *metrics = result->experiment->metrics;
    printf("\n%s after %.1f s, %.4g steps/s\n", result_outcome_name(result->outcome),
           result->seconds, result->seconds > 0 ? (double)result->steps / result->seconds : 0);
    for (int m = 0; metrics[m].name && result->outcome == OUTCOME_DONE; m++) {
        char text[VALUE_TEXT_SIZE];
        printf("  %-27s %9s  %s\n", metrics[m].name, text_table_format(result->metrics[m], text),
               metrics[m].help);
    }
    if (result->outcome != OUTCOME_DONE) {
        printf("  ");
        printable_write(stdout, result->message, 0);
        printf("\n");
    }
}

static int new_report(struct text_table **report, const struct table *table, struct err *e)
{
    int columns = experiment_column_count(table);
    const char **names = mem_array((size_t)columns, sizeof *names);
    *report = NULL;
    if (!names)
        return err_set(e, ERR_MEMORY, "no memory for %d columns", columns);
    for (int c = 0; c < columns; c++)
        names[c] = table->columns[c].name;
    int code = text_table_new(report, names, columns, e);
    mem_free(names);
    return code;
}

/* Prints the rows that the job added after training: its measurements. */
static int print_late_rows(const struct result *result, const struct curve *curve, struct err *e)
{
    const struct table *tables = result->experiment->tables;
    for (int t = 0; tables && tables[t].name; t++) {
        if (tables[t].is_long)
            continue;
        struct text_table *report;
        int code = new_report(&report, &tables[t], e);
        for (size_t i = curve->shown; !code && i < result->row_count; i++)
            if (result->rows[i].table == t)
                code = text_table_add(report, result->rows[i].values, e);
        if (code) {
            text_table_free(report);
            return code;
        }
        if (text_table_rows(report)) {
            printf("\n%s: %s\n", tables[t].name, tables[t].help);
            text_table_print(report, stdout, 2);
        }
        text_table_free(report);
    }
    return 0;
}

static void print_json(const struct spec *spec, const struct result *result)
{
    const struct experiment *x = result->experiment;
    struct json j;
    json_begin(&j, stdout, ONE_SCHEMA);
    json_text(&j, "experiment", x->name);
    json_open_object(&j, "parameters");
    for (int p = 0; x->parameters[p].name; p++)
        json_value(&j, x->parameters[p].name, spec->values[p]);
    json_close_object(&j);
    json_text(&j, "outcome", result_outcome_name(result->outcome));
    json_text(&j, "message", result->message);
    json_real(&j, "seconds", result->seconds);
    json_int(&j, "steps", (long long)result->steps);
    json_open_object(&j, "metrics");
    for (int m = 0; x->metrics[m].name; m++)
        json_value(&j, x->metrics[m].name, result->metrics[m]);
    json_close_object(&j);
    for (int t = 0; x->tables && x->tables[t].name; t++) {
        json_open_array(&j, x->tables[t].name);
        for (size_t i = 0; i < result->row_count; i++) {
            if (result->rows[i].table != t)
                continue;
            json_open_object(&j, NULL);
            for (int c = 0; x->tables[t].columns[c].name; c++)
                json_value(&j, x->tables[t].columns[c].name, result->rows[i].values[c]);
            json_close_object(&j);
        }
        json_close_array(&j);
    }
    json_end(&j);
}

static int run_one(const struct spec *spec, const struct options *options, struct err *e)
{
    struct curve curve = {.table = -1, .quiet = options->json};
    struct runner *runner;
    struct result *result;
    char *text = spec_canonical(spec);
    if (!text)
        return err_set(e, ERR_MEMORY, "no memory for a job");
    if (!options->json)
        printf("%s\n\n", text);
    const struct runner_job job = {.spec = text, .checkpoint = "", .wish = wish, .data = &curve};
    int code = runner_new(&runner, e);
    signals_listen();
    if (!code)
        code = runner_run(runner, &job, &result, e);
    runner_free(runner);
    mem_free(text);
    if (code)
        return code;
    if (options->json)
        print_json(spec, result);
    else
        print_metrics(result);
    if (!options->json)
        code = print_late_rows(result, &curve, e);
    int failed = result->outcome != OUTCOME_DONE;
    result_free(result);
    return code ? code : failed ? ERR_JOB : 0;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct sweep *sweep = NULL;
    int code = sweep_request_sweep(&sweep, options, 1, &e);
    if (!code && sweep_count(sweep) > 1 && !options->json)
        log_info("this is the first of the sweep's %zu jobs; choose another by --set",
                 sweep_count(sweep));
    if (!code)
        code = run_one(sweep_spec(sweep, 0), options, &e);
    sweep_free(sweep);
    if (code == ERR_STOPPED) {
        log_info("%s", e.text);
        return EXIT_DRAINED;
    }
    if (code == ERR_JOB) /* the printed result contains the reason */
        return EXIT_JOBS;
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_one = {
    .name = "one",
    .arguments = "SWEEP [OPTION]...",
    .summary = "run one job and show its learning curve; no database",
    .help =
        "Runs the first job of a sweep file, or the one that --set chooses.  Prints its learning\n"
        "curve during training, then its metrics.  For trying out settings before a sweep.\n\n"
        "Example: brainsweep one sweeps/quick.sweep --set regularizer=bimt --set lambda=1e-4\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_SET | OPTION_JSON,
    .run = run,
};
