/*
 * problem - what a bench trains on: a network pruned as far as asked, and batches for others.
 */
#ifndef BRAINSWEEP_PROBLEM_H
#define BRAINSWEEP_PROBLEM_H

#include "base/err.h"
#include "rnn/train.h"

/* All but `wired` units, spread evenly, lose their weights and biases: those that are left are as
   they would be had the others been pruned.  Adam's moments are 0. */
int problem_prune(struct train *train, int wired, struct err *e);

/* Writes int32 T, B, I, H, O and P, then float32 params (P: W (H,H), W_in (H,I), W_out (O,H), b_h,
   b_o) and x (T,B,I), then int32 labels (T,B). */
int problem_write(const struct train_config *config, const struct train *train, const char *path,
                  struct err *e);

#endif
