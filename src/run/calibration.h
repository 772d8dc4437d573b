/*
 * calibration - how fast this processor is at a kind of job, from a few real steps of it: for a
 * plan of jobs of which none has run yet.
 */
#ifndef BRAINSWEEP_CALIBRATION_H
#define BRAINSWEEP_CALIBRATION_H

#include "record/spec.h"

/* Begins the job, stops it within about a second, and returns its work (experiment.h) a second, or
   0 where that cannot be known: the experiment does not say what a step is, the job cannot begin
   here, or its first step alone would take too long.  Nothing of it is kept. */
double calibration_rate(const struct spec *spec);

#endif
