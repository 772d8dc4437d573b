/* The command `export`: writes a table of the database as text, or a job's arrays for numpy. */
#include "base/array.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/chosen.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "compare/mixture.h"
#include "report/export_job.h"
#include "report/export_table.h"
#include "store/store.h"
#include "text/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char npz[] = "npz";

static const char *format_name_at(int i, const void *data)
{
    (void)data;
    const char *name = export_table_format_name(i);
    return name || (i && !export_table_format_name(i - 1)) ? name : npz;
}

static int check_format(const struct options *o, struct err *e)
{
    const char *format = o->format ? o->format : o->job_count ? npz : "csv";
    if (!export_table_format(format) && strcmp(format, npz)) {
        char hint[SUGGEST_SIZE];
        suggest_phrase(hint, format, format_name_at, NULL);
        return err_set(e, ERR_USAGE, "--format %s: expected csv, tsv, json, jsonl or npz%s", format,
                       hint);
    }
    if (o->job_count && strcmp(format, npz))
        return err_set(e, ERR_USAGE,
                       "--format %s: a job's arrays are exported as npz; tables, with "
                       "--table, as %s",
                       format, format);
    if (o->table && !strcmp(format, npz))
        return err_set(e, ERR_USAGE,
                       "--format npz: a table is exported as csv, tsv, json or jsonl; a job's "
                       "arrays, with --job, as npz");
    return 0;
}

/* Checks that exactly one thing is exported: a table, or a job's arrays. */
static int check_request(struct store *store, const struct options *o, struct err *e)
{
    char names[1024];
    if (o->table && o->job_count)
        return err_set(e, ERR_USAGE, "export: give --table or --job, not both");
    if (o->job_count && (o->sweep || o->where))
        return err_set(e, ERR_USAGE,
                       "export: --sweep and --where choose rows of a table; --job names one job");
    if (o->job_count > 1)
        return err_set(e, ERR_USAGE, "export: give one --job; each has a file of its own");
    if (o->table || o->job_count)
        return check_format(o, e);
    int code = export_table_names(store, names, sizeof names, e);
    return code ? code
                : err_set(e, ERR_USAGE,
                          "export: expected --table NAME or --job N; there are the tables and "
                          "views %s",
                          names);
}

/* ---- the jobs of --sweep and --where ---- */

static int add_job(const struct store_row *row, void *data, struct err *e)
{
    struct export_jobs *jobs = data;
    int64_t *grown = array_room(jobs->ids, jobs->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for %zu jobs", jobs->count);
    jobs->ids = grown;
    jobs->ids[jobs->count++] = row->values[0].as.i;
    return 0;
}

/* Standard output holds the table, so the warning goes to the log. */
static int warn_mixed(struct store *store, const struct experiment *x,
                      const struct selection *selection, struct err *e)
{
    struct mixture *m;
    char values[MIXTURE_TEXT];
    const char *name;
    int code = mixture_new(&m, selection, x, store, e);
    for (int i = 0; !code && (name = mixture_parameter(m, i, values)); i++)
        log_warning("mixed: the jobs differ in %s (%s), which is not an axis of a sweep", name,
                    values);
    if (!code)
        mixture_free(m);
    return code;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int choose_jobs(struct store *store, const struct options *o, struct export_jobs *jobs,
                       struct err *e)
{
    struct chosen chosen;
    int code = chosen_find(&chosen, store, o, e);
    for (int i = 0; !code && chosen.experiments[i]; i++) {
        if (!chosen.selections[i])
            continue;
        code = selection_each_result(chosen.selections[i], store, add_job, jobs, e);
        if (!code)
            code = warn_mixed(store, chosen.experiments[i], chosen.selections[i], e);
    }
    chosen_free(&chosen);
    if (jobs->count) /* so far, only the jobs of each experiment are sorted */
        qsort(jobs->ids, jobs->count, sizeof jobs->ids[0], by_number);
    return code;
}

/* ---- writing ---- */

static int write_table(struct store *store, const struct options *o, FILE *out, struct err *e)
{
    struct export_jobs jobs = {0};
    int some = o->sweep || o->where;
    int code = some ? choose_jobs(store, o, &jobs, e) : 0;
    if (!code)
        code = export_table(store, o->table, export_table_format(o->format ? o->format : "csv"),
                            some ? &jobs : NULL, out, e);
    mem_free(jobs.ids);
    return code;
}

static int write_to(struct store *store, const struct options *o, FILE *out, struct err *e)
{
    return o->job_count ? export_job(store, o->job_list[0], out, e) : write_table(store, o, out, e);
}

/* Writes the file; after an error, removes the incomplete file. */
static int write_file(struct store *store, const struct options *o, struct err *e)
{
    FILE *out = fopen(o->output, "wb");
    if (!out)
        return err_set(e, ERR_STORE, "%s: cannot be written: %s", o->output, strerror(errno));
    int code = write_to(store, o, out, e);
    int failed = ferror(out);
    if ((fclose(out) || failed) && !code)
        code = err_set(e, ERR_DISK, "%s: writing failed: %s", o->output, strerror(errno));
    if (code)
        remove(o->output);
    return code;
}

static int export(struct store *store, const struct options *o, struct err *e)
{
    int code = check_request(store, o, e);
    if (code)
        return code;
    if (o->output)
        return write_file(store, o, e);
    if (o->job_count && isatty(STDOUT_FILENO))
        return err_set(e, ERR_USAGE, "an .npz file is no text for a terminal: name a file with -o");
    return write_to(store, o, stdout, e);
}

static int run(struct options *options)
{
    struct err e = {0};
    struct store *store = NULL;
    int code = db_reader_open(&store, options, &e);
    if (!code)
        code = export(store, options, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_export = {
    .name = "export",
    .arguments = "DB --table NAME | --job N [OPTION]...",
    .summary = "a table as CSV or JSON, or a job's arrays for numpy",
    .help =
        "Writes a table or view of the database (csv, tsv, json, jsonl), or the arrays of one job "
        "as\n"
        "a file that numpy.load opens (npz): of cogtasks W, W_in, W_out, b_h, b_o, task_variance,\n"
        "position, position_placed, cluster (-1: a unit that is not important) and the values of "
        "the\n"
        "shuffles.  --sweep and --where leave those rows of a table that are of such finished "
        "jobs.\n"
        "brainsweep-sql(5) has recipes for numpy, PyTorch, pandas, R, DuckDB and Datasette.\n",
    .minimum = 1,
    .maximum = 1,
    .options =
        OPTION_TABLE | OPTION_SWEEP | OPTION_WHERE | OPTION_JOB | OPTION_FORMAT | OPTION_OUTPUT,
    .run = run,
};
