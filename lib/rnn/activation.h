/*
 * activation - the nonlinearities phi of the hidden units: a table.
 *
 * The derivative of each of the three is a function of its value, so the backward pass needs only
 * h.
 */
#ifndef BRAINSWEEP_ACTIVATION_H
#define BRAINSWEEP_ACTIVATION_H

struct activation {
    const char *name; /* "relu", "tanh", "softplus" */
    const char *help; /* one sentence */

    /* Replaces z (rows,cols) by phi(z + bias); bias (cols) is added to every row. */
    void (*apply)(int rows, int cols, const float *bias, float *z);

    /* Replaces dh (rows,cols) by dh * phi'(z), where h = phi(z) is (rows,cols). */
    void (*backward)(int rows, int cols, const float *h, float *dh);
};

const struct activation *activation_find(const char *name); /* NULL when there is none */
const struct activation *activation_at(int i);              /* NULL past the last */

#endif
