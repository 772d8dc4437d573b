/*
 * sweep - a sweep file, read and laid out into the jobs it asks for.
 *
 *     name       = "paper"
 *     experiment = "cogtasks"
 *     fixed { grid = 20  steps = 20000 }
 *     axes  { regularizer = {"none", "l1", "bimt"}
 *             lambda      = {"1e-6:1e-3:log:7"}      # first:last:log|lin:count, or a list
 *             seed        = {"0..4"} }
 *     where = "lambda < 1e-4 or seed < 2"
 *
 * Strict: an unknown, repeated or mistyped key is ERR_SWEEP with file, line and the nearest known
 * key.  Several axes blocks are a union.  Points are made canonical and equal ones merged; their
 * order is that of the file: blocks in turn, the last axis running fastest.
 */
#ifndef BRAINSWEEP_SWEEP_H
#define BRAINSWEEP_SWEEP_H

#include "err.h"
#include "spec.h"

#include <stddef.h>

struct sweep; /* Opaque. */

/* One --set key=value: takes the place of a fixed parameter, or of the axis of that name. */
struct override {
    const char *key;
    const char *value; /* as in the sweep file: a value, a range, or a list separated by commas */
};

/* Reads the file; `experiments` and `overrides` (n) must outlive the call only.  No file may be
   larger than 1 MiB or make more than ten million points. */
int sweep_read(struct sweep **sweep, const char *path, const struct override *overrides, size_t n,
               const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
void sweep_free(struct sweep *sweep);

const char *sweep_name(const struct sweep *sweep);
const struct experiment *sweep_experiment(const struct sweep *sweep);
const char *sweep_text(const struct sweep *sweep); /* the file's bytes */
size_t sweep_count(const struct sweep *sweep);     /* points, after merging */
size_t sweep_merged(const struct sweep *sweep);    /* points of the grids that were merged away */
const struct spec *sweep_spec(const struct sweep *sweep, size_t i); /* the i-th point */

/* Whether a parameter takes more than one value in the sweep: these are the columns to show. */
int sweep_varies(const struct sweep *sweep, const char *parameter);

#endif
