/*
 * mixture_text - what a command prints about a mixture of jobs (mixture.h), before its other
 * output.
 */
#ifndef BRAINSWEEP_MIXTURE_TEXT_H
#define BRAINSWEEP_MIXTURE_TEXT_H

#include "compare/selection.h"
#include "text/json.h"

/* Examines and counts the selected jobs.  If `j` is NULL, prints one line for the parameters in
   which they differ, if any, and one for dead networks.  Otherwise adds an object to the open
   array: experiment, jobs, "mixed" (objects with parameter and values), "dead" (job numbers). */
int mixture_text_tell(struct store *store, const struct experiment *experiment,
                      const struct selection *selection, struct json *j, int64_t *jobs,
                      struct err *e) __attribute__((warn_unused_result));

#endif
