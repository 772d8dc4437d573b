#include "sweep/sweep_only.h"

#include "base/mem.h"
#include "sweep/sweep_axis.h"

#include <string.h>

struct sweep_only {
    const struct experiment *experiment;
    char *text;              /* a copy, cut into pieces: text values point into it */
    struct sweep_axis *axes; /* (count) */
    int count;
};

static const char *parameter_at(int i, const void *data)
{
    const struct experiment *x = data;
    return x->parameters[i].name;
}

/* One axis for each parameter, however often it is mentioned. */
static int find_axis(struct sweep_only *only, const char *name, struct err *e)
{
    int p = experiment_parameter(only->experiment, name);
    if (p < 0) {
        char hint[SUGGEST_SIZE];
        (void)suggest_phrase(hint, name, parameter_at, only->experiment);
        return err_set(e, ERR_USAGE, "%s has no parameter \"%s\"%s", only->experiment->name, name,
                       hint);
    }
    for (int i = 0; i < only->count; i++)
        if (only->axes[i].parameter == p)
            return i;
    only->axes[only->count].parameter = p;
    return only->count++;
}

static int read_pieces(struct sweep_only *only, struct err *e)
{
    char *rest = only->text;
    int axis = -1;
    for (char *piece; (piece = strsep(&rest, ","));) {
        char *equals = strchr(piece, '='), *value = equals ? equals + 1 : piece;
        if (equals) {
            *equals = '\0';
            axis = find_axis(only, piece, e);
        }
        if (axis == -1)
            return err_set(e, ERR_USAGE, "\"%s\": expected parameters and values, as %s", piece,
                           "regularizer=bimt,seed=0..2");
        if (axis < 0)
            return axis;
        struct sweep_axis *a = &only->axes[axis];
        int code = sweep_axis_add(a, &only->experiment->parameters[a->parameter], value, e);
        if (code)
            return code;
    }
    return 0;
}

int sweep_only_read(struct sweep_only **only, const char *text, const struct experiment *experiment,
                    struct err *e)
{
    *only = NULL;
    struct sweep_only *o = mem_array(1, sizeof *o);
    if (!o)
        return err_set(e, ERR_MEMORY, "out of memory for a choice of jobs");
    o->experiment = experiment;
    o->text = mem_text(text);
    o->axes = mem_array((size_t)experiment_parameter_count(experiment), sizeof *o->axes);
    int code = o->text && o->axes ? read_pieces(o, e)
                                  : err_set(e, ERR_MEMORY, "out of memory for a choice of jobs");
    if (code)
        sweep_only_free(o);
    else
        *only = o;
    return code;
}

void sweep_only_free(struct sweep_only *only)
{
    if (!only)
        return;
    for (int i = 0; i < only->count; i++)
        sweep_axis_free(&only->axes[i]);
    mem_free(only->axes);
    mem_free(only->text);
    mem_free(only);
}

int sweep_only_has(const struct sweep_only *only, const struct spec *spec)
{
    for (int i = 0; i < only->count; i++) {
        const struct sweep_axis *axis = &only->axes[i];
        size_t v = 0;
        while (v < axis->n && !value_equal(axis->values[v], spec->values[axis->parameter]))
            v++;
        if (v == axis->n)
            return 0;
    }
    return spec->experiment == only->experiment;
}
