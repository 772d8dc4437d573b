#include "report/page.h"

#include "report/chart_svg.h"
#include "report/escape.h"
#include "report/page_assets.h"

#include <math.h>
#include <string.h>

void page_begin(FILE *out, const char *title)
{
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                 "<link rel=\"icon\" href=\"data:,\">\n<title>");
    escape_html(out, title);
    fprintf(out, "</title>\n<style>");
    page_assets_style(out);
    fprintf(out, "</style>\n</head>\n<body>\n<div id=\"tip\" role=\"status\"></div>\n");
}

void page_end(FILE *out)
{
    fprintf(out, "<script>%s</script>\n</body>\n</html>\n", page_assets_script);
}

/* Lists each name once; a mark without a fill gets the sample of a line. */
static void put_legend(FILE *out, const struct chart *chart)
{
    int open = 0;
    for (size_t i = 0; i < chart->count; i++) {
        size_t first = 0, with_items = i;
        while (strcmp(chart->layers[first].name, chart->layers[i].name))
            first++;
        if (!chart->layers[i].name[0] || first != i)
            continue;
        while (with_items < chart->count &&
               (!chart->layers[with_items].count ||
                strcmp(chart->layers[with_items].name, chart->layers[i].name)))
            with_items++;
        if (with_items == chart->count)
            continue;
        if (!open++)
            fprintf(out, "<div class=\"legend\">");
        fprintf(out, "<button type=\"button\" aria-pressed=\"true\" data-g=\"");
        escape_html(out, chart->layers[i].name);
        fprintf(out, "\"><svg viewBox=\"0 0 20 16\" aria-hidden=\"true\">");
        chart_svg_sample(&chart->layers[i], out);
        fprintf(out, "</svg>");
        escape_html(out, chart->layers[i].name);
        fprintf(out, "</button>");
    }
    fprintf(out, "%s\n", open ? "</div>" : "");
}

void page_figure(FILE *out, const struct chart *chart, const char *section,
                 int (*has_page)(int64_t job, const void *data), const void *data)
{
    fprintf(out, "<figure id=\"%s-%s\" data-x=\"%s\" data-name=\"%s\">\n<h3>", section, chart->name,
            section, chart->name);
    escape_html(out, chart->title);
    fprintf(out, "</h3>\n");
    put_legend(out, chart);
    chart_svg(chart, CHART_SVG_IN_PAGE, has_page, data, out);
    fprintf(out, "<figcaption>");
    escape_html(out, chart->help ? chart->help : "");
}

void page_figure_files(FILE *out, const char *file, int drawn)
{
    static const char *const kinds[] = {"tsv", "gp", "svg", "pdf", "png"};
    int count = drawn ? 5 : 3;
    fprintf(out, " <span class=\"files\">");
    for (int i = 0; i < count; i++)
        fprintf(out, "<a href=\"figures/%s.%s\">%s</a>", file, kinds[i], kinds[i]);
    fprintf(out, "</span>");
}

void page_figure_end(FILE *out)
{
    fprintf(out, "</figcaption>\n</figure>\n");
}

void page_value(FILE *out, struct value v)
{
    char text[VALUE_TEXT_SIZE];
    if (v.type == VALUE_NULL)
        fputs("&ndash;", out);
    else if (v.type == VALUE_REAL)
        fprintf(out, "%.4g", v.as.x);
    else if (v.type == VALUE_TEXT)
        escape_html(out, v.as.text);
    else
        fputs(value_format(v, text), out);
}
