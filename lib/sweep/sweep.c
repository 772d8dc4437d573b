#include "sweep/sweep.h"

#include "base/mem.h"
#include "sweep/sweep_file.h"
#include "sweep/sweep_grid.h"
#include "sweep/sweep_points.h"
#include "sweep/sweep_scan.h"
#include "sweep/sweep_set.h"
#include "sweep/sweep_where.h"

#include <assert.h>
#include <string.h>

struct sweep {
    char *name, *text;
    const struct experiment *experiment;
    struct sweep_points points;
    size_t merged;
};

/* A block being laid out. */
struct layout {
    struct sweep *sweep;
    const char *path;
    struct sweep_file *file;
    struct sweep_where *where;
    struct sweep_set set;
    struct sweep_grid grid;
    struct spec *defaults, *point;
    unsigned char *given;   /* enum given, as struct experiment's check takes it */
    unsigned char *several; /* all GIVEN_SEVERAL */
    size_t *index;          /* of the present point on each axis */
    size_t laid_out;        /* points of the blocks so far */
    struct err *e;          /* never NULL */
};

/* ---- one point ---- */

/* The axis whose parameter the sentence begins with, or NULL. */
static const struct sweep_axis *blamed_axis(const struct layout *l, const char *sentence)
{
    size_t length = strcspn(sentence, " =:");
    for (int i = 0; i < l->grid.n; i++) {
        const struct sweep_axis *axis = &l->grid.axes[i];
        const char *name = l->sweep->experiment->parameters[axis->parameter].name;
        if (strlen(name) == length && strncmp(name, sentence, length) == 0)
            return axis;
    }
    return NULL;
}

/* Adds to the experiment's sentence where the offence stands: the point, unless it is refused only
   for what was given with a single value, and the line. */
static int refuse_point(struct layout *l, int code)
{
    const struct experiment *x = l->sweep->experiment;
    if (code == ERR_MEMORY)
        return code;
    const struct sweep_axis *axis = blamed_axis(l, l->e->text);
    if (l->grid.points > 1 && x->check(l->point, l->several, NULL)) {
        char *text = spec_canonical(l->point);
        err_prefix(l->e, "point %.200s", text ? text : "");
        mem_free(text);
    }
    if (axis && !axis->line) {
        err_prefix(l->e, "--set");
        return err_recode(l->e, ERR_USAGE);
    }
    if (axis)
        err_prefix(l->e, "%s:%d", l->path, axis->line);
    else
        err_prefix(l->e, "%s", l->path);
    return err_recode(l->e, ERR_SWEEP);
}

/* Defaults, then the value of every axis at its index. */
static int set_point(struct layout *l)
{
    int code = 0;
    for (int p = 0; l->sweep->experiment->parameters[p].name && !code; p++)
        code = spec_put(l->point, p, l->defaults->values[p], l->e);
    for (int i = 0; i < l->grid.n && !code; i++) {
        const struct sweep_axis *axis = &l->grid.axes[i];
        code = spec_put(l->point, axis->parameter, axis->values[l->index[i]], l->e);
    }
    return code;
}

static int add_point(struct layout *l)
{
    const struct experiment *x = l->sweep->experiment;
    int is_new, code = set_point(l);
    if (code || !sweep_where_holds(l->where, l->point))
        return code;
    if (x->check && (code = x->check(l->point, l->given, l->e)))
        return refuse_point(l, code);
    if (x->canonicalise)
        x->canonicalise(l->point);
    if ((code = sweep_points_add(&l->sweep->points, l->point, &is_new, l->e)))
        return code;
    l->sweep->merged += !is_new;
    return 0;
}

/* ---- the blocks ---- */

/* Steps to the next point of the grid, the last axis running fastest. */
static void advance(struct layout *l)
{
    for (int i = l->grid.n - 1; i >= 0; i--) {
        if (++l->index[i] < l->grid.axes[i].n)
            return;
        l->index[i] = 0;
    }
}

static int lay_out_grid(struct layout *l)
{
    size_t n = (size_t)experiment_parameter_count(l->sweep->experiment);
    l->laid_out += l->grid.points;
    if (l->laid_out > SWEEP_POINT_LIMIT)
        return err_set(l->e, ERR_SWEEP, "%s: the axes make more than %d points", l->path,
                       SWEEP_POINT_LIMIT);
    memset(l->given, GIVEN_NOT, n);
    for (int i = 0; i < l->grid.n; i++)
        l->given[l->grid.axes[i].parameter] = l->grid.axes[i].n == 1 ? GIVEN_ONCE : GIVEN_SEVERAL;

    int code = 0;
    for (size_t k = 0; k < l->grid.points && !code; k++, advance(l))
        code = add_point(l);
    return code;
}

static int lay_out_blocks(struct layout *l)
{
    for (int block = 1; block <= l->file->axes_blocks; block++) {
        int code = sweep_grid_build(&l->grid, l->file, block, &l->set, l->path, l->e);
        if (!code)
            code = lay_out_grid(l);
        sweep_grid_free(&l->grid);
        if (code)
            return code;
    }
    if (!l->sweep->points.n)
        return err_set(l->e, ERR_SWEEP, "%s:%d: where leaves none of the %zu points", l->path,
                       l->file->where->line, l->laid_out);
    return 0;
}

/* ---- the file ---- */

static int read_where(struct layout *l)
{
    const struct sweep_entry *entry = l->file->where;
    if (!entry)
        return 0;
    int code = sweep_where_parse(&l->where, entry->text, l->sweep->experiment, l->e);
    if (code)
        err_prefix(l->e, "%s:%d: where", l->path, entry->line);
    return code;
}

static int make_room(struct layout *l)
{
    const struct experiment *x = l->sweep->experiment;
    size_t n = (size_t)experiment_parameter_count(x);
    int code = spec_new(&l->defaults, x, l->e);
    if (!code)
        code = spec_new(&l->point, x, l->e);
    if (code)
        return code;
    l->given = mem_array(n, sizeof *l->given);
    l->several = mem_array(n, sizeof *l->several);
    l->index = mem_array(n, sizeof *l->index);
    if (!l->given || !l->several || !l->index)
        return err_set(l->e, ERR_MEMORY, "%s: out of memory to lay it out", l->path);
    return 0;
}

static int read_file(struct layout *l, const struct experiment *const *experiments)
{
    int code = sweep_scan_read(&l->sweep->text, l->path, l->e);
    if (code)
        return code;
    char *clean = mem_text(l->sweep->text);
    if (!clean)
        return err_set(l->e, ERR_MEMORY, "%s: out of memory to read it", l->path);
    code = sweep_scan_clean(clean, l->path, l->e);
    if (!code)
        code = sweep_file_parse(&l->file, clean, l->path, experiments, l->e);
    mem_free(clean);
    if (code)
        return code;
    l->sweep->experiment = l->file->experiment;
    if (!(l->sweep->name = mem_text(l->file->name->text)))
        return err_set(l->e, ERR_MEMORY, "%s: out of memory to read it", l->path);
    return 0;
}

int sweep_read(struct sweep **sweep, const char *path, const struct override *overrides, size_t n,
               const struct experiment *const *experiments, struct err *e)
{
    struct err unwanted;
    struct layout l = {.path = path, .e = e ? e : &unwanted};
    *sweep = NULL;
    if (!(l.sweep = mem_array(1, sizeof *l.sweep)))
        return err_set(e, ERR_MEMORY, "%s: out of memory to read it", path);

    int code = read_file(&l, experiments);
    if (!code)
        code = sweep_set_read(&l.set, overrides, n, l.sweep->experiment, l.e);
    if (!code)
        code = read_where(&l);
    if (!code)
        code = make_room(&l);
    if (!code)
        code = lay_out_blocks(&l);

    sweep_set_free(&l.set);
    sweep_where_free(l.where);
    sweep_file_free(l.file);
    spec_free(l.defaults);
    spec_free(l.point);
    mem_free(l.given);
    mem_free(l.several);
    mem_free(l.index);
    if (code)
        sweep_free(l.sweep);
    else
        *sweep = l.sweep;
    return code;
}

void sweep_free(struct sweep *sweep)
{
    if (!sweep)
        return;
    sweep_points_free(&sweep->points);
    mem_free(sweep->name);
    mem_free(sweep->text);
    mem_free(sweep);
}

void sweep_drop_points(struct sweep *sweep)
{
    sweep_points_free(&sweep->points);
    mem_trim();
}

int sweep_keep_shard(struct sweep *sweep, size_t shard, size_t shards, struct err *e)
{
    return sweep_points_keep_shard(&sweep->points, shard, shards, e);
}

/* ---- what is in it ---- */

const char *sweep_name(const struct sweep *sweep)
{
    return sweep->name;
}

const struct experiment *sweep_experiment(const struct sweep *sweep)
{
    return sweep->experiment;
}

const char *sweep_text(const struct sweep *sweep)
{
    return sweep->text;
}

size_t sweep_count(const struct sweep *sweep)
{
    return sweep->points.n;
}

size_t sweep_merged(const struct sweep *sweep)
{
    return sweep->merged;
}

const struct spec *sweep_spec(const struct sweep *sweep, size_t i)
{
    assert(i < sweep->points.n);
    return sweep->points.specs[i];
}

int sweep_varies(const struct sweep *sweep, const char *parameter)
{
    int p = experiment_parameter(sweep->experiment, parameter);
    assert(p >= 0);
    for (size_t i = 1; i < sweep->points.n; i++)
        if (!value_equal(sweep->points.specs[i]->values[p], sweep->points.specs[0]->values[p]))
            return 1;
    return 0;
}
