#include "text/text_table.h"

#include "base/mem.h"
#include "text/console.h"
#include "text/printable.h"

#include <math.h>
#include <string.h>

struct text_table {
    int columns;
    char **cells;           /* (rows + 1, columns); the heading is first */
    int rows;               /* without the heading */
    int capacity;           /* including the heading */
    int *width;             /* (columns) */
    unsigned char *is_text; /* (columns): aligned to the left */
};

/* 1e-05 becomes 1e-5, as in sweep files. */
static void tidy_exponent(char *number)
{
    char *e = strchr(number, 'e');
    if (!e)
        return;
    char *digits = e + 1 + (e[1] == '-' || e[1] == '+'), *to = e[1] == '-' ? e + 2 : e + 1;
    digits += strspn(digits, "0");
    memmove(to, digits, strlen(digits) + 1);
}

char *text_table_format(struct value v, char *out)
{
    if (v.type == VALUE_NULL)
        return strcpy(out, "-");
    if (v.type == VALUE_TEXT)
        return printable(out, VALUE_TEXT_SIZE, v.as.text);
    if (v.type != VALUE_REAL)
        return value_format(v, out);
    double size = fabs(v.as.x);
    if (v.as.x == 0)
        return strcpy(out, "0");
    if (size >= 1000 && size < 1e9)
        snprintf(out, VALUE_TEXT_SIZE, "%.0f", v.as.x);
    else
        snprintf(out, VALUE_TEXT_SIZE, "%.4g", v.as.x);
    tidy_exponent(out);
    return out;
}

/* Characters, not bytes: continuation bytes of UTF-8 have no width. */
static int display_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

static int add_cells(struct text_table *r, const char *const *texts, struct err *e)
{
    int line = r->cells ? r->rows + 1 : 0;
    if (line == r->capacity) {
        int capacity = r->capacity ? 2 * r->capacity : 16;
        size_t row = (size_t)r->columns * sizeof *r->cells;
        char **cells = mem_grow(r->cells, (size_t)r->capacity * row, (size_t)capacity * row);
        if (!cells)
            return err_set(e, ERR_MEMORY, "out of memory for a table of %d rows", capacity);
        r->cells = cells;
        r->capacity = capacity;
    }
    for (int c = 0; c < r->columns; c++) {
        char *cell = mem_text(texts[c]);
        if (!cell)
            return err_set(e, ERR_MEMORY, "out of memory for a table of %d rows", line);
        r->cells[line * r->columns + c] = cell;
        int width = display_width(cell);
        r->width[c] = width > r->width[c] ? width : r->width[c];
    }
    r->rows = line;
    return 0;
}

int text_table_new(struct text_table **report, const char *const *names, int columns, struct err *e)
{
    *report = NULL;
    struct text_table *r = mem_array(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_MEMORY, "out of memory for a table");
    r->columns = columns;
    r->width = mem_array((size_t)columns, sizeof *r->width);
    r->is_text = mem_array((size_t)columns, 1);
    int code = r->width && r->is_text ? add_cells(r, names, e)
                                      : err_set(e, ERR_MEMORY, "out of memory for a table");
    if (code) {
        text_table_free(r);
        return code;
    }
    *report = r;
    return 0;
}

void text_table_free(struct text_table *r)
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

int text_table_add(struct text_table *r, const struct value *values, struct err *e)
{
    size_t columns = (size_t)r->columns;
    char(*texts)[VALUE_TEXT_SIZE] = mem_array(columns, sizeof *texts);
    const char **pointers = mem_array(columns, sizeof *pointers);
    int code = texts && pointers ? 0 : err_set(e, ERR_MEMORY, "out of memory for a row");
    for (int c = 0; !code && c < r->columns; c++) {
        pointers[c] = text_table_format(values[c], texts[c]);
        r->is_text[c] |= values[c].type == VALUE_TEXT;
    }
    if (!code)
        code = add_cells(r, pointers, e);
    mem_free(texts);
    mem_free(pointers);
    return code;
}

int text_table_rows(const struct text_table *r)
{
    return r->rows;
}

/* ---- printing ---- */

/* The printed widths of the columns, (columns), and the number of lines of the heading. */
struct layout {
    int *width;
    int heading_lines;
};

enum { NARROW = 9 }; /* approximate width of a line of a name that is broken */

/* The next line of a name that is broken at its underscores: as many parts from *at as fit into
   `width`.  Returns its length and moves *at to its end. */
static int next_part(const char *name, int *at, int width)
{
    int start = *at, end = start;
    while (name[end]) {
        int stop = end + 1;
        while (name[stop] && name[stop] != '_')
            stop++;
        if (end > start && stop - start > width)
            break;
        end = stop;
    }
    *at = end + (name[end] == '_');
    return end - start;
}

static int cell_width(const struct text_table *r, int column)
{
    int width = 0;
    for (int line = 1; line <= r->rows; line++) {
        int cell = display_width(r->cells[line * r->columns + column]);
        width = cell > width ? cell : width;
    }
    return width;
}

static void break_headings(const struct text_table *r, struct layout *layout)
{
    for (int c = 0; c < r->columns; c++) {
        const char *name = r->cells[c];
        int width = cell_width(r, c), at = 0, lines = 0;
        int narrow = width > NARROW ? width : NARROW;
        for (; name[at]; lines++) {
            int part = next_part(name, &at, narrow);
            width = part > width ? part : width;
        }
        layout->width[c] = width;
        layout->heading_lines = lines > layout->heading_lines ? lines : layout->heading_lines;
    }
}

static void print_cell(FILE *out, const char *text, int length, int fill, int left, int last)
{
    if (left)
        fprintf(out, "%.*s%*s", length, text, last ? 0 : fill, "");
    else
        fprintf(out, "%*s%.*s", fill, "", length, text);
    fputs(last ? "" : "  ", out);
}

/* Prints line `line` of the heading; short names stand in its last line. */
static void print_heading_line(const struct text_table *r, const struct layout *layout, FILE *out,
                               int line)
{
    for (int c = 0; c < r->columns; c++) {
        const char *name = r->cells[c];
        int at = 0, lines = 0, start = 0, length = 0, skip;
        while (name[at]) {
            next_part(name, &at, layout->width[c]);
            lines++;
        }
        skip = layout->heading_lines - lines;
        at = 0;
        for (int i = skip; i <= line; i++) {
            start = at;
            length = next_part(name, &at, layout->width[c]);
        }
        print_cell(out, name + start, line < skip ? 0 : length,
                   layout->width[c] - (line < skip ? 0 : length), r->is_text[c],
                   c + 1 == r->columns);
    }
}

void text_table_print(const struct text_table *r, FILE *out, int indent)
{
    int total = indent - 2, wide = console_is_terminal(out) ? console_width(out) : 100;
    for (int c = 0; c < r->columns; c++)
        total += r->width[c] + 2;
    struct layout layout = {mem_array((size_t)r->columns, sizeof *layout.width), 1};
    if (!layout.width)
        return;
    memcpy(layout.width, r->width, (size_t)r->columns * sizeof *layout.width);
    if (total > wide)
        break_headings(r, &layout);

    for (int line = 0; line < layout.heading_lines; line++) {
        fprintf(out, "%*s%s", indent, "", console_bold(out));
        print_heading_line(r, &layout, out, line);
        fprintf(out, "%s\n", console_plain(out));
    }
    for (int line = 1; line <= r->rows; line++) {
        fprintf(out, "%*s", indent, "");
        for (int c = 0; c < r->columns; c++) {
            const char *cell = r->cells[line * r->columns + c];
            print_cell(out, cell, (int)strlen(cell), layout.width[c] - display_width(cell),
                       r->is_text[c], c + 1 == r->columns);
        }
        fputc('\n', out);
    }
    mem_free(layout.width);
}
