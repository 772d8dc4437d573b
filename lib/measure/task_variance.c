#include "measure/task_variance.h"
#include "base/mem.h"
#include "tasks/task_trial.h"

#include <assert.h>
#include <string.h>

/* Conditions that run side by side. */
enum { CHUNK = 64 };

struct work {
    struct rnn *rnn;      /* TASK_LONGEST x CHUNK */
    float *x;             /* (T,B,I) of one chunk */
    int *label;           /* (T,B), written by task_trial_render and not looked at */
    float *first;         /* (T,H), activity in the first condition */
    double *sum, *square; /* (T,H), over conditions, of the difference from the first */
};

static int work_init(struct work *w, struct rnn_shape shape, const struct activation *activation,
                     struct err *e)
{
    size_t rows = (size_t)TASK_LONGEST * CHUNK, H = (size_t)shape.hidden;
    *w = (struct work){0};
    int code = rnn_new(&w->rnn, shape, activation, TASK_LONGEST, CHUNK, 0, e);
    if (code)
        return code;
    w->x = mem_array(rows * (size_t)shape.inputs, sizeof *w->x);
    w->label = mem_array(rows, sizeof *w->label);
    w->first = mem_array(TASK_LONGEST * H, sizeof *w->first);
    w->sum = mem_array(TASK_LONGEST * H, sizeof *w->sum);
    w->square = mem_array(TASK_LONGEST * H, sizeof *w->square);
    if (!w->x || !w->label || !w->first || !w->sum || !w->square)
        return err_set(e, ERR_MEMORY, "out of memory for task variances");
    return 0;
}

static void work_fini(struct work *w)
{
    rnn_free(w->rnn);
    mem_free(w->x);
    mem_free(w->label);
    mem_free(w->first);
    mem_free(w->sum);
    mem_free(w->square);
}

/* Writes B conditions from number `begin` on side by side; returns their number of steps. */
static int render_chunk(struct work *w, const struct task_mix *mix, int task, int begin, int B,
                        int I)
{
    int T = 0;
    for (int b = 0; b < B; b++) {
        struct trial trial;
        task_grid_trial(task_mix_set(mix), task, begin + b, &trial);
        assert(b == 0 || task_trial_length(&trial) == T);
        T = task_trial_length(&trial);
        task_trial_render(mix, &trial, NULL, T, w->x + (size_t)b * (size_t)I, (long)B * I,
                          w->label + b, B);
    }
    return T;
}

/* Adds up what a chunk's activity h (T,B,H) is away from the first condition's, which keeps the
   digits of a small variance about a large mean, and makes none of none. */
static void add_chunk(struct work *w, int T, int B, int H, const float *h)
{
    for (int t = 0; t < T; t++) {
        size_t at = (size_t)t * (size_t)H;
        for (int b = 0; b < B; b++, h += H)
            for (int u = 0; u < H; u++) {
                double away = (double)h[u] - w->first[at + (size_t)u];
                w->sum[at + (size_t)u] += away;
                w->square[at + (size_t)u] += away * away;
            }
    }
}

/* Runs the task's whole grid; returns its number of steps. */
static int run_grid(struct work *w, const struct task_mix *mix, int task, struct rnn_shape shape,
                    const float *params)
{
    int conditions = task_grid_size(task_mix_set(mix), task), H = shape.hidden, T = 0;
    memset(w->sum, 0, TASK_LONGEST * (size_t)H * sizeof *w->sum);
    memset(w->square, 0, TASK_LONGEST * (size_t)H * sizeof *w->square);
    for (int begin = 0; begin < conditions; begin += CHUNK) {
        int left = conditions - begin, B = left < CHUNK ? left : CHUNK;
        T = render_chunk(w, mix, task, begin, B, shape.inputs);
        rnn_forward(w->rnn, params, T, B, w->x);
        const float *h = rnn_hidden(w->rnn);
        for (int t = 0; begin == 0 && t < T; t++)
            memcpy(w->first + (size_t)t * (size_t)H, h + (size_t)t * (size_t)B * (size_t)H,
                   (size_t)H * sizeof *h);
        add_chunk(w, T, B, H, h);
    }
    return T;
}

/* Mean over the steps after fixation of the population variance of unit u. */
static double mean_variance(const struct work *w, int begin, int T, int H, int conditions, int u)
{
    double total = 0;
    for (int t = begin; t < T; t++) {
        size_t at = (size_t)t * (size_t)H + (size_t)u;
        double mean = w->sum[at] / conditions;
        double variance = w->square[at] / conditions - mean * mean;
        total += variance > 0 ? variance : 0;
    }
    return T > begin ? total / (T - begin) : 0;
}

int task_variance_measure(const struct task_mix *mix, struct rnn_shape shape,
                          const struct activation *activation, const float *params, float *variance,
                          struct err *e)
{
    int R = task_mix_size(mix), H = shape.hidden;
    struct work w;
    int code = work_init(&w, shape, activation, e);
    if (code)
        goto out;
    for (int i = 0; i < R; i++) {
        int task = task_mix_task(mix, i), conditions = task_grid_size(task_mix_set(mix), task);
        int begin = task_grid_fixation(task_mix_set(mix), task);
        int T = run_grid(&w, mix, task, shape, params);
        for (int u = 0; u < H; u++)
            variance[(size_t)u * (size_t)R + (size_t)i] =
                (float)mean_variance(&w, begin, T, H, conditions, u);
    }

out:
    work_fini(&w);
    return code;
}

int task_variance_active(const float *variance, int H, int R, unsigned char *active)
{
    int count = 0;
    for (int u = 0; u < H; u++) {
        double sum = 0;
        for (int i = 0; i < R; i++)
            sum += variance[(size_t)u * (size_t)R + (size_t)i];
        int is_active = sum > VARIANCE_ACTIVE;
        if (active)
            active[u] = (unsigned char)is_active;
        count += is_active;
    }
    return count;
}
