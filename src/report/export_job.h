/*
 * export_job - the arrays of one job as an .npz file, under the names of its experiment.
 *
 * First come all stored arrays, by their own names unless the experiment gives another (struct
 * export_array).  Then come the arrays that are columns of tables: integers as int32 with -1 for
 * NULL, reals as float64 with NaN for NULL.
 */
#ifndef BRAINSWEEP_EXPORT_JOB_H
#define BRAINSWEEP_EXPORT_JOB_H

#include "base/err.h"
#include "store/store.h"

#include <stdio.h>

/* ERR_USAGE when the job does not exist or has no arrays.  The caller must check that everything
   reached `out`. */
int export_job(struct store *store, int64_t job, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
