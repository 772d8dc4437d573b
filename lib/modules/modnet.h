/*
 * modnet - two recurrent modules with few connections between them, their readouts, the decision
 * between these, loss and gradient.
 *
 *     h_t = tanh(W_in x_t + (mask .* W) h_{t-1})      h_0 = 0
 *
 * Units 0..n-1 are module 0, the others module 1.  The mask has all connections within a module but
 * those of a unit to itself, and K from each module to the other.  Module m sees image m, or both.
 *
 * Outputs are classified from h_T.  Separate readouts: each module has one of its own for every
 * output; per trial and output the module decides that has the largest logit, and only its logits
 * are in the loss.  A shared readout sees both modules.  The loss is the cross-entropy, mean over
 * trials and outputs.
 */
#ifndef BRAINSWEEP_MODNET_H
#define BRAINSWEEP_MODNET_H

#include "base/err.h"
#include "math/mat.h"
#include "math/rng.h"

#include <stddef.h>
#include <stdint.h>

enum { MODNET_CLASSES = 10 };

struct modnet_shape {
    int n;              /* units of a module */
    int d;              /* pixels of an image */
    int T;              /* time steps */
    int outputs;        /* O: 1 (A alone) or 2 */
    int shared_input;   /* both modules see both images */
    int shared_readout; /* one readout of both modules */
    int link_start;     /* the first time step, from 1, at which connections between modules work */
};

/* All parameters are one flat vector of P floats: W, W_in, V, b, in this order. */
struct modnet_params {
    struct mat w;    /* (2n,2n), w[i][j] from unit j to unit i */
    struct mat w_in; /* (2n,I): rows of module 0, of module 1; I = d, or 2d with a shared input */
    struct mat v;    /* (R*O*10, N): readouts; R = 2, N = n; R = 1, N = 2n where it is shared */
    float *b;        /* (R*O*10) */
};

size_t modnet_param_count(struct modnet_shape shape);
struct modnet_params modnet_params(struct modnet_shape shape, float *flat);

/* mask (2n,2n) of 0 and 1: the same K connections for every K' > K, and K' - K more.  K <= n*n. */
void modnet_draw_mask(int n, int K, uint64_t seed, float *mask);

/* Everything uniform in +-1/sqrt(2n), W where the mask is 1. */
void modnet_draw_params(struct modnet_shape shape, const float *mask, uint64_t seed, float *flat);

/* Connections between modules whose weight is not 0, both directions. */
int modnet_count_links(struct modnet_shape shape, const float *flat);

struct modnet; /* buffers for batches of up to B; no parameters.  Opaque. */

int modnet_new(struct modnet **net, struct modnet_shape shape, int B, struct err *e)
    __attribute__((warn_unused_result));
void modnet_free(struct modnet *net);
double modnet_bytes(struct modnet_shape shape, int B); /* that modnet_new takes */

/* x is (T,B,2,d). */
void modnet_forward(struct modnet *net, const float *params, int B, const float *x);
const float *modnet_hidden(const struct modnet *net); /* (T,B,2n), of the last forward pass */

/* What the network says at the end of the last forward pass. */
struct modnet_decision {
    int module; /* whose readout decides; 0 where it is shared */
    int answer; /* the class it says */
};
/* For each trial and output, into decision (B,O). */
void modnet_decide(struct modnet *net, const float *params, struct modnet_decision *decision);
/* The same where module m alone decides; only for separate readouts.  After modnet_decide. */
void modnet_decide_by(const struct modnet *net, int m, struct modnet_decision *decision);

/* Mean cross-entropy of the last forward pass; label is (B,O).  Decides, too. */
double modnet_loss(struct modnet *net, const float *params, const int *label);

/* Gradient of the last modnet_loss into grad (P); 0 where the mask is. */
void modnet_backward(struct modnet *net, const float *params, const float *mask, const float *x,
                     float *grad);

#endif
