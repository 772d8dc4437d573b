/* The part of index.html that is about one experiment. */
#include "report/report_private.h"

#include "base/mem.h"
#include "compare/verdict.h"
#include "report/chart_svg.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/page.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- the verdict in words ---- */

static void put_plain(FILE *out, const char *name)
{
    char text[VALUE_TEXT_SIZE];
    snprintf(text, sizeof text, "%s", name);
    for (char *c = text; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    escape_html(out, text);
}

/* Writes a sentence of the comparison, which begins in lower case. */
static void put_sentence(FILE *out, const char *line)
{
    char first[2] = {(char)toupper((unsigned char)line[0]), '\0'};
    escape_html(out, first);
    escape_html(out, line[0] ? line + 1 : line);
    fprintf(out, ".");
}

static void put_name(const struct comparison *c, const struct comparison_plane *p, int group,
                     FILE *out)
{
    char name[COMPARISON_NAME_SIZE];
    escape_html(out,
                comparison_name(c->roster, p->group[group].group, p->group[group].placed, name));
}

static void put_number(struct optional x, FILE *out)
{
    if (x.defined)
        fprintf(out, "<td>%.4g</td>", x.value);
    else
        fprintf(out, "<td>&ndash;</td>");
}

/* How much more or less a needs than b, in percent of b. */
static void put_contrast(const struct comparison *c, const struct comparison_plane *p,
                         const struct contrast *contrast, const struct contrast_test *test,
                         FILE *out)
{
    fprintf(out, "<tr><td>");
    put_name(c, p, contrast->a, out);
    fprintf(out, " &minus; ");
    put_name(c, p, contrast->b, out);
    fprintf(out, "</td>");
    put_number(test->a, out);
    put_number(test->b, out);
    if (test->a.defined && test->b.defined && test->b.value > 0)
        fprintf(out, "<td>%+.0f&nbsp;%%</td>", 100 * (test->a.value / test->b.value - 1));
    else
        fprintf(out, "<td>&ndash;</td>");
    put_number(test->p_holm, out);
    fprintf(out, "<td>%d</td></tr>\n", test->difference.n);
}

static void put_contrasts(const struct comparison *c, const struct verdict *v, FILE *out)
{
    const struct contrasts *all = v->plane ? v->plane->contrasts : NULL;
    if (!all || !all->n)
        return;
    fprintf(out, "<div class=\"wide\"><table><tr><th>planned contrast, ");
    put_plain(out, v->plane->plane->y);
    fprintf(out, " at ");
    put_plain(out, v->plane->plane->x);
    fprintf(out,
            " &le; %.3g</th><th>first</th><th>second</th><th>difference</th>"
            "<th>p (Holm)</th><th>seeds</th></tr>\n",
            c->options.limits[v->limit]);
    for (int i = 0; i < all->n; i++)
        put_contrast(c, v->plane, &all->contrast[i], &all->contrast[i].at[v->limit], out);
    fprintf(out, "</table></div>\n");
}

/* Writes "self weight beside it, mean over seeds: none 0.013, l1 0.017." */
static void put_beside(const struct comparison *c, const struct plane *plane, FILE *out)
{
    const struct comparison_evidence *v = comparison_beside(c, plane, NULL);
    if (!v)
        return;
    fprintf(out, "<p>");
    put_plain(out, plane->beside);
    fprintf(out, " beside it, mean over seeds");
    for (const char *mark = ": "; v; v = comparison_beside(c, plane, v), mark = ", ") {
        char name[COMPARISON_NAME_SIZE];
        fprintf(out, "%s", mark);
        escape_html(out, comparison_name(c->roster, v->group, 0, name));
        fprintf(out, " %.3g", v->mean.mean);
    }
    fprintf(out, ".</p>\n");
}

static void put_verdict(const struct sweep_data *d, FILE *out)
{
    struct verdict v;
    verdict_of(d->comparison, &v);
    for (int i = 0; i < v.lines; i++) {
        fprintf(out, i ? "<p>" : "<p class=\"verdict\">");
        put_sentence(out, v.line[i]);
        fprintf(out, "</p>\n");
    }
    put_contrasts(d->comparison, &v, out);
    if (v.plane)
        put_beside(d->comparison, v.plane->plane, out);
    fprintf(out, "<p class=\"dim\">Least cost on each seed&rsquo;s frontier, seed by seed; p by "
                 "exchange of signs.  <code>brainsweep compare</code> says more.</p>\n");
}

/* ---- the counts ---- */

struct counting {
    FILE *out;
    const struct sweep_data *data;
    int64_t bad, left;
};

static int put_count(const struct store_row *row, void *data, struct err *e)
{
    static const char *const columns[] = {"jobs",    "done",        "diverged", "failed",
                                          "crashed", "quarantined", "pending",  "running"};
    struct counting *c = data;
    (void)e;
    fprintf(c->out, "<tr><td>");
    page_value(c->out, row->values[0]);
    fprintf(c->out, "</td>");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        int at = store_row_column(row, columns[i]);
        struct value v = at < 0 ? value_null() : row->values[at];
        fprintf(c->out, "<td>");
        page_value(c->out, v);
        fprintf(c->out, "</td>");
        if (i >= 2 && v.type == VALUE_INT)
            *(i < 6 ? &c->bad : &c->left) += v.as.i;
    }
    fprintf(c->out, "</tr>\n");
    return 0;
}

/* Which of the finished jobs are in no frontier and no mean: dead ones, and those without a
   metric. */
static void put_missing(const struct sweep_data *d, FILE *out)
{
    int missing = 0;
    for (int i = 0; d->plane && d->plane->name && i < d->table.n; i++)
        missing += !isfinite(sweep_data_metric(d, i, d->plane->x)) ||
                   !isfinite(sweep_data_metric(d, i, d->plane->y));
    fprintf(out,
            "<span class=\"%s\">%d of them dead%s</span>, <span class=\"%s\">%d without %s</span>",
            d->dead ? "warn" : "", d->dead,
            d->experiment->alive ? " (nothing is left of the network)" : "", missing ? "warn" : "",
            missing, d->plane && d->plane->name ? d->plane->y : "metrics");
}

static int put_counts(const struct sweep_data *d, FILE *out, struct err *e)
{
    char view[VALUE_TEXT_SIZE];
    struct counting c = {out, d, 0, 0};
    struct err none = {0};
    fprintf(out, "<h2>Jobs</h2>\n<div class=\"wide\"><table><tr><th>");
    put_plain(out, d->experiment->group);
    fprintf(out, "</th><th>jobs</th><th>done</th><th>diverged</th><th>failed</th><th>crashed</th>"
                 "<th>quarantined</th><th>pending</th><th>running</th></tr>\n");
    snprintf(view, sizeof view, "summary_%.200s", d->experiment->name);
    int code = store_each_whole(d->store, view, put_count, &c, &none);
    fprintf(out, "</table></div>\n");
    if (code && code != ERR_USAGE) /* an older file may lack the view */
        return err_set(e, code, "%s", none.text);
    fprintf(out, "<p>%d finished jobs are shown here, ", d->table.n);
    put_missing(d, out);
    fprintf(out,
            ".  <span class=\"%s\">%lld diverged, failed or crashed</span> and %lld have not "
            "finished: frontiers and means are of the survivors only.</p>\n",
            c.bad ? "warn" : "", (long long)c.bad, (long long)c.left);
    return 0;
}

/* ---- the data for the script ---- */

static void put_json_value(FILE *out, struct value v)
{
    char text[VALUE_TEXT_SIZE];
    if (v.type == VALUE_TEXT)
        escape_json(out, v.as.text);
    else
        fputs(value_format(v, text), out);
}

int report_plane_metrics(const struct experiment *x, int *out)
{
    int n = 0;
    for (int m = 0; m < experiment_metric_count(x); m++)
        if (experiment_in_planes(x, m))
            out[n++] = m;
    return n;
}

static int varies(const struct sweep_data *d, int parameter)
{
    return d->table.varies[parameter] || parameter == d->table.by;
}

static void put_job_data(const struct sweep_data *d, const int *metrics, int count, FILE *out)
{
    for (int i = 0; i < d->table.n; i++) {
        const char *comma = "";
        fprintf(out, "%s\"%lld\":[", i ? "," : "", (long long)d->id[i]);
        for (int p = 0; p < d->table.parameters; p++)
            if (varies(d, p)) {
                fputs(comma, out);
                put_json_value(out, d->table.jobs[i].parameters[p]);
                comma = ",";
            }
        for (int m = 0; m < count; m++, comma = ",") {
            double x = d->table.jobs[i].metrics[metrics[m]];
            if (isfinite(x))
                fprintf(out, "%s%.4g", comma, x);
            else
                fprintf(out, "%snull", comma);
        }
        fputc(']', out);
    }
}

static void put_script_head(const struct sweep_data *d, const int *metrics, int count, FILE *out)
{
    const struct experiment *x = d->experiment;
    const char *comma = "";
    fprintf(out, "<script>var B=window.B||{};B[");
    escape_json(out, x->name);
    fprintf(out, "]={columns:[");
    for (int p = 0; p < d->table.parameters; p++)
        if (varies(d, p)) {
            fputs(comma, out);
            escape_json(out, x->parameters[p].name);
            comma = ",";
        }
    for (int m = 0; m < count; m++, comma = ",") {
        fputs(comma, out);
        escape_json(out, x->metrics[metrics[m]].name);
    }
    fprintf(out, "],pages:[");
    comma = "";
    for (int i = 0; i < d->table.n; i++)
        if (d->page[i]) {
            fprintf(out, "%s%lld", comma, (long long)d->id[i]);
            comma = ",";
        }
    fprintf(out, "],jobs:{");
    put_job_data(d, metrics, count, out);
    fprintf(out, "},points:{}};</script>\n");
}

/* ---- figures ---- */

static int has_jobs(const struct chart *chart)
{
    for (size_t i = 0; i < chart->count; i++)
        for (size_t k = 0; k < chart->layers[i].count; k++)
            if (chart->layers[i].items[k].job)
                return 1;
    return 0;
}

static void put_points(const struct sweep_data *d, const struct chart *chart, FILE *out)
{
    if (!has_jobs(chart))
        return;
    fprintf(out, "<script>B[");
    escape_json(out, d->experiment->name);
    fprintf(out, "].points[");
    escape_json(out, chart->name);
    fprintf(out, "]=");
    chart_svg_points(chart, out);
    fprintf(out, ";</script>\n");
}

static int put_figure(struct report *r, const struct sweep_data *d, const struct plot *plot,
                      FILE *out, struct err *e)
{
    struct figures_panels panels;
    int code = figures_list_panels(d, plot, 0, &panels, e);
    for (int i = 0; !code && i < panels.count; i++) {
        struct chart *chart;
        char file[160];
        code = figures_make(d, plot, 0, &panels, i, &chart, e);
        if (code || !chart)
            continue;
        snprintf(file, sizeof file, "%.60s-%.60s", d->experiment->name, chart->name);
        code = report_figure(r, d, chart, file, 1, out, e);
        put_points(d, chart, out);
        chart_free(chart);
    }
    figures_free_panels(&panels);
    return code;
}

/* An experiment without a table of plots has its planes. */
static int put_figures(struct report *r, const struct sweep_data *d, FILE *out, struct err *e)
{
    int code = 0;
    fprintf(out,
            "<h2>Figures</h2>\n<div class=\"bar\"><label><input type=\"checkbox\" id=\"only\"> "
            "frontiers only</label><label>find job <input type=\"text\" inputmode=\"numeric\" "
            "id=\"find\"></label><span class=\"dim\">Names below a figure&rsquo;s title show and "
            "hide a group everywhere; a click on a point opens its job.</span></div>\n"
            "<div class=\"figures\">\n");
    for (const struct plot *p = d->experiment->plots; !code && p && p->name; p++)
        if (!p->of_job)
            code = put_figure(r, d, p, out, e);
    for (const struct plane *p = d->experiment->plots ? NULL : d->experiment->planes;
         !code && p && p->name; p++) {
        const struct plot plot = {.name = p->name,
                                  .title = p->name,
                                  .kind = PLOT_PLANE,
                                  .source = p->name,
                                  .help = "Every job, and each group's frontier."};
        code = put_figure(r, d, &plot, out, e);
    }
    fprintf(out, "</div>\n");
    return code;
}

/* ---- tables ---- */

void report_jobs_table(const struct sweep_data *d, const unsigned char *chosen, FILE *out)
{
    const struct experiment *x = d->experiment;
    int *metrics = mem_array((size_t)experiment_metric_count(x), sizeof *metrics);
    int count = metrics ? report_plane_metrics(x, metrics) : 0;
    fprintf(out, "<div class=\"wide\"><table><tr><th>job</th>");
    for (int p = 0; p < d->table.parameters; p++)
        if (varies(d, p))
            fprintf(out, "<th>%s</th>", x->parameters[p].name);
    for (int m = 0; m < count; m++)
        fprintf(out, "<th>%s</th>", x->metrics[metrics[m]].name);
    fprintf(out, "</tr>\n");
    for (int i = 0; i < d->table.n; i++) {
        if (!chosen[i])
            continue;
        fprintf(out, "<tr><td><a href=\"job-%lld.html\">%lld</a></td>", (long long)d->id[i],
                (long long)d->id[i]);
        for (int p = 0; p < d->table.parameters; p++)
            if (varies(d, p)) {
                fprintf(out, "<td>");
                page_value(out, d->table.jobs[i].parameters[p]);
                fprintf(out, "</td>");
            }
        for (int m = 0; m < count; m++) {
            fprintf(out, "<td>");
            page_value(out, value_real(d->table.jobs[i].metrics[metrics[m]]));
            fprintf(out, "</td>");
        }
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table></div>\n");
    mem_free(metrics);
}

static int put_tables(const struct sweep_data *d, FILE *out, struct err *e)
{
    unsigned char *best = mem_array((size_t)d->table.n, 1);
    if (!best)
        return err_set(e, ERR_MEMORY, "out of memory for %d jobs", d->table.n);
    for (int g = 0; g < d->table.groups; g++)
        if (d->best[g] >= 0)
            best[d->best[g]] = 1;
    if (d->plane && d->plane->name) {
        fprintf(out, "<h2>The best of each %s</h2>\n<p>The least ", d->experiment->group);
        put_plain(out, d->plane->y);
        fprintf(out, " at ");
        put_plain(out, d->plane->x);
        fprintf(out, " &le; %.3g, which all that are compared reach.</p>\n", d->equal_error);
        report_jobs_table(d, best, out);
    }
    fprintf(out,
            "<h2>Jobs with a page</h2>\n<p>Those on a frontier, the best, and those asked for by "
            "<code>--job</code>.  All jobs: <code>brainsweep export DB --table %s</code>.</p>\n",
            d->experiment->name);
    report_jobs_table(d, d->page, out);
    mem_free(best);
    return 0;
}

int report_section(struct report *r, const struct sweep_data *d, FILE *out, struct err *e)
{
    int *metrics = mem_array((size_t)experiment_metric_count(d->experiment), sizeof *metrics);
    if (!metrics)
        return err_set(e, ERR_MEMORY, "out of memory for the metrics of %s", d->experiment->name);
    fprintf(out, "<section id=\"%s\">\n<p class=\"dim\">%s: ", d->experiment->name,
            d->experiment->name);
    escape_html(out, d->experiment->help);
    fprintf(out, "</p>\n");
    put_script_head(d, metrics, report_plane_metrics(d->experiment, metrics), out);
    mem_free(metrics);
    put_verdict(d, out);
    int code = put_counts(d, out, e);
    if (!code)
        code = put_figures(r, d, out, e);
    if (!code)
        code = put_tables(d, out, e);
    fprintf(out, "</section>\n");
    return code;
}
