#include "run/schedule.h"

#include "base/mem.h"
#include "run/heap.h"

#include <stdlib.h>

static int longest_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static int is_earlier(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b;
}

int schedule_makespan(double *seconds, size_t n, int workers, double *makespan, struct err *e)
{
    double *free = mem_array((size_t)workers, sizeof *free);
    if (!free)
        return err_set(e, ERR_MEMORY, "no memory for a schedule of %d workers", workers);
    /* the times at which workers become free, the earliest on top */
    struct heap heap = {free, sizeof *free, (size_t)workers, is_earlier};
    qsort(seconds, n, sizeof *seconds, longest_first);
    *makespan = 0;
    for (size_t i = 0; i < n; i++) {
        free[0] += seconds[i];
        *makespan = free[0] > *makespan ? free[0] : *makespan;
        heap_sink(&heap, 0);
    }
    mem_free(free);
    return 0;
}
