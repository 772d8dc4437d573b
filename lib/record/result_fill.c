#include "record/result_fill.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

/* v is NULL in `stored` and something in `fresh`: it is taken over, a text as a copy. */
static int fill_value(struct value *v, struct value fresh, struct result_filled *filled,
                      struct err *e)
{
    if (value_equal(*v, fresh))
        return 0;
    if (v->type != VALUE_NULL) {
        filled->differing++;
        return 0;
    }
    if (fresh.type == VALUE_TEXT) {
        fresh.as.text = mem_text(fresh.as.text);
        if (!fresh.as.text)
            return err_set(e, ERR_MEMORY, "out of memory for a text");
    }
    *v = fresh;
    filled->added++;
    return 0;
}

static struct result_row *find_row(struct result *result, const struct result_row *like)
{
    const struct table *table = &result->experiment->tables[like->table];
    for (size_t i = 0; i < result->row_count; i++) {
        struct result_row *row = &result->rows[i];
        int key = 0;
        if (row->table != like->table)
            continue;
        while (key < table->keys && value_equal(row->values[key], like->values[key]))
            key++;
        if (key == table->keys)
            return row;
    }
    return NULL;
}

static int fill_row(struct result *stored, const struct result_row *fresh,
                    struct result_filled *filled, struct err *e)
{
    const struct table *table = &stored->experiment->tables[fresh->table];
    struct result_row *row = find_row(stored, fresh);
    int code = 0;
    if (!row) {
        filled->added++;
        return result_add_row(stored, table->name, fresh->values, e);
    }
    for (int c = table->keys; !code && table->columns[c].name; c++)
        code = fill_value(&row->values[c], fresh->values[c], filled, e);
    return code;
}

static int fill_array(struct result *stored, const struct result_array *fresh,
                      struct result_filled *filled, struct err *e)
{
    const struct result_array *a = result_array(stored, fresh->name);
    if (!a) {
        filled->added++;
        return result_add_array(stored, fresh->name, fresh->rows, fresh->cols, fresh->data, e);
    }
    size_t count = (size_t)a->rows * (size_t)a->cols;
    filled->differing += a->rows != fresh->rows || a->cols != fresh->cols ||
                         (count && memcmp(a->data, fresh->data, count * sizeof *a->data) != 0);
    return 0;
}

int result_fill(struct result *stored, const struct result *fresh, struct result_filled *filled,
                struct err *e)
{
    assert(stored->experiment == fresh->experiment);
    int metrics = experiment_metric_count(stored->experiment), code = 0;
    *filled = (struct result_filled){0};
    for (int m = 0; !code && m < metrics; m++)
        code = fill_value(&stored->metrics[m], fresh->metrics[m], filled, e);
    for (size_t i = 0; !code && i < fresh->row_count; i++)
        code = fill_row(stored, &fresh->rows[i], filled, e);
    for (size_t i = 0; !code && i < fresh->array_count; i++)
        code = fill_array(stored, &fresh->arrays[i], filled, e);
    return code;
}
