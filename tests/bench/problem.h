/*
 * problem - the training problem of the benchmarks: a network pruned to a given size, and batches
 * for other programs.
 */
#ifndef BRAINSWEEP_PROBLEM_H
#define BRAINSWEEP_PROBLEM_H

#include "base/err.h"
#include "rnn/train.h"

/* Removes the weights and biases of all but `wired` units, which are evenly spread; the rest of the
   network is as if the others had been pruned.  Adam's moments are 0. */
int problem_prune(struct train *train, int wired, struct err *e);

/* Writes int32 T, B, I, H, O and P, then float32 params (P: W (H,H), W_in (H,I), W_out (O,H), b_h,
   b_o) and x (T,B,I), then int32 labels (T,B). */
int problem_write(const struct train_config *config, const struct train *train, const char *path,
                  struct err *e);

#endif
