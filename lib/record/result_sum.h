/*
 * result_sum - a checksum of a result and of the job it is of, to find damage.
 *
 * Message, time and units of work are the attempt's, and not in it.  It is a sum over its parts
 * (a 64-bit hash of each, mixed), so the order of rows and arrays does not count; parts that are
 * NULL do not either, so a metric that an experiment gets later changes no sum.  Not for security:
 * who can write the result can write the sum.
 *
 * An array's part is over its bytes as they are packed, so that who stores it need not unpack it.
 * The first version's was over its numbers; what it made can still be checked.
 */
#ifndef BRAINSWEEP_RESULT_SUM_H
#define BRAINSWEEP_RESULT_SUM_H

#include "record/result.h"

/* Which parts are of arrays: as the store notes it beside the sum. */
enum { RESULT_SUM_UNPACKED = 1, RESULT_SUM_PACKED = 2 };

/* Of the result of the job with that canonical spec, all but its arrays; each of these adds
   result_sum_packed, modulo 2^64. */
uint64_t result_sum_values(const char *spec, const struct result *result);
uint64_t result_sum_packed(const char *name, int rows, int cols, const unsigned char *packed,
                           size_t size);

/* Of all of it, by the first version: arrays by their numbers, which are there. */
uint64_t result_sum_unpacked(const char *spec, const struct result *result);

#endif
