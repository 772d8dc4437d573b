#include "record/codec.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/* First word of a result, "BSR" and the version of the layout below. */
enum { RESULT_MAGIC = 0x31525342 };

/* ---- bytes out ---- */

void write_bytes(struct writer *w, const void *bytes, size_t size)
{
    if (w->failed)
        return;
    if (size > w->capacity - w->size) {
        size_t capacity = 2 * (w->size + size) + 64;
        unsigned char *grown = mem_grow(w->bytes, w->size, capacity);
        if (!grown) {
            w->failed = 1;
            return;
        }
        w->bytes = grown;
        w->capacity = capacity;
    }
    if (size)
        memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void write_little_endian(struct writer *w, uint64_t x, size_t size)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(x >> 8 * i);
    write_bytes(w, bytes, size);
}

void write_u32(struct writer *w, uint32_t x)
{
    write_little_endian(w, x, 4);
}

void write_u64(struct writer *w, uint64_t x)
{
    write_little_endian(w, x, 8);
}

void write_real(struct writer *w, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    write_u64(w, bits);
}

void write_text(struct writer *w, const char *text)
{
    size_t size = strlen(text);
    if (size > UINT32_MAX) {
        w->failed = 1;
        return;
    }
    write_u32(w, (uint32_t)size);
    write_bytes(w, text, size);
}

void write_floats(struct writer *w, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        write_u32(w, bits);
    }
}

void writer_free(struct writer *w)
{
    mem_free(w->bytes);
    memset(w, 0, sizeof *w);
}

/* ---- bytes in ---- */

/* The first failure is the one that counts. */
static void fail(struct reader *r, int code)
{
    if (!r->failed)
        r->failed = code;
}

const unsigned char *read_bytes(struct reader *r, size_t size)
{
    if (r->failed || size > r->size - r->at) {
        fail(r, ERR_FORMAT);
        return NULL;
    }
    const unsigned char *bytes = r->bytes + r->at;
    r->at += size;
    return bytes;
}

static uint64_t read_little_endian(struct reader *r, size_t size)
{
    const unsigned char *bytes = read_bytes(r, size);
    uint64_t x = 0;
    for (size_t i = 0; bytes && i < size; i++)
        x |= (uint64_t)bytes[i] << 8 * i;
    return x;
}

uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_little_endian(r, 4);
}

uint64_t read_u64(struct reader *r)
{
    return read_little_endian(r, 8);
}

double read_real(struct reader *r)
{
    uint64_t bits = read_u64(r);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

char *read_text(struct reader *r)
{
    size_t size = read_u32(r);
    const unsigned char *bytes = read_bytes(r, size);
    if (!bytes || memchr(bytes, '\0', size)) {
        fail(r, ERR_FORMAT);
        return NULL;
    }
    char *text = mem_array(size + 1, 1);
    if (!text) {
        fail(r, ERR_MEMORY);
        return NULL;
    }
    return memcpy(text, bytes, size);
}

void read_floats(struct reader *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = read_u32(r);
        memcpy(&x[i], &bits, sizeof bits);
    }
}

/* ---- results ----
 *
 *     magic u32, outcome u32, message text, seconds real, steps u64
 *     metrics   u32 count, then a value each
 *     rows      u64 count, then for each: table u32, a value for each of its columns
 *     arrays    u32 count, then for each: name text, rows u32, cols u32, floats
 *
 * A value is its type in one byte, then nothing (NULL), a u64, a real or a text.
 */

static void write_value(struct writer *w, struct value v)
{
    write_little_endian(w, v.type, 1);
    if (v.type == VALUE_INT)
        write_u64(w, (uint64_t)v.as.i);
    else if (v.type == VALUE_REAL)
        write_real(w, v.as.x);
    else if (v.type == VALUE_TEXT)
        write_text(w, v.as.text);
}

static void write_array(struct writer *w, const struct result_array *array)
{
    write_text(w, array->name);
    write_u32(w, (uint32_t)array->rows);
    write_u32(w, (uint32_t)array->cols);
    write_floats(w, array->data, (size_t)array->rows * (size_t)array->cols);
}

void codec_write_result(struct writer *w, const struct result *result)
{
    const struct experiment *x = result->experiment;
    int metric_count = experiment_metric_count(x);
    write_u32(w, RESULT_MAGIC);
    write_u32(w, result->outcome);
    write_text(w, result->message);
    write_real(w, result->seconds);
    write_u64(w, (uint64_t)result->steps);

    write_u32(w, (uint32_t)metric_count);
    for (int m = 0; m < metric_count; m++)
        write_value(w, result->metrics[m]);

    write_u64(w, result->row_count);
    for (size_t i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        int columns = table_column_count(&x->tables[row->table]);
        write_u32(w, (uint32_t)row->table);
        for (int c = 0; c < columns; c++)
            write_value(w, row->values[c]);
    }

    write_u32(w, (uint32_t)result->array_count);
    for (size_t i = 0; i < result->array_count; i++)
        write_array(w, &result->arrays[i]);
}

/* Reads a value of that type or NULL into *v; its text, if it has one, into *text as well, for the
   caller to free. */
static void read_value(struct reader *r, enum value_type type, struct value *v, char **text)
{
    const unsigned char *given = read_bytes(r, 1);
    *v = value_null();
    *text = NULL;
    if (!given || *given == VALUE_NULL)
        return;
    if (*given != type) {
        fail(r, ERR_FORMAT);
    } else if (type == VALUE_INT) {
        *v = value_int((int64_t)read_u64(r));
    } else if (type == VALUE_REAL) {
        double x = read_real(r);
        *v = value_real(x);
        if (v->type == VALUE_NULL || signbit(x) != signbit(v->as.x)) /* is never written so */
            fail(r, ERR_FORMAT);
    } else if ((*text = read_text(r))) {
        *v = value_text(*text);
    }
}

static void read_head(struct reader *r, struct result *result)
{
    uint32_t magic = read_u32(r), outcome = read_u32(r), size = read_u32(r);
    const unsigned char *message = read_bytes(r, size);
    if (magic != RESULT_MAGIC || outcome >= OUTCOME_COUNT || !message ||
        size >= sizeof result->message || memchr(message, '\0', size)) {
        fail(r, ERR_FORMAT);
        return;
    }
    result->outcome = (enum outcome)outcome;
    memcpy(result->message, message, size);
    result->seconds = read_real(r);
    result->steps = (int64_t)read_u64(r);
}

static void read_metrics(struct reader *r, struct result *result)
{
    const struct metric *metrics = result->experiment->metrics;
    uint32_t count = read_u32(r);
    if (count != (uint32_t)experiment_metric_count(result->experiment))
        fail(r, ERR_FORMAT);
    for (uint32_t m = 0; m < count && !r->failed; m++) {
        char *text;
        read_value(r, metrics[m].type, &result->metrics[m], &text);
        if (text) { /* a metric is a number */
            fail(r, ERR_FORMAT);
            result->metrics[m] = value_null();
            mem_free(text);
        }
    }
}

static void read_row(struct reader *r, struct result *result)
{
    const struct experiment *x = result->experiment;
    uint32_t t = read_u32(r), tables = 0;
    while (x->tables && x->tables[tables].name)
        tables++;
    if (r->failed || t >= tables) {
        fail(r, ERR_FORMAT);
        return;
    }
    const struct table *table = &x->tables[t];
    int count = table_column_count(table);
    struct value *values = mem_array((size_t)count, sizeof *values);
    char **texts = mem_array((size_t)count, sizeof *texts);
    if (!values || !texts)
        fail(r, ERR_MEMORY);
    for (int c = 0; !r->failed && c < count; c++)
        read_value(r, table->columns[c].type, &values[c], &texts[c]);
    if (!r->failed && result_add_row(result, table->name, values, NULL))
        fail(r, ERR_MEMORY);
    for (int c = 0; texts && c < count; c++)
        mem_free(texts[c]);
    mem_free(texts);
    mem_free(values);
}

static void read_array(struct reader *r, struct result *result)
{
    char *name = read_text(r);
    uint64_t rows = read_u32(r), cols = read_u32(r);
    /* below 2^31 x 2^31 nothing overflows; what is not there is never allocated */
    if (rows > INT32_MAX || cols > INT32_MAX || rows * cols > (r->size - r->at) / 4 ||
        (name && result_array(result, name)))
        fail(r, ERR_FORMAT);
    size_t count = r->failed ? 0 : (size_t)(rows * cols);
    float *data = r->failed ? NULL : mem_array(count, sizeof *data);
    if (!data)
        fail(r, ERR_MEMORY);
    if (data)
        read_floats(r, data, count);
    if (!r->failed && result_add_array(result, name, (int)rows, (int)cols, data, NULL))
        fail(r, ERR_MEMORY);
    mem_free(data);
    mem_free(name);
}

int codec_read_result(struct reader *r, const struct experiment *experiment, struct result **result,
                      struct err *e)
{
    *result = NULL;
    struct result *got;
    int code = result_new(&got, experiment, e);
    if (code)
        return code;
    read_head(r, got);
    read_metrics(r, got);
    uint64_t rows = read_u64(r);
    for (uint64_t i = 0; i < rows && !r->failed; i++)
        read_row(r, got);
    uint32_t arrays = read_u32(r);
    for (uint32_t i = 0; i < arrays && !r->failed; i++)
        read_array(r, got);
    if (!r->failed) {
        *result = got;
        return 0;
    }
    result_free(got);
    if (r->failed == ERR_MEMORY)
        return err_set(e, ERR_MEMORY, "out of memory for a result of %s", experiment->name);
    return err_set(e, ERR_FORMAT, "these bytes are no result of experiment %s", experiment->name);
}
