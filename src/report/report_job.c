/* The page of a job. */
#include "report/report_private.h"

#include "base/mem.h"
#include "report/escape.h"
#include "report/figures.h"
#include "report/page.h"

#include <math.h>
#include <string.h>

static int put_record(const struct store_row *row, void *data, struct err *e)
{
    FILE *out = data;
    (void)e;
    for (int c = 0; c < row->columns; c++) {
        fprintf(out, "<tr><td>%s</td><td>", row->names[c]);
        page_value(out, row->values[c]);
        fprintf(out, "</td></tr>\n");
    }
    return 0;
}

static void put_row(FILE *out, const struct store_row *row, int heading)
{
    fprintf(out, "<tr>");
    for (int c = 0; c < row->columns; c++) {
        if (!strcmp(row->names[c], "job_id"))
            continue;
        fprintf(out, heading ? "<th>" : "<td>");
        if (heading)
            escape_html(out, row->names[c]);
        else
            page_value(out, row->values[c]);
        fprintf(out, heading ? "</th>" : "</td>");
    }
    fprintf(out, "</tr>\n");
}

struct rows {
    FILE *out;
    const char *title;
    int count;
};

static int put_table_row(const struct store_row *row, void *data, struct err *e)
{
    struct rows *rows = data;
    (void)e;
    if (!rows->count++) {
        fprintf(rows->out, "<details><summary>");
        escape_html(rows->out, rows->title);
        fprintf(rows->out, "</summary><div class=\"wide\"><table>\n");
        put_row(rows->out, row, 1);
    }
    put_row(rows->out, row, 0);
    return 0;
}

static void end_table(const struct rows *rows)
{
    if (rows->count)
        fprintf(rows->out, "</table></div></details>\n");
}

static int put_tables(const struct sweep_data *d, int64_t id, FILE *out, struct err *e)
{
    struct rows attempts = {out, "attempts", 0};
    int code = store_each_attempt(d->store, id, put_table_row, &attempts, e);
    end_table(&attempts);
    for (const struct table *t = d->experiment->tables; !code && t && t->name; t++) {
        char title[200];
        snprintf(title, sizeof title, "%.60s: %.120s", t->name, t->help);
        struct rows rows = {out, title, 0};
        if (t->is_long)
            continue;
        code = store_each_row(d->store, d->experiment, t, id, put_table_row, &rows, e);
        end_table(&rows);
    }
    return code;
}

static int was_asked(const struct report *r, int64_t id)
{
    for (size_t i = 0; i < r->request->job_count; i++)
        if (r->request->jobs[i] == id)
            return 1;
    return 0;
}

static int put_plot(struct report *r, const struct sweep_data *d, const struct plot *plot,
                    int64_t id, FILE *out, struct err *e)
{
    struct figures_panels panels;
    int code = figures_list_panels(d, plot, id, &panels, e);
    for (int i = 0; !code && i < panels.count; i++) {
        struct chart *chart;
        char file[160];
        code = figures_make(d, plot, id, &panels, i, &chart, e);
        if (code || !chart)
            continue;
        snprintf(file, sizeof file, "job-%lld-%.60s", (long long)id, chart->name);
        code = report_figure(r, d, chart, file, was_asked(r, id), out, e);
        chart_free(chart);
    }
    figures_free_panels(&panels);
    return code;
}

static int put_figures(struct report *r, const struct sweep_data *d, int64_t id, FILE *out,
                       struct err *e)
{
    int code = 0;
    fprintf(out, "<div class=\"figures\">\n");
    for (const struct plot *p = d->experiment->plots; !code && p && p->name; p++)
        if (p->of_job)
            code = put_plot(r, d, p, id, out, e);
    fprintf(out, "</div>\n");
    return code;
}

int report_job(struct report *r, const struct sweep_data *d, int job, struct err *e)
{
    const struct experiment *x;
    const char *state;
    char name[64], *spec;
    FILE *out;
    long long id = d->id[job];
    int code = store_job(d->store, id, &x, &spec, &state, e);
    if (code)
        return code;
    snprintf(name, sizeof name, "job-%lld.html", id);
    code = report_open(r, name, &out, e);
    if (!code) {
        char title[64];
        snprintf(title, sizeof title, "job %lld", id);
        page_begin(out, title);
        fprintf(out, "<p><a href=\"index.html#%s\">&larr; ", d->experiment->name);
        escape_html(out, r->request->title);
        fprintf(out, "</a></p>\n<h1>Job %lld: %s</h1>\n<pre>", id, state);
        escape_html(out, spec);
        fprintf(out, "</pre>\n");
        code = put_figures(r, d, id, out, e);
        if (!code)
            code = put_tables(d, id, out, e);
        fprintf(out, "<details open><summary>parameters and metrics</summary><div class=\"wide\">"
                     "<table>\n");
        if (!code)
            code = store_result(d->store, d->experiment, id, put_record, out, e);
        fprintf(out, "</table></div></details>\n");
        page_end(out);
        code = report_close(r, name, out, code, e);
    }
    mem_free(spec);
    return code;
}
