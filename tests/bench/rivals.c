/*
 * rivals - the cost of a training step under each regularizer, compared with l1.
 *
 *     taskset -c 1 bench_rivals [--grid g] [--blocks n]
 *
 * The trainings of one seed advance in turns, one block of steps each, so that other load on the
 * machine affects all alike.  There is a line for each regularizer: the milliseconds of a step, and
 * the ratio of its blocks to the l1 blocks of the same turns (median and quartiles).  The blocks
 * begin after the first steps of sernn, which compute the communicability every time; a block is as
 * long as the interval between two later computations.  One thread; processor time.
 */
#include "base/mem.h"
#include "math/mat.h"
#include "peak.h"
#include "rnn/train.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { EAGER = 100, BLOCK = 10, MOST_ROWS = 16, MOST_BLOCKS = 200, BASE = 1 /* l1 */ };

struct rival {
    struct train *train;
    double seconds[MOST_BLOCKS]; /* per step, of each block */
};

static int advance(struct train *train, int steps)
{
    for (int i = 0; i < steps; i++)
        if (!train_step(train))
            return 0;
    return 1;
}

static int open_rivals(const struct task_mix *mix, int grid, struct rival *rivals, struct err *e)
{
    int rows = 0, code = 0;
    for (; !code && regularizer_at(rows); rows++) {
        struct train_config config = {
            .mix = mix,
            .grid = grid,
            .activation = activation_find("relu"),
            .initializer = initializer_find("uniform"),
            .regularizer = regularizer_at(rows),
            .treatment = regularizer_treatment_find("proximal"),
            .lambda = 1e-5f,
            .A = 1,
            .steps = EAGER + MOST_BLOCKS * BLOCK,
            .batch = 32,
            .sequence = 100,
            .rate = 1e-3f,
            .rate_drop = 0.1f,
            .communicability_every = BLOCK,
            .mask_radius = 0.25f,
            .swap_every = 200,
            .seed = 1,
        };
        code = train_new(&rivals[rows].train, &config, e);
        if (!code && !advance(rivals[rows].train, EAGER))
            code = err_set(e, ERR_JOB, "the training diverged");
    }
    return code ? code : rows;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const struct rival *rivals, int row, int blocks)
{
    double ratio[MOST_BLOCKS], seconds[MOST_BLOCKS];
    for (int b = 0; b < blocks; b++) {
        seconds[b] = rivals[row].seconds[b];
        ratio[b] = seconds[b] / rivals[BASE].seconds[b];
    }
    qsort(ratio, (size_t)blocks, sizeof *ratio, by_size);
    printf("%-14s %8.3f ms  %6.3f  (%.3f to %.3f)\n", regularizer_at(row)->name,
           1e3 * peak_median(blocks, seconds), ratio[blocks / 2], ratio[blocks / 4],
           ratio[3 * blocks / 4]);
}

static int run(const struct task_mix *mix, int grid, int blocks, struct err *e)
{
    struct rival *rivals = mem_array(MOST_ROWS, sizeof *rivals);
    int rows = rivals ? open_rivals(mix, grid, rivals, e) : err_set(e, ERR_MEMORY, "out of memory");
    for (int b = 0; rows > 0 && b < blocks; b++)
        for (int r = 0; r < rows; r++) {
            double start = peak_clock();
            if (!advance(rivals[r].train, BLOCK))
                rows = err_set(e, ERR_JOB, "the training diverged");
            else
                rivals[r].seconds[b] = (peak_clock() - start) / BLOCK;
        }
    for (int r = 0; r < rows; r++)
        report(rivals, r, blocks);
    for (int r = 0; rivals && r < MOST_ROWS; r++)
        train_free(rivals[r].train);
    mem_free(rivals);
    return rows < 0 ? rows : 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"grid", required_argument, NULL, 'g'},
                                            {"blocks", required_argument, NULL, 'b'},
                                            {NULL, 0, NULL, 0}};
    int grid = 20, blocks = 20, c;
    while ((c = getopt_long(argc, argv, "g:b:", options, NULL)) != -1)
        *(c == 'g' ? &grid : &blocks) = c == '?' ? -1 : atoi(optarg);
    if (grid < 2 || blocks < 1 || blocks > MOST_BLOCKS) {
        fprintf(stderr, "usage: bench_rivals [--grid g] [--blocks 1..%d]\n", MOST_BLOCKS);
        return EXIT_FAILURE;
    }
    struct err e = {0};
    struct task_mix *mix = NULL;
    mat_single_thread();
    int code = task_mix_new(&mix, task_set_find("yang19"), "", "", 1, &e);
    if (!code)
        code = run(mix, grid, blocks, &e);
    task_mix_free(mix);
    if (code)
        fprintf(stderr, "bench_rivals: %s\n", e.text);
    return code ? EXIT_FAILURE : EXIT_SUCCESS;
}
