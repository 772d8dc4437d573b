/*
 * design - what a sweep's numbers of seeds and contrasts allow to decide, before it is run.
 */
#ifndef BRAINSWEEP_DESIGN_H
#define BRAINSWEEP_DESIGN_H

#include "record/experiment.h"

struct design {
    int contrasts, seeds;
    int needed;     /* seeds for a corrected p below COMPARISON_ALPHA; 0 for no contrasts */
    double least_p; /* that the seeds can give after correction; 1 for no contrasts */
};

struct design design_of(int contrasts, int seeds);

/* How many of the contrasts that the experiment plans have both groups in a sweep, in a plane with
   placed twins if there is one: has_group says so of a value of the parameter that names groups. */
int design_contrasts(const struct experiment *experiment,
                     int (*has_group)(const char *value, const void *data), const void *data);

/* "5 seeds cannot decide 4 contrasts: p, corrected for them, is .25 at least; it takes 8 seeds",
   into out (size); returns out. */
char *design_sentence(struct design design, char *out, size_t size);

/* A p in a sentence: ".031", without the zero that every p has; into out (DESIGN_P). */
enum { DESIGN_P = 32 };
char *design_p(double p, char *out);

#endif
