/*
 * db_reader - code that the commands for reading a database share: opening it, and writing rows to
 * a table or to JSON.
 */
#ifndef BRAINSWEEP_DB_READER_H
#define BRAINSWEEP_DB_READER_H

#include "base/err.h"
#include "cmd/options.h"
#include "store/store.h"
#include "text/json.h"
#include "text/text_table.h"

/* Opens for reading the database that the first argument names.  If that fails, opens its snapshot
   and prints a warning. */
int db_reader_open(struct store **store, const struct options *options, struct err *e)
    __attribute__((warn_unused_result));

/* Reads the number of a job from the command line. */
int db_reader_job(const char *text, int64_t *job, struct err *e)
    __attribute__((warn_unused_result));

/* Collects rows into a table whose columns come from the first row.  Initialize with zeros; free
   `report` with text_table_free. */
struct db_reader_table {
    struct text_table *report; /* NULL before the first row */
    const unsigned char *keep; /* columns to show, nonzero; NULL = all */
};

/* store_row_handlers */
int db_reader_to_table(const struct store_row *row, void *table /* struct db_reader_table */,
                       struct err *e);
int db_reader_to_json(const struct store_row *row, void *json /* an object in an array */,
                      struct err *e);

/* Prints the collected rows under a title line; prints nothing if there are no rows. */
void db_reader_print(struct db_reader_table *table, const char *title);

#endif
