/*
 * export_table - a table or view of the database as text that other programs read.
 *
 * csv: RFC 4180 with a header, lines ending in a newline; NULL is an empty field, an empty text "".
 * tsv: a header, fields between tabs, tabs and newlines in them escaped; NULL is an empty field.
 * json: an array of objects.  jsonl: an object a line.  Numbers have the fewest digits that read
 * back as the same double.
 */
#ifndef BRAINSWEEP_EXPORT_TABLE_H
#define BRAINSWEEP_EXPORT_TABLE_H

#include "base/err.h"
#include "store/store.h"

#include <stdio.h>

struct export_format;

/* The format of that name, or NULL; and the name of the i-th, or NULL past the last. */
const struct export_format *export_table_format(const char *name);
const char *export_table_format_name(int i);

/* Some jobs: only rows are written whose job_id is one of these. */
struct export_jobs {
    int64_t *ids; /* (count) rising */
    size_t count;
};

/* jobs may be NULL: all rows.  ERR_USAGE when there is no such table, and then says which there
   are, or when it has no column job_id to choose rows by.  Whether everything reached `out` is the
   caller's to ask. */
int export_table(struct store *store, const char *name, const struct export_format *format,
                 const struct export_jobs *jobs, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

/* "attempt, job, ...": the tables and views there are, into out. */
int export_table_names(struct store *store, char *out, size_t size, struct err *e)
    __attribute__((warn_unused_result));

#endif
