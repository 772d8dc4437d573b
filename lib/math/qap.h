/*
 * qap - the quadratic assignment problem on a grid: N = rows*cols units, one at each place, a
 * symmetric flow between units, and Manhattan distance between places.  Pairs with much flow should
 * be close.
 *
 *     cost = sum over unordered pairs of units u,v of flow[u][v] * steps(place of u, place of v)
 *
 * Distance is counted in whole steps along rows and columns.  Because Manhattan distance is a sum
 * of a row part and a column part, what unit u's links would cost at every place of the grid is
 *     C_u(r,c) = R_u(r) + K_u(c),
 * with one term for each axis (qap_axis.h).  So computing how an exchange changes the cost takes a
 * few numbers for one pair, and O(N) for one unit against all others.  Updating the state after an
 * exchange takes O(N) too: some fourteen vectors of N change.
 */
#ifndef BRAINSWEEP_QAP_H
#define BRAINSWEEP_QAP_H

#include "base/err.h"

struct qap; /* flow, cost profiles and the current assignment.  Opaque. */

int qap_new(struct qap **qap, int rows, int cols, struct err *e)
    __attribute__((warn_unused_result));
void qap_free(struct qap *qap);

/* Bytes that qap_new takes. */
double qap_bytes(int rows, int cols);

int qap_size(const struct qap *qap); /* N */

/* The flow (N,N), which the caller fills before qap_assign: symmetric, diagonal 0, not negative.
   Rows and columns are indexed by unit; exchanges do not change them. */
float *qap_flow(struct qap *qap);

/* Sets the flow to |w| + |w|^T of a matrix w (N,N), without its diagonal, and puts unit p at place
   p. */
void qap_load(struct qap *qap, const float *w);

/* Puts unit unit_at[p] at place p = row*cols + column; NULL puts unit p there.  Call it after the
   flow is filled, and again whenever the flow has changed. */
void qap_assign(struct qap *qap, const int *unit_at);

const int *qap_unit_at(const struct qap *qap);  /* (N) the unit at each place */
const int *qap_place_of(const struct qap *qap); /* (N) the place of each unit */

/* (N) the sum of each unit's flow; a unit without flow need not be moved for its own sake. */
const double *qap_degree(const struct qap *qap);

/* The cost of the current assignment: O(N). */
double qap_cost(const struct qap *qap);

/* Change of the cost if units a and b exchanged their places. */
double qap_delta(const struct qap *qap, int a, int b);

/* The unit whose exchange with a lowers the cost most (the first of equals); *delta is the
   change. */
int qap_best(struct qap *qap, int a, double *delta);

/* Whether a change of this size is certainly an improvement, and not an effect of rounding the flow
   to float: it must be below -1e-6 of what the links of a and b cost now. */
int qap_improves(const struct qap *qap, int a, int b, double delta);

void qap_exchange(struct qap *qap, int a, int b);

/* Local search: each of the n units in `units` in turn makes its best exchange if that is an
   improvement.  Passes repeat until one finds no exchange or max_passes are done.  Returns the
   number of exchanges. */
int qap_descend(struct qap *qap, int n, const int *units, int max_passes);

#endif
