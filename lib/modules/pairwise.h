/*
 * pairwise - the mean correlation of the states of two trials: of the same label, and of any.
 *
 * Every trial is paired with another one of its label, in a ring of random order, so that no trial
 * meets itself.  Labels weigh equally, however many trials they have; a label of one trial is left
 * out.
 */
#ifndef BRAINSWEEP_PAIRWISE_H
#define BRAINSWEEP_PAIRWISE_H

#include "base/err.h"
#include "math/rng.h"

struct pairwise; /* who is paired with whom, for up to B trials.  Opaque. */

int pairwise_new(struct pairwise **pairwise, int B, struct err *e)
    __attribute__((warn_unused_result));
void pairwise_free(struct pairwise *pairwise);
double pairwise_bytes(int B); /* that pairwise_new takes */

/* Pairs B trials with these labels (B), 0..9. */
void pairwise_draw(struct pairwise *pairwise, int B, const int *label, struct rng *r);

/* Mean of Pearson's correlation over the pairs; trial b's state is the n numbers from h + b *
   stride on.  A state without variance correlates with none: 0. */
double pairwise_within(const struct pairwise *pairwise, int n, const float *h, int stride);
double pairwise_any(const struct pairwise *pairwise, int n, const float *h, int stride);

/* Pearson's correlation of a (n) with b (n). */
double pairwise_correlation(int n, const float *a, const float *b);

#endif
