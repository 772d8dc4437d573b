#include "modules/partition.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Half of the summed differences of two groups' shares. */
static double distance(int V, const double *a, const double *b)
{
    double sum_a = 0, sum_b = 0, sum = 0;
    for (int k = 0; k < V; k++) {
        sum_a += a[k];
        sum_b += b[k];
    }
    for (int k = 0; k < V; k++)
        sum += fabs(a[k] / sum_a - b[k] / sum_b);
    return sum / 2;
}

double partition_specialization(int K, int V, const double *M)
{
    double sum = 0;
    for (int g = 0; g < K; g++)
        for (int h = 0; h < g; h++)
            sum += distance(V, M + (size_t)g * (size_t)V, M + (size_t)h * (size_t)V);
    return sum / (K * (K - 1) / 2.0);
}

static double pairs(double n)
{
    return n * (n - 1) / 2;
}

double partition_rand_index(int n, int A, const int *a, int B, const int *b)
{
    enum { MOST = 1024 };
    int both[MOST] = {0}, of_a[MOST] = {0}, of_b[MOST] = {0};
    double together = 0, in_a = 0, in_b = 0;
    assert(A * B <= MOST);
    for (int i = 0; i < n; i++) {
        both[a[i] * B + b[i]]++;
        of_a[a[i]]++;
        of_b[b[i]]++;
    }
    for (int i = 0; i < A * B; i++)
        together += pairs(both[i]);
    for (int g = 0; g < A; g++)
        in_a += pairs(of_a[g]);
    for (int h = 0; h < B; h++)
        in_b += pairs(of_b[h]);
    double expected = n > 1 ? in_a * in_b / pairs(n) : 0, most = (in_a + in_b) / 2;
    return most > expected ? (together - expected) / (most - expected) : 0;
}

int partition_members(int n, const int *group, int g, int *unit)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        if (group[i] == g)
            unit[count++] = i;
    return count;
}

void partition_draw(struct rng *r, int n, int m, int *unit)
{
    for (int i = 0; i < m; i++) {
        int j = i + (int)rng_below(r, (uint32_t)(n - i)), kept = unit[i];
        unit[i] = unit[j];
        unit[j] = kept;
    }
}
