#include "compare/selection_frontier.h"

#include "base/array.h"
#include "base/mem.h"
#include "stats/pareto.h"

#include <stdlib.h>
#include <string.h>

/* A job in the plane. */
struct spot {
    int64_t job;
    double x, y;
    char *group; /* its value as text, owned; "" without groups */
};

struct spots {
    struct spot *spots; /* (count) */
    size_t count;
    int x, y, group; /* columns of the rows; group -1 = one frontier for all */
};

static int take_spot(const struct store_row *row, void *data, struct err *e)
{
    struct spots *s = data;
    char text[VALUE_TEXT_SIZE] = "";
    struct value x = row->values[s->x], y = row->values[s->y];
    if (x.type == VALUE_NULL || y.type == VALUE_NULL)
        return 0;
    if (s->group >= 0)
        value_format(row->values[s->group], text);
    struct spot spot = {row->values[0].as.i, value_number(x), value_number(y), mem_text(text)};
    struct spot *grown = spot.group ? array_room(s->spots, s->count, sizeof *grown) : NULL;
    if (!grown) {
        mem_free(spot.group);
        return err_set(e, ERR_MEMORY, "out of memory for a frontier of %zu jobs", s->count);
    }
    s->spots = grown;
    s->spots[s->count++] = spot;
    return 0;
}

static int in_order(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    int groups = strcmp(a->group, b->group);
    if (groups)
        return groups;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return (a->job > b->job) - (a->job < b->job);
}

/* Passes on the jobs on the frontier of n spots of one group; the spots are sorted. */
static int give_group(const struct spot *spots, int n, struct store *store,
                      const struct experiment *experiment, store_row_handler *row, void *data,
                      struct err *e)
{
    double *x, *y;
    int *order, code = 0;
    unsigned char *on;
    const struct mem_slot slots[] = {MEM_SLOT(x, (size_t)n),
                                     MEM_SLOT(y, (size_t)n),
                                     MEM_SLOT(order, (size_t)n),
                                     MEM_SLOT(on, (size_t)n),
                                     {0}};
    if (mem_arrays(slots))
        return err_set(e, ERR_MEMORY, "out of memory for a frontier of %d jobs", n);
    for (int i = 0; i < n; i++) {
        x[i] = spots[i].x;
        y[i] = spots[i].y;
    }
    pareto_sort(x, y, n, order);
    pareto_mark(x, y, order, n, on);
    for (int i = 0; !code && i < n; i++)
        if (on[i])
            code = store_result(store, experiment, spots[i].job, row, data, e);
    mem_free(x);
    mem_free(y);
    mem_free(order);
    mem_free(on);
    return code;
}

int selection_frontier(const struct selection *selection, struct store *store,
                       const struct experiment *experiment, const struct plane *plane, int by_group,
                       int64_t *count, store_row_handler *row, void *data, struct err *e)
{
    int parameters = experiment_parameter_count(experiment);
    struct spots s = {.x = 1 + parameters + experiment_metric(experiment, plane->x),
                      .y = 1 + parameters + experiment_metric(experiment, plane->y),
                      .group =
                          by_group ? 1 + experiment_parameter(experiment, experiment->group) : -1};
    int code;
    if (selection_is_all(selection)) {
        code = store_count_results(store, experiment, plane, count, e);
        return code ? code : store_each_pareto(store, experiment, plane, by_group, row, data, e);
    }
    code = selection_each_result(selection, store, take_spot, &s, e);
    *count = (int64_t)s.count;
    if (s.count)
        qsort(s.spots, s.count, sizeof *s.spots, in_order);
    for (size_t i = 0, end; !code && i < s.count; i = end) {
        for (end = i + 1; end < s.count && !strcmp(s.spots[end].group, s.spots[i].group);)
            end++;
        code = give_group(&s.spots[i], (int)(end - i), store, experiment, row, data, e);
    }
    for (size_t i = 0; i < s.count; i++)
        mem_free(s.spots[i].group);
    mem_free(s.spots);
    return code;
}
