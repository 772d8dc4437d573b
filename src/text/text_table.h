/*
 * report - tables for a person: rows collected, columns aligned, numbers to the right.
 */
#ifndef BRAINSWEEP_REPORT_H
#define BRAINSWEEP_REPORT_H

#include "base/err.h"
#include "record/value.h"

#include <stdio.h>

struct report; /* Opaque. */

/* A table with these columns (names are copied). */
int report_new(struct report **report, const char *const *names, int columns, struct err *e)
    __attribute__((warn_unused_result));
void report_free(struct report *report);

/* Adds a row of `columns` values, shown as a person wants them: four significant digits. */
int report_add(struct report *report, const struct value *values, struct err *e)
    __attribute__((warn_unused_result));

int report_rows(const struct report *report);

/* Prints heading and rows, each line after `indent` spaces.  Where they would not fit the width of
   the terminal (100 columns for a file), names in the heading are broken at their underscores. */
void report_print(const struct report *report, FILE *out, int indent);

/* One value as report_add shows it, into out (VALUE_TEXT_SIZE); returns out. */
char *report_format(struct value v, char *out);

#endif
