/*
 * activation - the nonlinearities phi of the hidden units: a table.
 *
 * All three know their derivative from their value, so that the backward pass needs h alone.
 */
#ifndef BRAINSWEEP_ACTIVATION_H
#define BRAINSWEEP_ACTIVATION_H

struct activation {
    const char *name; /* "relu", "tanh", "softplus" */
    const char *help; /* one sentence */

    /* z (rows,cols) becomes phi(z + bias), bias (cols) being added to every row. */
    void (*apply)(int rows, int cols, const float *bias, float *z);

    /* dh (rows,cols) becomes dh * phi'(z), where h = phi(z) is (rows,cols). */
    void (*backward)(int rows, int cols, const float *h, float *dh);
};

const struct activation *activation_find(const char *name); /* NULL when there is none */
const struct activation *activation_at(int i);              /* NULL past the last */

#endif
