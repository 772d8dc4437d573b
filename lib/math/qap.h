/*
 * qap - the quadratic assignment problem on a grid: N = rows*cols units, one a place, a symmetric
 * flow between units, Manhattan distance between places; pairs with much flow should sit close.
 *
 *     cost = sum over unordered pairs of units u,v of flow[u][v] * steps(place of u, place of v)
 *
 * Distance is counted in whole steps along rows and columns.  Because Manhattan distance is a sum
 * of a row part and a column part, what unit u's links would cost at every place of the grid is
 *     C_u(r,c) = R_u(r) + K_u(c),
 * one along each axis (qap_axis.h).  So the change of cost by an exchange takes a few numbers a
 * pair and O(N) for a unit against all others, and an exchange is followed up in O(N) too: some
 * fourteen vectors of N change.
 */
#ifndef BRAINSWEEP_QAP_H
#define BRAINSWEEP_QAP_H

#include "base/err.h"

struct qap; /* flow, profiles and the present assignment.  Opaque. */

int qap_new(struct qap **qap, int rows, int cols, struct err *e)
    __attribute__((warn_unused_result));
void qap_free(struct qap *qap);

/* Bytes that qap_new takes. */
double qap_bytes(int rows, int cols);

int qap_size(const struct qap *qap); /* N */

/* The flow (N,N), for the caller to fill before qap_assign: symmetric, diagonal 0, not negative.
   Rows and columns go by unit, and stay as they are whatever is exchanged. */
float *qap_flow(struct qap *qap);

/* Fills the flow with |w| + |w|^T of a matrix w (N,N), its diagonal left out, and puts unit p at
   place p. */
void qap_load(struct qap *qap, const float *w);

/* Puts unit unit_at[p] at place p = row*cols + column; NULL puts unit p there.  To be called once
   the flow is there, and whenever it has changed. */
void qap_assign(struct qap *qap, const int *unit_at);

const int *qap_unit_at(const struct qap *qap);  /* (N) the unit at each place */
const int *qap_place_of(const struct qap *qap); /* (N) the place of each unit */

/* (N) the sum of each unit's flow; a unit without any need not be moved for its own sake. */
const double *qap_degree(const struct qap *qap);

/* The cost of the present assignment: O(N). */
double qap_cost(const struct qap *qap);

/* Change of the cost if units a and b exchanged their places. */
double qap_delta(const struct qap *qap, int a, int b);

/* The unit whose exchange with a lowers the cost most (the first of equals), its delta in *delta.
 */
int qap_best(struct qap *qap, int a, double *delta);

/* Whether a change of that size is an improvement for certain, and not the rounding of the flow to
   float: it must be below -1e-6 of what the links of a and b cost now. */
int qap_improves(const struct qap *qap, int a, int b, double delta);

void qap_exchange(struct qap *qap, int a, int b);

/* Local search: each of the n units named in `units` in turn takes its best exchange if that
   improves; passes until one finds nothing or max_passes are done.  Returns the exchanges made. */
int qap_descend(struct qap *qap, int n, const int *units, int max_passes);

#endif
