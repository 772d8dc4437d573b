#include "report/report_private.h"

#include "base/array.h"
#include "base/log.h"
#include "base/mem.h"
#include "compare/mixture.h"
#include "report/chart_gnuplot.h"
#include "report/chart_svg.h"
#include "report/escape.h"
#include "report/page.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* ---- files ---- */

static int name_file(const struct report *r, const char *name, char *path, struct err *e)
{
    if (snprintf(path, PATH_MAX, "%s/%s", r->request->directory, name) < PATH_MAX)
        return 0;
    return err_set(e, ERR_USAGE, "%s: this name of a directory is too long", r->request->directory);
}

int report_open(const struct report *r, const char *name, FILE **out, struct err *e)
{
    char path[PATH_MAX];
    int code = name_file(r, name, path, e);
    if (code)
        return code;
    *out = fopen(path, "w");
    return *out ? 0 : err_set(e, ERR_STORE, "%s: cannot be written: %s", path, strerror(errno));
}

int report_close(const struct report *r, const char *name, FILE *out, int code, struct err *e)
{
    int failed = ferror(out);
    if ((fclose(out) || failed) && !code)
        code = err_set(e, ERR_DISK, "%s/%s: writing failed; is the disk full?",
                       r->request->directory, name);
    return code;
}

static int make_directory(const struct report *r, const char *name, struct err *e)
{
    char path[PATH_MAX];
    struct stat status;
    int code = name_file(r, name, path, e);
    if (code || !mkdir(path, 0777) ||
        (errno == EEXIST && !stat(path, &status) && S_ISDIR(status.st_mode)))
        return code;
    return err_set(e, ERR_STORE, "%s: the directory cannot be made: %s", path, strerror(errno));
}

/* ---- figures ---- */

int report_has_page(int64_t job, const void *data)
{
    const struct sweep_data *d = data;
    int i = sweep_data_find(d, job);
    return i >= 0 && d->page[i];
}

static void write_svg(const struct chart *chart, FILE *out)
{
    chart_svg(chart, CHART_SVG_ALONE, NULL, NULL, out);
}

static int note_drawn(struct report *r, const char *file, struct err *e)
{
    char **grown = array_room(r->drawn, r->drawn_count, sizeof *grown);
    if (grown)
        r->drawn = grown;
    char *name = grown ? mem_text(file) : NULL;
    if (!name)
        return err_set(e, ERR_MEMORY, "out of memory for figure %s", file);
    r->drawn[r->drawn_count++] = name;
    return 0;
}

int report_figure(struct report *r, const struct sweep_data *data, const struct chart *chart,
                  const char *file, int draw, FILE *page, struct err *e)
{
    static const struct {
        const char *kind;
        void (*write)(const struct chart *chart, FILE *out);
    } files[] = {{"tsv", chart_gnuplot_numbers}, {"gp", chart_gnuplot_script}, {"svg", write_svg}};
    struct chart named = *chart;
    int code = 0;
    named.name = file; /* the script refers to its data by this name */
    for (size_t i = 0; !code && i < sizeof files / sizeof files[0]; i++) {
        char name[256];
        FILE *out;
        snprintf(name, sizeof name, "figures/%.200s.%s", file, files[i].kind);
        code = report_open(r, name, &out, e);
        if (code)
            break;
        files[i].write(&named, out);
        code = report_close(r, name, out, 0, e);
    }
    r->outcome->figures++;
    draw = draw && r->gnuplot;
    if (!code && draw)
        code = note_drawn(r, file, e);
    page_figure(page, chart, data->experiment->name, report_has_page, data);
    page_figure_files(page, file, draw);
    page_figure_end(page);
    return code;
}

static int draw_figures(struct report *r, struct err *e)
{
    char path[PATH_MAX];
    struct err why = {0};
    int code = name_file(r, "figures", path, e);
    if (!code && r->drawn_count &&
        chart_gnuplot_draw(path, (const char *const *)r->drawn, r->drawn_count, &why))
        log_warning("%s", why.text);
    for (size_t i = 0; i < r->drawn_count; i++)
        mem_free(r->drawn[i]);
    mem_free(r->drawn);
    return code;
}

/* ---- index.html ---- */

static int put_sweep(const struct store_row *row, void *data, struct err *e)
{
    FILE *out = data;
    (void)e;
    fprintf(out, "<tr>");
    for (int c = 0; c < row->columns; c++) {
        fprintf(out, "<td>");
        page_value(out, row->values[c]);
        fprintf(out, "</td>");
    }
    fprintf(out, "</tr>\n");
    return 0;
}

/* Writes all jobs of every sweep by state; the selection does not matter here. */
static int put_sweeps(struct report *r, FILE *out, struct err *e)
{
    fprintf(out, "<h2>Sweeps</h2>\n<div class=\"wide\"><table><tr><th>sweep</th><th>experiment</th>"
                 "<th>created</th><th>jobs</th>");
    for (int s = 0; s < STORE_STATES; s++)
        fprintf(out, "<th>%s</th>", store_states[s]);
    fprintf(out, "<th>seconds</th></tr>\n");
    int code = store_each_sweep(r->store, put_sweep, out, e);
    fprintf(out, "</table></div>\n");
    return code;
}

static void put_head(const struct report *r, FILE *out)
{
    char when[64];
    time_t now = time(NULL);
    struct tm tm;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", gmtime_r(&now, &tm));
    page_begin(out, r->request->title);
    fprintf(out, "<header><h1>");
    escape_html(out, r->request->title);
    fprintf(out, "</h1>\n<p class=\"dim\">%s, brainsweep ", when);
    escape_html(out, r->request->build);
    if (r->request->selection) {
        fprintf(out, "; only jobs ");
        escape_html(out, r->request->selection);
    }
    fprintf(out, "</p></header>\n");
}

/* Marks the requested jobs; counts those found in this experiment. */
static size_t mark_asked(const struct report_request *q, struct sweep_data *d, unsigned char *found)
{
    size_t count = 0;
    for (size_t i = 0; i < q->job_count; i++) {
        int at = sweep_data_find(d, q->jobs[i]);
        if (at < 0)
            continue;
        d->page[at] = 1;
        found[i] = 1;
        count++;
    }
    return count;
}

static int put_pages(struct report *r, const struct sweep_data *d, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && i < d->table.n; i++)
        if (d->page[i]) {
            code = report_job(r, d, i, e);
            r->outcome->pages++;
        }
    return code;
}

/* First of all, lists the parameters, other than the axes, in which the jobs shown differ. */
static int put_mixture(struct report *r, const struct experiment *x,
                       const struct selection *selection, FILE *out, struct err *e)
{
    struct mixture *m;
    char values[MIXTURE_TEXT];
    const char *name;
    int code = mixture_new(&m, selection, x, r->store, e);
    if (code)
        return code;
    for (int i = 0; (name = mixture_parameter(m, i, values)); i++) {
        fprintf(out,
                i ? ", %s ("
                  : "<p class=\"warn\">Mixed: the jobs below differ in parameters "
                    "that are not axes of a sweep: %s (",
                name);
        escape_html(out, values);
        fprintf(out, ")");
    }
    if (mixture_parameter(m, 0, values))
        fprintf(out, ".  Choose comparable ones by <code>--sweep</code> or "
                     "<code>--where</code>.</p>\n");
    mixture_free(m);
    return 0;
}

static int put_experiments(struct report *r, FILE *out, unsigned char *found, struct err *e)
{
    const struct report_request *q = r->request;
    int code = 0, shown = 0;
    for (int k = 0; !code && q->experiments[k]; k++) {
        const struct experiment *x = q->experiments[k];
        struct sweep_data d = {0};
        if (!x->group || !x->replicate || !q->selections[k])
            continue;
        code = sweep_data_load(&d, r->store, x, q->selections[k], e);
        if (!code && d.table.n) {
            shown++;
            code = put_mixture(r, x, q->selections[k], out, e);
        }
        if (!code && d.table.n) {
            mark_asked(q, &d, found);
            code = report_section(r, &d, out, e);
            if (!code)
                code = put_pages(r, &d, e);
        }
        sweep_data_free(&d);
    }
    if (!code && !shown)
        fprintf(out, "<p class=\"verdict\">%s</p>\n",
                q->selection ? "No finished job is among those selected."
                             : "No job has finished yet: there is nothing to compare.");
    return code;
}

static int check_found(const struct report_request *q, const unsigned char *found, struct err *e)
{
    for (size_t i = 0; i < q->job_count; i++)
        if (!found[i])
            return err_set(e, ERR_USAGE,
                           "--job %lld: there is no finished job of that number%s; the rest of the "
                           "report is written",
                           (long long)q->jobs[i], q->selection ? " among those selected" : "");
    return 0;
}

int report_write(struct store *store, const struct report_request *request,
                 struct report_outcome *outcome, struct err *e)
{
    struct report r = {
        .request = request, .store = store, .outcome = outcome, .gnuplot = chart_gnuplot_found()};
    FILE *out;
    *outcome = (struct report_outcome){.no_gnuplot = !r.gnuplot};
    unsigned char *found = mem_array(request->job_count, 1);
    int code = found ? make_directory(&r, "", e) : err_set(e, ERR_MEMORY, "out of memory");
    if (!code)
        code = make_directory(&r, "figures", e);
    if (!code)
        code = report_open(&r, "index.html", &out, e);
    if (code) {
        mem_free(found);
        return code;
    }
    put_head(&r, out);
    code = put_experiments(&r, out, found, e);
    if (!code)
        code = put_sweeps(&r, out, e);
    if (r.outcome->no_gnuplot)
        fprintf(out,
                "<p class=\"dim\">Figures as PDF and PNG: install gnuplot (Debian: gnuplot-nox) "
                "and write the report again.</p>\n");
    page_end(out);
    code = report_close(&r, "index.html", out, code, e);
    struct err drawing = {0};
    if (draw_figures(&r, code ? &drawing : e) && !code)
        code = e->code;
    if (!code)
        code = check_found(request, found, e);
    mem_free(found);
    return code;
}
