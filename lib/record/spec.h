/*
 * spec - what to run: one value for every parameter of an experiment.
 *
 * Its canonical text, "cogtasks regularizer=bimt lambda=1e-5 seed=2", is its identity everywhere:
 * in the database (UNIQUE) and in messages.  Its parameters are in the order of the table, and
 * those at their default are left out.  So an experiment may gain a parameter without changing the
 * identity of earlier jobs, provided that a published default never changes.
 */
#ifndef BRAINSWEEP_SPEC_H
#define BRAINSWEEP_SPEC_H

#include "record/experiment.h"

struct spec {
    const struct experiment *experiment;
    struct value *values; /* one for each parameter, in the table's order; change by spec_* only */
};

/* All parameters at their defaults. */
int spec_new(struct spec **spec, const struct experiment *experiment, struct err *e)
    __attribute__((warn_unused_result));
int spec_copy(struct spec **copy, const struct spec *spec, struct err *e)
    __attribute__((warn_unused_result));
void spec_free(struct spec *spec);

int spec_equal(const struct spec *a, const struct spec *b);

/* Sets a parameter from its text, within its range or choices.  ERR_VALUE says what was expected,
   ERR_USAGE that there is no such parameter (with the nearest that there is). */
int spec_set(struct spec *spec, const char *name, const char *text, struct err *e)
    __attribute__((warn_unused_result));

/* Sets the p-th parameter to a value that parameter_check has passed; a text is copied. */
int spec_put(struct spec *spec, int p, struct value v, struct err *e)
    __attribute__((warn_unused_result));

/* Whether v is a value that parameter p may have: of its type, within its range or choices; a text
   is UTF-8 without blanks or control characters.  ERR_VALUE says what was expected. */
int spec_parameter_check(const struct parameter *p, struct value v, struct err *e)
    __attribute__((warn_unused_result));

/* Reads text as a value that parameter p may have; a text value points into `text`. */
int spec_parameter_parse(const struct parameter *p, const char *text, struct value *v,
                         struct err *e) __attribute__((warn_unused_result));

/* The value of a parameter that exists (asserted), of that type (asserted). */
int64_t spec_int(const struct spec *spec, const char *name);
double spec_real(const struct spec *spec, const char *name);
const char *spec_text(const struct spec *spec, const char *name);

/* Overwrites a numeric parameter, for canonicalise; x lies within its range (asserted), or the
   canonical text could not be read back. */
void spec_put_real(struct spec *spec, const char *name, double x);
/* Likewise a text parameter.  Cannot fail where text is one of its choices (asserted, if it has
   any) or its default; another text is copied, and ERR_MEMORY returned when memory is out. */
int spec_put_text(struct spec *spec, const char *name, const char *text);

/* The canonical text, newly made (mem_free), NULL when memory is out. */
char *spec_canonical(const struct spec *spec) __attribute__((warn_unused_result));

/* Reads a canonical text; `experiments` ends with NULL.  ERR_FORMAT names what is wrong. */
int spec_parse(struct spec **spec, const char *text, const struct experiment *const *experiments,
               struct err *e) __attribute__((warn_unused_result));

#endif
