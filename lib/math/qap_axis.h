/*
 * qap_axis - one axis of a grid, with its lines (the rows, say) in order.  For each of N units it
 * gives what the unit's links would cost along that axis if the unit were in line y:
 *
 *     C_u(y) = sum over lines x of M_u(x) |x - y|,   M_u(x) = the flow of u into line x.
 *
 * Only the masses M are stored, and C with its slope at four anchor lines a.  The rest follows from
 * these, because C is piecewise linear with a bend of 2 M_u(x) in each line x:
 *
 *     C_u(y) = C_u(a) + (y - a) slope_u(a) + 2 sum over x between of M_u(x) |x - y|.
 *
 * So reading a line takes a few vectors of N.  When flow moves from one line to another, a dozen
 * vectors of N change, not all lines.  Both are returned as weighted sums of vectors, so that the
 * terms of two axes can be added in one pass.
 */
#ifndef BRAINSWEEP_QAP_AXIS_H
#define BRAINSWEEP_QAP_AXIS_H

#include "base/err.h"

struct qap_axis; /* Opaque. */

struct qap_axis_term {
    double *x; /* (N) */
    double weight;
};

/* N, here and below, is a multiple of this, so that loops need no remainder. */
enum { AXIS_BLOCK = 32 };

int qap_axis_new(struct qap_axis **axis, int lines, int N, struct err *e)
    __attribute__((warn_unused_result));
void qap_axis_free(struct qap_axis *axis);

/* Bytes that axis_new takes. */
double qap_axis_bytes(int lines, int N);

/* (N) the masses of line y, which the caller fills before qap_axis_sum; that sets everything
   else. */
double *qap_axis_mass(struct qap_axis *axis, int y);
void qap_axis_sum(struct qap_axis *axis);

/* C_u(y). */
double qap_axis_cost(const struct qap_axis *axis, int u, int y);

/* cost (lines): C_u at every line. */
void qap_axis_profile(const struct qap_axis *axis, int u, double *cost);

/* The terms whose sum is C(y) for all units; their number in *count. */
const struct qap_axis_term *qap_axis_at(const struct qap_axis *axis, int y, int *count);

/* The terms that change when flow moved_u moves from line `from` to line `to`: each changes by its
   weight times moved.  Returns their number, at most AXIS_CHANGES. */
enum { AXIS_ANCHORS = 4, AXIS_CHANGES = 2 + 2 * AXIS_ANCHORS };
int qap_axis_changes(const struct qap_axis *axis, int from, int to, struct qap_axis_term *changes);

/* Adds the terms' vectors, times their weights, to the sum for units begin .. end - 1. */
void qap_axis_add(int begin, int end, int count, const struct qap_axis_term *terms, double *sum);

#endif
