/*
 * heartbeat - how often a worker says that it is there: the coordinator of thousands hears about as
 * many of them a second, however many there are.
 */
#ifndef BRAINSWEEP_HEARTBEAT_H
#define BRAINSWEEP_HEARTBEAT_H

/* Seconds between the messages of one of `ranks`; several in the silence after which it is given
 * up.
 */
double heartbeat_seconds(int ranks, double worker_timeout);

/* Seconds of silence after which a worker is given up: a little more than the timeout, so that what
   watches over its process (supervisor.h) has said by then whether it hangs. */
double heartbeat_patience(int ranks, double worker_timeout);

/* Whoever was heard within so many seconds is there: longer than two messages may take. */
double heartbeat_fresh(int ranks, double worker_timeout);

#endif
