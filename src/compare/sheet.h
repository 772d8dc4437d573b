/*
 * sheet - rows on their way to a table for a person: counts, estimates with their intervals, names
 * of groups.
 */
#ifndef BRAINSWEEP_SHEET_H
#define BRAINSWEEP_SHEET_H

#include "compare/comparison.h"
#include "text/text_table.h"

enum { SHEET_CELL = 128 };

/* A row: values, and room for those that are texts made here. */
struct sheet_row {
    struct value *value;                /* (room); owned */
    char (*text)[COMPARISON_NAME_SIZE]; /* (room); owned */
    char spare[COMPARISON_NAME_SIZE];   /* for what has no room */
    int n, room;
    int refused; /* whether an interval was, in this row or one before */
};

/* A table that gains one row after another; the first failure stays in code. */
struct sheet {
    struct text_table *report;
    struct sheet_row row;
    int code;
    struct err *e;
};

#define SHEET_COLUMNS(names) ((int)(sizeof(names) / sizeof(names)[0]))

/* A sheet without memory takes nothing, and tells at its end. */
void sheet_begin(struct sheet *sheet, const char *const *names, int columns, struct err *e);

/* The next row, empty; and into the table with it. */
struct sheet_row *sheet_row(struct sheet *sheet);
void sheet_add(struct sheet *sheet);

/* Prints the table, and why an interval is missing; frees it.  Returns the first failure. */
int sheet_end(struct sheet *sheet, FILE *out);

/* One cell each: a value; a group; "0.5 [0.4, 0.6]", "0.5" without an interval, "-" without a
   value; "3 of 5"; a figure, nothing where it is absent. */
void sheet_put(struct sheet_row *row, struct value v);
void sheet_put_name(struct sheet_row *row, const struct job_table *r, int group, int placed);
void sheet_put_estimate(struct sheet_row *row, struct estimate estimate);
void sheet_put_count(struct sheet_row *row, int count, int of);
void sheet_put_optional(struct sheet_row *row, struct optional f);

#endif
