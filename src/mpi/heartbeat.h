/*
 * heartbeat - how often a worker reports: seldom enough that the coordinator gets about the same
 * number of reports a second, however many workers there are.
 */
#ifndef BRAINSWEEP_HEARTBEAT_H
#define BRAINSWEEP_HEARTBEAT_H

/* Seconds between the messages of one of `ranks`; several in the silence after which it is given
 * up.
 */
double heartbeat_seconds(int ranks, double worker_timeout);

/* Seconds of silence after which a worker is given up: a little more than the timeout, so that the
   supervisor of its process (supervisor.h) has reported before then whether it hangs. */
double heartbeat_patience(int ranks, double worker_timeout);

/* A rank that was heard within that many seconds is alive: longer than two messages may take. */
double heartbeat_fresh(int ranks, double worker_timeout);

#endif
