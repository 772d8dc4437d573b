/*
 * softmax - the cross-entropy of class labels under the softmax of logits, and its gradient.
 */
#ifndef BRAINSWEEP_SOFTMAX_H
#define BRAINSWEEP_SOFTMAX_H

/* Returns the mean over the labelled rows of -log softmax(logits)[label] (natural logarithm, summed
   in double), or 0 if no row has a label.  logits and gradient are (rows,O), label is (rows); a
   negative label means none.  gradient is set to the derivative of the mean with respect to the
   logits. */
double softmax_cross_entropy(int rows, int O, const float *logits, const int *label,
                             float *gradient);

/* The class with the largest of O logits; the first one if several are equal. */
int softmax_choice(int O, const float *logits);

#endif
