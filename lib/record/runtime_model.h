/*
 * cost - how long a job will take, learned from those that have finished.
 *
 * The logarithm of seconds over work is taken for a sum of effects of the job's parameters: one for
 * each choice of a text, and for a number one in proportion to its logarithm and one for its being
 * 0.  Ridge regression finds them; with nothing learned yet a job takes its work at a guessed rate.
 */
#ifndef BRAINSWEEP_COST_H
#define BRAINSWEEP_COST_H

#include "base/err.h"
#include "record/spec.h"

#include <stdint.h>

struct cost; /* Opaque. */

/* For the jobs of one experiment. */
int cost_new(struct cost **cost, const struct experiment *experiment, struct err *e)
    __attribute__((warn_unused_result));
void cost_free(struct cost *cost);

/* A job has taken so long; counts from the next cost_fit. */
void cost_learn(struct cost *cost, const struct spec *spec, double seconds);

/* Takes in what was learned: O(F^3) for F effects, some 50. */
void cost_fit(struct cost *cost);

int64_t cost_learned(const struct cost *cost); /* jobs */

/* Seconds that the job is expected to take. */
double cost_predict(const struct cost *cost, const struct spec *spec);

/* Standard deviation of log(seconds / predicted) of one job: 0.1 is some 10 %. */
double cost_spread(const struct cost *cost);

#endif
