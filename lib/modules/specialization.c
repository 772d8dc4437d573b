#include "modules/specialization.h"

#include <math.h>

double specialization_above_chance(double raw, double chance)
{
    double x = (raw - chance) / (1 - chance);
    return x > SPECIALIZATION_LEAST ? x : SPECIALIZATION_LEAST; /* chance 1 as well: no NaN */
}

struct specialization specialization_of(double M[2][2])
{
    struct specialization x;
    for (int m = 0; m < 2; m++)
        x.s[m] = (M[m][0] - M[m][1]) / (M[m][0] + M[m][1]);
    x.spec = fabs(x.s[0] - x.s[1]) / 2;
    return x;
}

double specialization_q(double p)
{
    return (1 - p) / (2 * (1 + p));
}

double specialization_q_exact(int n, const int links[2])
{
    double within = (double)n * (n - 1), M = 2 * within + links[0] + links[1], q = 0;
    if (M == 0)
        return 0;
    for (int g = 0; g < 2; g++) {
        double out = within + links[g], in = within + links[1 - g];
        q += within / M - out * in / (M * M);
    }
    return q;
}
