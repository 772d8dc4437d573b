#include "modules/trial_states.h"

#include "base/mem.h"
#include "tasks/task_trial.h"

#include <math.h>
#include <string.h>

enum { DIRECTIONS = 8, CHUNK = 64 };

const char *trial_states_epoch(enum trial_epoch epoch)
{
    static const char *const names[TRIAL_EPOCHS] = {"stimulus", "delay", "response"};
    return names[epoch];
}

const char *trial_states_variable(enum trial_variable variable)
{
    static const char *const names[TRIAL_VARIABLES] = {"location_1", "location_2", "modality",
                                                       "rule", "response"};
    return names[variable];
}

static void set_columns(struct trial_states *s, int tasks)
{
    const int width[TRIAL_VARIABLES] = {2, 2, 1, tasks, 2};
    for (int v = 0; v < TRIAL_VARIABLES; v++)
        s->column[v + 1] = s->column[v] + width[v];
    s->C = s->column[TRIAL_VARIABLES];
}

/* ---- what there is to know ---- */

static void set_direction(struct trial_states *s, int i, enum trial_variable v, double location)
{
    const double angle = 2 * 3.14159265358979323846 * location / TASK_RING;
    float *y = s->y + (size_t)i * (size_t)s->C + s->column[v];
    y[0] = (float)cos(angle);
    y[1] = (float)sin(angle);
    int bin = (int)floor(location * DIRECTIONS / TASK_RING);
    s->label[i * TRIAL_VARIABLES + v] = (bin % DIRECTIONS + DIRECTIONS) % DIRECTIONS;
}

static int is_shown(const struct trial *trial, int stimulus)
{
    return trial->strength[stimulus][0] != 0 || trial->strength[stimulus][1] != 0;
}

/* Trial i, of task number `task` of the mix. */
static void set_known(struct trial_states *s, const struct task_mix *mix, int i, int task,
                      const struct trial *trial)
{
    int *label = s->label + i * TRIAL_VARIABLES;
    float *y = s->y + (size_t)i * (size_t)s->C;
    for (int v = 0; v < TRIAL_VARIABLES; v++)
        label[v] = -1;
    for (int stimulus = 0; stimulus < 2; stimulus++)
        if (is_shown(trial, stimulus))
            set_direction(s, i, stimulus ? TRIAL_SECOND : TRIAL_FIRST, trial->location[stimulus]);
    if (strcmp(task_family(task_mix_set(mix), trial->task), "dm")) {
        y[s->column[TRIAL_MODALITY]] = trial->ring ? 1 : -1;
        label[TRIAL_MODALITY] = trial->ring;
    }
    y[s->column[TRIAL_RULE] + task] = 1;
    label[TRIAL_RULE] = task;
    if (trial->target >= 0)
        set_direction(s, i, TRIAL_TARGET, trial->target);
    else
        label[TRIAL_TARGET] = DIRECTIONS;
}

/* The last time step of each epoch. */
static void find_steps(const struct task_set *set, const struct trial *trial,
                       int step[TRIAL_EPOCHS])
{
    int last = task_trial_length(trial) - 1, decision = task_trial_period(trial, last), t = 0;
    step[TRIAL_STIMULUS] = step[TRIAL_RESPONSE] = last;
    for (int p = 0, found = 0; p < decision; p++) {
        t += trial->steps[p];
        if (!found && trial->steps[p] > 0 &&
            strcmp(task_period_name(set, trial->task, p), "fixation")) {
            step[TRIAL_STIMULUS] = t - 1;
            found = 1;
        }
    }
    step[TRIAL_DELAY] = t > 0 ? t - 1 : last;
}

/* ---- running ---- */

struct work {
    struct rnn *rnn;
    float *x;   /* (T,B,I) */
    int *label; /* (T,B), written and not looked at */
    struct trial trial[CHUNK];
};

static int work_new(struct work *w, struct rnn_shape shape, const struct activation *activation,
                    struct err *e)
{
    size_t rows = (size_t)TASK_LONGEST * CHUNK;
    *w = (struct work){0};
    w->x = mem_array(rows * (size_t)shape.inputs, sizeof *w->x);
    w->label = mem_array(rows, sizeof *w->label);
    if (!w->x || !w->label)
        return err_set(e, ERR_MEMORY, "out of memory for trials of cognitive tasks");
    return rnn_new(&w->rnn, shape, activation, TASK_LONGEST, CHUNK, 0, e);
}

static void work_free(struct work *w)
{
    rnn_free(w->rnn);
    mem_free(w->x);
    mem_free(w->label);
}

/* Trials first .. first+B-1 of a task; beyond its end, a shorter trial's inputs are 0. */
static void run_chunk(struct trial_states *s, struct work *w, const struct task_mix *mix, int task,
                      int at, int B, struct rnn_shape shape, const float *params, struct rng *r)
{
    long I = shape.inputs;
    memset(w->x, 0, (size_t)TASK_LONGEST * (size_t)B * (size_t)I * sizeof *w->x);
    int T = 1;
    for (int b = 0; b < B; b++) {
        struct trial *trial = &w->trial[b];
        task_trial_draw(mix, task_mix_task(mix, task), r, trial);
        int length =
            task_trial_render(mix, trial, r, TASK_LONGEST, w->x + b * I, B * I, w->label + b, B);
        T = length > T ? length : T;
        set_known(s, mix, at + b, task, trial);
    }
    rnn_forward(w->rnn, params, T, B, w->x);
    for (int b = 0; b < B; b++) {
        int step[TRIAL_EPOCHS];
        find_steps(task_mix_set(mix), &w->trial[b], step);
        for (int epoch = 0; epoch < TRIAL_EPOCHS; epoch++)
            memcpy(s->h[epoch] + (size_t)(at + b) * (size_t)s->H,
                   rnn_hidden(w->rnn) + (size_t)(step[epoch] * B + b) * (size_t)s->H,
                   (size_t)s->H * sizeof(float));
    }
}

static int allocate(struct trial_states *s, struct err *e)
{
    size_t N = (size_t)s->N;
    s->y = mem_array(N * (size_t)s->C, sizeof *s->y);
    s->label = mem_array(N * TRIAL_VARIABLES, sizeof *s->label);
    int have = s->y && s->label;
    for (int epoch = 0; epoch < TRIAL_EPOCHS; epoch++) {
        s->h[epoch] = mem_array(N * (size_t)s->H, sizeof(float));
        have &= s->h[epoch] != NULL;
    }
    return have ? 0 : err_set(e, ERR_MEMORY, "out of memory for the states of %d trials", s->N);
}

int trial_states_new(struct trial_states **out, const struct task_mix *mix, struct rnn_shape shape,
                     const struct activation *activation, const float *params, int trials,
                     uint64_t seed, int which, struct err *e)
{
    int R = task_mix_size(mix), code;
    struct work w = {0};
    struct trial_states *s = mem_array(1, sizeof *s);
    *out = NULL;
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory for the states of trials");
    s->N = trials * R;
    s->H = shape.hidden;
    set_columns(s, R);
    code = allocate(s, e);
    if (!code)
        code = work_new(&w, shape, activation, e);
    for (int task = 0; !code && task < R; task++) {
        struct rng r = rng_at(seed, RNG_PROBE, (uint64_t)which << 32 | (uint64_t)task);
        for (int first = 0; first < trials; first += CHUNK)
            run_chunk(s, &w, mix, task, task * trials + first,
                      trials - first < CHUNK ? trials - first : CHUNK, shape, params, &r);
    }
    work_free(&w);
    if (code) {
        trial_states_free(s);
        return code;
    }
    *out = s;
    return 0;
}

void trial_states_free(struct trial_states *s)
{
    if (!s)
        return;
    for (int epoch = 0; epoch < TRIAL_EPOCHS; epoch++)
        mem_free(s->h[epoch]);
    mem_free(s->y);
    mem_free(s->label);
    mem_free(s);
}
