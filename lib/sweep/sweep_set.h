/*
 * sweep_set - the --set key=value of a command line, which take the place of what the file says.
 */
#ifndef BRAINSWEEP_SWEEP_SET_H
#define BRAINSWEEP_SWEEP_SET_H

#include "record/experiment.h"
#include "sweep/sweep.h"
#include "sweep/sweep_axis.h"

struct sweep_set {
    struct sweep_setting *settings; /* Opaque. */
    size_t n;
};

/* Finds the parameters of the n overrides.  ERR_USAGE: unknown, or set twice. */
int sweep_set_read(struct sweep_set *set, const struct override *overrides, size_t n,
                   const struct experiment *experiment, struct err *e)
    __attribute__((warn_unused_result));
void sweep_set_free(struct sweep_set *set);

/* The parameter that the i-th setting is of. */
int sweep_set_parameter(const struct sweep_set *set, size_t i);

/* Fills an empty axis with the values of the i-th setting; text values point into the set.
   ERR_USAGE says what was expected. */
int sweep_set_fill(const struct sweep_set *set, size_t i, const struct experiment *experiment,
                   struct sweep_axis *axis, struct err *e) __attribute__((warn_unused_result));

#endif
