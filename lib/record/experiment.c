#include "record/experiment.h"

#include <string.h>

/* Every table is an array of structs that begin with a name, NULL in the last: the name of row i.
 */
static const char *row_name(const void *rows, size_t size, int i)
{
    const char *name;
    memcpy(&name, (const char *)rows + (size_t)i * size, sizeof name);
    return name;
}

static int find_row(const void *rows, size_t size, const char *wanted)
{
    const char *name;
    for (int i = 0; rows && (name = row_name(rows, size, i)); i++)
        if (strcmp(name, wanted) == 0)
            return i;
    return -1;
}

static int count_rows(const void *rows, size_t size)
{
    int n = 0;
    while (rows && row_name(rows, size, n))
        n++;
    return n;
}

int experiment_parameter(const struct experiment *x, const char *name)
{
    return find_row(x->parameters, sizeof *x->parameters, name);
}

int experiment_metric(const struct experiment *x, const char *name)
{
    return find_row(x->metrics, sizeof *x->metrics, name);
}

int experiment_in_planes(const struct experiment *x, int metric)
{
    const char *name = x->metrics[metric].name;
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (!strcmp(p->x, name) || !strcmp(p->y, name) || (p->beside && !strcmp(p->beside, name)))
            return 1;
    return 0;
}

int experiment_table(const struct experiment *x, const char *name)
{
    return find_row(x->tables, sizeof *x->tables, name);
}

int experiment_parameter_count(const struct experiment *x)
{
    return count_rows(x->parameters, sizeof *x->parameters);
}

int experiment_metric_count(const struct experiment *x)
{
    return count_rows(x->metrics, sizeof *x->metrics);
}

int experiment_column_count(const struct table *t)
{
    return count_rows(t->columns, sizeof *t->columns);
}
