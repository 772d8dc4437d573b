#include "measure/modularity.h"

#include "base/mem.h"
#include "measure/wiring.h"

#include <assert.h>
#include <math.h>

struct sums {
    double *out;            /* (K) |weights| that leave the cluster's units */
    double *in;             /* (K) |weights| that reach them */
    double all, within;     /* |weights|, and those within a cluster */
    long active, active_in; /* active connections, and those within a cluster */
};

static void add_up(const float *w, int H, const int *unit, const int *label, int n, struct sums *s)
{
    for (int i = 0; i < n; i++) {
        const float *row = w + (size_t)unit[i] * H;
        for (int j = 0; j < n; j++) {
            if (j == i)
                continue;
            double weight = fabsf(row[unit[j]]);
            int same = label[i] == label[j], active = weight > WIRING_ACTIVE;
            s->in[label[i]] += weight;
            s->out[label[j]] += weight;
            s->all += weight;
            s->within += same ? weight : 0;
            s->active += active;
            s->active_in += active && same;
        }
    }
}

/* Clusters that have members. */
static int count_clusters(const int *label, int n, int K, double *seen)
{
    int clusters = 0;
    for (int i = 0; i < n; i++) {
        assert(label[i] >= 0 && label[i] < K);
        clusters += seen[label[i]] == 0;
        seen[label[i]] = 1;
    }
    for (int c = 0; c < K; c++)
        seen[c] = 0;
    return clusters;
}

static void conclude(const struct sums *s, int K, struct modularity *modularity)
{
    if (s->active > 0)
        modularity->within = optional_of((double)s->active_in / s->active);
    if (s->all == 0)
        return;
    double expected = 0;
    for (int c = 0; c < K; c++)
        expected += s->out[c] / s->all * (s->in[c] / s->all);
    double q = s->within / s->all - expected, q_max = 1 - expected;
    modularity->q = optional_of(q);
    if (q_max > 1e-12) /* else all weight is in one cluster */
        modularity->q_relative = optional_of(q / q_max);
}

int modularity_measure(const float *w, int H, const int *unit, const int *label, int n, int K,
                       struct modularity *modularity, struct err *e)
{
    *modularity = (struct modularity){0};
    int code = 0;
    struct sums s = {.out = mem_array(K, sizeof *s.out), .in = mem_array(K, sizeof *s.in)};
    if (!s.out || !s.in) {
        code = err_set(e, ERR_MEMORY, "out of memory for the sums of %d clusters", K);
        goto out;
    }
    if (count_clusters(label, n, K, s.out) < 2)
        goto out;
    add_up(w, H, unit, label, n, &s);
    conclude(&s, K, modularity);
out:
    mem_free(s.out);
    mem_free(s.in);
    return code;
}
