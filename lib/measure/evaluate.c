#include "measure/evaluate.h"
#include "base/mem.h"
#include "rnn/softmax.h"
#include "tasks/task_trial.h"

#include <assert.h>
#include <math.h>

/* Trials that run side by side: enough for the products to be fast, few enough to stay in cache. */
enum { CHUNK = 64 };

struct evaluator {
    const struct task_mix *mix;
    struct rnn_shape shape;
    int trials; /* of each task */
    uint64_t seed;
    struct rnn *rnn;     /* TASK_LONGEST x CHUNK */
    float *x;            /* (T,B,I) of one chunk */
    int *label;          /* (T,B); -1 after a trial's end */
    struct trial *trial; /* (CHUNK) */
    const struct cancel *pause;
    struct rng *rng;      /* (CHUNK) each at where its trial's noise begins */
    struct evaluation of; /* the latest; its arrays are owned */
};

/* What is counted over any number of trials. */
struct tally {
    double loss;     /* sum over steps */
    double activity; /* sum over steps and units */
    long steps, right_steps, right_trials;
};

double evaluate_bytes(struct rnn_shape shape, int trials)
{
    int chunk = trials < CHUNK ? trials : CHUNK;
    double rows = (double)TASK_LONGEST * chunk, tasks = shape.inputs - TASK_OBSERVED;
    return (double)sizeof(struct evaluator) + rnn_bytes(shape, TASK_LONGEST, chunk, 0) +
           rows * ((double)sizeof(float) * shape.inputs + (double)sizeof(int)) +
           chunk * (double)(sizeof(struct trial) + sizeof(struct rng)) +
           3 * tasks * (double)sizeof(double);
}

int evaluate_new(struct evaluator **out, const struct task_mix *mix, struct rnn_shape shape,
                 const struct activation *activation, int trials, uint64_t seed, struct err *e)
{
    int code = ERR_MEMORY, chunk = trials < CHUNK ? trials : CHUNK;
    size_t rows = (size_t)TASK_LONGEST * (size_t)chunk, R = (size_t)task_mix_size(mix);
    struct evaluator *ev = mem_array(1, sizeof *ev);
    *out = NULL;
    if (!ev)
        return err_set(e, ERR_MEMORY, "out of memory");
    *ev = (struct evaluator){.mix = mix, .shape = shape, .trials = trials, .seed = seed};
    if ((code = rnn_new(&ev->rnn, shape, activation, TASK_LONGEST, chunk, 0, e)))
        goto fail;
    ev->x = mem_array(rows * (size_t)shape.inputs, sizeof *ev->x);
    ev->label = mem_array(rows, sizeof *ev->label);
    ev->trial = mem_array((size_t)chunk, sizeof *ev->trial);
    ev->rng = mem_array((size_t)chunk, sizeof *ev->rng);
    ev->of.accuracy = mem_array(R, sizeof(double));
    ev->of.task_loss = mem_array(R, sizeof(double));
    ev->of.task_step_accuracy = mem_array(R, sizeof(double));
    if (!ev->x || !ev->label || !ev->trial || !ev->rng || !ev->of.accuracy || !ev->of.task_loss ||
        !ev->of.task_step_accuracy) {
        code = err_set(e, ERR_MEMORY, "out of memory: evaluation takes %.0f MiB",
                       evaluate_bytes(shape, trials) / (1 << 20));
        goto fail;
    }
    *out = ev;
    return 0;

fail:
    evaluate_free(ev);
    return code;
}

void evaluate_free(struct evaluator *ev)
{
    if (!ev)
        return;
    rnn_free(ev->rnn);
    mem_free(ev->x);
    mem_free(ev->label);
    mem_free(ev->trial);
    mem_free(ev->rng);
    mem_free(ev->of.accuracy);
    mem_free(ev->of.task_loss);
    mem_free(ev->of.task_step_accuracy);
    mem_free(ev);
}

void evaluate_listen(struct evaluator *ev, const struct cancel *pause)
{
    ev->pause = pause;
}

/* Draws B trials of set index `task`, number `first` on; returns the steps of the longest. */
static int draw_chunk(struct evaluator *ev, int task, int first, int B)
{
    int T = 0;
    for (int b = 0; b < B; b++) {
        uint64_t number = (uint64_t)task << 32 | (uint64_t)(first + b);
        ev->rng[b] = rng_at(ev->seed, RNG_EVALUATE, number);
        task_trial_draw(ev->mix, task, &ev->rng[b], &ev->trial[b]);
        int length = task_trial_length(&ev->trial[b]);
        T = length > T ? length : T;
    }
    return T;
}

/* Writes the drawn trials side by side.  After a trial's end there is no label; what input stands
   there is of no effect. */
static void render_chunk(struct evaluator *ev, int T, int B)
{
    int I = ev->shape.inputs;
    for (int i = 0; i < T * B; i++)
        ev->label[i] = -1;
    for (int b = 0; b < B; b++)
        task_trial_render(ev->mix, &ev->trial[b], &ev->rng[b], T, ev->x + (size_t)b * (size_t)I,
                          (long)B * I, ev->label + b, B);
}

/* Sum of |h| of one row; eight sums side by side, which fill vectors. */
static double sum_of_sizes(int n, const float *h)
{
    enum { LANES = 8 };
    float lane[LANES] = {0};
    double sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] += fabsf(h[i + k]);
    for (; i < n; i++)
        sum += fabsf(h[i]);
    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

static void tally_chunk(struct evaluator *ev, int T, int B, struct tally *tally)
{
    int O = ev->shape.outputs;
    int H = ev->shape.hidden;
    const float *logits = rnn_logits(ev->rnn), *h = rnn_hidden(ev->rnn);
    long before = tally->steps;
    for (int b = 0; b < B; b++) {
        int length = task_trial_length(&ev->trial[b]), right = 0;
        for (int t = 0; t < length; t++) {
            size_t row = (size_t)t * (size_t)B + (size_t)b;
            right = softmax_choice(O, logits + row * (size_t)O) == ev->label[row];
            tally->right_steps += right;
            tally->activity += sum_of_sizes(H, h + row * (size_t)H);
        }
        tally->right_trials += right; /* at the last step */
        tally->steps += length;
    }
    assert(T <= TASK_LONGEST);
    tally->loss += rnn_loss(ev->rnn, ev->label) * (double)(tally->steps - before);
}

static struct tally run_task(struct evaluator *ev, int task, const float *params)
{
    struct tally tally = {0};
    for (int first = 0; first < ev->trials; first += CHUNK) {
        if ((ev->of.stopped = cancel_must_stop(ev->pause)))
            break;
        int left = ev->trials - first, B = left < CHUNK ? left : CHUNK;
        int T = draw_chunk(ev, task, first, B);
        render_chunk(ev, T, B);
        rnn_forward(ev->rnn, params, T, B, ev->x);
        tally_chunk(ev, T, B, &tally);
    }
    return tally;
}

struct evaluation evaluate(struct evaluator *ev, const float *params)
{
    int R = task_mix_size(ev->mix);
    struct tally all = {0};
    double accuracy = 0;
    ev->of.stopped = 0;
    for (int i = 0; i < R && !ev->of.stopped; i++) {
        struct tally one = run_task(ev, task_mix_task(ev->mix, i), params);
        ev->of.accuracy[i] = (double)one.right_trials / ev->trials;
        ev->of.task_loss[i] = one.loss / (double)one.steps;
        ev->of.task_step_accuracy[i] = (double)one.right_steps / (double)one.steps;
        accuracy += ev->of.accuracy[i];
        all.loss += one.loss;
        all.activity += one.activity;
        all.steps += one.steps;
        all.right_steps += one.right_steps;
    }
    ev->of.error = 1 - accuracy / R;
    ev->of.loss = all.loss / (double)all.steps;
    ev->of.activity = all.activity / (double)all.steps / ev->shape.hidden;
    ev->of.step_accuracy = (double)all.right_steps / (double)all.steps;
    return ev->of;
}
