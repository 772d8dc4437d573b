#include "sweep/sweep_grid.h"

#include "base/mem.h"

#include <string.h>

struct builder {
    struct sweep_grid *grid;
    const struct sweep_file *file;
    const struct sweep_set *set;
    const char *path;
    struct err *e;
};

const struct sweep_axis *sweep_grid_axis(const struct sweep_grid *grid, int parameter)
{
    for (int i = grid->n - 1; i >= 0; i--)
        if (grid->axes[i].parameter == parameter)
            return &grid->axes[i];
    return NULL;
}

static int is_in_block(const struct sweep_file *file, int block, const char *key)
{
    for (size_t i = 0; i < file->n; i++)
        if (file->entries[i].block == block && strcmp(file->entries[i].key, key) == 0)
            return 1;
    return 0;
}

/* The index of the setting of that parameter, or -1. */
static int find_setting(const struct sweep_set *set, int parameter)
{
    for (size_t i = 0; i < set->n; i++)
        if (sweep_set_parameter(set, i) == parameter)
            return (int)i;
    return -1;
}

static struct sweep_axis *new_axis(struct sweep_grid *grid, int parameter, int line)
{
    struct sweep_axis *axis = &grid->axes[grid->n++];
    *axis = (struct sweep_axis){.parameter = parameter, .line = line};
    return axis;
}

static int add_entry(struct builder *b, struct sweep_axis *axis, const struct sweep_entry *entry)
{
    const struct parameter *p = &b->file->experiment->parameters[axis->parameter];
    int code = sweep_axis_add(axis, p, entry->text, b->e);
    if (!code && entry->block == SWEEP_FIXED && axis->n > 1)
        code = err_set(b->e, ERR_VALUE, "%s = %.64s: a fixed parameter has one value, an axis many",
                       p->name, entry->text);
    if (code != ERR_VALUE)
        return code;
    err_prefix(b->e, "%s:%d", b->path, entry->line);
    return err_recode(b->e, ERR_SWEEP);
}

static int add_fixed(struct builder *b, int block)
{
    int code = 0;
    for (size_t i = 0; i < b->file->n && !code; i++) {
        const struct sweep_entry *entry = &b->file->entries[i];
        if (entry->block != SWEEP_FIXED || is_in_block(b->file, block, entry->key))
            continue;
        int parameter = experiment_parameter(b->file->experiment, entry->key);
        if (find_setting(b->set, parameter) < 0)
            code = add_entry(b, new_axis(b->grid, parameter, entry->line), entry);
    }
    return code;
}

/* An axis that is set on the command line keeps its place. */
static int add_axes(struct builder *b, int block)
{
    const struct experiment *x = b->file->experiment;
    int code = 0;
    for (size_t i = 0; i < b->file->n && !code; i++) {
        const struct sweep_entry *entry = &b->file->entries[i];
        if (entry->block != block)
            continue;
        int parameter = experiment_parameter(x, entry->key);
        int setting = find_setting(b->set, parameter);
        struct sweep_axis *axis = (struct sweep_axis *)sweep_grid_axis(b->grid, parameter);
        int is_new = !axis;
        if (is_new)
            axis = new_axis(b->grid, parameter, setting < 0 ? entry->line : 0);
        if (setting < 0)
            code = add_entry(b, axis, entry);
        else if (is_new)
            code = sweep_set_fill(b->set, (size_t)setting, x, axis, b->e);
    }
    return code;
}

static int add_settings(struct builder *b)
{
    int code = 0;
    for (size_t i = 0; i < b->set->n && !code; i++) {
        int parameter = sweep_set_parameter(b->set, i);
        if (!sweep_grid_axis(b->grid, parameter))
            code = sweep_set_fill(b->set, i, b->file->experiment, new_axis(b->grid, parameter, 0),
                                  b->e);
    }
    return code;
}

static int count_points(struct builder *b)
{
    b->grid->points = 1;
    for (int i = 0; i < b->grid->n; i++) {
        if (b->grid->axes[i].n > SWEEP_POINT_LIMIT / b->grid->points)
            return err_set(b->e, ERR_SWEEP, "%s: the axes make more than %d points", b->path,
                           SWEEP_POINT_LIMIT);
        b->grid->points *= b->grid->axes[i].n;
    }
    return 0;
}

int sweep_grid_build(struct sweep_grid *grid, const struct sweep_file *file, int block,
                     const struct sweep_set *set, const char *path, struct err *e)
{
    struct builder b = {.grid = grid, .file = file, .set = set, .path = path, .e = e};
    size_t n = (size_t)experiment_parameter_count(file->experiment);
    *grid = (struct sweep_grid){.axes = mem_array(n, sizeof *grid->axes)};
    if (!grid->axes)
        return err_set(e, ERR_MEMORY, "%s: out of memory for its axes", path);
    int code = add_fixed(&b, block);
    if (!code)
        code = add_axes(&b, block);
    if (!code)
        code = add_settings(&b);
    if (!code)
        code = count_points(&b);
    if (code)
        sweep_grid_free(grid);
    return code;
}

void sweep_grid_free(struct sweep_grid *grid)
{
    for (int i = 0; i < grid->n; i++)
        sweep_axis_free(&grid->axes[i]);
    mem_free(grid->axes);
    *grid = (struct sweep_grid){0};
}
