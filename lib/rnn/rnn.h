/*
 * rnn - the recurrent network, its loss and its gradient by backpropagation through time.
 *
 *     h_{t+1} = phi(W h_t + W_in u_t + b_h)      o_{t+1} = W_out h_{t+1} + b_o      h_0 = 0
 *
 * Sequences are time-major, x is (T,B,I), so that the B rows of a step are one contiguous matrix,
 * and inputs, outputs and weight gradients are single products over all T*B rows.  Numbers are
 * float32; reported sums are double.  The loss is the mean cross-entropy (natural logarithm) over
 * T*B.
 */
#ifndef BRAINSWEEP_RNN_H
#define BRAINSWEEP_RNN_H

#include "base/err.h"
#include "math/mat.h"
#include "rnn/activation.h"

#include <stddef.h>

struct rnn_shape {
    int inputs;  /* I */
    int hidden;  /* H */
    int outputs; /* O */
};

/* All parameters are one flat vector of P floats: W, W_in, W_out, b_h, b_o, in this order. */
struct rnn_params {
    struct mat w;     /* (H,H), w[i][j] from unit j to unit i */
    struct mat w_in;  /* (H,I) */
    struct mat w_out; /* (O,H) */
    float *b_h;       /* (H) */
    float *b_o;       /* (O) */
};

/* P = H*H + H*I + O*H + H + O. */
size_t rnn_param_count(struct rnn_shape shape);

/* Named views into the flat vector, or into a gradient or a moment, which have the same layout. */
struct rnn_params rnn_params(struct rnn_shape shape, float *flat);

/* ---- the network with its buffers ---- */

struct packed_kernel;

struct rnn; /* shape, activation, and buffers for up to (T,B); no parameters.  Opaque. */

/* Allocates everything a step needs: nothing is allocated later.  Keeps a pointer to `activation`.
   If `training` is false, the buffers of the backward pass are left out. */
int rnn_new(struct rnn **rnn, struct rnn_shape shape, const struct activation *activation, int T,
            int B, int training, struct err *e) __attribute__((warn_unused_result));

/* The same, with this kernel for the products (packed.h); NULL is the fastest in float32. */
int rnn_new_with(struct rnn **rnn, const struct packed_kernel *kernel, struct rnn_shape shape,
                 const struct activation *activation, int T, int B, int training, struct err *e)
    __attribute__((warn_unused_result));
void rnn_free(struct rnn *rnn);

/* Bytes that rnn_new takes. */
double rnn_bytes(struct rnn_shape shape, int T, int B, int training);

/* From now on, the network has this many hidden units, at most as many as rnn_new was given. */
void rnn_set_hidden(struct rnn *rnn, int hidden);

/* Runs T steps of B sequences (both at most the values that rnn_new was given); x is (T,B,I). */
void rnn_forward(struct rnn *rnn, const float *params, int T, int B, const float *x);

const float *rnn_hidden(const struct rnn *rnn); /* (T,B,H), h_1..h_T of the last forward pass */
const float *rnn_logits(const struct rnn *rnn); /* (T,B,O) */

/* Mean cross-entropy of the last forward pass; label is (T,B), and negative labels are left out of
   the mean.  Keeps the gradient of the logits for rnn_backward. */
double rnn_loss(struct rnn *rnn, const int *label);

/* Writes the gradient of the last rnn_loss with respect to the parameters to grad (P).  Only for a
   network created for training; call it once for each loss. */
void rnn_backward(struct rnn *rnn, const float *params, const float *x, float *grad);

#endif
