/*
 * modprobe - what each of two modules does for each digit, by three measures at every time step.
 *
 *     retraining   accuracy of narrow readouts trained on a module's states (bottleneck.h)
 *     ablation     accuracy of the readout of both without a module's weights
 *     correlation  of a module's states in trials that agree on the digit, the other image being
 *                  exchanged at random; its chance is the correlation of any two trials
 *
 * The network stays as it is.  Pairs need not be those it was trained on: readouts are trained and
 * tested on the pairs given here.
 */
#ifndef BRAINSWEEP_MODPROBE_H
#define BRAINSWEEP_MODPROBE_H

#include "base/cancel.h"
#include "modules/bottleneck.h"
#include "modules/modnet.h"
#include "modules/pairs.h"
#include "modules/stimulus.h"

enum modprobe_metric {
    MODPROBE_RETRAINING,
    MODPROBE_ABLATION,
    MODPROBE_CORRELATION,
    MODPROBE_METRICS
};

/* "retraining", "ablation", "correlation". */
const char *modprobe_metric_name(enum modprobe_metric metric);

struct modprobe_config {
    const struct pairs *train, *test; /* not owned: must outlive the probe */
    struct modnet_shape shape;        /* T <= BOTTLENECK_STEPS */
    struct stimulus_rule rule;        /* onsets may be random in test, never in training */
    int batch;
    int epochs;        /* of the readouts' training */
    float rate, decay; /* likewise */
    uint64_t seed;
    int which; /* tells the probes of a network apart */
};

/* Raw values at a time step, module and digit; what chance gives; both modules together. */
struct modprobe_value {
    double raw, chance;
};
struct modprobe_result {
    struct modprobe_value value[MODPROBE_METRICS][BOTTLENECK_STEPS][2][2]; /* [metric][t][m][k] */
    double both[BOTTLENECK_STEPS][2];                                      /* retraining */
};

struct modprobe; /* trained readouts and buffers.  Opaque. */

int modprobe_new(struct modprobe **probe, const struct modprobe_config *config, struct err *e)
    __attribute__((warn_unused_result));
void modprobe_free(struct modprobe *probe);
double modprobe_bytes(struct modnet_shape shape, int batch,
                      int pairs); /* that modprobe_new takes */

/* Trains the readouts on the states of the network with these parameters.  ERR_STOPPED. */
int modprobe_train(struct modprobe *probe, const float *params, const struct cancel *pause,
                   struct err *e) __attribute__((warn_unused_result));

/* All measures with the trained readouts. */
void modprobe_measure(struct modprobe *probe, const float *params, struct modprobe_result *result);

/* Retraining and ablation alone, the modules' images coming at these onsets. */
void modprobe_measure_onsets(struct modprobe *probe, const float *params, int u0, int u1,
                             struct modprobe_result *result);

#endif
