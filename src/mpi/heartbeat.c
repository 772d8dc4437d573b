#include "mpi/heartbeat.h"

#include <math.h>

double heartbeat_seconds(int ranks, double worker_timeout)
{
    const double least = 1, ranks_a_second = 1000, patience = 3;
    return fmin(least + ranks / ranks_a_second, worker_timeout / patience);
}

double heartbeat_patience(int ranks, double worker_timeout)
{
    const double margin = 1.5;
    return worker_timeout + heartbeat_seconds(ranks, worker_timeout) + margin;
}

double heartbeat_fresh(int ranks, double worker_timeout)
{
    const double least = 5, missed = 3;
    return fmax(least, missed * heartbeat_seconds(ranks, worker_timeout));
}
