#include "tasks/task_trial.h"

#include "tasks/task_family.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* 1 / sqrt(100 ms), neurogym's sigma scaled to a step */
static const float noise_sd = 0.1f;

void task_trial_draw(const struct task_mix *mix, int task, struct rng *r, struct trial *trial)
{
    const struct task_set *set = task_mix_set(mix);
    assert(task >= 0 && task < set->size);
    const struct task_row *row = &set->rows[task];
    struct task_condition c = {0};
    if (row->rule->family->one_ring)
        c.ring = (int)rng_below(r, 2);

    int steps[TASK_PERIODS] = {0};
    for (int p = 0; p < task_period_count(row); p++) {
        const struct task_period *period = &row->timing->periods[p];
        struct task_duration d = period->steps;
        if (period->once)
            steps[p] = task_mix_delay(mix, task, c.ring);
        else
            steps[p] =
                d.count > 1 ? d.first + d.stride * (int)rng_below(r, (uint32_t)d.count) : d.first;
    }
    row->rule->family->draw(set, row, r, &c);
    task_compose(set, task, steps, &c, trial);
}

int task_trial_length(const struct trial *trial)
{
    int length = 0;
    for (int p = 0; p < TASK_PERIODS; p++)
        length += trial->steps[p];
    return length;
}

int task_trial_period(const struct trial *trial, int t)
{
    assert(t >= 0 && t < task_trial_length(trial));
    int p = 0;
    while (t >= trial->steps[p])
        t -= trial->steps[p++];
    return p;
}

/* 0.8 exp(-d^2 / 2): the input of a channel that is d locations away from the stimulus. */
static const float bump_of[TASK_RING / 2 + 1] = {0x1.99999ap-1f,  0x1.f0deb2p-2f,  0x1.bb7776p-4f,
                                                 0x1.233736p-7f,  0x1.19680ep-12f, 0x1.902576p-19f,
                                                 0x1.a2a374p-27f, 0x1.424064p-36f, 0x1.6d050cp-47f};

/* A bump of strength 1 over the channels of a ring; its width is the distance between two
   neighbouring channels. */
static void bump_at(double location, float *bump)
{
    int whole = location == floor(location);
    for (int i = 0; i < TASK_RING; i++) {
        double d = fabs(location - i);
        d = fmin(d, TASK_RING - d);
        bump[i] = whole ? bump_of[(int)d] : (float)(0.8 * exp(-0.5 * d * d));
    }
}

/* Writes the inputs of every step of a period, without noise, to seen (33). */
static void observe(const struct trial *trial, const struct task_period *period,
                    float bump[2][TASK_RING], float *seen)
{
    memset(seen, 0, TASK_OBSERVED * sizeof *seen);
    seen[0] = period->fixation ? 1 : 0;
    for (int s = 0; s < 2; s++)
        for (int m = 0; m < 2; m++) {
            if (!(period->shows & (s == 0 ? SHOWS_FIRST : SHOWS_SECOND)))
                continue;
            float *ring = seen + 1 + TASK_RING * m;
            for (int i = 0; i < TASK_RING; i++)
                ring[i] += trial->strength[s][m] * bump[s][i];
        }
}

/* Adds noise to `steps` steps of a period; `steps` is at most TASK_LONGEST. */
static void add_noise(enum task_noise noise, int ring, struct rng *r, int steps, float *x,
                      long x_stride)
{
    static const struct {
        int first, count;
    } channels[] = {
        [NOISE_NONE] = {0, 0},
        [NOISE_RING] = {1, TASK_RING},
        [NOISE_RINGS] = {1, 2 * TASK_RING},
        [NOISE_ALL] = {0, TASK_OBSERVED},
    };
    float normal[TASK_LONGEST * TASK_OBSERVED];
    int count = channels[noise].count;
    x += channels[noise].first + (noise == NOISE_RING ? TASK_RING * ring : 0);
    rng_normals(r, (size_t)steps * (size_t)count, normal);
    for (int t = 0; t < steps; t++)
        for (int i = 0; i < count; i++)
            x[t * x_stride + i] += noise_sd * normal[t * count + i];
}

/* The label at step t of the decision. */
static int answer(const struct task_set *set, const struct trial *trial, int t)
{
    if (trial->target < 0)
        return 0;
    int moved = trial->target + set->rows[trial->task].sequence * t + TASK_LONGEST;
    return set->folds ? (moved + 1) % TASK_RING : 1 + moved % TASK_RING;
}

int task_trial_render(const struct task_mix *mix, const struct trial *trial, struct rng *r,
                      int limit, float *x, long x_stride, int *label, long label_stride)
{
    const struct task_set *set = task_mix_set(mix);
    const struct task_row *row = &set->rows[trial->task];
    int decision = task_period_count(row) - 1;
    float bump[2][TASK_RING];
    for (int s = 0; s < 2; s++)
        bump_at(trial->location[s], bump[s]);

    int t = 0;
    for (int p = 0; p <= decision; p++) {
        const struct task_period *period = &row->timing->periods[p];
        float seen[TASK_OBSERVED];
        observe(trial, period, bump, seen);
        int steps = trial->steps[p] < limit - t ? trial->steps[p] : limit - t;
        float *first = x + t * x_stride;
        for (int k = 0; k < steps; k++, t++) {
            float *xt = x + t * x_stride;
            memcpy(xt, seen, sizeof seen);
            memset(xt + TASK_OBSERVED, 0, (size_t)set->size * sizeof *xt);
            xt[TASK_OBSERVED + trial->task] = 1;
            label[t * label_stride] = p == decision ? answer(set, trial, k) : 0;
        }
        if (r)
            add_noise(period->noise, trial->ring, r, steps, first, x_stride);
    }
    return t;
}

void task_trial_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T,
                      float *x, int *label)
{
    assert(B > 0 && T > 0);
    long I = task_set_inputs(task_mix_set(mix));
    for (int b = 0; b < B; b++) {
        struct rng r = rng_at(key, RNG_BATCH, step * (uint64_t)B + (uint64_t)b);
        int index = -1;
        for (int t = 0; t < T;) {
            index = task_mix_next(mix, index, &r);
            struct trial trial;
            task_trial_draw(mix, task_mix_task(mix, index), &r, &trial);
            t += task_trial_render(mix, &trial, &r, T - t, x + ((long)t * B + b) * I, B * I,
                                   label + (long)t * B + b, B);
        }
    }
}
