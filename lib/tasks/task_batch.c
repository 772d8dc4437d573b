#include "tasks/task.h"
#include "tasks/task_family.h"

#include <assert.h>

void task_batch(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T, float *x,
                int *label)
{
    assert(B > 0 && T > 0);
    long I = task_set_inputs(task_mix_set(mix));
    for (int b = 0; b < B; b++) {
        struct rng r = rng_at(key, RNG_BATCH, step * (uint64_t)B + (uint64_t)b);
        int place = -1;
        for (int t = 0; t < T;) {
            place = task_mix_next(mix, place, &r);
            struct trial trial;
            trial_draw(mix, task_mix_task(mix, place), &r, &trial);
            t += trial_render(mix, &trial, &r, T - t, x + ((long)t * B + b) * I, B * I,
                              label + (long)t * B + b, B);
        }
    }
}
