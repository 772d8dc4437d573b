/*
 * mixture_text - what a command says of a mixture of jobs (mixture.h), before anything else.
 */
#ifndef BRAINSWEEP_MIXTURE_TEXT_H
#define BRAINSWEEP_MIXTURE_TEXT_H

#include "compare/selection.h"
#include "text/json.h"

/* Looks at the selected jobs, and counts them.  Without `j` prints a line for the parameters in
   which they differ, if there are any, and one for dead networks.  With it, adds an object to the
   array that is open: experiment, jobs, "mixed" (objects with parameter and values), "dead" (job
   numbers). */
int mixture_text_tell(struct store *store, const struct experiment *experiment,
                      const struct selection *selection, struct json *j, int64_t *jobs,
                      struct err *e) __attribute__((warn_unused_result));

#endif
