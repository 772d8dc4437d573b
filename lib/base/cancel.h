/*
 * cancel - how a long measurement asks, between two parts of its work, whether it has to stop.
 */
#ifndef BRAINSWEEP_PAUSE_H
#define BRAINSWEEP_PAUSE_H

struct cancel {
    int (*must_stop)(void *data);
    void *data;
};

/* Whether it must stop; never when `pause` is NULL. */
static inline int cancel_must_stop(const struct cancel *pause)
{
    return pause && pause->must_stop(pause->data);
}

#endif
