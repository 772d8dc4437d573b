/*
 * value - one typed value, as in a sweep file, a message and a column of a table.
 */
#ifndef BRAINSWEEP_VALUE_H
#define BRAINSWEEP_VALUE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum value_type { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT };

enum {
    VALUE_TEXT_SIZE = 512
}; /* the canonical text of any number, and of any text allowed, fits */

struct value {
    enum value_type type;
    union {
        int64_t i;
        double x;
        const char *text; /* not owned, unless the holder says so */
    } as;
};

struct value value_null(void);
struct value value_int(int64_t i);
struct value value_real(double x); /* NULL when x is not finite: no NaN ever reaches a table */
struct value value_text(const char *text);

/* A number of either kind as a double; 0 for what is no number. */
double value_number(struct value v);

int value_equal(struct value a, struct value b);

/* Canonical text into out (VALUE_TEXT_SIZE): integers in decimal; reals with the fewest digits that
   read back as the same double, positional or with an exponent, whichever is shorter (0.5, 100,
   1e-3, 1.5e-4), positional where both are equally long (0.01); NULL as "null".  Returns out. */
char *value_format(struct value v, char *out);

/* Reads text as that type, all of it: integers also as 1e3; reals in decimal, neither too large for
   a double (1e400) nor too small for one with all its digits (1e-310).  A text value points into
   `text`.  ERR_VALUE says what was expected. */
int value_parse(enum value_type type, const char *text, struct value *v, struct err *e)
    __attribute__((warn_unused_result));

#endif
