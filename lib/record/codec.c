#include "record/codec.h"

#include "base/mem.h"
#include "record/array_codec.h"

#include <math.h>
#include <string.h>

/* First word of a result, "BSR" and the version of the layout below. */
enum { RESULT_MAGIC = 0x32525342 };

/*
 *     magic u32, outcome u32, message text, seconds real, steps u64
 *     metrics   u32 count, then a value each
 *     rows      u64 count, then for each: table u32, a value for each of its columns
 *     arrays    u32 count, then for each: name text, rows u32, cols u32,
 *               size u32 and so many bytes of array_codec
 *
 * A value is its type in one byte, then nothing (NULL), a u64, a real or a text.
 */

static void write_value(struct bytes_writer *w, struct value v)
{
    bytes_write_u8(w, v.type);
    if (v.type == VALUE_INT)
        bytes_write_u64(w, (uint64_t)v.as.i);
    else if (v.type == VALUE_REAL)
        bytes_write_real(w, v.as.x);
    else if (v.type == VALUE_TEXT)
        bytes_write_text(w, v.as.text);
}

static void write_array(struct bytes_writer *w, const struct result_array *array)
{
    bytes_write_text(w, array->name);
    bytes_write_u32(w, (uint32_t)array->rows);
    bytes_write_u32(w, (uint32_t)array->cols);
    unsigned char *own = NULL;
    size_t size = array->packed_size;
    if (!array->packed && array_codec_pack(array, &own, &size, NULL))
        w->failed = 1;
    else
        bytes_write_u32(w, (uint32_t)size);
    if (!w->failed)
        bytes_write_bytes(w, own ? own : array->packed, size);
    mem_free(own);
}

void codec_write_result(struct bytes_writer *w, const struct result *result)
{
    const struct experiment *x = result->experiment;
    int metric_count = experiment_metric_count(x);
    bytes_write_u32(w, RESULT_MAGIC);
    bytes_write_u32(w, result->outcome);
    bytes_write_text(w, result->message);
    bytes_write_real(w, result->seconds);
    bytes_write_u64(w, (uint64_t)result->steps);

    bytes_write_u32(w, (uint32_t)metric_count);
    for (int m = 0; m < metric_count; m++)
        write_value(w, result->metrics[m]);

    bytes_write_u64(w, result->row_count);
    for (size_t i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        int columns = experiment_column_count(&x->tables[row->table]);
        bytes_write_u32(w, (uint32_t)row->table);
        for (int c = 0; c < columns; c++)
            write_value(w, row->values[c]);
    }

    bytes_write_u32(w, (uint32_t)result->array_count);
    for (size_t i = 0; i < result->array_count; i++)
        write_array(w, &result->arrays[i]);
}

/* Reads a value of that type or NULL into *v; its text, if it has one, into *text as well, for the
   caller to free. */
static void read_value(struct bytes_reader *r, enum value_type type, struct value *v, char **text)
{
    const unsigned char *given = bytes_read_bytes(r, 1);
    *v = value_null();
    *text = NULL;
    if (!given || *given == VALUE_NULL)
        return;
    if (*given != type) {
        bytes_fail(r, ERR_FORMAT);
    } else if (type == VALUE_INT) {
        *v = value_int((int64_t)bytes_read_u64(r));
    } else if (type == VALUE_REAL) {
        double x = bytes_read_real(r);
        *v = value_real(x);
        if (v->type == VALUE_NULL || signbit(x) != signbit(v->as.x)) /* is never written so */
            bytes_fail(r, ERR_FORMAT);
    } else if ((*text = bytes_read_text(r))) {
        *v = value_text(*text);
    }
}

static void read_head(struct bytes_reader *r, struct result *result)
{
    uint32_t magic = bytes_read_u32(r), outcome = bytes_read_u32(r), size = bytes_read_u32(r);
    const unsigned char *message = bytes_read_bytes(r, size);
    if (magic != RESULT_MAGIC || outcome >= OUTCOME_COUNT || !message ||
        size >= sizeof result->message || memchr(message, '\0', size)) {
        bytes_fail(r, ERR_FORMAT);
        return;
    }
    result->outcome = (enum outcome)outcome;
    memcpy(result->message, message, size);
    result->seconds = bytes_read_real(r);
    result->steps = (int64_t)bytes_read_u64(r);
}

static void read_metrics(struct bytes_reader *r, struct result *result)
{
    const struct metric *metrics = result->experiment->metrics;
    uint32_t count = bytes_read_u32(r);
    if (count != (uint32_t)experiment_metric_count(result->experiment))
        bytes_fail(r, ERR_FORMAT);
    for (uint32_t m = 0; m < count && !r->failed; m++) {
        char *text;
        read_value(r, metrics[m].type, &result->metrics[m], &text);
        if (text) { /* a metric is a number */
            bytes_fail(r, ERR_FORMAT);
            result->metrics[m] = value_null();
            mem_free(text);
        }
    }
}

static void read_row(struct bytes_reader *r, struct result *result)
{
    const struct experiment *x = result->experiment;
    uint32_t t = bytes_read_u32(r), tables = 0;
    while (x->tables && x->tables[tables].name)
        tables++;
    if (r->failed || t >= tables) {
        bytes_fail(r, ERR_FORMAT);
        return;
    }
    const struct table *table = &x->tables[t];
    int count = experiment_column_count(table);
    struct value *values = mem_array((size_t)count, sizeof *values);
    char **texts = mem_array((size_t)count, sizeof *texts);
    if (!values || !texts)
        bytes_fail(r, ERR_MEMORY);
    for (int c = 0; !r->failed && c < count; c++)
        read_value(r, table->columns[c].type, &values[c], &texts[c]);
    if (!r->failed && result_add_row(result, table->name, values, NULL))
        bytes_fail(r, ERR_MEMORY);
    for (int c = 0; texts && c < count; c++)
        mem_free(texts[c]);
    mem_free(texts);
    mem_free(values);
}

/* The bytes of an array become its numbers, if those are wanted, and are kept beside them. */
static void unpack_array(struct bytes_reader *r, struct result *result, const char *name, int rows,
                         int cols, const unsigned char *bytes, size_t size, int unpacks)
{
    size_t count = (size_t)rows * (size_t)cols;
    float *data = unpacks ? mem_array(count, sizeof *data) : NULL;
    int code = unpacks && !data ? ERR_MEMORY : 0;
    if (data && !array_codec_unpack(bytes, size, count, data))
        code = ERR_FORMAT;
    if (!code && result_add_packed(result, name, rows, cols, data, bytes, size, NULL))
        code = ERR_MEMORY;
    if (code)
        bytes_fail(r, code);
    mem_free(data);
}

static void read_array(struct bytes_reader *r, struct result *result, int unpacks)
{
    char *name = bytes_read_text(r);
    uint64_t rows = bytes_read_u32(r), cols = bytes_read_u32(r);
    size_t size = bytes_read_u32(r);
    const unsigned char *bytes = bytes_read_bytes(r, size);
    /* below 2^31 x 2^31 nothing overflows; what is not there is never allocated */
    if (rows > INT32_MAX || cols > INT32_MAX || !array_codec_is_plausible(size, rows * cols) ||
        (name && result_array(result, name)))
        bytes_fail(r, ERR_FORMAT);
    if (!r->failed && bytes)
        unpack_array(r, result, name, (int)rows, (int)cols, bytes, size, unpacks);
    mem_free(name);
}

static int read_result(struct bytes_reader *r, const struct experiment *experiment, int unpacks,
                       struct result **result, struct err *e)
{
    *result = NULL;
    struct result *got;
    int code = result_new(&got, experiment, e);
    if (code)
        return code;
    read_head(r, got);
    read_metrics(r, got);
    uint64_t rows = bytes_read_u64(r);
    for (uint64_t i = 0; i < rows && !r->failed; i++)
        read_row(r, got);
    uint32_t arrays = bytes_read_u32(r);
    for (uint32_t i = 0; i < arrays && !r->failed; i++)
        read_array(r, got, unpacks);
    if (!r->failed) {
        *result = got;
        return 0;
    }
    result_free(got);
    if (r->failed == ERR_MEMORY)
        return err_set(e, ERR_MEMORY, "out of memory for a result of %s", experiment->name);
    return err_set(e, ERR_FORMAT, "these bytes are no result of experiment %s", experiment->name);
}

int codec_read_result(struct bytes_reader *r, const struct experiment *experiment,
                      struct result **result, struct err *e)
{
    return read_result(r, experiment, 1, result, e);
}

int codec_read_packed(struct bytes_reader *r, const struct experiment *experiment,
                      struct result **result, struct err *e)
{
    return read_result(r, experiment, 0, result, e);
}
