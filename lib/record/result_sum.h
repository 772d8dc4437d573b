/*
 * result_sum - a checksum of a result and of the job it is of, to find damage.
 *
 * Message, time and units of work are the attempt's, and not in it.  It is a sum over its parts
 * (64-bit FNV-1a of each, mixed), so the order of rows and arrays does not count; parts that are
 * NULL do not either, so a metric that an experiment gets later changes no sum.  Not for security:
 * who can write the result can write the sum.
 */
#ifndef BRAINSWEEP_RESULT_SUM_H
#define BRAINSWEEP_RESULT_SUM_H

#include "record/result.h"

/* Of the result of the job with that canonical spec. */
int64_t result_sum(const char *spec, const struct result *result);

#endif
