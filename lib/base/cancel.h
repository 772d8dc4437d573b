/*
 * pause - how a long measurement asks, between two pieces of its work, whether it shall go on.
 */
#ifndef BRAINSWEEP_PAUSE_H
#define BRAINSWEEP_PAUSE_H

struct cancel {
    int (*must_stop)(void *data);
    void *data;
};

/* Whether it must stop; a pause of NULL never says so. */
static inline int cancel_must_stop(const struct cancel *pause)
{
    return pause && pause->must_stop(pause->data);
}

#endif
