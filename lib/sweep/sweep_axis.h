/*
 * sweep_axis - the values that a sweep gives to one parameter.
 */
#ifndef BRAINSWEEP_SWEEP_AXIS_H
#define BRAINSWEEP_SWEEP_AXIS_H

#include "record/experiment.h"

#include <stddef.h>

enum { SWEEP_POINT_LIMIT = 10000000 };

struct sweep_axis {
    int parameter;
    int line; /* of its first value in the file; 0 when it comes from the command line */
    struct value *values;
    size_t n;
};

/* Appends what `text` stands for: a value, and for a number also the whole numbers "first..last" or
   the range "first:last:lin:count" or "first:last:log:count", whose ends are exact.  A text value
   points into `text`.  ERR_VALUE says what was expected. */
int sweep_axis_add(struct sweep_axis *axis, const struct parameter *p, const char *text,
                   struct err *e) __attribute__((warn_unused_result));
void sweep_axis_free(struct sweep_axis *axis);

#endif
