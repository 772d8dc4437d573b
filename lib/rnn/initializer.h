/*
 * initializer - the initial parameters of a network: a table.
 */
#ifndef BRAINSWEEP_INITIALIZER_H
#define BRAINSWEEP_INITIALIZER_H

#include "math/rng.h"
#include "rnn/rnn.h"

struct initializer {
    const char *name; /* "uniform", "orthogonal" */
    const char *help; /* one sentence */
    void (*fill)(struct rnn_shape shape, struct rng *r, float *params); /* params is (P) */
};

const struct initializer *initializer_find(const char *name); /* NULL when there is none */
const struct initializer *initializer_at(int i);              /* NULL past the last */

#endif
