/*
 * cogtasks_table - the parameters, metrics and tables of cogtasks, and what follows from them
 * alone.
 */
#ifndef BRAINSWEEP_COGTASKS_TABLE_H
#define BRAINSWEEP_COGTASKS_TABLE_H

#include "record/experiment.h"
#include "record/spec.h"
#include "rnn/train.h"

extern const struct parameter cogtasks_parameters[];
extern const struct metric cogtasks_metrics[];
extern const struct table cogtasks_tables[];
extern const struct export_array cogtasks_exports[];
extern const struct plot cogtasks_plots[];
extern const struct plane cogtasks_planes[];
extern const struct planned_contrast cogtasks_contrasts[];
extern const struct evidence cogtasks_evidence[];
extern const struct show_map cogtasks_maps[];

/* The hooks of struct experiment. */
int cogtasks_table_check(const struct spec *spec, const unsigned char *given, struct err *e);
void cogtasks_table_canonicalise(struct spec *spec);
double cogtasks_table_work(const struct spec *spec);
double cogtasks_table_memory(const struct spec *spec);
void cogtasks_table_explain_memory(const struct spec *spec, char *out, size_t size);

/* The training that a spec asks for; `mix` is still to be filled in.  The spec has been checked. */
struct train_config cogtasks_table_config(const struct spec *spec);

#endif
