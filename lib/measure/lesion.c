#include "measure/lesion.h"

#include "base/mem.h"

#include <string.h>

static void clear_column(struct mat m, int column)
{
    for (int r = 0; r < m.rows; r++)
        m.x[(size_t)r * (size_t)m.stride + (size_t)column] = 0;
}

int lesion_silence(struct rnn_shape shape, const int *group, int k, float *params)
{
    struct rnn_params p = rnn_params(shape, params);
    int silenced = 0;
    for (int u = 0; u < shape.hidden; u++)
        if (group[u] == k) {
            clear_column(p.w, u);
            clear_column(p.w_out, u);
            silenced++;
        }
    return silenced;
}

int lesion_measure(struct evaluator *evaluator, struct rnn_shape shape, const float *params,
                   const double *whole, int R, const int *group, int K, float *lost, struct err *e)
{
    size_t P = rnn_param_count(shape), tasks = (size_t)R;
    float *left = mem_array(P, sizeof *left);
    double *before = mem_array(tasks, sizeof *before);
    if (!left || !before) {
        mem_free(left);
        mem_free(before);
        return err_set(e, ERR_MEMORY, "out of memory for lesions of %d units", shape.hidden);
    }
    memcpy(before, whole, tasks * sizeof *whole); /* it may be the evaluator's own array */
    int stopped = 0;
    for (int k = 0; k < K && !stopped; k++) {
        memcpy(left, params, P * sizeof *params);
        lesion_silence(shape, group, k, left);
        struct evaluation after = evaluate(evaluator, left);
        stopped = after.stopped;
        for (size_t r = 0; r < tasks; r++)
            lost[(size_t)k * tasks + r] = (float)(before[r] - after.accuracy[r]);
    }
    mem_free(left);
    mem_free(before);
    return stopped ? err_set(e, ERR_STOPPED, "stopped while lesions were measured") : 0;
}
