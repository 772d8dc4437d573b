#include "jobs/modules_state.h"

#include "base/mem.h"

/* First word, "BSM" and the version of the layout: a change of what a training keeps changes it. */
enum { STATE_MAGIC = 0x314d5342, VECTORS = 3 };

/*
 *     magic u32, P u64, done u64, loss real, params, m, v (P floats each)
 *     loss_sum real, finished u32
 *     the result so far, as it travels: its rows are the curve
 */
void modules_state_write(struct bytes_writer *w, const struct modtrain *train,
                         const struct modules_progress *progress, const struct result *result)
{
    struct modtrain_state state = modtrain_state(train);
    bytes_write_u32(w, STATE_MAGIC);
    bytes_write_u64(w, state.P);
    bytes_write_u64(w, (uint64_t)state.done);
    bytes_write_real(w, state.loss);
    bytes_write_floats(w, state.params, state.P);
    bytes_write_floats(w, state.m, state.P);
    bytes_write_floats(w, state.v, state.P);
    bytes_write_real(w, progress->loss_sum);
    bytes_write_u32(w, (uint32_t)progress->finished);
    codec_write_result(w, result);
}

/* The bytes of the vectors are there, whatever P they claim. */
static int read_train(struct bytes_reader *r, struct modtrain_state *state, float **vectors,
                      struct err *e)
{
    uint32_t magic = bytes_read_u32(r);
    uint64_t P = bytes_read_u64(r);
    state->done = (long)bytes_read_u64(r);
    state->loss = bytes_read_real(r);
    if (r->failed || magic != STATE_MAGIC || P > (r->size - r->at) / (VECTORS * sizeof(float)))
        return err_set(e, ERR_FORMAT, "these bytes are no state of a training of two modules");
    float *x = *vectors = mem_array((size_t)P * VECTORS, sizeof *x);
    if (!x)
        return err_set(e, ERR_MEMORY, "no memory to read a checkpoint");
    bytes_read_floats(r, x, (size_t)P * VECTORS);
    state->P = (size_t)P;
    state->params = x;
    state->m = x + P;
    state->v = x + 2 * P;
    return 0;
}

static int take_rows(struct result *result, const struct result *before, struct err *e)
{
    const struct table *tables = result->experiment->tables;
    int code = 0;
    for (size_t i = 0; !code && i < before->row_count; i++)
        code =
            result_add_row(result, tables[before->rows[i].table].name, before->rows[i].values, e);
    result->steps = before->steps;
    return code;
}

int modules_state_read(struct bytes_reader *r, struct modtrain *train,
                       struct modules_progress *progress, struct result *result, struct err *e)
{
    struct modtrain_state state;
    struct modules_progress read;
    struct result *before = NULL;
    float *vectors = NULL;
    int code = read_train(r, &state, &vectors, e);
    if (code)
        return code;
    read.loss_sum = bytes_read_real(r);
    read.finished = bytes_read_u32(r) != 0;
    code = codec_read_result(r, result->experiment, &before, e);
    if (!code && r->at != r->size)
        code = err_set(e, ERR_FORMAT, "bytes are left behind the state of a training");
    if (!code)
        code = modtrain_restore(train, &state, e);
    if (!code) {
        *progress = read;
        code = take_rows(result, before, e);
    }
    result_free(before);
    mem_free(vectors);
    return code;
}
