/*
 * uniform - the distance of p values from the uniform distribution, to check statistical tests.
 */
#ifndef BRAINSWEEP_TESTS_UNIFORM_H
#define BRAINSWEEP_TESTS_UNIFORM_H

#include <math.h>
#include <stdlib.h>

static inline int uniform_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The Kolmogorov-Smirnov distance between the distribution of p (n) and the uniform distribution on
   1/(m+1), 2/(m+1) .. 1, which m shuffles without ties give; sorts p. */
static inline double uniform_distance(double *p, int n, int m)
{
    qsort(p, n, sizeof *p, uniform_compare);
    double most = 0;
    for (int k = 1, below = 0; k <= m + 1; k++) {
        while (below < n && p[below] < (k + 0.5) / (m + 1))
            below++;
        most = fmax(most, fabs((double)below / n - (double)k / (m + 1)));
    }
    return most;
}

#endif
