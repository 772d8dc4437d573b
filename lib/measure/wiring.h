/*
 * wiring - the number and the total length of a trained network's connections.
 */
#ifndef BRAINSWEEP_WIRING_H
#define BRAINSWEEP_WIRING_H

#include "rnn/rnn.h"
#include "stats/stats.h"

/* A recurrent connection is active when |W_ij| exceeds this (Liu et al. 2023). */
#define WIRING_ACTIVE 1e-2f

struct wiring {
    long active_connections; /* |W_ij| > 1e-2 */
    double length;           /* sum of D over the active connections */
    long zero_weights;       /* parameters that are exactly zero, all P counted */
    int wired_units;         /* units that are wired */
};

/* Whether at least one nonzero weight of W, W_in or W_out touches the unit. */
int wiring_is_wired(struct rnn_shape shape, const float *params, int unit);

struct wiring wiring_measure(struct rnn_shape shape, int g, const float *params);

/* The recurrent connections above one threshold. */
struct wiring_links {
    long connections; /* |W_ij| > threshold */
    long links;       /* those of them between two units: i != j */
    double length;    /* sum of D over them */
};

struct wiring_links wiring_links(struct rnn_shape shape, int g, const float *params,
                                 float threshold);

/* Sum of |W_ii| over the sum of |W|: the share that a distance cost does not see, because the
   connection of a unit to itself has no length.  Absent where all of W is 0. */
struct optional wiring_self_weight(struct rnn_shape shape, const float *params);

/* The recurrent connections of one length. */
struct wiring_length {
    double distance;    /* D = steps / g */
    long pairs;         /* (i,j) of that distance, connected or not */
    double mean_weight; /* mean |W_ij| over them */
    double active;      /* share of them that is active */
};

/* How many lengths there are: 1 .. 2(g-1) steps. */
int wiring_lengths(int g);

/* Which pairs of units a profile is of: all; or those whose units have a group, and the same one,
   or two different ones. */
enum wiring_pairs { WIRING_ALL, WIRING_WITHIN, WIRING_BETWEEN };

/* Weight against distance: profile (wiring_lengths(g)) in rising distance, from 1/g.  group (H) is
   the group of the unit at each place, -1 for none; not read for WIRING_ALL.  Means over no pairs
   are 0. */
void wiring_profile(struct rnn_shape shape, int g, const float *params, enum wiring_pairs which,
                    const int *group, struct wiring_length *profile);

#endif
