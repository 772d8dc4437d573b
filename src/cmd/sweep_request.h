/*
 * sweep_request - what plan, run and one begin with: a sweep file and its overrides, read and
 * checked against this machine.
 */
#ifndef BRAINSWEEP_SWEEP_REQUEST_H
#define BRAINSWEEP_SWEEP_REQUEST_H

#include "base/err.h"
#include "cmd/options.h"
#include "sweep/sweep.h"
#include "sweep/sweep_only.h"

/* Reads the sweep named by the first argument.  ERR_SWEEP when a job of it needs more memory than
   this machine has for `workers` of them. */
int sweep_request_sweep(struct sweep **sweep, const struct options *options, int workers,
                        struct err *e) __attribute__((warn_unused_result));

/* What --only chooses, NULL without it.  A part of a sweep (--shard) may well have none of the
   jobs, the whole may not. */
int sweep_request_only(struct sweep_only **only, const struct sweep *sweep,
                       const struct options *options, struct err *e)
    __attribute__((warn_unused_result));

/* Bytes that the largest job of the sweep needs, and which job that is. */
double sweep_request_memory(const struct sweep *sweep, size_t *job);

/* Bytes of memory of this machine. */
double sweep_request_machine_memory(void);

/* The name of the database: --db, or the sweep's name with .db, into out. */
void sweep_request_database(const struct sweep *sweep, const struct options *options, char *out,
                            size_t size);

#endif
