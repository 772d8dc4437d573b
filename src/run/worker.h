/*
 * worker - every rank but 0: asks for a job, runs it, sends what came out, until told to go.
 */
#ifndef BRAINSWEEP_WORKER_H
#define BRAINSWEEP_WORKER_H

#include "run/run_config.h"

/* Serves the coordinator; returns the exit code it was given. */
int worker_serve(const struct run_config *config);

#endif
