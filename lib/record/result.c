#include "record/result.h"

#include "base/array.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

const char *result_outcome_name(enum outcome outcome)
{
    static const char *const names[OUTCOME_COUNT] = {"done", "diverged", "failed"};
    assert(outcome >= 0 && outcome < OUTCOME_COUNT);
    return names[outcome];
}

int result_new(struct result **result, const struct experiment *experiment, struct err *e)
{
    *result = NULL;
    struct result *r = mem_array(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_MEMORY, "out of memory for a result");
    r->experiment = experiment;
    /* zeroed memory is VALUE_NULL: nothing is defined until it is set */
    r->metrics = mem_array((size_t)experiment_metric_count(experiment), sizeof *r->metrics);
    if (!r->metrics) {
        result_free(r);
        return err_set(e, ERR_MEMORY, "out of memory for a result");
    }
    *result = r;
    return 0;
}

static void free_values(struct value *values, int count)
{
    for (int c = 0; values && c < count; c++)
        if (values[c].type == VALUE_TEXT)
            mem_free((char *)values[c].as.text);
    mem_free(values);
}

static void free_array(struct result_array *array)
{
    mem_free(array->name);
    mem_free(array->data);
    mem_free(array->packed);
}

void result_free(struct result *result)
{
    if (!result)
        return;
    for (size_t i = 0; i < result->row_count; i++) {
        struct result_row *row = &result->rows[i];
        free_values(row->values, experiment_column_count(&result->experiment->tables[row->table]));
    }
    for (size_t i = 0; i < result->array_count; i++)
        free_array(&result->arrays[i]);
    mem_free(result->rows);
    mem_free(result->arrays);
    mem_free(result->metrics);
    mem_free(result);
}

/* A value as it may stand in a column of that type: no NaN, no infinity, no negative zero. */
static struct value as_stored(struct value v, enum value_type type)
{
    assert(v.type == VALUE_NULL || v.type == type);
    (void)type;
    return v.type == VALUE_REAL ? value_real(v.as.x) : v;
}

void result_set(struct result *result, const char *metric, struct value v)
{
    int m = experiment_metric(result->experiment, metric);
    assert(m >= 0 && v.type != VALUE_TEXT);
    result->metrics[m] = as_stored(v, result->experiment->metrics[m].type);
}

int result_add_row(struct result *result, const char *table, const struct value *values,
                   struct err *e)
{
    int t = experiment_table(result->experiment, table);
    assert(t >= 0);
    const struct column *columns = result->experiment->tables[t].columns;
    int count = experiment_column_count(&result->experiment->tables[t]);

    struct value *copy = mem_array((size_t)count, sizeof *copy);
    if (!copy)
        goto no_memory;
    for (int c = 0; c < count; c++) {
        struct value v = as_stored(values[c], columns[c].type);
        if (v.type == VALUE_TEXT && !(v.as.text = mem_text(v.as.text)))
            goto no_memory;
        copy[c] = v;
    }
    struct result_row *rows = array_room(result->rows, result->row_count, sizeof *rows);
    if (!rows)
        goto no_memory;
    result->rows = rows;
    result->rows[result->row_count++] = (struct result_row){t, copy};
    return 0;

no_memory:
    free_values(copy, count);
    return err_set(e, ERR_MEMORY, "out of memory for a row of table %s", table);
}

/* A copy of these bytes as an array of mem; NULL as that of NULL. */
static int copy_bytes(void *copy, const void *bytes, size_t n, size_t size)
{
    void *block = bytes ? mem_array(n, size) : NULL;
    if (block && n)
        memcpy(block, bytes, n * size);
    memcpy(copy, &block, sizeof block);
    return !bytes || block;
}

int result_add_packed(struct result *result, const char *name, int rows, int cols,
                      const float *data, const unsigned char *packed, size_t size, struct err *e)
{
    assert(rows >= 0 && cols >= 0 && !result_array(result, name));
    size_t count = (size_t)rows * (size_t)cols;
    struct result_array array = {
        .name = mem_text(name), .rows = rows, .cols = cols, .packed_size = size};
    struct result_array *arrays = NULL;
    if (array.name && copy_bytes(&array.data, data, count, sizeof *data) &&
        copy_bytes(&array.packed, packed, size, 1))
        arrays = array_room(result->arrays, result->array_count, sizeof *arrays);
    if (!arrays) {
        free_array(&array);
        return err_set(e, ERR_MEMORY, "out of memory for array %s (%d x %d)", name, rows, cols);
    }
    result->arrays = arrays;
    result->arrays[result->array_count++] = array;
    return 0;
}

int result_add_array(struct result *result, const char *name, int rows, int cols, const float *data,
                     struct err *e)
{
    return result_add_packed(result, name, rows, cols, data, NULL, 0, e);
}

const struct result_array *result_array(const struct result *result, const char *name)
{
    for (size_t i = 0; i < result->array_count; i++)
        if (strcmp(result->arrays[i].name, name) == 0)
            return &result->arrays[i];
    return NULL;
}
