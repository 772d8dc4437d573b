/*
 * dismissal - how workers are told to go, one by one or all of them.
 */
#ifndef BRAINSWEEP_DISMISSAL_H
#define BRAINSWEEP_DISMISSAL_H

#include "base/err.h"
#include "run/peers.h"

/* Tells a worker to go, with this exit code. */
int dismissal_send(struct peers *peers, int rank, int exit_code, struct err *e)
    __attribute__((warn_unused_result));

/* When nothing can be recorded any more, or there was nothing to do: everyone is sent home as they
   speak, and is given up as lost after so many seconds of silence. */
void dismissal_of_all(struct peers *peers, int exit_code, double timeout);

#endif
