/*
 * worker - every rank but 0: asks for a job, runs it and sends its result, until it is told to end.
 */
#ifndef BRAINSWEEP_WORKER_H
#define BRAINSWEEP_WORKER_H

#include "run/run_config.h"

/* Serves the coordinator; returns the exit code it was given. */
int worker_serve(const struct run_config *config);

#endif
