#include "record/result_diff.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One more value differs, by so much, at the place that the format names. */
__attribute__((format(printf, 3, 4))) static void note(struct result_difference *d, double relative,
                                                       const char *format, ...)
{
    if (!d->values || relative > d->largest) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(d->where, sizeof d->where, format, arguments);
        va_end(arguments);
        d->largest = relative;
    }
    d->values++;
}

static double relative(double a, double b)
{
    return fabs(a - b) / fmax(fabs(a), fabs(b));
}

/* How far apart two values are that are not equal. */
static double apart(struct value a, struct value b)
{
    if (a.type != b.type || a.type == VALUE_TEXT)
        return INFINITY;
    return relative(value_number(a), value_number(b));
}

/* ---- rows, in the order of their keys ---- */

struct place {
    const struct result_row *row;
    const struct table *table;
};

static int compare_values(struct value a, struct value b)
{
    if (a.type != b.type)
        return (a.type > b.type) - (a.type < b.type);
    if (a.type == VALUE_TEXT)
        return strcmp(a.as.text, b.as.text);
    if (a.type == VALUE_INT)
        return (a.as.i > b.as.i) - (a.as.i < b.as.i);
    return a.type == VALUE_REAL ? (a.as.x > b.as.x) - (a.as.x < b.as.x) : 0;
}

static int by_key(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->row->table != b->row->table)
        return (a->row->table > b->row->table) - (a->row->table < b->row->table);
    for (int c = 0; c < a->table->keys; c++) {
        int order = compare_values(a->row->values[c], b->row->values[c]);
        if (order)
            return order;
    }
    return 0;
}

static struct place *sort_rows(const struct result *result)
{
    struct place *places = mem_array(result->row_count, sizeof *places);
    for (size_t i = 0; places && i < result->row_count; i++)
        places[i] =
            (struct place){&result->rows[i], &result->experiment->tables[result->rows[i].table]};
    if (places && result->row_count)
        qsort(places, result->row_count, sizeof *places, by_key);
    return places;
}

static void compare_row(const struct place *a, const struct place *b, struct result_difference *d)
{
    char key[VALUE_TEXT_SIZE] = "";
    if (a->table->keys)
        value_format(a->row->values[0], key);
    for (int c = 0; a->table->columns[c].name; c++)
        if (!value_equal(a->row->values[c], b->row->values[c]))
            note(d, apart(a->row->values[c], b->row->values[c]), "%s %.40s%s%s", a->table->name,
                 key, *key ? " " : "", a->table->columns[c].name);
}

/* Both sorted by key: a row that only one of them has is passed by. */
static void compare_sorted(const struct place *a, size_t a_count, const struct place *b,
                           size_t b_count, struct result_difference *d)
{
    for (size_t i = 0, k = 0; i < a_count || k < b_count;) {
        int order = i == a_count ? 1 : k == b_count ? -1 : by_key(&a[i], &b[k]);
        if (order)
            note(d, INFINITY, "a row of %s", (order < 0 ? &a[i] : &b[k])->table->name);
        else
            compare_row(&a[i], &b[k], d);
        i += order <= 0;
        k += order >= 0;
    }
}

static int compare_rows(const struct result *a, const struct result *b, struct result_difference *d,
                        struct err *e)
{
    struct place *left = sort_rows(a), *right = sort_rows(b);
    int code = left && right ? 0 : err_set(e, ERR_MEMORY, "out of memory to compare rows");
    if (!code)
        compare_sorted(left, a->row_count, right, b->row_count, d);
    mem_free(left);
    mem_free(right);
    return code;
}

/* ---- arrays ---- */

static void compare_array(const struct result_array *a, const struct result_array *b,
                          struct result_difference *d)
{
    if (!b || a->rows != b->rows || a->cols != b->cols) {
        note(d, INFINITY, "array %s", a->name);
        return;
    }
    size_t count = (size_t)a->rows * (size_t)a->cols;
    if (!count || !memcmp(a->data, b->data, count * sizeof *a->data))
        return;
    double most = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs((double)a->data[i] - (double)b->data[i]));
        largest = fmax(largest, fmax(fabs((double)a->data[i]), fabs((double)b->data[i])));
    }
    note(d, largest > 0 ? most / largest : 0, "array %s", a->name);
}

int result_diff(const struct result *a, const struct result *b, struct result_difference *d,
                struct err *e)
{
    assert(a->experiment == b->experiment);
    *d = (struct result_difference){0};
    const struct metric *metrics = a->experiment->metrics;
    if (a->outcome != b->outcome)
        note(d, INFINITY, "outcome");
    if (a->steps != b->steps)
        note(d, relative((double)a->steps, (double)b->steps), "steps");
    for (int m = 0; metrics[m].name; m++)
        if (!value_equal(a->metrics[m], b->metrics[m]))
            note(d, apart(a->metrics[m], b->metrics[m]), "%s", metrics[m].name);
    for (size_t i = 0; i < a->array_count; i++)
        compare_array(&a->arrays[i], result_array(b, a->arrays[i].name), d);
    for (size_t i = 0; i < b->array_count; i++)
        if (!result_array(a, b->arrays[i].name))
            note(d, INFINITY, "array %s", b->arrays[i].name);
    return compare_rows(a, b, d, e);
}
