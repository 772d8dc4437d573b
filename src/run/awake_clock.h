/*
 * awake_clock - seconds during which its owner paid attention.  While the process is suspended, or
 * waits for a disk, the clock stands: nobody is called silent who was not listened to.
 */
#ifndef BRAINSWEEP_AWAKE_CLOCK_H
#define BRAINSWEEP_AWAKE_CLOCK_H

struct awake_clock {
    double seconds; /* so far */
    double most;    /* that a tick counts */
    double last;    /* moment of the last tick */
};

/* Begins at 0. */
struct awake_clock awake_clock_start(double most);

/* To be called whenever its owner listens; returns the seconds so far. */
double awake_clock_tick(struct awake_clock *clock);

#endif
