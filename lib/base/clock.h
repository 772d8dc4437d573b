/*
 * moment - what time it is, for measuring: seconds of a clock that only goes forward.
 */
#ifndef BRAINSWEEP_MOMENT_H
#define BRAINSWEEP_MOMENT_H

double moment_now(void);

/* Sleeps that long, or until a signal comes. */
void moment_sleep(double seconds);

#endif
