/*
 * cost - how long a job will take, learned from those that have finished.
 *
 * The logarithm of seconds over work is taken for a sum of effects of the job's parameters: one for
 * each choice of a text, and for a number one in proportion to its logarithm and one for its being
 * 0.  Ridge regression finds them; with nothing learned yet a job takes its work at the rate of
 * the calibration, or at a guessed one.
 */
#ifndef BRAINSWEEP_COST_H
#define BRAINSWEEP_COST_H

#include "base/err.h"
#include "record/spec.h"

#include <stdint.h>

struct runtime_model; /* Opaque. */

/* For the jobs of one experiment. */
int runtime_model_new(struct runtime_model **cost, const struct experiment *experiment,
                      struct err *e) __attribute__((warn_unused_result));
void runtime_model_free(struct runtime_model *cost);

/* Jobs whose step is so much work are done at `rate` (work a second): measured for the smallest and
   for the largest job, say, before anything is learned.  At most two of them count. */
void runtime_model_calibrate(struct runtime_model *cost, double step_work, double rate);
int runtime_model_is_calibrated(const struct runtime_model *cost);

/* A job has taken so long; counts from the next cost_fit. */
void runtime_model_learn(struct runtime_model *cost, const struct spec *spec, double seconds);

/* Takes in what was learned: O(F^3) for F effects, some 50. */
void runtime_model_fit(struct runtime_model *cost);

int64_t runtime_model_learned(const struct runtime_model *cost); /* jobs */

/* Seconds that the job is expected to take. */
double runtime_model_predict(const struct runtime_model *cost, const struct spec *spec);

/* Standard deviation of log(seconds / predicted) of one job: 0.1 is some 10 %. */
double runtime_model_spread(const struct runtime_model *cost);

#endif
