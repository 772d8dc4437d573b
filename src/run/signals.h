/*
 * signals - the request to end early: SIGINT, SIGTERM and SIGUSR1 set it, the loops of a run read
 * it.
 */
#ifndef BRAINSWEEP_SIGNALS_H
#define BRAINSWEEP_SIGNALS_H

/* From now on the three signals ask to stop instead of killing; a second SIGINT kills. */
void signals_listen(void);

/* From now on they do nothing: a worker stops when the coordinator says so. */
void signals_ignore(void);

/* Whether one of them has come. */
int signals_asked(void);

#endif
