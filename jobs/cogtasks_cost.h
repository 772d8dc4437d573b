/*
 * cogtasks_cost - what a job of cogtasks takes: arithmetic and memory.
 */
#ifndef BRAINSWEEP_COGTASKS_COST_H
#define BRAINSWEEP_COGTASKS_COST_H

#include "record/spec.h"

#include <stddef.h>

/* The hooks of struct experiment. */
double cogtasks_cost_work(const struct spec *spec);
double cogtasks_cost_step_work(const struct spec *spec);
double cogtasks_cost_memory(const struct spec *spec);
void cogtasks_cost_explain_memory(const struct spec *spec, char *out, size_t size);

#endif
