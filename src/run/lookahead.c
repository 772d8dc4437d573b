#include "run/lookahead.h"

#include <math.h>

enum { JOBS_MOST = 128, STANDARD_DEVIATIONS = 2 };

static const double enough_seconds = 0.15, /* of work queued for a worker */
    long_seconds = 0.5;                    /* a job that takes longer is a long job */

int lookahead_allows(struct lookahead has, double seconds, double spread, int64_t waiting,
                     int workers)
{
    if (has.jobs == 0)
        return 1;
    if (has.jobs >= JOBS_MOST || waiting < (int64_t)workers * has.jobs)
        return 0;
    if (has.jobs > 1 && has.seconds >= enough_seconds)
        return 0;
    double surely = exp(STANDARD_DEVIATIONS * spread);
    return seconds * surely < long_seconds && has.seconds * surely < long_seconds;
}
