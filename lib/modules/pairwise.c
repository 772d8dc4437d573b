#include "modules/pairwise.h"

#include "base/mem.h"

#include <math.h>

enum { LABELS = 10 };

struct pairwise {
    int B;
    int *any;              /* (B): all trials in a random order */
    int *within;           /* (B): the same, label by label */
    int first[LABELS + 1]; /* where each label begins in `within` */
};

double pairwise_bytes(int B)
{
    return sizeof(struct pairwise) + 2.0 * sizeof(int) * B;
}

int pairwise_new(struct pairwise **out, int B, struct err *e)
{
    *out = NULL;
    struct pairwise *x = mem_array(1, sizeof *x);
    if (x) {
        x->any = mem_array((size_t)B, sizeof *x->any);
        x->within = mem_array((size_t)B, sizeof *x->within);
    }
    if (!x || !x->any || !x->within) {
        pairwise_free(x);
        return err_set(e, ERR_MEMORY, "no memory for pairs of %d trials", B);
    }
    *out = x;
    return 0;
}

void pairwise_free(struct pairwise *x)
{
    if (!x)
        return;
    mem_free(x->any);
    mem_free(x->within);
    mem_free(x);
}

void pairwise_draw(struct pairwise *x, int B, const int *label, struct rng *r)
{
    int at = 0;
    x->B = B;
    rng_permutation(r, B, x->any);
    for (int k = 0; k < LABELS; k++) {
        x->first[k] = at;
        for (int i = 0; i < B; i++)
            if (label[x->any[i]] == k)
                x->within[at++] = x->any[i];
    }
    x->first[LABELS] = at;
}

double pairwise_correlation(int n, const float *a, const float *b)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < n; i++) {
        mean_a += a[i];
        mean_b += b[i];
    }
    mean_a /= n;
    mean_b /= n;
    for (int i = 0; i < n; i++) {
        double x = a[i] - mean_a, y = b[i] - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

/* The mean over a ring of at least two trials. */
static double ring(int count, const int *trial, int n, const float *h, int stride)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        int a = trial[i], b = trial[(i + 1) % count];
        sum +=
            pairwise_correlation(n, h + (size_t)a * (size_t)stride, h + (size_t)b * (size_t)stride);
    }
    return sum / count;
}

double pairwise_within(const struct pairwise *x, int n, const float *h, int stride)
{
    double sum = 0;
    int labels = 0;
    for (int k = 0; k < LABELS; k++) {
        int count = x->first[k + 1] - x->first[k];
        if (count < 2)
            continue;
        sum += ring(count, x->within + x->first[k], n, h, stride);
        labels++;
    }
    return labels ? sum / labels : 0;
}

double pairwise_any(const struct pairwise *x, int n, const float *h, int stride)
{
    return x->B > 1 ? ring(x->B, x->any, n, h, stride) : 0;
}
