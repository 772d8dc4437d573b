/*
 * lookahead - how many jobs a worker is given before it has finished the one it is at.
 *
 * A worker that has its next job need not wait for the coordinator, nor for the disk that the
 * coordinator waits for; and one commit serves many jobs.  That counts where jobs are short.  A
 * long job is never given ahead, nor anything behind one: it would wait there while another worker
 * has nothing to do.  For the same reason jobs are given ahead only as long as there are plenty.
 */
#ifndef BRAINSWEEP_LOOKAHEAD_H
#define BRAINSWEEP_LOOKAHEAD_H

#include <stdint.h>

/* What a worker has been given and has not finished. */
struct lookahead {
    int jobs;       /* the one that it is at counted in */
    double seconds; /* that they are expected to take */
};

/* Seconds that the results of short jobs may wait to be committed together: workers have more than
   that to do, and a disk's answer takes its time, too. */
#define AHEAD_COMMIT_SECONDS 0.05

/* Whether a worker that has something to do is given another job now.  `seconds` are what that one
   is expected to take, `spread` the standard deviation of the logarithm of what it really takes;
   `waiting` jobs are left for all of the `workers`. */
int lookahead_allows(struct lookahead has, double seconds, double spread, int64_t waiting,
                     int workers);

#endif
