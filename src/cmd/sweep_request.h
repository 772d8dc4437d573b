/*
 * sweep_request - the first step of plan, run and one: reads a sweep file with its overrides, and
 * checks it against this machine.
 */
#ifndef BRAINSWEEP_SWEEP_REQUEST_H
#define BRAINSWEEP_SWEEP_REQUEST_H

#include "base/err.h"
#include "cmd/options.h"
#include "sweep/sweep.h"
#include "sweep/sweep_only.h"

/* Reads the sweep that the first argument names.  ERR_SWEEP: a job of it needs more memory than
   this machine has for `workers` workers. */
int sweep_request_sweep(struct sweep **sweep, const struct options *options, int workers,
                        struct err *e) __attribute__((warn_unused_result));

/* Reads --only; *only is NULL without it.  It may select no job from a part of a sweep (--shard);
   from a whole sweep that is an error. */
int sweep_request_only(struct sweep_only **only, const struct sweep *sweep,
                       const struct options *options, struct err *e)
    __attribute__((warn_unused_result));

/* The memory in bytes of the largest job of the sweep, and which job that is. */
double sweep_request_memory(const struct sweep *sweep, size_t *job);

/* The memory of this machine, in bytes. */
double sweep_request_machine_memory(void);

/* Writes the name of the database into out: --db, or the name of the sweep with .db. */
void sweep_request_database(const struct sweep *sweep, const struct options *options, char *out,
                            size_t size);

#endif
