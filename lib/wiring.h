/*
 * wiring - what a trained network's connections amount to, in numbers and in length.
 */
#ifndef BRAINSWEEP_WIRING_H
#define BRAINSWEEP_WIRING_H

#include "rnn.h"

/* A recurrent connection is active when |W_ij| exceeds this (Liu et al. 2023). */
#define WIRING_ACTIVE 1e-2f

struct wiring {
    long active_connections; /* |W_ij| > 1e-2 */
    double length;           /* sum of D over the active connections */
    long zero_weights;       /* parameters that are exactly zero, all P counted */
    int wired_units; /* units that at least one nonzero weight of W, W_in or W_out touches */
};

struct wiring wiring_measure(struct rnn_shape shape, int g, const float *params);

#endif
