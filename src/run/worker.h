/*
 * worker - every rank but 0: asks for a job, runs it, sends what came out, until told to go.
 */
#ifndef BRAINSWEEP_WORKER_H
#define BRAINSWEEP_WORKER_H

#include "cmd/options.h"

/* Serves the coordinator; returns the exit code it was given. */
int worker_serve(const struct options *options);

#endif
