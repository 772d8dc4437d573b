/*
 * design - what a sweep can decide with its numbers of seeds and contrasts, known before it is run.
 */
#ifndef BRAINSWEEP_DESIGN_H
#define BRAINSWEEP_DESIGN_H

#include "record/experiment.h"

struct design {
    int contrasts, seeds;
    int needed;     /* seeds for a corrected p below COMPARISON_ALPHA; 0 without contrasts */
    double least_p; /* that the seeds can give after correction; 1 without contrasts */
};

struct design design_of(int contrasts, int seeds);

/* How many of the experiment's planned contrasts have both groups in a sweep, counted in a plane
   with a placed twin if there is one.  has_group says whether the sweep has a value of the
   parameter that names groups. */
int design_contrasts(const struct experiment *experiment,
                     int (*has_group)(const char *value, const void *data), const void *data);

/* Writes "5 seeds cannot decide 4 contrasts: p, corrected for them, is .25 at least; it takes 8
   seeds" into out (size); returns out. */
char *design_sentence(struct design design, char *out, size_t size);

/* Writes p for a sentence, ".031", without the leading zero, into out (DESIGN_P); returns out. */
enum { DESIGN_P = 32 };
char *design_p(double p, char *out);

#endif
