/*
 * forecast - how long each job of a run will take, as learned from those that have finished.
 */
#ifndef BRAINSWEEP_FORECAST_H
#define BRAINSWEEP_FORECAST_H

#include "base/err.h"
#include "run/queue.h"
#include "store/store.h"

struct forecast; /* Opaque. */

/* Learns from what the store has, and expects of each of the jobs.  Keeps experiments and jobs
   (count). */
int forecast_new(struct forecast **forecast, struct store *store,
                 const struct experiment *const *experiments, const struct experiment *experiment,
                 const struct store_job *jobs, size_t count, struct err *e)
    __attribute__((warn_unused_result));
void forecast_free(struct forecast *forecast);

/* Seconds that the i-th job is still expected to take. */
double forecast_seconds(const struct forecast *forecast, size_t i);

/* A job has taken that many seconds. */
void forecast_learn(struct forecast *forecast, const struct spec *spec, double seconds);

/* When enough was learned since the last time, computes the expected times of the jobs in the queue
   again, and sorts it; returns whether it did. */
int forecast_renew(struct forecast *forecast, struct queue *queue);

/* Jobs that it has learned from, and the standard deviation of log(seconds / expected) of one. */
int64_t forecast_learned(const struct forecast *forecast);
double forecast_spread(const struct forecast *forecast);

#endif
