/*
 * adam - Adam (Kingma & Ba 2015) on a flat vector, with the proximal step of a weighted L1 term,
 * and AdamW's decay of parameters, which is separate from the gradient (Loshchilov & Hutter 2019).
 */
#ifndef BRAINSWEEP_ADAM_H
#define BRAINSWEEP_ADAM_H

#include <stddef.h>

struct adam {
    float beta1;   /* 0.9 */
    float beta2;   /* 0.999 */
    float epsilon; /* 1e-8 */
    float decay;   /* 0; before each step, parameters shrink by this * rate of themselves */
};

/* The usual values. */
extern const struct adam adam_default;

/*
 * One step, with number `step` (the first is 1): params, grad, m, v are (P).  If cost is not NULL,
 * each parameter is then soft-thresholded by
 *     rate * lambda * cost / (sqrt(v_hat) + epsilon),
 * the proximal operator of lambda * sum(cost * |w|) in Adam's own metric.  The stationary points
 * are the same as those of the penalised loss, but weights become exactly zero.
 */
void adam_step(const struct adam *adam, long step, float rate, size_t P, float *params,
               const float *grad, float *m, float *v, float lambda, const float *cost);

#endif
