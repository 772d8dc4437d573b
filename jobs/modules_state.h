/*
 * modules_state - a job of modules as bytes, to go on from: the training's state, the learning
 * curve so far, and what the next row of it has gathered.
 */
#ifndef BRAINSWEEP_MODULES_STATE_H
#define BRAINSWEEP_MODULES_STATE_H

#include "modules/modtrain.h"
#include "record/codec.h"

/* Where a training is, beside its parameters. */
struct modules_progress {
    double loss_sum; /* of the steps since the last row of the curve */
    int finished;    /* the training has ended, perhaps before its last epoch */
};

/* Appends to w; w->failed afterwards means that memory ran out. */
void modules_state_write(struct bytes_writer *w, const struct modtrain *train,
                         const struct modules_progress *progress, const struct result *result);

/* Puts all three into the state that was written.  ERR_FORMAT when the bytes are no state of such a
   job: nothing has changed then. */
int modules_state_read(struct bytes_reader *r, struct modtrain *train,
                       struct modules_progress *progress, struct result *result, struct err *e)
    __attribute__((warn_unused_result));

#endif
