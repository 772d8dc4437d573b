#include "run/standing.h"

#include "base/array.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum { GROUP_TEXT = 24, GROUPS_SHOWN = 8 };

struct spot {
    double x, y;
    char group[GROUP_TEXT];
};

struct standing {
    const struct experiment *experiment;
    const struct plane *plane;
    struct spot *spots; /* (count), x rising and y falling: no spot dominates another */
    size_t count;
};

/* The plane that has a placed counterpart, which is the most informative; otherwise the first. */
static const struct plane *plane_of(const struct experiment *x)
{
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (p->placed)
            return p;
    return x->planes && x->planes->name ? x->planes : NULL;
}

static int beats(const struct spot *a, const struct spot *b)
{
    return a->x <= b->x && a->y <= b->y && (a->x < b->x || a->y < b->y);
}

/* Inserts the spot in order unless another one dominates it; removes those that it dominates. */
static int insert(struct standing *s, const struct spot *spot)
{
    size_t at = 0, kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (beats(&s->spots[i], spot))
            return 0;
    struct spot *grown = array_room(s->spots, s->count, sizeof *grown);
    if (!grown)
        return -1;
    s->spots = grown;
    for (size_t i = 0; i < s->count; i++)
        if (!beats(spot, &s->spots[i]))
            s->spots[kept++] = s->spots[i];
    while (at < kept && s->spots[at].x <= spot->x)
        at++;
    memmove(&s->spots[at + 1], &s->spots[at], (kept - at) * sizeof *s->spots);
    s->spots[at] = *spot;
    s->count = kept + 1;
    return 0;
}

static int add_row(const struct store_row *row, void *data, struct err *e)
{
    struct standing *s = data;
    struct value x = row->values[store_row_column(row, s->plane->x)];
    struct value y = row->values[store_row_column(row, s->plane->y)];
    int group = s->experiment->group ? store_row_column(row, s->experiment->group) : -1;
    char text[VALUE_TEXT_SIZE];
    if (x.type == VALUE_NULL || y.type == VALUE_NULL)
        return 0;
    struct spot spot = {.x = value_number(x), .y = value_number(y)};
    if (group >= 0)
        snprintf(spot.group, sizeof spot.group, "%.*s", GROUP_TEXT - 1,
                 value_format(row->values[group], text));
    return insert(s, &spot) ? err_set(e, ERR_MEMORY, "no memory for the frontier") : 0;
}

int standing_new(struct standing **standing, struct store *store, const struct experiment *x,
                 struct err *e)
{
    *standing = NULL;
    if (!plane_of(x))
        return 0;
    struct standing *s = mem_array(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_MEMORY, "no memory for the frontier");
    s->experiment = x;
    s->plane = plane_of(x);
    int code = store_each_pareto(store, x, s->plane, 0, add_row, s, e);
    if (code)
        standing_free(s);
    else
        *standing = s;
    return code;
}

void standing_free(struct standing *s)
{
    if (s)
        mem_free(s->spots);
    mem_free(s);
}

/* Reads the value of the group parameter from the text of a spec, as in " regularizer=l1", or takes
   its default. */
static void read_group(const struct standing *s, const char *spec, char *out)
{
    const char *name = s->experiment->group;
    int parameter = name ? experiment_parameter(s->experiment, name) : -1;
    if (parameter < 0)
        return;
    const char *value = s->experiment->parameters[parameter].default_text;
    size_t length = strlen(name);
    for (const char *at = spec; (at = strchr(at, ' ')); at++)
        if (!strncmp(at + 1, name, length) && at[1 + length] == '=')
            value = at + 2 + length;
    size_t size = strcspn(value ? value : "", " ");
    snprintf(out, GROUP_TEXT, "%.*s", (int)(size < GROUP_TEXT ? size : GROUP_TEXT - 1),
             value ? value : "");
}

void standing_add(struct standing *s, const char *spec, const struct result *result)
{
    if (!s || result->experiment != s->experiment || result->outcome != OUTCOME_DONE)
        return;
    struct value x = result->metrics[experiment_metric(s->experiment, s->plane->x)];
    struct value y = result->metrics[experiment_metric(s->experiment, s->plane->y)];
    if (x.type == VALUE_NULL || y.type == VALUE_NULL)
        return;
    struct spot spot = {.x = value_number(x), .y = value_number(y)};
    read_group(s, spec, spot.group);
    (void)insert(s, &spot); /* an error is ignored: the display is optional */
}

/* Prints the number of spots per group: " (bimt 4, l1 3)". */
static void put_groups(const struct standing *s, FILE *out)
{
    size_t shown[GROUPS_SHOWN];
    int groups = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t first = 0;
        while (strcmp(s->spots[first].group, s->spots[i].group))
            first++;
        if (first == i && groups < GROUPS_SHOWN && s->spots[i].group[0])
            shown[groups++] = first;
    }
    for (int g = 0; g < groups; g++) {
        int n = 0;
        for (size_t i = 0; i < s->count; i++)
            n += !strcmp(s->spots[i].group, s->spots[shown[g]].group);
        fprintf(out, "%s%s %d", g ? ", " : " (", s->spots[shown[g]].group, n);
    }
    fputs(groups ? ")" : "", out);
}

char *standing_text(const struct standing *s, char *out, size_t size)
{
    out[0] = '\0';
    FILE *text = s && s->count ? fmemopen(out, size, "w") : NULL;
    if (!text)
        return out;
    const struct spot *first = &s->spots[0], *last = &s->spots[s->count - 1];
    fprintf(text, "frontier of %zu job%s", s->count, s->count == 1 ? "" : "s");
    put_groups(s, text);
    fprintf(text, ": %s %.3g", s->plane->x, first->x);
    if (s->count > 1)
        fprintf(text, " to %.3g", last->x);
    fprintf(text, ", %s %.4g", s->plane->y, first->y);
    if (s->count > 1)
        fprintf(text, " to %.4g", last->y);
    fclose(text);
    out[size - 1] = '\0';
    return out;
}
