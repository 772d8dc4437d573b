#include "text/scatter.h"

#include "base/mem.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct range {
    double low, high;
};

enum { MARGIN = 10 }; /* characters for the numbers of the y axis */

static void include(struct range *range, double x)
{
    range->low = fmin(range->low, x);
    range->high = fmax(range->high, x);
}

static int place(struct range range, double x, int cells)
{
    double width = range.high - range.low;
    return width > 0 ? (int)((x - range.low) / width * (cells - 1) + 0.5) : cells / 2;
}

static void print_canvas(FILE *out, const char *canvas, int width, int height, struct range y)
{
    for (int row = 0; row < height; row++) {
        double value = y.high - (y.high - y.low) * row / (height - 1);
        if (row % 5 == 0 || row == height - 1)
            fprintf(out, "%*.4g |", MARGIN, value);
        else
            fprintf(out, "%*s |", MARGIN, "");
        fprintf(out, "%.*s\n", width, canvas + (size_t)row * (size_t)width);
    }
}

static void print_x_axis(FILE *out, int width, struct range x, const char *x_name)
{
    fprintf(out, "%*s +", MARGIN, "");
    for (int i = 0; i < width; i++)
        fputc('-', out);
    int gap = width - 16 - (int)strlen(x_name);
    int left = gap > 2 ? gap / 2 : 1, right = gap > 2 ? gap - left : 1;
    fprintf(out, "\n%*s  %-8.3g%*s%s%*s%8.3g\n", MARGIN, "", x.low, left, "", x_name, right, "",
            x.high);
}

void scatter_print(FILE *out, const struct scatter_point *points, size_t n, const char *x_name,
                   const char *y_name, int width, int height)
{
    size_t cells = (size_t)width * (size_t)height;
    char *canvas = n ? mem_array(cells, 1) : NULL;
    if (!canvas)
        return;
    memset(canvas, ' ', cells);
    struct range x = {points[0].x, points[0].x}, y = {points[0].y, points[0].y};
    for (size_t i = 0; i < n; i++) {
        include(&x, points[i].x);
        include(&y, points[i].y);
    }
    for (int frontier = 0; frontier <= 1; frontier++) /* the frontier is drawn last, on top */
        for (size_t i = 0; i < n; i++) {
            if (points[i].frontier != frontier)
                continue;
            int column = place(x, points[i].x, width);
            int row = height - 1 - place(y, points[i].y, height);
            int mark = (unsigned char)points[i].mark;
            canvas[row * width + column] = (char)(frontier ? toupper(mark) : tolower(mark));
        }
    fprintf(out, "%*s\n", MARGIN + (int)strlen(y_name) / 2 + 1, y_name);
    print_canvas(out, canvas, width, height, y);
    print_x_axis(out, width, x, x_name);
    mem_free(canvas);
}
