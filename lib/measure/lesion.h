/*
 * lesion - the accuracy that a network loses without a group of its units.  It shows that a cluster
 * is functional, not only correlated (after Yang et al. 2019, figure 4).
 *
 * A silenced unit has no effect on the others: its columns of W and W_out become 0.  For all other
 * units and the output that is the same as holding its activity at 0 from h_0 on, under every
 * nonlinearity; zeroing what comes in would leave softplus units at log 2.
 */
#ifndef BRAINSWEEP_LESION_H
#define BRAINSWEEP_LESION_H

#include "base/err.h"
#include "measure/evaluate.h"

/* Silences the units u with group[u] == k (group is (H)) in params (P); returns how many. */
int lesion_silence(struct rnn_shape shape, const int *group, int k, float *params);

/* lost (K,R): the trial accuracy of each task with the network whole less that with group k
   silenced, on the evaluator's trials.  R is the number of tasks of the evaluator's mix; whole (R)
   is the accuracy that it measured of params; group (H) is 0..K-1, or -1 for a unit of no group.
   Params stay as they are.  ERR_MEMORY; ERR_STOPPED when the evaluator's pause said so. */
int lesion_measure(struct evaluator *evaluator, struct rnn_shape shape, const float *params,
                   const double *whole, int R, const int *group, int K, float *lost, struct err *e)
    __attribute__((warn_unused_result));

#endif
