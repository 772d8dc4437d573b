/*
 * awake_clock - counts only the time in which its owner listened for messages.  While the process
 * is suspended, or waits for a disk, the clock stands still: a worker that was not listened to then
 * is not taken for silent.
 */
#ifndef BRAINSWEEP_AWAKE_CLOCK_H
#define BRAINSWEEP_AWAKE_CLOCK_H

struct awake_clock {
    double seconds; /* so far */
    double most;    /* seconds that one tick may add */
    double last;    /* moment of the last tick */
};

/* Begins at 0. */
struct awake_clock awake_clock_start(double most);

/* To be called whenever its owner listens; returns the seconds so far. */
double awake_clock_tick(struct awake_clock *clock);

#endif
