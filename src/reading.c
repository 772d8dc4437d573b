#include "reading.h"

#include "job.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>

int reading_open(struct store **store, const struct options *options, struct err *e)
{
    return store_open(store, options->arguments[0], STORE_READ, job_experiments(), e);
}

int reading_job(const char *text, int64_t *job, struct err *e)
{
    struct value v;
    if (value_parse(VALUE_INT, text, &v, NULL) || v.as.i < 1)
        return err_set(e, ERR_USAGE, "\"%s\": expected the number of a job, as in column job_id",
                       text);
    *job = v.as.i;
    return 0;
}

static int kept(const struct reading_table *table, int column)
{
    return !table->keep || table->keep[column];
}

static int add(struct reading_table *table, const struct store_row *row, const char **names,
               struct value *values)
{
    int columns = 0;
    for (int c = 0; c < row->columns; c++)
        if (kept(table, c)) {
            names[columns] = row->names[c];
            values[columns++] = row->values[c];
        }
    int code = table->report ? 0 : report_new(&table->report, names, columns, &table->e);
    return code ? code : report_add(table->report, values, &table->e);
}

int reading_to_table(const struct store_row *row, void *data)
{
    struct reading_table *table = data;
    const char **names = mem_array((size_t)row->columns, sizeof *names);
    struct value *values = mem_array((size_t)row->columns, sizeof *values);
    table->error = names && values ? add(table, row, names, values)
                                   : err_set(&table->e, ERR_MEMORY, "no memory for a row");
    mem_free(names);
    mem_free(values);
    return table->error;
}

int reading_to_json(const struct store_row *row, void *data)
{
    struct json *j = data;
    json_open_object(j, NULL);
    for (int c = 0; c < row->columns; c++)
        json_value(j, row->names[c], row->values[c]);
    json_close_object(j);
    return 0;
}

void reading_print(struct reading_table *table, const char *title)
{
    if (!table->report || !report_rows(table->report))
        return;
    printf("%s\n", title);
    report_print(table->report, stdout, 2);
}

int reading_column(const struct store_row *row, const char *name)
{
    for (int c = 0; c < row->columns; c++)
        if (!strcmp(row->names[c], name))
            return c;
    return -1;
}
