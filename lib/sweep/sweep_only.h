/*
 * sweep_only - some of the points of a sweep: those whose parameters have given values, as in
 * "regularizer=bimt,seed=0..2,lambda=1e-5,1e-4".
 */
#ifndef BRAINSWEEP_SWEEP_ONLY_H
#define BRAINSWEEP_SWEEP_ONLY_H

#include "base/err.h"
#include "record/spec.h"

struct sweep_only; /* Opaque. */

/* What stands between commas is a parameter and a value of it, or one more value of the parameter
   before; values as in a sweep file.  ERR_USAGE for an unknown parameter, ERR_VALUE for a value. */
int sweep_only_read(struct sweep_only **only, const char *text, const struct experiment *experiment,
                    struct err *e) __attribute__((warn_unused_result));
void sweep_only_free(struct sweep_only *only);

/* Whether every parameter that is mentioned has one of its values. */
int sweep_only_has(const struct sweep_only *only, const struct spec *spec);

#endif
