/*
 * modules_table - the parameters, metrics and tables of modules, and what follows from them alone.
 */
#ifndef BRAINSWEEP_MODULES_TABLE_H
#define BRAINSWEEP_MODULES_TABLE_H

#include "modules/modtrain.h"
#include "record/experiment.h"
#include "record/spec.h"

extern const struct parameter modules_parameters[];
extern const struct metric modules_metrics[];
extern const struct table modules_tables[];
extern const struct plane modules_planes[];
extern const struct evidence modules_evidence[];
extern const struct plot modules_plots[];

/* The hooks of struct experiment. */
int modules_check(const struct spec *spec, const unsigned char *given, struct err *e);
void modules_canonicalise(struct spec *spec);
double modules_work(const struct spec *spec);
double modules_memory(const struct spec *spec);

/* Connections from each module to the other: K, or what p says. */
int modules_links(const struct spec *spec);

/* The training that a spec asks for, of images of d pixels; `pairs` is still to be filled in. */
struct modtrain_config modules_config(const struct spec *spec, int d);

/* The draw of pairs with separability c; `which` tells draws of a seed apart. */
struct pairs_wish modules_pairs(const struct spec *spec, const char *count, double c, int which);

#endif
