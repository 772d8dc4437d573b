/*
 * pause - how a long measurement asks, between two pieces of its work, whether it shall go on.
 */
#ifndef BRAINSWEEP_PAUSE_H
#define BRAINSWEEP_PAUSE_H

struct pause {
    int (*must_stop)(void *data);
    void *data;
};

/* Whether it must stop; a pause of NULL never says so. */
static inline int pause_must_stop(const struct pause *pause)
{
    return pause && pause->must_stop(pause->data);
}

#endif
