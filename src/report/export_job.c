#include "report/export_job.h"

#include "base/mem.h"
#include "report/npz.h"

#include <math.h>
#include <string.h>

/* ---- stored arrays ---- */

enum { NAMES = 128, NAME_SIZE = 64 };

struct names {
    char name[NAMES][NAME_SIZE];
    int count;
};

static int note_name(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct names *names = data;
    snprintf(names->name[names->count++], NAME_SIZE, "%s", row->values[0].as.text);
    return names->count == NAMES;
}

static const struct export_array *renamed(const struct experiment *x, const char *array)
{
    for (const struct export_array *a = x->exports; a && a->name; a++)
        if (a->array && !strcmp(a->array, array))
            return a;
    return NULL;
}

static int add_stored(struct store *store, const struct experiment *x, int64_t job,
                      const char *stored, struct npz *npz, struct err *e)
{
    const struct export_array *a = renamed(x, stored);
    int rows, cols;
    float *data;
    int code = store_array(store, job, stored, &rows, &cols, &data, e);
    if (code)
        return code;
    if (a && a->is_vector)
        code = npz_add(npz, a->name, NPZ_FLOAT32, (size_t)rows * (size_t)cols, 0, data, e);
    else
        code = npz_add(npz, a ? a->name : stored, NPZ_FLOAT32, (size_t)rows, (size_t)cols, data, e);
    mem_free(data);
    return code;
}

/* ---- columns of tables ---- */

struct gathered {
    const struct export_array *array;
    int columns;
    double *x; /* (count), row after row; owned */
    size_t count, room;
};

static int column_of(const struct store_row *row, const char *name)
{
    int c = 0;
    while (c < row->columns && strcmp(row->names[c], name))
        c++;
    return c;
}

static int gather(const struct store_row *row, void *data, struct err *e)
{
    struct gathered *g = data;
    if (g->count + 2 > g->room) {
        size_t room = 2 * g->room + 128;
        double *grown = mem_grow(g->x, g->count * sizeof *grown, room * sizeof *grown);
        if (!grown)
            return err_set(e, ERR_MEMORY, "out of memory for array %s", g->array->name);
        g->x = grown;
        g->room = room;
    }
    for (int i = 0; i < g->columns; i++) {
        struct value v = row->values[column_of(row, g->array->columns[i])];
        g->x[g->count++] = v.type == VALUE_INT    ? (double)v.as.i
                           : v.type == VALUE_REAL ? v.as.x
                                                  : NAN;
    }
    return 0;
}

static int is_integer(const struct table *table, const char *column)
{
    const struct column *c = table->columns;
    while (strcmp(c->name, column))
        c++;
    return c->type == VALUE_INT;
}

static int add_integers(const struct gathered *g, size_t rows, size_t cols, struct npz *npz,
                        struct err *e)
{
    int32_t *x = mem_array(g->count, sizeof *x);
    if (!x)
        return err_set(e, ERR_MEMORY, "out of memory for array %s", g->array->name);
    for (size_t i = 0; i < g->count; i++)
        x[i] = isnan(g->x[i]) ? -1 : (int32_t)g->x[i];
    int code = npz_add(npz, g->array->name, NPZ_INT32, rows, cols, x, e);
    mem_free(x);
    return code;
}

static int add_columns(struct store *store, const struct experiment *x, int64_t job,
                       const struct export_array *array, struct npz *npz, struct err *e)
{
    const struct table *table = &x->tables[experiment_table(x, array->table)];
    struct gathered g = {.array = array, .columns = array->columns[1] ? 2 : 1};
    int code = store_each_row(store, x, table, job, gather, &g, e);
    size_t rows = g.count / (size_t)g.columns, cols = g.columns == 2 ? 2 : 0;
    if (!code && rows)
        code = is_integer(table, array->columns[0])
                   ? add_integers(&g, rows, cols, npz, e)
                   : npz_add(npz, array->name, NPZ_FLOAT64, rows, cols, g.x, e);
    mem_free(g.x);
    return code;
}

int export_job(struct store *store, int64_t job, FILE *out, struct err *e)
{
    const struct experiment *x;
    struct names names = {.count = 0};
    struct npz *npz;
    char *spec;
    const char *state;
    int code = store_job(store, job, &x, &spec, &state, e);
    if (code)
        return code;
    mem_free(spec);
    code = store_each_array(store, job, note_name, &names, e);
    if (!code && !names.count)
        code = err_set(e, ERR_USAGE, "job %lld has no arrays: it is %s, not done", (long long)job,
                       state);
    if (code || (code = npz_new(&npz, out, e)))
        return code;
    for (int i = 0; !code && i < names.count; i++)
        code = add_stored(store, x, job, names.name[i], npz, e);
    for (const struct export_array *a = x->exports; !code && a && a->name; a++)
        if (a->table)
            code = add_columns(store, x, job, a, npz, e);
    npz_finish(npz);
    return code;
}
