/* brainsweep export: a table of the database as text, or a job's arrays for numpy. */
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "report/export_job.h"
#include "report/export_table.h"
#include "store/store.h"
#include "text/console.h"

#include <errno.h>
#include <stdio.h>
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
        const char *nearest = suggest_name(format, format_name_at, NULL);
        return err_set(e, ERR_USAGE, "--format %s: expected csv, tsv, json, jsonl or npz%s%s%s",
                       format, nearest ? "; did you mean " : "", nearest ? nearest : "",
                       nearest ? "?" : "");
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

/* One thing is exported: a table, or a job's arrays. */
static int check_request(struct store *store, const struct options *o, struct err *e)
{
    char names[1024];
    if (o->table && o->job_count)
        return err_set(e, ERR_USAGE, "export: give --table or --job, not both");
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

static int write_to(struct store *store, const struct options *o, FILE *out, struct err *e)
{
    if (o->job_count)
        return export_job(store, o->job_list[0], out, e);
    return export_table(store, o->table, export_table_format(o->format ? o->format : "csv"), out,
                        e);
}

/* Into the file, which is not left behind half written. */
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
        "shuffles.  brainsweep-sql(5) has recipes for numpy, PyTorch, pandas, R, DuckDB and "
        "Datasette.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_TABLE | OPTION_JOB | OPTION_FORMAT | OPTION_OUTPUT,
    .run = run,
};
