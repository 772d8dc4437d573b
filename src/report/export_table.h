/*
 * export_table - writes a table or view of the database as text for other programs.
 *
 * csv: RFC 4180 with a header, lines ending in a newline; NULL is an empty field, an empty text "".
 * tsv: a header, fields separated by tabs, tabs and newlines in them escaped; NULL is an empty
 * field.  json: an array of objects.  jsonl: one object per line.  Numbers have the fewest digits
 * that give the same double when read.
 */
#ifndef BRAINSWEEP_EXPORT_TABLE_H
#define BRAINSWEEP_EXPORT_TABLE_H

#include "base/err.h"
#include "store/store.h"

#include <stdio.h>

struct export_format;

/* The format with that name, or NULL; and the name of the i-th format, or NULL past the last. */
const struct export_format *export_table_format(const char *name);
const char *export_table_format_name(int i);

/* A choice of jobs: only rows whose job_id is one of these are written. */
struct export_jobs {
    int64_t *ids; /* (count) ascending */
    size_t count;
};

/* jobs may be NULL: all rows.  ERR_USAGE when the table does not exist (the message lists those
   that do), or when it has no column job_id to choose rows by.  The caller must check that
   everything reached `out`. */
int export_table(struct store *store, const char *name, const struct export_format *format,
                 const struct export_jobs *jobs, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

/* Writes the names of all tables and views, "attempt, job, ...", into out. */
int export_table_names(struct store *store, char *out, size_t size, struct err *e)
    __attribute__((warn_unused_result));

#endif
