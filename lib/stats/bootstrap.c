#include "stats/bootstrap.h"

#include "base/mem.h"
#include "math/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    EXACT_MOST = 16,    /* pairs whose choices of signs are all tried */
    EXPAND_FEWEST = 100 /* values whose resamples need not be drawn */
};

struct bootstrap {
    int resamples;
    uint64_t seed;
    double *mean; /* (resamples) */
};

int bootstrap_new(struct bootstrap **resample, int resamples, uint64_t seed, struct err *e)
{
    assert(resamples >= 1);
    *resample = NULL;
    struct bootstrap *r = mem_array(1, sizeof *r);
    double *mean = mem_array((size_t)resamples, sizeof *mean);
    if (!r || !mean) {
        mem_free(r);
        mem_free(mean);
        return err_set(e, ERR_MEMORY, "out of memory for %d resamples", resamples);
    }
    *r = (struct bootstrap){.resamples = resamples, .seed = seed, .mean = mean};
    *resample = r;
    return 0;
}

void bootstrap_free(struct bootstrap *r)
{
    if (!r)
        return;
    mem_free(r->mean);
    mem_free(r);
}

/* ---- the interval ---- */

#define NORMAL_975 1.959964 /* the normal's 97.5 % point */

/* Student's: tables up to 9 degrees of freedom, then the expansion in 1/df about the normal's
   (Abramowitz & Stegun 26.7.5), good to 3e-4. */
static double student_975(int df)
{
    static const double table[] = {12.70620, 4.30265, 3.18245, 2.77645, 2.57058,
                                   2.44691,  2.36462, 2.30600, 2.26216};
    if (df <= 9)
        return table[df - 1];
    const double z = NORMAL_975, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
    return z + (z3 + z) / (4.0 * df) + (5 * z5 + 16 * z3 + 3 * z) / (96.0 * df * df) +
           (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384.0 * df * df * df);
}

static double stretch_of(int n)
{
    return student_975(n - 1) / NORMAL_975 * sqrt((double)n / (n - 1));
}

static int rising(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Between the two sorted values that the share falls between. */
static double quantile(const double *sorted, int n, double share)
{
    double at = share * (n - 1);
    int i = (int)at;
    return i + 1 < n ? sorted[i] + (sorted[i + 1] - sorted[i]) * (at - i) : sorted[n - 1];
}

/* What a resample's mean tends to in standard errors, at the normal's point z: the expansion of
   Cornish and Fisher (1938) with the values' own skewness and excess kurtosis. */
struct shape {
    double sd;               /* with n, as resampling has it */
    double skewness, excess; /* of the mean of n: over sqrt(n), over n */
};

static struct shape shape_of(const double *value, int n, double mean)
{
    double second = 0, third = 0, fourth = 0;
    for (int i = 0; i < n; i++) {
        double d = value[i] - mean, square = d * d;
        second += square;
        third += square * d;
        fourth += square * square;
    }
    struct shape s = {.sd = sqrt(second / n)};
    if (s.sd > 0) {
        s.skewness = third / n / (s.sd * s.sd * s.sd) / sqrt(n);
        s.excess = (fourth / n / (s.sd * s.sd * s.sd * s.sd) - 3) / n;
    }
    return s;
}

static double expansion(const struct shape *s, double z)
{
    return z + s->skewness * (z * z - 1) / 6 + s->excess * (z * z * z - 3 * z) / 24 -
           s->skewness * s->skewness * (2 * z * z * z - 5 * z) / 36;
}

/* The quantiles of infinitely many resamples, where the expansion is good to a tenth of the error
   of 2000 of them; false where it is not, as with a few values far from all others. */
static int expand(const double *value, struct estimate *est)
{
    const double most_skewness = 0.3, most_excess = 0.3;
    struct shape s = shape_of(value, est->n, est->mean);
    if (est->n < EXPAND_FEWEST || fabs(s.skewness) > most_skewness || s.excess > most_excess)
        return 0;
    double stretch = stretch_of(est->n), error = s.sd / sqrt(est->n);
    est->low = est->mean + stretch * error * expansion(&s, -NORMAL_975);
    est->high = est->mean + stretch * error * expansion(&s, NORMAL_975);
    return 1;
}

struct estimate bootstrap_mean(struct bootstrap *rs, const double *value, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += value[i];
    struct estimate est = {.n = n, .mean = n ? sum / n : 0};
    est.low = est.high = est.mean;
    if (n < RESAMPLE_FEWEST)
        return est;
    est.has_interval = 1;
    if (expand(value, &est))
        return est;
    for (int b = 0; b < rs->resamples; b++) {
        struct rng r = rng_at(rs->seed, RNG_BOOTSTRAP, (uint64_t)b);
        double total = 0;
        for (int i = 0; i < n; i++)
            total += value[rng_below(&r, (uint32_t)n)];
        rs->mean[b] = total / n;
    }
    qsort(rs->mean, (size_t)rs->resamples, sizeof *rs->mean, rising);
    double stretch = stretch_of(n);
    est.low = est.mean + stretch * (quantile(rs->mean, rs->resamples, 0.025) - est.mean);
    est.high = est.mean + stretch * (quantile(rs->mean, rs->resamples, 0.975) - est.mean);
    return est;
}

/* ---- the test ---- */

/* Choices of signs, of all 2^n, that end at least `far` from 0.  In the order of the Gray code one
   sign changes at a time. */
static double all_signs(const double *difference, int n, double sum, double far)
{
    unsigned choices = 1u << n, minus = 0;
    double count = 0;
    for (unsigned i = 1; i <= choices; i++) {
        count += fabs(sum) >= far;
        unsigned bit = (unsigned)__builtin_ctz(i);
        if (bit >= (unsigned)n)
            break;
        minus ^= 1u << bit;
        sum += (minus >> bit & 1 ? -2 : 2) * difference[bit];
    }
    return count / choices;
}

static double random_signs(const struct bootstrap *rs, const double *difference, int n, double far)
{
    int count = 0;
    for (int b = 0; b < rs->resamples; b++) {
        struct rng r = rng_at(rs->seed, RNG_BOOTSTRAP, UINT64_C(1) << 32 | (uint64_t)b);
        uint32_t bits = 0;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            if (i % 32 == 0)
                bits = rng_bits(&r);
            sum += bits >> i % 32 & 1 ? difference[i] : -difference[i];
        }
        count += fabs(sum) >= far;
    }
    return (1.0 + count) / (1.0 + rs->resamples);
}

double bootstrap_sign_flip(struct bootstrap *rs, const double *difference, int n)
{
    assert(n >= 1);
    double sum = 0, size = 0;
    for (int i = 0; i < n; i++) {
        sum += difference[i];
        size += fabs(difference[i]);
    }
    double far = fabs(sum) - 1e-12 * size; /* sums that differ by rounding alone are equal */
    return n <= EXACT_MOST ? all_signs(difference, n, sum, far)
                           : random_signs(rs, difference, n, far);
}

double bootstrap_least_p(int n)
{
    return ldexp(1, 1 - n);
}

void bootstrap_holm(const double *p, int m, double *adjusted)
{
    double running = 0;
    for (int i = 0; i < m; i++)
        adjusted[i] = -1; /* not yet its turn */
    for (int rank = 0; rank < m; rank++) {
        int next = -1;
        for (int i = 0; i < m; i++)
            if (adjusted[i] < 0 && (next < 0 || p[i] < p[next]))
                next = i;
        running = fmax(running, fmin(1, (m - rank) * p[next]));
        adjusted[next] = running;
    }
}
