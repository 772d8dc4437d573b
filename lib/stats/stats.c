#include "stats/stats.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

double stats_mean(const double *x, size_t n)
{
    assert(n >= 1);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

double stats_sd(const double *x, size_t n)
{
    assert(n >= 2);
    double mean = stats_mean(x, n), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sqrt(sum / (double)(n - 1));
}

int stats_is_near_normal(const double *x, size_t n)
{
    const double most_skewness = 0.5, most_kurtosis = 1;
    if (n < 2)
        return 0;
    double mean = stats_mean(x, n), second = 0, third = 0, fourth = 0;
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean, square = d * d;
        second += square;
        third += square * d;
        fourth += square * square;
    }
    if (second <= 0)
        return 0;
    double skewness = third * sqrt((double)n) / (second * sqrt(second));
    double kurtosis = fourth * (double)n / (second * second) - 3;
    return fabs(skewness) <= most_skewness && fabs(kurtosis) <= most_kurtosis;
}

struct baseline stats_baseline(double observed, const double *shuffled, int n, enum stats_tail tail)
{
    assert(n >= 1);
    const double rounding = 1e-12;
    double sign = tail == STATS_LOWER ? 1 : -1;
    int extreme = 0;
    for (int i = 0; i < n; i++)
        extreme += sign * (shuffled[i] - observed) <= rounding * (1 + fabs(observed));

    double mean = stats_mean(shuffled, n);
    struct baseline b = {
        .observed = optional_of(observed),
        .mean = optional_of(mean),
        .p = optional_of((1.0 + extreme) / (1.0 + n)),
    };
    if (n < 2)
        return b;
    double sd = stats_sd(shuffled, n);
    if (sd <= rounding * (1 + fabs(mean)))
        sd = 0; /* equal values whose sums were rounded */
    b.sd = optional_of(sd);
    double gap = observed - mean;
    if (fabs(gap) <= rounding * (1 + fabs(mean)))
        gap = 0;
    b.z = sd > 0 && stats_is_near_normal(shuffled, (size_t)n) ? optional_of(gap / sd)
                                                              : optional_none();
    return b;
}

struct item {
    double x;
    size_t at;
};

static int by_value(const void *a, const void *b)
{
    const struct item *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

int stats_ranks(const double *x, size_t n, double *rank, struct err *e)
{
    struct item *item = mem_array(n, sizeof *item);
    if (!item)
        return err_set(e, ERR_MEMORY, "out of memory for the ranks of %zu values", n);
    for (size_t i = 0; i < n; i++)
        item[i] = (struct item){x[i], i};
    qsort(item, n, sizeof *item, by_value);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && item[end].x == item[first].x; end++)
            ;
        for (size_t i = first; i < end; i++)
            rank[item[i].at] = (double)(first + 1 + end) / 2; /* mean of first+1 .. end */
    }
    mem_free(item);
    return 0;
}
