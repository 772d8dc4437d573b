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
 * key.  Several axes blocks are a union; each point has the defaults, then the fixed parameters,
 * then the values of its block's axes.  `where` (sweep_where.h) drops points as the grid writes
 * them; what is left is checked by the experiment, made canonical, and equal points are merged. The
 * order is that of the file: blocks in turn, the last axis running fastest.  brainsweep-sweep(5)
 * has it all.
 */
#ifndef BRAINSWEEP_SWEEP_H
#define BRAINSWEEP_SWEEP_H

#include "base/err.h"
#include "record/spec.h"

#include <stddef.h>

struct sweep; /* Opaque. */

/* One --set key=value: takes the place of the axis of that name in every block that has one (and
   keeps its place); otherwise that of the fixed parameter or of the default, as a last axis. */
struct override {
    const char *key;
    const char *value; /* as in the sweep file: a value, a range, or a list separated by commas */
};

/* Reads the file; `experiments` ends with NULL; `overrides` (n) must outlive the call only, the
   experiments the sweep.  No file may be larger than 1 MiB or make more than ten million points.
   ERR_SWEEP: the file is missing, unreadable or wrong; ERR_USAGE: an override is. */
int sweep_read(struct sweep **sweep, const char *path, const struct override *overrides, size_t n,
               const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
void sweep_free(struct sweep *sweep);

/* Leaves the shard-th (from 1) of `shards` parts of the points: of all points from the most to the
   least work every shards-th, so that the parts cost alike.  The order stays that of the file. */
int sweep_keep_shard(struct sweep *sweep, size_t shard, size_t shards, struct err *e)
    __attribute__((warn_unused_result));

/* Leaves none of the points, when they have been seen to: a million take a few hundred MB. */
void sweep_drop_points(struct sweep *sweep);

const char *sweep_name(const struct sweep *sweep);
const struct experiment *sweep_experiment(const struct sweep *sweep);
const char *sweep_text(const struct sweep *sweep); /* the file's bytes */
size_t sweep_count(const struct sweep *sweep);     /* points, after merging */
size_t sweep_merged(const struct sweep *sweep);    /* points of the grids that were merged away */
const struct spec *sweep_spec(const struct sweep *sweep, size_t i); /* the i-th point */

/* Whether a parameter takes more than one value in the sweep: these are the columns to show. */
int sweep_varies(const struct sweep *sweep, const char *parameter);

#endif
