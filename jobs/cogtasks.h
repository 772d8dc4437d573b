/*
 * cogtasks - trains a recurrent network on cognitive tasks with a regularizer, and measures it.
 *
 * What the paper asks of one network (Liu, Khona, Fiete & Tegmark 2023): its error, how many
 * neurons are active, how long the wiring is.  Two networks of the same seed have the same initial
 * weights and see the same trials, whatever their regularizer.
 */
#ifndef BRAINSWEEP_COGTASKS_H
#define BRAINSWEEP_COGTASKS_H

#include "jobs/job.h"

extern const struct job job_cogtasks;

#endif
