#include "jobs/cogtasks_state.h"

#include "base/mem.h"

/* First word, "BST" and the version of the layout: a change of what a training keeps changes it. */
enum { STATE_MAGIC = 0x31545342 };

/*
 *     magic u32, P u64, done u64, swaps u64, loss real, params, m, v (P floats each)
 *     slope (H*H floats, of regularizers that communicate)
 *     loss_sum real, loss_count u64, swaps_before u64
 *     the result so far, as it travels: its rows are the curve
 */
void cogtasks_state_write(struct bytes_writer *w, const struct train *train,
                          const struct cogtasks_since *since, const struct result *result)
{
    struct train_state state = train_state(train);
    bytes_write_u32(w, STATE_MAGIC);
    bytes_write_u64(w, state.P);
    bytes_write_u64(w, (uint64_t)state.done);
    bytes_write_u64(w, (uint64_t)state.swaps);
    bytes_write_real(w, state.loss);
    bytes_write_floats(w, state.params, state.P);
    bytes_write_floats(w, state.m, state.P);
    bytes_write_floats(w, state.v, state.P);
    bytes_write_floats(w, state.slope, state.slopes);
    bytes_write_real(w, since->loss_sum);
    bytes_write_u64(w, (uint64_t)since->loss_count);
    bytes_write_u64(w, (uint64_t)since->swaps_before);
    codec_write_result(w, result);
}

/* The bytes of the vectors are there, whatever P they claim; state->slopes says how many floats
   come behind them. */
static int read_train(struct bytes_reader *r, struct train_state *state, float **vectors,
                      struct err *e)
{
    enum { VECTORS = 3 };
    uint32_t magic = bytes_read_u32(r);
    uint64_t P = bytes_read_u64(r);
    state->done = (long)bytes_read_u64(r);
    state->swaps = (long)bytes_read_u64(r);
    state->loss = bytes_read_real(r);
    size_t left = r->failed ? 0 : (r->size - r->at) / sizeof(float);
    if (r->failed || magic != STATE_MAGIC || left < state->slopes ||
        P > (left - state->slopes) / VECTORS)
        return err_set(e, ERR_FORMAT, "these bytes are no state of a training");
    float *x = *vectors = mem_array((size_t)P * VECTORS + state->slopes, sizeof *x);
    if (!x)
        return err_set(e, ERR_MEMORY, "out of memory to read a checkpoint");
    bytes_read_floats(r, x, (size_t)P * VECTORS + state->slopes);
    state->P = (size_t)P;
    state->params = x;
    state->m = x + P;
    state->v = x + 2 * P;
    state->slope = x + VECTORS * P;
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

int cogtasks_state_read(struct bytes_reader *r, struct train *train, struct cogtasks_since *since,
                        struct result *result, struct err *e)
{
    struct train_state state = {.slopes = train_state(train).slopes};
    struct cogtasks_since read;
    struct result *before = NULL;
    float *vectors = NULL;
    int code = read_train(r, &state, &vectors, e);
    if (code)
        return code;
    read.loss_sum = bytes_read_real(r);
    read.loss_count = (long)bytes_read_u64(r);
    read.swaps_before = (long)bytes_read_u64(r);
    code = codec_read_result(r, result->experiment, &before, e);
    if (!code && r->at != r->size)
        code = err_set(e, ERR_FORMAT, "bytes are left behind the state of a training");
    if (!code)
        code = train_restore(train, &state, e);
    if (!code) {
        *since = read;
        code = take_rows(result, before, e);
    }
    result_free(before);
    mem_free(vectors);
    return code;
}
