#include "config.h"

#include "stats/pareto.h"

#include <stdlib.h> /* qsort_r */

struct coordinates {
    const double *x, *y;
};

static int by_x_then_y(const void *left, const void *right, void *data)
{
    const struct coordinates *p = data;
    int a = *(const int *)left, b = *(const int *)right;
    if (p->x[a] != p->x[b])
        return p->x[a] < p->x[b] ? -1 : 1;
    if (p->y[a] != p->y[b])
        return p->y[a] < p->y[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

void pareto_sort(const double *x, const double *y, int n, int *order)
{
    struct coordinates p = {x, y};
    for (int i = 0; i < n; i++)
        order[i] = i;
    qsort_r(order, (size_t)n, sizeof *order, by_x_then_y, &p);
}

int pareto_mark(const double *x, const double *y, const int *order, int n, unsigned char *on)
{
    int count = 0, last = -1; /* the last stair */
    for (int i = 0; i < n; i++) {
        int p = order[i];
        int lower = last < 0 || y[p] < y[last];
        int equal = last >= 0 && x[p] == x[last] && y[p] == y[last];
        on[p] = lower || equal;
        count += on[p];
        if (lower)
            last = p;
    }
    return count;
}

int pareto_stairs(const double *x, const double *y, const int *order, int n, int *stairs)
{
    (void)x; /* the order knows it */
    int m = 0;
    for (int i = 0; i < n; i++)
        if (m == 0 || y[order[i]] < y[stairs[m - 1]])
            stairs[m++] = order[i];
    return m;
}

double pareto_hypervolume(const double *x, const double *y, const int *stairs, int m,
                          double reference_x, double reference_y)
{
    double area = 0, top = reference_y;
    for (int i = 0; i < m && x[stairs[i]] < reference_x; i++) {
        double bottom = y[stairs[i]];
        if (bottom < top) {
            area += (reference_x - x[stairs[i]]) * (top - bottom);
            top = bottom;
        }
    }
    return area;
}

int pareto_least(const double *x, const double *y, const int *stairs, int m, double limit,
                 enum pareto_between between, double *least)
{
    int next = 0; /* the first stair beyond the limit */
    while (next < m && x[stairs[next]] <= limit)
        next++;
    if (next == 0)
        return 0;
    int a = stairs[next - 1];
    *least = y[a];
    if (between == PARETO_LINEAR && next < m) {
        int b = stairs[next];
        *least += (y[b] - y[a]) * ((limit - x[a]) / (x[b] - x[a]));
    }
    return 1;
}
