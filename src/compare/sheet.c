#include "compare/sheet.h"

#include "base/mem.h"

#include <stdio.h>

static char *cell_of(struct sheet_row *row)
{
    return row->n < row->room ? row->text[row->n] : row->spare;
}

void sheet_put(struct sheet_row *row, struct value v)
{
    if (row->n < row->room)
        row->value[row->n++] = v;
}

void sheet_put_name(struct sheet_row *row, const struct job_table *r, int group, int placed)
{
    sheet_put(row, value_text(comparison_name(r, group, placed, cell_of(row))));
}

void sheet_put_estimate(struct sheet_row *row, struct estimate est)
{
    char mean[VALUE_TEXT_SIZE], low[VALUE_TEXT_SIZE], high[VALUE_TEXT_SIZE];
    char *cell = cell_of(row);
    text_table_format(value_real(est.mean), mean);
    text_table_format(value_real(est.low), low);
    text_table_format(value_real(est.high), high);
    if (est.has_interval)
        snprintf(cell, SHEET_CELL, "%.30s [%.30s, %.30s]", mean, low, high);
    else
        snprintf(cell, SHEET_CELL, "%.30s", est.n ? mean : "-");
    row->refused |= est.n && !est.has_interval;
    sheet_put(row, value_text(cell));
}

void sheet_put_count(struct sheet_row *row, int count, int of)
{
    char *cell = cell_of(row);
    snprintf(cell, SHEET_CELL, "%d of %d", count, of);
    sheet_put(row, value_text(cell));
}

void sheet_put_optional(struct sheet_row *row, struct optional f)
{
    sheet_put(row, f.defined ? value_real(f.value) : value_null());
}

struct sheet_row *sheet_row(struct sheet *s)
{
    s->row.n = 0;
    return &s->row;
}

void sheet_add(struct sheet *s)
{
    if (!s->code)
        s->code = text_table_add(s->report, s->row.value, s->e);
}

void sheet_begin(struct sheet *s, const char *const *names, int columns, struct err *e)
{
    *s = (struct sheet){.e = e};
    s->row.value = mem_array((size_t)columns, sizeof *s->row.value);
    s->row.text = mem_array((size_t)columns, sizeof *s->row.text);
    s->row.room = s->row.value && s->row.text ? columns : 0;
    s->code = s->row.room ? text_table_new(&s->report, names, columns, e)
                          : err_set(e, ERR_MEMORY, "out of memory for %d columns", columns);
}

int sheet_end(struct sheet *s, FILE *out)
{
    if (!s->code)
        text_table_print(s->report, out, 2);
    if (!s->code && s->row.refused)
        fprintf(out, "Without brackets: " RESAMPLE_REFUSAL ".\n");
    text_table_free(s->report);
    mem_free(s->row.value);
    mem_free(s->row.text);
    return s->code;
}
