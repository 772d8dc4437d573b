#include "experiment.h"

#include <string.h>

enum {
    NAME_LENGTH = 64 /* longer names have no neighbours */
};

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

int table_column_count(const struct table *t)
{
    return count_rows(t->columns, sizeof *t->columns);
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete, replace or exchange with a neighbour to turn a into b (Damerau 1964,
   no letter touched twice); capitals cost nothing. */
static int edit_distance(const char *a, const char *b)
{
    int n = (int)strlen(a), m = (int)strlen(b);
    int rows[3][NAME_LENGTH + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (int j = 0; j <= m; j++)
        last[j] = j;
    for (int i = 1; i <= n; i++) {
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int differ = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(last[j - 1] + differ, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[m];
}

const char *nearest_name(const char *mistyped, const char *(*name_at)(int i, const void *data),
                         const void *data)
{
    size_t length = strlen(mistyped);
    if (length > NAME_LENGTH)
        return NULL;

    int best = (int)length / 3 + 1;
    const char *nearest = NULL, *name;
    for (int i = 0; (name = name_at(i, data)); i++) {
        if (strlen(name) > NAME_LENGTH)
            continue;
        int distance = edit_distance(mistyped, name);
        if (distance < best) {
            best = distance;
            nearest = name;
        }
    }
    return nearest;
}
