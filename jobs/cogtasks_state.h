/*
 * cogtasks_state - a training job as bytes, to go on from: the training's state, the learning curve
 * so far, and what the next row of it has gathered.
 */
#ifndef BRAINSWEEP_COGTASKS_STATE_H
#define BRAINSWEEP_COGTASKS_STATE_H

#include "record/codec.h"
#include "rnn/train.h"

/* Gathered since the last row of the learning curve. */
struct cogtasks_since {
    double loss_sum; /* of the steps since then */
    long loss_count;
    long swaps_before; /* exchanges of units up to then */
};

/* Appends to w; w->failed afterwards means that memory ran out. */
void cogtasks_state_write(struct bytes_writer *w, const struct train *train,
                          const struct cogtasks_since *since, const struct result *result);

/* Puts all three into the state that was written.  ERR_FORMAT when the bytes are no state of such a
   job: nothing has changed then. */
int cogtasks_state_read(struct bytes_reader *r, struct train *train, struct cogtasks_since *since,
                        struct result *result, struct err *e) __attribute__((warn_unused_result));

#endif
