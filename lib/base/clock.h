/*
 * clock - seconds of a clock that never goes back, for measuring durations.
 */
#ifndef BRAINSWEEP_MOMENT_H
#define BRAINSWEEP_MOMENT_H

double clock_now(void);

/* Sleeps that long, or until a signal comes. */
void clock_sleep(double seconds);

#endif
