/*
 * sheet - builds the rows of a table for a person: counts, estimates with intervals, names of
 * groups.
 */
#ifndef BRAINSWEEP_SHEET_H
#define BRAINSWEEP_SHEET_H

#include "compare/comparison.h"
#include "text/text_table.h"

enum { SHEET_CELL = 128 };

/* A row: values, and space for the texts that are made here. */
struct sheet_row {
    struct value *value;                /* (room); owned */
    char (*text)[COMPARISON_NAME_SIZE]; /* (room); owned */
    char spare[COMPARISON_NAME_SIZE];   /* for a cell that has no room */
    int n, room;
    int refused; /* an estimate had no interval, in this row or an earlier one */
};

/* A table that is built row by row; `code` keeps the first failure. */
struct sheet {
    struct text_table *report;
    struct sheet_row row;
    int code;
    struct err *e;
};

#define SHEET_COLUMNS(names) ((int)(sizeof(names) / sizeof(names)[0]))

/* When memory is out the sheet takes no values, and sheet_end returns the error. */
void sheet_begin(struct sheet *sheet, const char *const *names, int columns, struct err *e);

/* sheet_row gives the next row, empty; sheet_add puts it into the table. */
struct sheet_row *sheet_row(struct sheet *sheet);
void sheet_add(struct sheet *sheet);

/* Prints the table and the reason where an interval is missing, and frees it.  Returns the first
   failure. */
int sheet_end(struct sheet *sheet, FILE *out);

/* Each adds one cell: a value; a group's name; an estimate ("0.5 [0.4, 0.6]", "0.5" without an
   interval, "-" without a value); "3 of 5"; a number, empty where it is absent. */
void sheet_put(struct sheet_row *row, struct value v);
void sheet_put_name(struct sheet_row *row, const struct job_table *r, int group, int placed);
void sheet_put_estimate(struct sheet_row *row, struct estimate estimate);
void sheet_put_count(struct sheet_row *row, int count, int of);
void sheet_put_optional(struct sheet_row *row, struct optional f);

#endif
