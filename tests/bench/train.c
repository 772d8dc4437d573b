/*
 * bench_train - the cost of one training step, part by part, compared with the rates of OpenBLAS's
 * matrix product and of multiply-adds in the same run.  One thread; processor time.
 *
 * The useful work of a step is 6 T B (H^2 + H I + H O) floating-point operations: two for each
 * weight and row forward, four backward.  With --wired n all but n units have lost their weights,
 * as most have at the end of a bimt training; the reported work is still that of all units.  With
 * --write FILE nothing is timed: the first batch and the initial parameters are written to the file
 * in binary, so that other programs can train on them (problem.h), and the loss is printed.
 */
#include "rnn/train.h"
#include "base/mem.h"
#include "math/mat.h"
#include "math/packed.h"
#include "peak.h"
#include "problem.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

/* In a job units change places once in 200 steps.  Here they do so more often, to be measured in a
   short run; the reported share is that of once in 200. */
enum { SEQUENCE = 100, WARM_UP = 3, SWAP_EVERY = 10, SWAP_USUAL = 200 };

struct options {
    int grid, batch, steps, wired, row, bf16;
    const char *write;
    const struct regularizer *regularizer;
    const struct activation *activation;
    const struct task_set *tasks;
};

static const struct option long_options[] = {
    {"hidden-grid", required_argument, NULL, 'g'},
    {"batch", required_argument, NULL, 'b'},
    {"steps", required_argument, NULL, 's'},
    {"regularizer", required_argument, NULL, 'r'},
    {"activation", required_argument, NULL, 'a'},
    {"bf16", no_argument, NULL, 'f'},
    {"tasks", required_argument, NULL, 't'},
    {"wired", required_argument, NULL, 'w'},
    {"write", required_argument, NULL, 'o'},
    {"row", no_argument, NULL, 'l'},
    {NULL, 0, NULL, 0},
};

static int parse(int argc, char **argv, struct options *o)
{
    int c;
    while ((c = getopt_long(argc, argv, "g:b:s:r:a:ft:w:o:l", long_options, NULL)) != -1) {
        if (c == 'g')
            o->grid = atoi(optarg);
        else if (c == 'b')
            o->batch = atoi(optarg);
        else if (c == 's')
            o->steps = atoi(optarg);
        else if (c == 'r')
            o->regularizer = regularizer_find(optarg);
        else if (c == 'a')
            o->activation = activation_find(optarg);
        else if (c == 'f')
            o->bf16 = 1;
        else if (c == 't')
            o->tasks = task_set_find(optarg);
        else if (c == 'w')
            o->wired = atoi(optarg);
        else if (c == 'o')
            o->write = optarg;
        else if (c == 'l')
            o->row = 1;
        else
            return -1;
    }
    return o->grid >= 1 && o->batch >= 1 && o->steps >= 1 && o->wired >= 0 &&
                   o->wired <= o->grid * o->grid && o->regularizer && o->activation && o->tasks &&
                   optind == argc
               ? 0
               : -1;
}

/* The peak rate of the core, in GFLOP/s. */
static double peak_rate(void)
{
    enum { RUNS = 9 };
    double rate[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double start = peak_clock(), done = peak_run();
        rate[i] = done / (peak_clock() - start) / 1e9;
    }
    return peak_median(RUNS, rate);
}

/* GFLOP/s of (rows,H) times (H,H), the median of some runs of about 20 ms; 0 without memory. */
static double product_rate(int rows, int H)
{
    enum { RUNS = 9 };
    size_t n = (size_t)rows * (size_t)H, square = (size_t)H * (size_t)H;
    float *a = mem_array(n, sizeof *a), *w = mem_array(square, sizeof *w);
    float *c = mem_array(n, sizeof *c);
    double flops = 2.0 * rows * H * H, seconds[RUNS];
    int repeats = 1 + (int)(1e9 / flops);
    for (int run = 0; a && w && c && run < RUNS; run++) {
        double start = peak_clock();
        for (int i = 0; i < repeats; i++)
            mat_mul_transposed(1, mat_view(a, rows, H), mat_view(w, H, H), 0, mat_view(c, rows, H));
        seconds[run] = (peak_clock() - start) / repeats;
    }
    double rate = a && w && c ? flops / peak_median(RUNS, seconds) / 1e9 : 0;
    mem_free(a);
    mem_free(w);
    mem_free(c);
    return rate;
}

/* Prints one line: H, B, units wired, regularizer, kernel, ms per step, useful GFLOP/s, and this
   rate in percent of the peak and of the product of all T B rows with W. */
static void report_row(const struct train_config *config, int wired, double step)
{
    int H = config->grid * config->grid;
    double rate = train_flops(config) / step / 1e9;
    printf("%d\t%d\t%d\t%s\t%s\t%.3f\t%.1f\t%.0f\t%.0f\n", H, config->batch, wired,
           config->regularizer->name,
           packed_kernel_name(config->bf16 ? packed_kernel_bf16() : packed_kernel_at(0)),
           1e3 * step, rate, 100 * rate / peak_rate(),
           100 * rate / product_rate(config->batch * config->sequence, H));
}

static void text_table(const struct train_config *config, struct train_times from,
                       struct train_times to, double *seconds, int steps)
{
    int H = config->grid * config->grid, rows = config->batch * config->sequence;
    const struct rnn_shape shape = {task_set_inputs(task_mix_set(config->mix)), H, TASK_CLASSES};
    const struct {
        const char *name;
        double seconds;
    } parts[] = {
        {"batch", to.batch - from.batch},
        {"forward", to.forward - from.forward},
        {"loss", to.loss - from.loss},
        {"backward", to.backward - from.backward},
        {"update", to.update - from.update},
        {"swap", (to.swap - from.swap) * SWAP_EVERY / SWAP_USUAL},
    };
    enum { PARTS = sizeof parts / sizeof parts[0] };
    double total = 0, step = peak_median(steps, seconds), rate = train_flops(config) / step / 1e9;
    for (int i = 0; i < PARTS; i++)
        total += parts[i].seconds;

    printf("H %d, B %d, T %d, %s, %s, kernel %s\n", H, config->batch, config->sequence,
           config->activation->name, config->regularizer->name,
           packed_kernel_name(config->bf16 ? packed_kernel_bf16() : packed_kernel_at(0)));
    printf("memory           %8.1f MiB\n", train_bytes(config, shape) / (1 << 20));
    printf("step             %8.3f ms, median of %d\n", 1e3 * step, steps);
    for (int i = 0; i < PARTS; i++)
        printf("  %-8s       %8.3f ms  %5.1f %%\n", parts[i].name, 1e3 * parts[i].seconds / steps,
               100 * parts[i].seconds / total);
    double peak = peak_rate();
    printf("useful           %8.1f GFLOP/s\n", rate);
    printf("peak             %8.1f GFLOP/s, of which the step reaches %.0f %%\n", peak,
           100 * rate / peak);
    const int sizes[2] = {rows, config->batch};
    for (int i = 0; i < 2; i++) {
        double sgemm = product_rate(sizes[i], H);
        printf("sgemm %4dx%dx%-5d %6.1f GFLOP/s, of which the step reaches %.0f %% (OpenBLAS %s)\n",
               H, H, sizes[i], sgemm, 100 * rate / sgemm, mat_blas_kernel());
    }
}

/* Times the steps after a few warm-up steps, and reports. */
static int time_steps(const struct options *o, const struct train_config *config,
                      struct train *train, struct err *e)
{
    double *seconds = mem_array((size_t)o->steps, sizeof *seconds);
    struct train_times from = {0};
    int rc = seconds ? 0 : err_set(e, ERR_MEMORY, "out of memory");
    for (int i = -WARM_UP; !rc && i < o->steps; i++) {
        if (i == 0)
            from = train_times(train);
        double start = peak_clock();
        if (!train_step(train))
            rc = err_set(e, ERR_JOB, "the training diverged");
        if (i >= 0)
            seconds[i] = peak_clock() - start;
    }
    if (!rc && o->row)
        report_row(config, o->wired ? o->wired : o->grid * o->grid, peak_median(o->steps, seconds));
    else if (!rc)
        text_table(config, from, train_times(train), seconds, o->steps);
    mem_free(seconds);
    return rc;
}

static int run(const struct options *o, const struct task_mix *mix, struct err *e)
{
    struct train_config config = {
        .mix = mix,
        .grid = o->grid,
        .activation = o->activation,
        .initializer = initializer_find("uniform"),
        .regularizer = o->regularizer,
        .treatment = regularizer_treatment_find("proximal"),
        .lambda = 1e-5f,
        .A = 1,
        .steps = WARM_UP + o->steps,
        .batch = o->batch,
        .sequence = SEQUENCE,
        .rate = 1e-3f,
        .rate_drop = 0.1f,
        .bf16 = o->bf16,
        .communicability_every = 10,
        .mask_radius = 0.25f,
        .swap_every = SWAP_EVERY,
        .seed = 1,
    };
    struct train *train = NULL;
    int rc = train_new(&train, &config, e);
    if (!rc && o->wired)
        rc = problem_prune(train, o->wired, e);
    if (!rc && o->write) {
        rc = problem_write(&config, train, o->write, e);
        if (!rc && !train_step(train))
            rc = err_set(e, ERR_JOB, "the training diverged");
        if (!rc)
            printf("loss %.6f\n", train_loss(train));
    } else if (!rc) {
        rc = time_steps(o, &config, train, e);
    }
    train_free(train);
    return rc;
}

int main(int argc, char **argv)
{
    struct options o = {.grid = 20,
                        .batch = 32,
                        .steps = 50,
                        .regularizer = regularizer_find("bimt"),
                        .activation = activation_find("relu"),
                        .tasks = task_set_find("yang19")};
    struct task_mix *mix = NULL;
    struct err e = {0};
    if (parse(argc, argv, &o)) {
        fprintf(stderr, "usage: bench_train [--hidden-grid g] [--batch B] [--steps n]"
                        " [--regularizer NAME] [--activation relu|tanh|softplus]"
                        " [--tasks SET] [--bf16] [--wired n] [--row] [--write FILE]\n");
        return 1;
    }
    mat_single_thread();
    int rc = task_mix_new(&mix, o.tasks, "", "", 1, &e);
    if (!rc)
        rc = run(&o, mix, &e);
    task_mix_free(mix);
    if (rc)
        fprintf(stderr, "bench_train: %s\n", e.text);
    return rc ? 2 : 0;
}
