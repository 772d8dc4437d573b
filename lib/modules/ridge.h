/*
 * ridge - linear readouts of variables from any subset of units, by ridge regression in closed
 * form.
 *
 * Products of states with each other and with the variables are formed once, for training and test
 * trials; a readout of m units then costs m^3 operations, whatever the number of trials.  The
 * penalty is 1e-3 of the mean variance of the units that are read.
 */
#ifndef BRAINSWEEP_RIDGE_H
#define BRAINSWEEP_RIDGE_H

#include "base/err.h"

/* Trials by n units and C columns of variables; x (N,n), y (N,C). */
struct ridge_data {
    int N;
    const float *x, *y;
};

struct ridge; /* Opaque. */

int ridge_new(struct ridge **ridge, int n, int C, struct ridge_data train, struct ridge_data test,
              struct err *e) __attribute__((warn_unused_result));
void ridge_free(struct ridge *ridge);

/* Squared errors on the test trials, summed, of each column, into error (C), by a readout that is
   trained on these m units, 1 <= m <= n, all different. */
void ridge_read(struct ridge *ridge, int m, const int *unit, double *error);

/* The same by the readout that is trained on all units, without what these contribute. */
void ridge_lesion(struct ridge *ridge, int m, const int *unit, double *error);

/* The same by the mean of the training trials. */
const double *ridge_spread(const struct ridge *ridge);

#endif
