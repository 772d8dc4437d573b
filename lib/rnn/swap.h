/*
 * swap - relocation of hidden units: which units exchange their places on the grid so that |D (.)
 * W|_1 falls, and the exchange itself (Liu, Gan & Tegmark 2023, arXiv 2305.08746).
 *
 * With S = |W| + |W|^T (diagonal 0) and C = S D, the exchange of units j and q changes the sum over
 * unordered pairs by C_jq - C_jj + C_qj - C_qq + 2 S_jq D_jq.  This is the pairwise-exchange local
 * search of the quadratic assignment problem (qap.h), which stores C in O(H g) numbers.
 */
#ifndef BRAINSWEEP_SWAP_H
#define BRAINSWEEP_SWAP_H

#include "base/err.h"
#include "rnn/rnn.h"

struct swap; /* the problem and the units' importance, for one H.  Opaque. */

int swap_new(struct swap **swap, int g, struct err *e) __attribute__((warn_unused_result));
void swap_free(struct swap *swap);
double swap_bytes(int g);

/* Loads |W| of these parameters and discards earlier exchanges. */
void swap_load(struct swap *swap, struct rnn_shape shape, const float *params);

/* Change of the distance cost if the units that are now at places j and q were exchanged. */
double swap_delta(const struct swap *swap, int j, int q);

/* The distance cost |D (.) W|_1 with the units at their current places: O(H). */
double swap_cost(const struct swap *swap);

/* Each of the selected units in turn makes its best exchange, if one lowers the cost.  Returns the
   number of exchanges.  units > 0: one pass over the `units` most important ones, in descending
   order of importance (sum of the |weights| of a unit's connections).  units 0: all of them, until
   a pass finds no exchange or max_passes are done.  (Units without a recurrent connection then take
   no turn: any useful exchange of such a unit is also an exchange of a connected unit.) */
int swap_run(struct swap *swap, int units, int max_passes);

/* order (H): place u now has the unit that was at order[u] after swap_load. */
const int *swap_order(const struct swap *swap);

/* Moves the units of a flat vector (parameters or moments) to their new places: rows and columns
   of W, rows of W_in, columns of W_out, entries of b_h.  scratch is (P). */
void swap_apply(struct rnn_shape shape, const int *order, float *flat, float *scratch);

#endif
