/*
 * denormal - numbers below 2^-126 taken as zero while a computation runs.
 *
 * Processors work on them by microcode, a hundred times slower than on others, and training makes
 * them by the million: the probability of a class that is out of the question, the moments of a
 * weight that gets no gradient any more.  Nothing that matters is that small.
 */
#ifndef BRAINSWEEP_DENORMAL_H
#define BRAINSWEEP_DENORMAL_H

#include <stdint.h>

/* From now on, in this thread; returns what denormal_restore puts back. */
uint64_t denormal_flush(void);
void denormal_restore(uint64_t state);

#endif
