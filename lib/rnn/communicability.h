/*
 * communicability - how well signals travel between units over all paths, and the penalty that
 * spatially embedded RNNs put on it (Achterberg et al. 2023, Nature Machine Intelligence 5:1369).
 *
 * Let a = |W| without its diagonal.  The strength s_i of a unit is the mean of its outgoing and its
 * incoming weight.
 *     X_ij = a_ij / sqrt(s_i s_j),    C = exp(X) with its diagonal set to 0,
 *     r = sum over i != j of a_ij D_ij C_ij                                (their equations 5, 6).
 * Self-connections are left out of s and X: otherwise the penalty would fall when a self-connection
 * grows.  A strength below 1e-20 counts as 0, and gives s^(-1/2) = 0.
 *
 * C changes with W, and this contributes to the gradient: with r_i = s_i^(-1/2), G = a (.) D and K
 * = L_exp(X^T; G), the Frechet derivative of exp at X^T in the direction G,
 *     slope_ij = dr/da_ij = D_ij C_ij + K_ij r_i r_j + (q_i + q_j) / 2,
 *     q_k = -(sum_j K_kj X_kj + sum_i K_ik X_ik) / (2 s_k),          slope_ii = 0.
 * Slopes may be negative: a strong unit lowers the X of the others.  X does not depend on the scale
 * of W, so that sum a_ij slope_ij = r.
 *
 * exp is its Taylor polynomial of degree 9 (the spectral radius of X is at most 1).  It is computed
 * by the scheme of Paterson and Stockmeyer (1973) on pairs of value and derivative: 12 products of
 * H x H matrices, 4 for the value alone.  Compared with double precision, C is accurate to 1e-4 on
 * every connected pair.
 */
#ifndef BRAINSWEEP_COMMUNICABILITY_H
#define BRAINSWEEP_COMMUNICABILITY_H

#include "base/err.h"

struct communicability; /* buffers for H units.  Opaque. */

int communicability_new(struct communicability **c, int H, struct err *e)
    __attribute__((warn_unused_result));
void communicability_free(struct communicability *c);
double communicability_bytes(int H); /* that communicability_new takes */

/* r of w (H,H) and distance (H,H). */
double communicability_cost(struct communicability *c, const float *w, const float *distance);

/* Returns the same, and sets slope (H,H) = dr/d|w|; if `frozen`, C is held constant: slope = D (.)
   C. */
double communicability_slope(struct communicability *c, const float *w, const float *distance,
                             int frozen, float *slope);

/* C (H,H) of the last call; owned by c. */
const float *communicability_matrix(const struct communicability *c);

#endif
