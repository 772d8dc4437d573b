/*
 * schedule - how long a number of workers takes for jobs of known length, the longest first.
 */
#ifndef BRAINSWEEP_SCHEDULE_H
#define BRAINSWEEP_SCHEDULE_H

#include "base/err.h"

#include <stddef.h>

/* Seconds from the first start to the last end; sorts `seconds` (n), the longest first. */
int schedule_makespan(double *seconds, size_t n, int workers, double *makespan, struct err *e)
    __attribute__((warn_unused_result));

#endif
