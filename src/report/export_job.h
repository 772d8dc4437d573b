/*
 * export_job - the arrays of one job as an .npz file, under the names of its experiment.
 *
 * Every stored array, by its own name unless the experiment has another for it (struct
 * export_array), then the arrays that are columns of tables: integers as int32 with -1 for NULL,
 * reals as float64 with NaN for NULL.
 */
#ifndef BRAINSWEEP_EXPORT_JOB_H
#define BRAINSWEEP_EXPORT_JOB_H

#include "base/err.h"
#include "store/store.h"

#include <stdio.h>

/* ERR_USAGE when there is no such job, or it has no arrays.  Whether everything reached `out` is
   the caller's to ask. */
int export_job(struct store *store, int64_t job, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
