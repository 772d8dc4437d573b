/*
 * modules - trains two modules with few connections between them on two digits, and measures how
 * far each specializes on one.
 *
 * What Bena & Goodman ("Dynamics of specialization in neural modules under resource constraints")
 * ask: does a network whose structure is modular have modules that do different things?
 */
#ifndef BRAINSWEEP_MODULES_H
#define BRAINSWEEP_MODULES_H

#include "jobs/job.h"

extern const struct job job_modules;

#endif
