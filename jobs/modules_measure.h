/*
 * modules_measure - what is recorded of a trained network of two modules.
 */
#ifndef BRAINSWEEP_MODULES_MEASURE_H
#define BRAINSWEEP_MODULES_MEASURE_H

#include "base/cancel.h"
#include "modules/modeval.h"
#include "modules/modtrain.h"
#include "record/result.h"
#include "record/spec.h"

struct modules_subject {
    const struct spec *spec;
    const struct images *images;
    const struct modtrain_config *config; /* with its training pairs */
    const struct pairs *test;             /* pairs drawn at c */
    struct modeval *eval;                 /* on these */
    const float *params;                  /* (P) */
    const struct cancel *pause;
};

/* Sets all metrics but loss and epochs_done, and adds the rows of all tables but the curve, and the
   parameters as arrays.  ERR_STOPPED. */
int modules_measure(const struct modules_subject *subject, struct result *result, struct err *e)
    __attribute__((warn_unused_result));

#endif
