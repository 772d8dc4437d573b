#include "report/export_table.h"

#include "report/escape.h"

#include <stdlib.h>
#include <string.h>

struct export_format {
    const char *name;
    char separator; /* of the fields of a line; 0 = objects of JSON */
    void (*text)(FILE *out, const char *text);
    const char *begin, *between, *end; /* around and between the objects */
};

static const struct export_format formats[] = {
    {"csv", ',', escape_csv, "", "", ""},
    {"tsv", '\t', escape_tsv, "", "", ""},
    {"json", 0, escape_json, "[", ",\n ", "]\n"},
    {"jsonl", 0, escape_json, "", "\n", "\n"},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

const char *export_table_format_name(int i)
{
    return i < FORMAT_COUNT ? formats[i].name : NULL;
}

const struct export_format *export_table_format(const char *name)
{
    for (int i = 0; i < FORMAT_COUNT; i++)
        if (!strcmp(name, formats[i].name))
            return &formats[i];
    return NULL;
}

struct written {
    const struct export_format *format;
    FILE *out;
    const struct export_jobs *jobs; /* NULL = all */
    const char *table;
    int misfit; /* its rows do not belong to jobs */
    int headed;
    long rows;
};

static void write_value(const struct written *w, struct value v)
{
    char number[VALUE_TEXT_SIZE];
    if (v.type == VALUE_TEXT)
        w->format->text(w->out, v.as.text);
    else if (v.type != VALUE_NULL || !w->format->separator)
        fputs(value_format(v, number), w->out);
}

static void write_line(const struct written *w, const struct store_row *row, int names)
{
    for (int c = 0; c < row->columns; c++) {
        if (c)
            fputc(w->format->separator, w->out);
        write_value(w, names ? value_text(row->names[c]) : row->values[c]);
    }
    fputc('\n', w->out);
}

static void write_object(const struct written *w, const struct store_row *row)
{
    fputs(w->rows ? w->format->between : w->format->begin, w->out);
    for (int c = 0; c < row->columns; c++) {
        fputs(c ? ", " : "{", w->out);
        escape_json(w->out, row->names[c]);
        fputs(": ", w->out);
        write_value(w, row->values[c]);
    }
    fputc('}', w->out);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Whether the row belongs to one of the jobs; ERR_USAGE where the rows do not belong to jobs. */
static int is_chosen(struct written *w, const struct store_row *row, struct err *e)
{
    int column = store_row_column(row, "job_id");
    if (column < 0) {
        w->misfit = 1;
        return err_set(e, ERR_USAGE,
                       "%s has no column job_id: --sweep and --where choose rows of jobs",
                       w->table);
    }
    struct value id = row->values[column];
    return id.type == VALUE_INT && w->jobs->count &&
           bsearch(&id.as.i, w->jobs->ids, w->jobs->count, sizeof id.as.i, by_number);
}

static int write_row(const struct store_row *row, void *data, struct err *e)
{
    struct written *w = data;
    int chosen = w->jobs ? is_chosen(w, row, e) : 1;
    if (chosen >= 0 && w->format->separator && !w->headed++)
        write_line(w, row, 1);
    if (chosen <= 0)
        return chosen;
    if (w->format->separator)
        write_line(w, row, 0);
    else
        write_object(w, row);
    w->rows++;
    return ferror(w->out); /* writing failed: no need to read the rest */
}

int export_table(struct store *store, const char *name, const struct export_format *format,
                 const struct export_jobs *jobs, FILE *out, struct err *e)
{
    struct written w = {.format = format, .out = out, .jobs = jobs, .table = name};
    char names[1024];
    int code = store_each_whole(store, name, write_row, &w, e);
    if (code == ERR_USAGE && !w.misfit && !export_table_names(store, names, sizeof names, NULL))
        err_set(e, code, "there is no table %s; there are %s", name, names);
    if (code)
        return code;
    fputs(w.rows ? "" : format->begin, out);
    fputs(w.rows || *format->begin ? format->end : "", out);
    return 0;
}

struct list {
    char *out;
    size_t size;
};

static int add_name(const struct store_row *row, void *data, struct err *e)
{
    struct list *list = data;
    (void)e;
    size_t used = strlen(list->out);
    snprintf(list->out + used, list->size - used, "%s%s", used ? ", " : "", row->values[0].as.text);
    return 0;
}

int export_table_names(struct store *store, char *out, size_t size, struct err *e)
{
    struct list list = {out, size};
    out[0] = '\0';
    return store_each_relation(store, add_name, &list, e);
}
