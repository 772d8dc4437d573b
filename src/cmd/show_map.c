#include "cmd/show_map.h"

#include <stdio.h>

enum { MAP_SIDE = 128 }; /* larger grids are cut off */

struct drawing {
    const struct show_map *map;
    int rows, cols;
    char cell[MAP_SIDE][MAP_SIDE]; /* 0 = no unit here */
};

static char letter(struct value mark)
{
    if (mark.type != VALUE_INT)
        return '.';
    int64_t n = mark.as.i;
    return (char)(n < 26 ? 'A' + n : n < 52 ? 'a' + n - 26 : '+');
}

void show_map_letter(struct value cluster, char *text)
{
    text[0] = letter(cluster);
    text[1] = '\0';
}

static int draw(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct drawing *d = data;
    int64_t r = row->values[store_row_column(row, d->map->row)].as.i;
    int64_t c = row->values[store_row_column(row, d->map->col)].as.i;
    if (r < 0 || c < 0 || r >= MAP_SIDE || c >= MAP_SIDE)
        return 0;
    d->cell[r][c] = letter(row->values[store_row_column(row, d->map->mark)]);
    d->rows = r >= d->rows ? (int)r + 1 : d->rows;
    d->cols = c >= d->cols ? (int)c + 1 : d->cols;
    return 0;
}

int show_map_print(struct store *store, const struct experiment *experiment,
                   const struct show_map *map, int64_t job, struct err *e)
{
    struct drawing d = {.map = map};
    const struct table *table = &experiment->tables[experiment_table(experiment, map->table)];
    int code = store_each_row(store, experiment, table, job, draw, &d, e);
    if (code || !d.rows)
        return code;
    printf("\n%s:\n", map->help);
    for (int r = 0; r < d.rows; r++) {
        printf(" ");
        for (int c = 0; c < d.cols; c++)
            printf(" %c", d.cell[r][c] ? d.cell[r][c] : ' ');
        printf("\n");
    }
    return 0;
}
