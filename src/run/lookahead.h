/*
 * lookahead - how many jobs a worker is given before it has finished the one that it runs.
 *
 * A worker that already has its next job need not wait for the coordinator, nor for the disk that
 * the coordinator waits for; and one commit serves many jobs.  This matters where jobs are short.
 * A long job is never given ahead, and no job is put behind a long one: it would wait there while
 * another worker has nothing to do.  For the same reason jobs are given ahead only while many are
 * left.
 */
#ifndef BRAINSWEEP_LOOKAHEAD_H
#define BRAINSWEEP_LOOKAHEAD_H

#include <stdint.h>

/* What a worker has been given and has not finished. */
struct lookahead {
    int jobs;       /* including the one that it runs */
    double seconds; /* that they are expected to take */
};

/* Seconds that the results of short jobs may wait to be committed together: workers have more than
   that to do, and the disk needs time as well. */
#define AHEAD_COMMIT_SECONDS 0.05

/* Whether a worker that has something to do is given another job now.  That job is expected to take
   `seconds`; `spread` is the standard deviation of the logarithm of the time it really takes;
   `waiting` jobs are left for all `workers`. */
int lookahead_allows(struct lookahead has, double seconds, double spread, int64_t waiting,
                     int workers);

#endif
