#include "run/schedule.h"

#include "base/mem.h"

#include <stdlib.h>

static int longest_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* A heap of the moments at which workers are free, the first on top: the one on top is free later
   now. */
static void sink(double *free, int workers)
{
    for (int i = 0;;) {
        int first = i;
        for (int child = 2 * i + 1; child <= 2 * i + 2 && child < workers; child++)
            if (free[child] < free[first])
                first = child;
        if (first == i)
            return;
        double moment = free[i];
        free[i] = free[first];
        free[first] = moment;
        i = first;
    }
}

int schedule_makespan(double *seconds, size_t n, int workers, double *makespan, struct err *e)
{
    double *free = mem_array((size_t)workers, sizeof *free);
    if (!free)
        return err_set(e, ERR_MEMORY, "no memory for a schedule of %d workers", workers);
    qsort(seconds, n, sizeof *seconds, longest_first);
    *makespan = 0;
    for (size_t i = 0; i < n; i++) {
        free[0] += seconds[i];
        *makespan = free[0] > *makespan ? free[0] : *makespan;
        sink(free, workers);
    }
    mem_free(free);
    return 0;
}
