#include "cmd/show_crosstab.h"

#include "base/mem.h"
#include "text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MOST = 64, ROWS_MOST = 512, HEADING = 16 };

struct crosstab {
    void (*name)(struct value, char *);
    char heading[COLUMNS_MOST + 1][HEADING]; /* [0]: heading of the row names */
    struct value first;                      /* key of the current column */
    int columns, rows;
    int row;                         /* next row of the current column */
    char *row_name[ROWS_MOST];       /* owned */
    struct value (*cell)[ROWS_MOST]; /* (COLUMNS_MOST, ROWS_MOST) */
};

int show_crosstab_fits(const struct table *table)
{
    return table->keys == 2 && experiment_column_count(table) == 3;
}

/* The rows are sorted by both keys, so each column has the same names in the same order. */
static int collect(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct crosstab *x = data;
    struct value first = row->values[1];
    if (!x->columns || !value_equal(first, x->first)) {
        if (x->columns == COLUMNS_MOST)
            return 1;
        x->first = first;
        x->name(first, x->heading[++x->columns]);
        x->row = 0;
    }
    if (x->row == ROWS_MOST)
        return 0;
    if (x->row == x->rows) {
        char text[VALUE_TEXT_SIZE];
        x->row_name[x->rows++] = mem_text(text_table_format(row->values[2], text));
    }
    x->cell[x->columns - 1][x->row++] = row->values[3];
    return 0;
}

static int print(const struct crosstab *x, const struct table *table, struct err *e)
{
    const char *names[COLUMNS_MOST + 1];
    struct value values[COLUMNS_MOST + 1];
    struct text_table *report;
    for (int c = 0; c <= x->columns; c++)
        names[c] = x->heading[c];
    int code = text_table_new(&report, names, x->columns + 1, e);
    for (int r = 0; !code && r < x->rows; r++) {
        values[0] = value_text(x->row_name[r] ? x->row_name[r] : "");
        for (int c = 0; c < x->columns; c++)
            values[c + 1] = x->cell[c][r];
        code = text_table_add(report, values, e);
    }
    if (!code) {
        printf("\n%s: %s; columns are %ss, numbers %s\n", table->name, table->help,
               table->columns[0].name, table->columns[2].name);
        text_table_print(report, stdout, 2);
    }
    text_table_free(report);
    return code;
}

int show_crosstab_print(struct store *store, const struct experiment *experiment,
                        const struct table *table, int64_t job, void (*name)(struct value, char *),
                        struct err *e)
{
    struct crosstab *x = mem_array(1, sizeof *x);
    struct value(*cell)[ROWS_MOST] = mem_array(COLUMNS_MOST, sizeof *cell);
    int code = x && cell ? 0 : err_set(e, ERR_MEMORY, "no memory for a matrix");
    if (!code) {
        x->name = name;
        x->cell = cell;
        snprintf(x->heading[0], HEADING, "%s", table->columns[1].name);
        code = store_each_row(store, experiment, table, job, collect, x, e);
    }
    if (!code && x->columns)
        code = print(x, table, e);
    for (int r = 0; x && r < x->rows; r++)
        mem_free(x->row_name[r]);
    mem_free(cell);
    mem_free(x);
    return code;
}
