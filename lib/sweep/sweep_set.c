#include "sweep/sweep_set.h"

#include "base/mem.h"

#include <string.h>

struct sweep_setting {
    int parameter;
    int n_pieces; /* the value, cut at its commas: texts one after the other */
    char *pieces;
};

static const char *parameter_at(int i, const void *experiment)
{
    return ((const struct experiment *)experiment)->parameters[i].name;
}

static int refuse_key(const struct override *o, const struct experiment *experiment, struct err *e)
{
    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, o->key, parameter_at, experiment))
        return err_set(e, ERR_USAGE, "--set %.64s=%.64s: no such parameter%s", o->key, o->value,
                       hint);
    return err_set(e, ERR_USAGE, "--set %.64s=%.64s: no such parameter of %s", o->key, o->value,
                   experiment->name);
}

static int read_setting(struct sweep_set *set, const struct override *o,
                        const struct experiment *experiment, struct err *e)
{
    struct sweep_setting *setting = &set->settings[set->n];
    setting->parameter = experiment_parameter(experiment, o->key);
    if (setting->parameter < 0)
        return refuse_key(o, experiment, e);
    for (size_t i = 0; i < set->n; i++)
        if (set->settings[i].parameter == setting->parameter)
            return err_set(e, ERR_USAGE, "--set %s=%.64s: %s is set twice", o->key, o->value,
                           o->key);
    if (!(setting->pieces = mem_text(o->value)))
        return err_set(e, ERR_MEMORY, "out of memory for --set %s", o->key);
    set->n++;
    setting->n_pieces = 1;
    if (experiment->parameters[setting->parameter].is_list)
        return 0;
    for (char *c = setting->pieces; *c; c++)
        if (*c == ',') {
            *c = '\0';
            setting->n_pieces++;
        }
    return 0;
}

int sweep_set_read(struct sweep_set *set, const struct override *overrides, size_t n,
                   const struct experiment *experiment, struct err *e)
{
    int code = 0;
    *set = (struct sweep_set){.settings = mem_array(n, sizeof *set->settings)};
    if (!set->settings)
        return err_set(e, ERR_MEMORY, "out of memory for the values set");
    for (size_t i = 0; i < n && !code; i++)
        code = read_setting(set, &overrides[i], experiment, e);
    if (code)
        sweep_set_free(set);
    return code;
}

void sweep_set_free(struct sweep_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        mem_free(set->settings[i].pieces);
    mem_free(set->settings);
    *set = (struct sweep_set){0};
}

int sweep_set_parameter(const struct sweep_set *set, size_t i)
{
    return set->settings[i].parameter;
}

int sweep_set_fill(const struct sweep_set *set, size_t i, const struct experiment *experiment,
                   struct sweep_axis *axis, struct err *e)
{
    const struct sweep_setting *setting = &set->settings[i];
    const char *piece = setting->pieces;
    axis->parameter = setting->parameter;
    for (int k = 0; k < setting->n_pieces; k++, piece += strlen(piece) + 1) {
        int code = sweep_axis_add(axis, &experiment->parameters[axis->parameter], piece, e);
        if (code != 0 && code != ERR_VALUE)
            return code;
        if (code) {
            err_prefix(e, "--set");
            return err_recode(e, ERR_USAGE);
        }
    }
    return 0;
}
