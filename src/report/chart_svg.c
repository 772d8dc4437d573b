#include "report/chart_svg.h"

#include "report/escape.h"
#include "report/palette.h"

#include <math.h>
#include <string.h>

/* Sizes in units of the image; text of 13 units is readable when the image is 360 pixels wide. */
enum { WIDTH = 480, HEIGHT = 340, TOP = 12, RIGHT = 14, BOTTOM = 46, LEFT = 62, TICKS = 24 };
enum {
    NAMES_BOTTOM = 92,
    NAMES_LETTERS = 52,
    LEVELS = 16,
    LETTERS = 26,
    SMALL_MATRIX = 600,
    LINE_HEIGHT = 18
};

struct frame {
    const struct chart *chart;
    double left, top, width, height; /* of the area inside the axes */
};

/* Names that do not fit side by side are drawn at an angle. */
static int is_aslant(const struct chart_axis *axis)
{
    size_t letters = 0;
    for (int i = 0; i < axis->name_count; i++)
        letters += strlen(axis->names[i]) + 2;
    return letters > NAMES_LETTERS;
}

static struct frame frame_of(const struct chart *chart)
{
    int bottom = is_aslant(&chart->x) ? NAMES_BOTTOM : chart->x.hidden ? 10 : BOTTOM;
    int left = chart->y.hidden ? 10 : LEFT;
    struct frame f = {chart, left, TOP, WIDTH - left - RIGHT, HEIGHT - TOP - bottom};
    if (chart->is_square && !chart->x.name_count) {
        double side = f.width < f.height ? f.width : f.height;
        f.left += (f.width - side) / 2;
        f.width = f.height = side;
    }
    return f;
}

static double x_of(const struct frame *f, double x)
{
    return f->left + f->width * chart_position(&f->chart->x, x);
}

static double y_of(const struct frame *f, double y)
{
    double at = chart_position(&f->chart->y, y);
    return f->top + f->height * (f->chart->is_square ? at : 1 - at);
}

/* ---- classes: the style sheet sets the colours ---- */

static void put_class(FILE *out, const struct chart_layer *layer, char what)
{
    if (layer->colour == CHART_PLAIN)
        fprintf(out, " class=\"%cp\"", what);
    else
        fprintf(out, " class=\"%c%d\"", what, layer->colour % PALETTE_SIZE);
}

void chart_svg_colours(int dark, FILE *out)
{
    for (int i = 0; i < PALETTE_SIZE; i++)
        fprintf(out, "--c%d:%s;", i, dark ? palette_at(i)->dark : palette_at(i)->light);
}

static void put_alone_style(FILE *out)
{
    fprintf(out, "<style>svg{background:#fff;color:#1a1a1a;--bg:#fff;--grid:#ddd;--pos:#0072b2;"
                 "--neg:#d55e00;");
    chart_svg_colours(0, out);
    fprintf(out, "}text{font:13px sans-serif;fill:currentColor}.grid{stroke:var(--grid)}"
                 ".axis{stroke:currentColor;fill:none}.fp{fill:currentColor}"
                 ".sp{stroke:currentColor}.pos{stroke:var(--pos)}.neg{stroke:var(--neg)}");
    for (int i = 0; i < PALETTE_SIZE; i++)
        fprintf(out, ".f%d{fill:var(--c%d)}.s%d{stroke:var(--c%d)}", i, i, i, i);
    fprintf(out, "</style>\n");
}

/* ---- marks ---- */

/* Outlines around the origin, of similar area. */
static const char *const shapes[] = {"m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
                                     "m-4-4h8v8h-8z",
                                     "m0-5.5l5 9h-10z",
                                     "m0-5.8l5.5 5.8l-5.5 5.8l-5.5-5.8z",
                                     "m0 5.5l5-9h-10z",
                                     "m-2-5h4v3h3v4h-3v3h-4v-3h-3v-4h3z"};

static const char *shape_of(int colour)
{
    return shapes[(colour < 0 ? 0 : colour) % (int)(sizeof shapes / sizeof shapes[0])];
}

struct drawing {
    struct frame frame;
    FILE *out;
    int (*has_page)(int64_t job, const void *data);
    const void *data;
};

/* A point is a link where its job has a page, so that it can get the keyboard focus and has a
   title. */
static void put_point(const struct drawing *d, const struct chart_layer *layer,
                      const struct chart_item *item)
{
    double x = x_of(&d->frame, item->v[0]), y = y_of(&d->frame, item->v[1]);
    int is_link = item->job && d->has_page && d->has_page(item->job, d->data);
    if (!isfinite(x) || !isfinite(y))
        return;
    if (is_link)
        fprintf(d->out, "<a href=\"job-%lld.html\">", (long long)item->job);
    if (layer->letters) {
        fprintf(d->out,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/><text x=\"%.1f\" y=\"%.1f\">%c</text>",
                x, y, d->frame.width / 56, x, y + 3.5,
                'A' + (layer->colour < 0 ? 0 : layer->colour) % LETTERS);
    } else {
        fprintf(d->out, "<path d=\"M%.1f %.1f%s\">", x, y, shape_of(layer->colour));
        if (item->job)
            fprintf(d->out, "<title>job %lld</title>", (long long)item->job);
        fprintf(d->out, "</path>");
    }
    fprintf(d->out, "%s\n", is_link ? "</a>" : "");
}

static void put_points(const struct drawing *d, const struct chart_layer *layer)
{
    if (layer->letters)
        fprintf(d->out, "<g%s>", layer->colour < 0 ? " class=\"fp\"" : " class=\"letters\"");
    else if (layer->dashed)
        fprintf(d->out, "<g fill=\"var(--bg)\" stroke-width=\"1.8\"");
    else
        fprintf(d->out, "<g stroke=\"var(--bg)\" stroke-width=\".6\"");
    if (!layer->letters) {
        put_class(d->out, layer, layer->dashed ? 's' : 'f');
        fputc('>', d->out);
    } else {
        fprintf(d->out, "<g");
        put_class(d->out, layer, 'f');
        fputc('>', d->out);
    }
    for (size_t i = 0; i < layer->count; i++)
        put_point(d, layer, &layer->items[i]);
    fprintf(d->out, "%s</g>", layer->letters ? "</g>" : "");
}

/* Draws all points as round caps of one path, so that thousands of points are one element. */
static void put_faint(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out,
            "<path fill=\"none\" stroke-linecap=\"round\" stroke-width=\"%s\" opacity=\".45\"",
            layer->count > 2000 ? "3" : "5");
    put_class(d->out, layer, 's');
    fprintf(d->out, " d=\"");
    for (size_t i = 0; i < layer->count; i++) {
        double x = x_of(&d->frame, layer->items[i].v[0]), y = y_of(&d->frame, layer->items[i].v[1]);
        if (isfinite(x) && isfinite(y))
            fprintf(d->out, "M%.1f %.1fh0", x, y);
    }
    fprintf(d->out, "\"/>");
}

static void put_rings(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out, "<g fill=\"none\" stroke-width=\"1.3\" stroke-dasharray=\"2 2\"");
    put_class(d->out, layer, 's');
    fputc('>', d->out);
    for (size_t i = 0; i < layer->count; i++)
        fprintf(d->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>",
                x_of(&d->frame, layer->items[i].v[0]), y_of(&d->frame, layer->items[i].v[1]));
    fprintf(d->out, "</g>");
}

static void put_line(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out, "<path fill=\"none\" stroke-width=\"1.8\"%s",
            layer->dashed ? " stroke-dasharray=\"6 4\"" : "");
    put_class(d->out, layer, 's');
    fprintf(d->out, " d=\"");
    for (size_t i = 0, begun = 0; i < layer->count; i++) {
        double x = x_of(&d->frame, layer->items[i].v[0]), y = y_of(&d->frame, layer->items[i].v[1]);
        if (isfinite(x) && isfinite(y))
            fprintf(d->out, "%c%.1f %.1f", begun++ ? 'L' : 'M', x, y);
    }
    fprintf(d->out, "\"/>");
}

static void put_rules(const struct drawing *d, const struct chart_layer *layer)
{
    const struct frame *f = &d->frame;
    for (size_t i = 0; i < layer->count; i++) {
        double x = x_of(f, layer->items[i].v[0]), y = y_of(f, layer->items[i].v[1]);
        fprintf(d->out, "<path fill=\"none\" stroke-width=\"2\"%s",
                layer->dashed ? " stroke-dasharray=\"6 4\"" : "");
        put_class(d->out, layer, 's');
        if (isfinite(x))
            fprintf(d->out, " d=\"M%.1f %.1fv%.1f\"/>", x, f->top, f->height);
        else
            fprintf(d->out, " d=\"M%.1f %.1fh%.1f\"/>", f->left, isfinite(y) ? y : f->top,
                    f->width);
    }
}

static void put_band(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out, "<path opacity=\".18\" stroke=\"none\"");
    put_class(d->out, layer, 'f');
    fprintf(d->out, " d=\"");
    int begun = 0;
    for (size_t side = 0; side < 2; side++)
        for (size_t k = 0; k < layer->count; k++) {
            const struct chart_item *item = &layer->items[side ? layer->count - 1 - k : k];
            double x = x_of(&d->frame, item->v[0]), y = y_of(&d->frame, item->v[side ? 1 : 2]);
            if (isfinite(x) && isfinite(y))
                fprintf(d->out, "%c%.1f %.1f", begun++ ? 'L' : 'M', x, y);
        }
    fprintf(d->out, "\"/>");
}

static void put_intervals(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out, "<g stroke-width=\"1.8\" fill=\"none\"");
    put_class(d->out, layer, 's');
    fputc('>', d->out);
    for (size_t i = 0; i < layer->count; i++) {
        const double *v = layer->items[i].v;
        double x = x_of(&d->frame, v[0]), low = y_of(&d->frame, v[2]), high = y_of(&d->frame, v[3]);
        if (isfinite(x) && isfinite(low) && isfinite(high))
            fprintf(d->out, "<path d=\"M%.1f %.1fh6m-3 0V%.1fm-3 0h6\"/>", x - 3, low, high);
    }
    fprintf(d->out, "</g>");
    put_points(d, layer);
}

static void put_bars(const struct drawing *d, const struct chart_layer *layer)
{
    double floor_y = d->frame.top + d->frame.height;
    fprintf(d->out, "<path fill-opacity=\".3\" stroke-width=\".8\" stroke=\"var(--bg)\"");
    put_class(d->out, layer, 'f');
    fprintf(d->out, " d=\"");
    for (size_t i = 0; i < layer->count; i++) {
        const double *v = layer->items[i].v;
        double x0 = x_of(&d->frame, v[0]), x1 = x_of(&d->frame, v[1]), y = y_of(&d->frame, v[2]);
        if (isfinite(x0) && isfinite(x1) && isfinite(y))
            fprintf(d->out, "M%.1f %.1fV%.1fH%.1fV%.1fz", x0, floor_y, y, x1, floor_y);
    }
    fprintf(d->out, "\"/>");
}

static void put_cell_path(const struct drawing *d, const struct chart_item *item)
{
    const struct frame *f = &d->frame;
    double x0 = x_of(f, item->v[0] - 0.5), x1 = x_of(f, item->v[0] + 0.5);
    double y0 = y_of(f, item->v[1] - 0.5), y1 = y_of(f, item->v[1] + 0.5);
    fprintf(d->out, "M%.1f %.1fH%.1fV%.1fH%.1fz", x0, y0, x1, y1, x0);
}

static int level_of(double value)
{
    int level = (int)(value * LEVELS);
    return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

/* Draws one path for each of a few shades; in small matrices each cell is a path with a title. */
static void put_cells(const struct drawing *d, const struct chart_layer *layer)
{
    fprintf(d->out, "<g class=\"f1\" shape-rendering=\"crispEdges\">");
    for (int level = 0; layer->count > SMALL_MATRIX && level < LEVELS; level++) {
        fprintf(d->out, "<path fill-opacity=\"%.3f\" d=\"", (level + 0.5) / LEVELS);
        for (size_t i = 0; i < layer->count; i++)
            if (level_of(layer->items[i].v[2]) == level)
                put_cell_path(d, &layer->items[i]);
        fprintf(d->out, "\"/>");
    }
    for (size_t i = 0; layer->count <= SMALL_MATRIX && i < layer->count; i++) {
        const struct chart *c = d->frame.chart;
        const double *v = layer->items[i].v;
        fprintf(d->out, "<path fill-opacity=\"%.3f\" d=\"", v[2] < 0 ? 0 : v[2]);
        put_cell_path(d, &layer->items[i]);
        fprintf(d->out, "\"><title>");
        if ((int)v[0] < c->x.name_count)
            escape_html(d->out, c->x.names[(int)v[0]]);
        if ((int)v[1] < c->y.name_count) {
            fputs(", ", d->out);
            escape_html(d->out, c->y.names[(int)v[1]]);
        }
        fprintf(d->out, ": %.3g</title></path>", v[3]);
    }
    fprintf(d->out, "</g>");
}

static void put_edges(const struct drawing *d, const struct chart_layer *layer)
{
    for (int sign = 0; sign < 2; sign++) {
        fprintf(d->out, "<g class=\"%s\" fill=\"none\" opacity=\".55\"%s>", sign ? "neg" : "pos",
                sign ? " stroke-dasharray=\"4 2\"" : "");
        for (size_t i = 0; i < layer->count; i++) {
            const double *v = layer->items[i].v;
            if ((v[4] < 0) == sign)
                fprintf(d->out, "<path stroke-width=\"%.2f\" d=\"M%.1f %.1fL%.1f %.1f\"/>",
                        0.4 + 3 * fabs(v[4]), x_of(&d->frame, v[0]), y_of(&d->frame, v[1]),
                        x_of(&d->frame, v[2]), y_of(&d->frame, v[3]));
        }
        fprintf(d->out, "</g>");
    }
}

static void (*const put[CHART_MARKS])(const struct drawing *, const struct chart_layer *) = {
    [CHART_POINTS] = put_points,       [CHART_FAINT] = put_faint, [CHART_RINGS] = put_rings,
    [CHART_LINE] = put_line,           [CHART_RULE] = put_rules,  [CHART_BAND] = put_band,
    [CHART_INTERVALS] = put_intervals, [CHART_BARS] = put_bars,   [CHART_CELLS] = put_cells,
    [CHART_EDGES] = put_edges,
};

/* ---- axes ---- */

static const char *number_text(double x, char text[32])
{
    double size = fabs(x);
    if (x != 0 && (size >= 1e5 || size < 1e-3))
        snprintf(text, 32, "%.0e", x);
    else
        snprintf(text, 32, "%.4g", x);
    char *e = strstr(text, "e-0");
    if (e)
        memmove(e + 2, e + 3, strlen(e + 3) + 1);
    e = strstr(text, "e+0");
    if (e)
        memmove(e + 1, e + 3, strlen(e + 3) + 1);
    return text;
}

static void put_x_axis(const struct drawing *d)
{
    const struct frame *f = &d->frame;
    const struct chart_axis *axis = &f->chart->x;
    double ticks[TICKS], y = f->top + f->height;
    char text[32];
    int n = axis->name_count ? 0 : chart_ticks(axis, ticks, TICKS), many = is_aslant(axis);
    for (int i = 0; i < n; i++) {
        double x = x_of(f, ticks[i]);
        fprintf(d->out, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, f->top, y);
        fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", x, y + 16,
                number_text(ticks[i], text));
    }
    for (int i = 0; i < axis->name_count; i++) {
        double x = x_of(f, i);
        if (many)
            fprintf(d->out,
                    "<text font-size=\"11\" text-anchor=\"end\" transform=\"translate(%.1f %.1f)"
                    "rotate(-55)\">",
                    x + 4, y + 12);
        else
            fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, y + 16);
        escape_html(d->out, axis->names[i]);
        fprintf(d->out, "</text>\n");
    }
    fprintf(d->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", f->left + f->width / 2,
            HEIGHT - 8);
    escape_html(d->out, many ? "" : axis->title);
    fprintf(d->out, "</text>\n");
}

static void put_y_axis(const struct drawing *d)
{
    const struct frame *f = &d->frame;
    const struct chart_axis *axis = &f->chart->y;
    double ticks[TICKS];
    char text[32];
    int n = axis->name_count ? 0 : chart_ticks(axis, ticks, TICKS);
    for (int i = 0; i < n; i++) {
        double y = y_of(f, ticks[i]);
        fprintf(d->out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", f->left, y,
                f->left + f->width);
        fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", f->left - 5,
                y + 4.5, number_text(ticks[i], text));
    }
    for (int i = 0; i < axis->name_count; i++) {
        fprintf(d->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", f->left - 5,
                y_of(f, i) + 4.5);
        escape_html(d->out, axis->names[i]);
        fprintf(d->out, "</text>\n");
    }
    fprintf(d->out, "<text text-anchor=\"middle\" transform=\"translate(14 %.1f)rotate(-90)\">",
            f->top + f->height / 2);
    escape_html(d->out, axis->title);
    fprintf(d->out, "</text>\n");
}

/* ---- the image ---- */

void chart_svg_sample(const struct chart_layer *layer, FILE *out)
{
    fprintf(out, "<path d=\"M10 8%s\" stroke-width=\"1.8\"%s", shape_of(layer->colour),
            layer->dashed ? " fill=\"none\"" : "");
    put_class(out, layer, layer->dashed ? 's' : 'f');
    fprintf(out, "/>");
}

/* The legend of an image file: each name once, at the top right. */
static void put_legend(const struct drawing *d)
{
    const struct chart *c = d->frame.chart;
    int row = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t first = 0;
        while (strcmp(c->layers[first].name, c->layers[i].name))
            first++;
        if (!c->layers[i].name[0] || first != i)
            continue;
        fprintf(d->out, "<g transform=\"translate(%d %d)\">", WIDTH + 4, TOP + LINE_HEIGHT * row++);
        chart_svg_sample(&c->layers[i], d->out);
        fprintf(d->out, "<text x=\"22\" y=\"13\">");
        escape_html(d->out, c->layers[i].name);
        fprintf(d->out, "</text></g>\n");
    }
}

void chart_svg(const struct chart *chart, enum chart_svg_place place,
               int (*has_page)(int64_t job, const void *data), const void *data, FILE *out)
{
    struct drawing d = {frame_of(chart), out, has_page, data};
    int alone = place == CHART_SVG_ALONE;
    fprintf(out, "<svg viewBox=\"0 0 %d %d\"%s role=\"img\" aria-label=\"",
            alone ? WIDTH + 140 : WIDTH, HEIGHT,
            alone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "");
    escape_html(out, chart->title);
    fprintf(out, "\">\n");
    if (alone)
        put_alone_style(out);
    if (!chart->x.hidden)
        put_x_axis(&d);
    if (!chart->y.hidden)
        put_y_axis(&d);
    fprintf(out,
            "<rect class=\"axis\" fill=\"none\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%.1f\"/>\n",
            d.frame.left, d.frame.top, d.frame.width, d.frame.height);
    for (size_t i = 0; i < chart->count; i++) {
        fprintf(out, "<g class=\"layer%s\" data-g=\"",
                chart->layers[i].mark == CHART_FAINT ? " faint" : "");
        escape_html(out, chart->layers[i].name);
        fprintf(out, "\">");
        put[chart->layers[i].mark](&d, &chart->layers[i]);
        fprintf(out, "</g>\n");
    }
    if (alone)
        put_legend(&d);
    fprintf(out, "</svg>\n");
}

void chart_svg_points(const struct chart *chart, FILE *out)
{
    struct frame f = frame_of(chart);
    const char *comma = "";
    fputc('[', out);
    for (size_t i = 0; i < chart->count; i++)
        for (size_t k = 0; k < chart->layers[i].count; k++) {
            const struct chart_item *item = &chart->layers[i].items[k];
            double x = x_of(&f, item->v[0]), y = y_of(&f, item->v[1]);
            if (!item->job || !isfinite(x) || !isfinite(y))
                continue;
            fprintf(out, "%s%.0f,%.0f,%lld,%zu", comma, 10 * x, 10 * y, (long long)item->job, i);
            comma = ",";
        }
    fputc(']', out);
}
