#include "measure/placement.h"

#include "base/mem.h"
#include "math/rng.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    TRIES = 4000,  /* exchanges tried by one annealing, for each unit that has flow */
    SAMPLES = 500, /* exchanges sampled to find the scale of the temperature */
    PASSES = 100   /* of a local search: more than it ever needs */
};

/* First temperature of one annealing after the other, and last of all, as shares of the mean change
   of cost by an exchange of a random assignment.  Tuned on QAPLIB's nug30 and sko100a and on sparse
   modular flows of 400 units: the first does most, the hotter ones lead small problems out of their
   local minima. */
static const double hot[] = {0.2, 0.1, 0.3, 0.5}, cold = 0.01;

struct search {
    struct qap *qap;
    int *wired; /* (wired_count) units with any flow: exchanging two others does nothing */
    int wired_count;
    int *best; /* (N) unit at each place, of the best assignment so far */
    double best_cost;
    int *start;   /* (N) scratch: a random assignment */
    double scale; /* of changes of cost: the unit of temperature */
};

static void find_wired(struct search *s)
{
    for (int u = 0; u < qap_size(s->qap); u++)
        if (qap_degree(s->qap)[u] > 0)
            s->wired[s->wired_count++] = u;
}

/* Two units of which the first has flow. */
static void draw_pair(const struct search *s, struct rng *r, int *a, int *b)
{
    *a = s->wired[rng_below(r, s->wired_count)];
    *b = (int)rng_below(r, qap_size(s->qap) - 1);
    *b += *b >= *a;
}

/* Mean size of the change of cost by an exchange of the present assignment. */
static double mean_change(const struct search *s, struct rng *r)
{
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
        int a, b;
        draw_pair(s, r, &a, &b);
        sum += fabs(qap_delta(s->qap, a, b));
    }
    return sum / SAMPLES;
}

/* Exchanges at random, those that raise the cost by d with probability exp(-d / temperature), while
   the temperature falls geometrically from that share of the scale. */
static void anneal(struct search *s, double share, struct rng *r)
{
    double temperature = share * s->scale;
    long tries = (long)TRIES * s->wired_count;
    double falling = pow(cold / share, 1.0 / tries);
    for (long i = 0; i < tries; i++, temperature *= falling) {
        int a, b;
        draw_pair(s, r, &a, &b);
        double delta = qap_delta(s->qap, a, b);
        if (delta <= 0 || rng_uniform(r) < exp(-delta / temperature))
            qap_exchange(s->qap, a, b);
    }
}

/* Local search from where the problem stands, and notes the result if it is the best. */
static void finish(struct search *s)
{
    qap_descend(s->qap, s->wired_count, s->wired, PASSES);
    double cost = qap_cost(s->qap);
    if (cost >= s->best_cost)
        return;
    s->best_cost = cost;
    memcpy(s->best, qap_unit_at(s->qap), qap_size(s->qap) * sizeof *s->best);
}

/* The first annealing knows nothing of the present assignment; the others reheat the best one. */
static void restart(struct search *s, int i, uint64_t key)
{
    struct rng r = rng_at(key, RNG_PLACE, i);
    if (i == 0) {
        rng_permutation(&r, qap_size(s->qap), s->start);
        qap_assign(s->qap, s->start);
        s->scale = mean_change(s, &r);
    } else {
        qap_assign(s->qap, s->best);
    }
    if (s->scale > 0) /* else all assignments are equally good */
        anneal(s, hot[i % (sizeof hot / sizeof hot[0])], &r);
    finish(s);
}

int placement_search(struct qap *qap, int restarts, uint64_t key, const struct cancel *pause,
                     struct err *e)
{
    int N = qap_size(qap), code = 0;
    struct search s = {.qap = qap, .best_cost = HUGE_VAL};
    s.wired = mem_array(N, sizeof *s.wired);
    s.best = mem_array(N, sizeof *s.best);
    s.start = mem_array(N, sizeof *s.start);
    if (!s.wired || !s.best || !s.start) {
        code = err_set(e, ERR_MEMORY, "out of memory for placing %d units", N);
        goto out;
    }
    find_wired(&s);
    if (s.wired_count == 0)
        goto out; /* nothing to place */

    finish(&s);
    for (int i = 0; !code && i < restarts; i++) {
        if (cancel_must_stop(pause))
            code = err_set(e, ERR_STOPPED, "stopped while the units were placed");
        else
            restart(&s, i, key);
    }
    qap_assign(qap, s.best);
out:
    mem_free(s.wired);
    mem_free(s.best);
    mem_free(s.start);
    return code;
}

int placement_of_network(struct rnn_shape shape, int g, const float *params, uint64_t key,
                         int *order, const struct cancel *pause, struct err *e)
{
    assert(shape.hidden == g * g);
    struct qap *qap;
    int code = qap_new(&qap, g, g, e);
    if (code)
        return code;
    qap_load(qap, rnn_params(shape, (float *)params).w.x); /* the view is only read through */
    code = placement_search(qap, PLACEMENT_RESTARTS, key, pause, e);
    memcpy(order, qap_unit_at(qap), shape.hidden * sizeof *order);
    qap_free(qap);
    return code;
}

double placement_bytes(int g)
{
    return qap_bytes(g, g) + 3.0 * g * g * sizeof(int);
}
