/*
 * stimulus - what two modules see of a batch of pairs: images under structured noise, from an onset
 * on.
 *
 * At each time step a trial's image x becomes (1 - r) x + r nu, where nu is the mean over five
 * other images of the batch, of each of which a fifth of the pixels is seen, the rest being 0: nu =
 * 1/5 sum_s M_s x[member_s] Masks are drawn anew for every time step and shared by the batch;
 * members are drawn for every trial and time step and are the same for both images.  Before a
 * module's onset it sees nu alone.
 */
#ifndef BRAINSWEEP_STIMULUS_H
#define BRAINSWEEP_STIMULUS_H

#include "math/rng.h"
#include "modules/pairs.h"

enum { STIMULUS_MEMBERS = 5 }; /* images in a trial's noise: a batch has at least so many trials */

/* How onsets are chosen: time steps before a module sees its image, for each trial and module. */
enum stimulus_onset {
    STIMULUS_AT_ONCE, /* 0 */
    STIMULUS_RANDOM,  /* uniform in 1..T-2 */
    STIMULUS_GIVEN    /* the same for all trials */
};

struct stimulus_rule {
    int T;       /* time steps */
    float noise; /* r, 0..1 */
    enum stimulus_onset onset;
    int given[2];  /* onsets of the modules, where they are given */
    int one_onset; /* random onsets are one a trial, not one a module: both see both images */
};

struct stimulus; /* a rule and buffers for batches of up to B.  Opaque. */

int stimulus_new(struct stimulus **stimulus, struct stimulus_rule rule, int d, int B, struct err *e)
    __attribute__((warn_unused_result));
void stimulus_free(struct stimulus *stimulus);

/* Bytes that stimulus_new takes. */
double stimulus_bytes(int T, int d, int B);

/* The next batches' onsets are these. */
void stimulus_set_onsets(struct stimulus *stimulus, int u0, int u1);

/* Makes the batch of the B pairs whose numbers are in `trial`; `r` decides all that is random.
   Returns x (T,B,2,d), which stays until the next batch. */
const float *stimulus_make(struct stimulus *stimulus, const struct pairs *pairs, int B,
                           const int *trial, struct rng *r);

/* The last batch's image m (0, 1) exchanged between trials, noise and all: trial b has that of
   trial order[b].  Returns x (T,B,2,d); the batch itself stays what it was. */
const float *stimulus_exchange(struct stimulus *stimulus, int m, const int *order);

#endif
