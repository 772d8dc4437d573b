#include "cmd/db_reader.h"

#include "base/log.h"
#include "base/mem.h"
#include "jobs/job.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The time when the snapshot was made. */
static void describe_age(const char *snapshot, char *out, size_t size)
{
    struct stat status;
    struct tm tm;
    out[0] = '\0';
    if (!stat(snapshot, &status))
        strftime(out, size, " of %Y-%m-%d %H:%M:%S UTC", gmtime_r(&status.st_mtime, &tm));
}

/* If a database exists but cannot be read now, there may be a snapshot of it. */
int db_reader_open(struct store **store, const struct options *options, struct err *e)
{
    const char *path = options->arguments[0];
    char snapshot[PATH_MAX], age[64];
    int code = store_open(store, path, STORE_READ, job_experiments(), e);
    if (!code || code == ERR_NEWER || code == ERR_MEMORY || access(path, F_OK) ||
        snprintf(snapshot, sizeof snapshot, "%s.snapshot", path) >= (int)sizeof snapshot ||
        access(snapshot, R_OK) || store_open(store, snapshot, STORE_READ, job_experiments(), NULL))
        return code;
    describe_age(snapshot, age, sizeof age);
    log_warning("%s; reading its snapshot %s%s instead", e->text, snapshot, age);
    *e = (struct err){0};
    return 0;
}

int db_reader_job(const char *text, int64_t *job, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, text, &v, NULL) || v.as.i < 1)
        return err_set(e, ERR_USAGE, "\"%s\": expected the number of a job, as in column job_id",
                       text);
    *job = v.as.i;
    return 0;
}

static int kept(const struct db_reader_table *table, int column)
{
    return !table->keep || table->keep[column];
}

static int add(struct db_reader_table *table, const struct store_row *row, const char **names,
               struct value *values, struct err *e)
{
    int columns = 0;
    for (int c = 0; c < row->columns; c++)
        if (kept(table, c)) {
            names[columns] = row->names[c];
            values[columns++] = row->values[c];
        }
    int code = table->report ? 0 : text_table_new(&table->report, names, columns, e);
    return code ? code : text_table_add(table->report, values, e);
}

int db_reader_to_table(const struct store_row *row, void *data, struct err *e)
{
    struct db_reader_table *table = data;
    const char **names = mem_array((size_t)row->columns, sizeof *names);
    struct value *values = mem_array((size_t)row->columns, sizeof *values);
    int code = names && values ? add(table, row, names, values, e)
                               : err_set(e, ERR_MEMORY, "out of memory for a row");
    mem_free(names);
    mem_free(values);
    return code;
}

int db_reader_to_json(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct json *j = data;
    json_open_object(j, NULL);
    for (int c = 0; c < row->columns; c++)
        json_value(j, row->names[c], row->values[c]);
    json_close_object(j);
    return 0;
}

void db_reader_print(struct db_reader_table *table, const char *title)
{
    if (!table->report || !text_table_rows(table->report))
        return;
    printf("%s\n", title);
    text_table_print(table->report, stdout, 2);
}
