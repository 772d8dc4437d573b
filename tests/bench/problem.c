#include "problem.h"

#include "base/mem.h"
#include "tasks/task_trial.h"

#include <stdio.h>
#include <string.h>

static float *row(struct mat m, int r)
{
    return m.x + (size_t)r * (size_t)m.stride;
}

int problem_prune(struct train *train, int wired, struct err *e)
{
    struct train_state state = train_state(train);
    struct rnn_shape s = train_shape(train);
    float *params = mem_array(2 * state.P, sizeof *params);
    if (!params)
        return err_set(e, ERR_MEMORY, "out of memory");
    memcpy(params, state.params, state.P * sizeof *params);
    struct rnn_params p = rnn_params(s, params);
    for (int u = 0; u < s.hidden; u++) {
        if ((long)(u + 1) * wired / s.hidden > (long)u * wired / s.hidden)
            continue;
        p.b_h[u] = 0;
        memset(row(p.w, u), 0, (size_t)s.hidden * sizeof(float));
        memset(row(p.w_in, u), 0, (size_t)s.inputs * sizeof(float));
        for (int v = 0; v < s.hidden; v++)
            row(p.w, v)[u] = 0;
        for (int o = 0; o < s.outputs; o++)
            row(p.w_out, o)[u] = 0;
    }
    state.params = params;
    state.m = state.v = params + state.P; /* zeros */
    int rc = train_restore(train, &state, e);
    mem_free(params);
    return rc;
}

int problem_write(const struct train_config *config, const struct train *train, const char *path,
                  struct err *e)
{
    struct rnn_shape s = train_shape(train);
    struct train_state state = train_state(train);
    size_t rows = (size_t)config->sequence * (size_t)config->batch, inputs = (size_t)s.inputs;
    const int head[] = {config->sequence, config->batch, s.inputs,
                        s.hidden,         s.outputs,     (int)state.P};
    float *x = mem_array(rows * inputs, sizeof *x);
    int *label = mem_array(rows, sizeof *label), rc = 0;
    FILE *file = fopen(path, "wb");
    if (!x || !label || !file) {
        rc = err_set(e, ERR_FILE, "cannot write %s", path);
        goto out;
    }
    task_trial_batch(config->mix, config->seed, 0, config->batch, config->sequence, x, label);
    if (fwrite(head, sizeof head, 1, file) != 1 ||
        fwrite(state.params, sizeof(float), state.P, file) != state.P ||
        fwrite(x, sizeof *x, rows * inputs, file) != rows * inputs ||
        fwrite(label, sizeof *label, rows, file) != rows)
        rc = err_set(e, ERR_FILE, "cannot write %s", path);
out:
    if (file && fclose(file) && !rc)
        rc = err_set(e, ERR_FILE, "cannot write %s", path);
    mem_free(x);
    mem_free(label);
    return rc;
}
