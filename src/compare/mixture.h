/*
 * mixture - warnings about a selection of jobs before they are compared: parameters in which they
 * differ although no sweep has them as an axis, and dead networks.
 *
 * A parameter that has no effect for a job because of other parameters (lambda without a
 * regularizer) counts as having no value there.  The axes are those of the stored sweep files, and
 * the replicate.
 */
#ifndef BRAINSWEEP_MIXTURE_H
#define BRAINSWEEP_MIXTURE_H

#include "compare/selection.h"

struct mixture; /* Opaque. */

int mixture_new(struct mixture **mixture, const struct selection *selection,
                const struct experiment *experiment, struct store *store, struct err *e)
    __attribute__((warn_unused_result));
void mixture_free(struct mixture *mixture);

int64_t mixture_jobs(const struct mixture *mixture); /* how many were examined */

/* Returns the name of the i-th mixed parameter, from 0, and writes its values as "7, 8, 20 ..."
   into out (MIXTURE_TEXT); NULL past the last. */
enum { MIXTURE_TEXT = 160 };
const char *mixture_parameter(const struct mixture *mixture, int i, char *out);

/* The job numbers of the dead networks, ascending, and their count. */
const int64_t *mixture_dead(const struct mixture *mixture, size_t *count);

#endif
