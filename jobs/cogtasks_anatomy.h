/*
 * cogtasks_anatomy - functional clusters of a trained network, where they sit, as trained and
 * placed anew, and what is lost without them.
 */
#ifndef BRAINSWEEP_COGTASKS_ANATOMY_H
#define BRAINSWEEP_COGTASKS_ANATOMY_H

#include "measure/evaluate.h"
#include "record/result.h"
#include "record/spec.h"
#include "rnn/rnn.h"
#include "tasks/task_mix.h"

/* A trained network, and what has been measured of it.  Nothing is owned. */
struct anatomy_subject {
    const struct spec *spec;
    const struct task_mix *mix;
    const struct activation *activation;
    struct rnn_shape shape;
    const float *params;   /* (P) */
    const float *variance; /* (H,R) task variance */
    const struct cancel *pause;
};

/* Adds to the result: the metrics from n_clusters on and the links, the tables clustering, neuron,
   profile and lesion, and the shuffled values as arrays.  What is undefined stays NULL. ERR_STOPPED
   when the pause said so, which is asked between its parts. */
int cogtasks_anatomy(const struct anatomy_subject *subject, struct result *result, struct err *e)
    __attribute__((warn_unused_result));

/* Bytes that it takes for a network of this shape on R tasks, at most. */
double cogtasks_anatomy_bytes(struct rnn_shape shape, int g, int R, int shuffles);

#endif
