/*
 * sweep_where - the filter of a sweep file: an expression over the parameters of an experiment.
 *
 *     either     = both { "or" both }
 *     both       = one { "and" one }
 *     one        = "not" one | "(" either ")" | parameter comparison value
 *     comparison = "<" | "<=" | ">" | ">=" | "=" | "==" | "!="
 *     value      = number | word | 'text' | "text"
 *
 * A text parameter can only be equal or not.
 */
#ifndef BRAINSWEEP_SWEEP_WHERE_H
#define BRAINSWEEP_SWEEP_WHERE_H

#include "record/spec.h"

struct sweep_where; /* Opaque. */

/* Reads the expression; blank text makes NULL, which holds for every spec.  ERR_SWEEP names the
   column and what was expected there. */
int sweep_where_parse(struct sweep_where **where, const char *text,
                      const struct experiment *experiment, struct err *e)
    __attribute__((warn_unused_result));
void sweep_where_free(struct sweep_where *where);

/* Whether the expression holds for a spec of that experiment; a NULL in it fails every comparison.
 */
int sweep_where_holds(const struct sweep_where *where, const struct spec *spec);

#endif
