/*
 * text_table - tables for a person: collects rows and aligns columns, numbers to the right.
 */
#ifndef BRAINSWEEP_TEXT_TABLE_H
#define BRAINSWEEP_TEXT_TABLE_H

#include "base/err.h"
#include "record/value.h"

#include <stdio.h>

struct text_table; /* Opaque. */

/* A table with these columns (names are copied). */
int text_table_new(struct text_table **report, const char *const *names, int columns, struct err *e)
    __attribute__((warn_unused_result));
void text_table_free(struct text_table *report);

/* Adds a row of `columns` values, shown with four significant digits. */
int text_table_add(struct text_table *report, const struct value *values, struct err *e)
    __attribute__((warn_unused_result));

int text_table_rows(const struct text_table *report);

/* Prints heading and rows, each line after `indent` spaces.  Where the lines would be wider than
   the terminal (100 columns for a file), names in the heading are broken at their underscores. */
void text_table_print(const struct text_table *report, FILE *out, int indent);

/* Formats one value as text_table_add does, into out (VALUE_TEXT_SIZE); returns out. */
char *text_table_format(struct value v, char *out);

#endif
