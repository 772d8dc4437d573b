#include "report.h"

#include "console.h"
#include "mem.h"

#include <math.h>
#include <string.h>

struct report {
    int columns;
    char **cells;           /* (rows + 1, columns): the heading first */
    int rows;               /* without the heading */
    int capacity;           /* with it */
    int *width;             /* (columns) */
    unsigned char *is_text; /* (columns): stands to the left */
};

char *report_format(struct value v, char *out)
{
    if (v.type == VALUE_NULL)
        return strcpy(out, "-");
    if (v.type != VALUE_REAL)
        return value_format(v, out);
    double size = fabs(v.as.x);
    if (v.as.x == 0)
        return strcpy(out, "0");
    if (size >= 1000 && size < 1e9)
        snprintf(out, VALUE_TEXT_SIZE, "%.0f", v.as.x);
    else
        snprintf(out, VALUE_TEXT_SIZE, "%.4g", v.as.x);
    return out;
}

/* Characters, not bytes: continuation bytes of UTF-8 take no place. */
static int display_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

static int add_cells(struct report *r, const char *const *texts, struct err *e)
{
    int line = r->cells ? r->rows + 1 : 0;
    if (line == r->capacity) {
        int capacity = r->capacity ? 2 * r->capacity : 16;
        size_t row = (size_t)r->columns * sizeof *r->cells;
        char **cells = mem_grow(r->cells, (size_t)r->capacity * row, (size_t)capacity * row);
        if (!cells)
            return err_set(e, ERR_MEMORY, "no memory for a table of %d rows", capacity);
        r->cells = cells;
        r->capacity = capacity;
    }
    for (int c = 0; c < r->columns; c++) {
        char *cell = mem_text(texts[c]);
        if (!cell)
            return err_set(e, ERR_MEMORY, "no memory for a table of %d rows", line);
        r->cells[line * r->columns + c] = cell;
        int width = display_width(cell);
        r->width[c] = width > r->width[c] ? width : r->width[c];
    }
    r->rows = line;
    return 0;
}

int report_new(struct report **report, const char *const *names, int columns, struct err *e)
{
    *report = NULL;
    struct report *r = mem_array(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_MEMORY, "no memory for a table");
    r->columns = columns;
    r->width = mem_array((size_t)columns, sizeof *r->width);
    r->is_text = mem_array((size_t)columns, 1);
    int code = r->width && r->is_text ? add_cells(r, names, e)
                                      : err_set(e, ERR_MEMORY, "no memory for a table");
    if (code) {
        report_free(r);
        return code;
    }
    *report = r;
    return 0;
}

void report_free(struct report *r)
{
    if (!r)
        return;
    for (int i = 0; r->cells && i < r->capacity * r->columns; i++)
        mem_free(r->cells[i]);
    mem_free(r->cells);
    mem_free(r->width);
    mem_free(r->is_text);
    mem_free(r);
}

int report_add(struct report *r, const struct value *values, struct err *e)
{
    size_t columns = (size_t)r->columns;
    char(*texts)[VALUE_TEXT_SIZE] = mem_array(columns, sizeof *texts);
    const char **pointers = mem_array(columns, sizeof *pointers);
    int code = texts && pointers ? 0 : err_set(e, ERR_MEMORY, "no memory for a row");
    for (int c = 0; !code && c < r->columns; c++) {
        pointers[c] = report_format(values[c], texts[c]);
        r->is_text[c] |= values[c].type == VALUE_TEXT;
    }
    if (!code)
        code = add_cells(r, pointers, e);
    mem_free(texts);
    mem_free(pointers);
    return code;
}

int report_rows(const struct report *r)
{
    return r->rows;
}

void report_print(const struct report *r, FILE *out, int indent)
{
    for (int line = 0; line <= r->rows; line++) {
        fprintf(out, "%*s%s", indent, "", line ? "" : console_bold(out));
        for (int c = 0; c < r->columns; c++) {
            const char *cell = r->cells[line * r->columns + c];
            int fill = r->width[c] - display_width(cell);
            int last = c + 1 == r->columns;
            if (r->is_text[c])
                fprintf(out, "%s%*s", cell, last ? 0 : fill, "");
            else
                fprintf(out, "%*s%s", fill, "", cell);
            fputs(last ? "" : "  ", out);
        }
        fprintf(out, "%s\n", line ? "" : console_plain(out));
    }
}
