/*
 * swap - the cost of relocating the units of a network: the first event of a job, where nearly
 * every unit moves, and the following ones, after training has changed the weights a little.
 *
 *     taskset -c 1 bench_swap [rounds]
 *
 * It prints a line for each grid and each share of nonzero weights, with medians over the rounds:
 * the milliseconds of an event and of its parts (loading the weights, search, moving parameters and
 * moments), and its number of exchanges.  Each unit is tried once per event, as in a job.
 */
#include "rnn/swap.h"
#include "base/mem.h"
#include "math/rng.h"
#include "peak.h"
#include "rnn/initializer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 53, OUTPUTS = 17, PASSES = 1, FOLLOWING = 4, MOVED = 3 };

enum part { LOAD, SEARCH, APPLY, TOTAL, EXCHANGES, PARTS };

struct network {
    struct rnn_shape shape;
    float *vectors[MOVED]; /* (P) parameters and two moments */
    float *scratch;        /* (P) */
    struct swap *swap;
};

/* Makes a new network in which the given share of the weights is nonzero. */
static void fill(struct network *n, float share, int seed)
{
    size_t P = rnn_param_count(n->shape);
    struct rng init = rng_at((uint64_t)seed, RNG_INIT, 0), r = rng_at((uint64_t)seed, RNG_TEST, 0);
    initializer_at(0)->fill(n->shape, &init, n->vectors[0]);
    for (size_t p = 0; p < P; p++)
        if (rng_uniform(&r) >= share)
            n->vectors[0][p] = 0;
    for (int i = 1; i < MOVED; i++)
        memcpy(n->vectors[i], n->vectors[0], P * sizeof(float));
}

/* Imitates a few hundred training steps: the nonzero weights change by some percent. */
static void drift(struct network *n, struct rng *r)
{
    size_t P = rnn_param_count(n->shape);
    for (size_t p = 0; p < P; p++)
        if (n->vectors[0][p] != 0)
            n->vectors[0][p] *= 1 + 0.05f * rng_normal(r);
}

static void event(struct network *n, double *part)
{
    double start = peak_clock();
    swap_load(n->swap, n->shape, n->vectors[0]);
    double loaded = peak_clock();
    part[EXCHANGES] = swap_run(n->swap, 0, PASSES);
    double found = peak_clock();
    for (int i = 0; i < MOVED; i++)
        swap_apply(n->shape, swap_order(n->swap), n->vectors[i], n->scratch);
    double end = peak_clock();
    part[LOAD] = 1e3 * (loaded - start);
    part[SEARCH] = 1e3 * (found - loaded);
    part[APPLY] = 1e3 * (end - found);
    part[TOTAL] = 1e3 * (end - start);
}

static void print_medians(int g, float share, const char *which, int n, double (*parts)[PARTS],
                          double *scratch)
{
    double median[PARTS];
    for (int k = 0; k < PARTS; k++) {
        for (int i = 0; i < n; i++)
            scratch[i] = parts[i][k];
        median[k] = peak_median(n, scratch);
    }
    printf("%4d %6d %7.2f %-10s %8.2f %8.2f %8.2f %8.2f %9.0f\n", g, g * g, share, which,
           median[TOTAL], median[LOAD], median[SEARCH], median[APPLY], median[EXCHANGES]);
}

static int network_new(struct network *n, int g)
{
    *n = (struct network){.shape = {INPUTS, g * g, OUTPUTS}};
    size_t P = rnn_param_count(n->shape);
    n->scratch = mem_array(P, sizeof *n->scratch);
    int whole = n->scratch && swap_new(&n->swap, g, NULL) == 0;
    for (int i = 0; i < MOVED; i++)
        whole &= (n->vectors[i] = mem_array(P, sizeof(float))) != NULL;
    return whole ? 0 : -1;
}

static void network_free(struct network *n)
{
    swap_free(n->swap);
    mem_free(n->scratch);
    for (int i = 0; i < MOVED; i++)
        mem_free(n->vectors[i]);
}

int main(int argc, char **argv)
{
    static const int grids[] = {20, 30, 40};
    static const float shares[] = {1, 0.05f, 0.01f};
    int rounds = argc > 1 && atoi(argv[1]) > 0 ? atoi(argv[1]) : 9;
    size_t events = (size_t)rounds * FOLLOWING;
    double(*first)[PARTS] = mem_array((size_t)rounds, sizeof *first);
    double(*next)[PARTS] = mem_array(events, sizeof *next);
    double *scratch = mem_array(events, sizeof *scratch);
    if (!first || !next || !scratch)
        return EXIT_FAILURE;

    printf("# %d rounds of one first event and %d following\n", rounds, FOLLOWING);
    printf("%4s %6s %7s %-10s %8s %8s %8s %8s %9s\n", "grid", "H", "weights", "event", "ms", "load",
           "search", "apply", "exchanges");
    for (size_t i = 0; i < sizeof grids / sizeof grids[0]; i++) {
        struct network n;
        if (network_new(&n, grids[i]))
            return EXIT_FAILURE;
        for (size_t k = 0; k < sizeof shares / sizeof shares[0]; k++) {
            for (int round = 0; round < rounds; round++) {
                struct rng r = rng_at((uint64_t)round, RNG_TEST, 1);
                fill(&n, shares[k], round);
                event(&n, first[round]);
                for (int j = 0; j < FOLLOWING; j++) {
                    drift(&n, &r);
                    event(&n, next[round * FOLLOWING + j]);
                }
            }
            print_medians(grids[i], shares[k], "first", rounds, first, scratch);
            print_medians(grids[i], shares[k], "following", (int)events, next, scratch);
        }
        network_free(&n);
    }
    mem_free(first);
    mem_free(next);
    mem_free(scratch);
    return EXIT_SUCCESS;
}
