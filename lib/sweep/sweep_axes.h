/*
 * sweep_axes - which parameters are the axes of a sweep file, without laying it out.
 */
#ifndef BRAINSWEEP_SWEEP_AXES_H
#define BRAINSWEEP_SWEEP_AXES_H

#include "base/err.h"
#include "record/experiment.h"

/* Sets is_axis[p] for every parameter p of the experiment that the text gives in an axes block, and
   leaves the others alone.  ERR_SWEEP when the text cannot be read, or is of another experiment. */
int sweep_axes_mark(const char *text, const struct experiment *experiment, unsigned char *is_axis,
                    struct err *e) __attribute__((warn_unused_result));

#endif
