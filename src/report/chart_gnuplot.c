#include "report/chart_gnuplot.h"

#include "base/environment.h"
#include "report/escape.h"
#include "report/palette.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct style {
    const char *columns; /* their headings */
    int count;           /* of the numbers */
    const char *plot;    /* gnuplot's plotting style */
    const char *more;
} styles[CHART_MARKS] = {
    [CHART_POINTS] = {"x\ty", 2, "using 1:2 with points", "pt 7 ps 0.8"},
    [CHART_FAINT] = {"x\ty", 2, "using 1:2 with points", "pt 7 ps 0.3"},
    [CHART_RINGS] = {"x\ty", 2, "using 1:2 with points", "pt 6 ps 1.4"},
    [CHART_LINE] = {"x\ty", 2, "using 1:2 with lines", "lw 2"},
    [CHART_RULE] = {"x\ty", 2, NULL, ""}, /* arrows, see put_rules */
    [CHART_BAND] = {"x\tlow\thigh", 3, "using 1:2:3 with filledcurves fs transparent solid 0.2",
                    ""},
    [CHART_INTERVALS] = {"x\ty\tlow\thigh", 4, "using 1:2:3:4 with yerrorbars", "pt 7"},
    [CHART_BARS] = {"from\tto\ty", 3,
                    "using (($1+$2)/2):3:($2-$1) with boxes fs transparent solid 0.4", ""},
    [CHART_CELLS] = {"column\trow\tshare\tvalue", 4, "using 1:2:3 with image", ""},
    [CHART_EDGES] = {"x\ty\tto_x\tto_y\tweight", 5,
                     "using 1:2:($3-$1):($4-$2):($5 < 0 ? 0xd55e00 : 0x0072b2) with vectors nohead",
                     "lc rgb variable"},
};

void chart_gnuplot_numbers(const struct chart *chart, FILE *out)
{
    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_layer *layer = &chart->layers[i];
        const struct style *style = &styles[layer->mark];
        fprintf(out, "%s# ", i ? "\n\n" : "");
        escape_tsv(out, layer->name[0] ? layer->name : "all");
        fprintf(out, "\n# %s\tjob\n", style->columns);
        for (size_t k = 0; k < layer->count; k++) {
            for (int c = 0; c < style->count; c++)
                if (isfinite(layer->items[k].v[c]))
                    fprintf(out, "%s%.9g", c ? "\t" : "", layer->items[k].v[c]);
                else
                    fprintf(out, "%sNaN", c ? "\t" : "");
            fprintf(out, "\t%lld\n", (long long)layer->items[k].job);
        }
        if (!layer->count)
            fprintf(out, "NaN\tNaN\tNaN\tNaN\tNaN\n");
    }
}

/* Writes a string in single quotes; gnuplot's only escape in it is the doubled quote. */
static void put_text(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            fputc('\'', out);
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
    }
    fputc('\'', out);
}

static void put_axis(const struct chart_axis *axis, char which, int reversed, FILE *out)
{
    fprintf(out, "set %clabel ", which);
    put_text(out, axis->title);
    fprintf(out, " noenhanced\nset %crange [%.9g:%.9g]\n", which, reversed ? axis->high : axis->low,
            reversed ? axis->low : axis->high);
    if (axis->is_log)
        fprintf(out, "set logscale %c\n", which);
    if (axis->hidden)
        fprintf(out, "unset %ctics\n", which);
    if (!axis->name_count)
        return;
    fprintf(out, "set %ctics noenhanced%s (", which, which == 'x' ? " rotate by 55 right" : "");
    for (int i = 0; i < axis->name_count; i++) {
        fputs(i ? ", " : "", out);
        put_text(out, axis->names[i]);
        fprintf(out, " %d", i);
    }
    fprintf(out, ")\n");
}

/* Lines across the whole plot are drawn as arrows, as they are not data. */
static void put_rules(const struct chart_layer *layer, FILE *out)
{
    for (size_t k = 0; k < layer->count; k++) {
        const double *v = layer->items[k].v;
        const char *colour =
            layer->colour == CHART_PLAIN ? "#1a1a1a" : palette_at(layer->colour)->light;
        if (isfinite(v[0]))
            fprintf(out, "set arrow from %.9g, graph 0 to %.9g, graph 1", v[0], v[0]);
        else
            fprintf(out, "set arrow from graph 0, first %.9g to graph 1, first %.9g", v[1], v[1]);
        fprintf(out, " nohead lw 2 lc rgb '%s'%s\n", colour, layer->dashed ? " dt 2" : "");
    }
}

/* Writes the layer's part of the plot command, after a comma if an earlier layer was plotted.
   Returns whether any layer has been plotted so far. */
static int put_plot(const struct chart *chart, size_t i, int plotted, FILE *out)
{
    const struct chart_layer *layer = &chart->layers[i];
    const struct style *style = &styles[layer->mark];
    if (!style->plot || !layer->count)
        return plotted;
    size_t first = 0; /* layer with that name that has something to show */
    while (strcmp(chart->layers[first].name, layer->name) || !chart->layers[first].count ||
           !styles[chart->layers[first].mark].plot)
        first++;
    fprintf(out, "%s\\\n  file index %zu %s %s", plotted ? "," : "plot", i, style->plot,
            style->more);
    if (layer->mark != CHART_CELLS && layer->mark != CHART_EDGES)
        fprintf(out, " lc rgb '%s'",
                layer->colour == CHART_PLAIN ? "#1a1a1a" : palette_at(layer->colour)->light);
    if (layer->dashed && layer->mark == CHART_LINE)
        fprintf(out, " dt 2");
    fprintf(out, layer->name[0] && first == i ? " title " : " notitle");
    if (layer->name[0] && first == i) {
        put_text(out, layer->name);
        fprintf(out, " noenhanced");
    }
    return 1;
}

void chart_gnuplot_script(const struct chart *chart, FILE *out)
{
    fprintf(out, "# gnuplot -c %s.gp pdf    (or png, svg) draws %s.tsv\n", chart->name,
            chart->name);
    fprintf(out, "kind = ARGC > 0 ? ARG1 : 'pdf'\nname = '%s'\nfile = name . '.tsv'\n",
            chart->name);
    fprintf(out, "if (kind eq 'pdf') set terminal pdfcairo size 12cm,8cm font 'sans,9'\n"
                 "if (kind eq 'png') set terminal pngcairo size 1200,800 font 'sans,18'\n"
                 "if (kind eq 'svg') set terminal svg size 600,400 font 'sans,12'\n"
                 "set output name . '.' . kind\n"
                 "set datafile separator tab\nset datafile missing 'NaN'\n"
                 "set format '%%g'\nset key outside right top\nset grid lc rgb '#dddddd'\n"
                 "set palette defined (0 '#ffffff', 1 '#0072b2')\nset cbrange [0:1]\n");
    fprintf(out, "set title ");
    put_text(out, chart->title);
    fprintf(out, " noenhanced\n");
    put_axis(&chart->x, 'x', 0, out);
    put_axis(&chart->y, 'y', chart->is_square, out);
    if (chart->is_square && !chart->x.name_count)
        fprintf(out, "set size ratio 1\n");
    for (size_t i = 0; i < chart->count; i++)
        if (chart->layers[i].mark == CHART_RULE)
            put_rules(&chart->layers[i], out);
    int plotted = 0;
    for (size_t i = 0; i < chart->count; i++)
        plotted = put_plot(chart, i, plotted, out);
    fprintf(out, plotted ? "\n" : "plot NaN notitle\n");
}

/* ---- the program ---- */

int chart_gnuplot_found(void)
{
    return environment_finds_program("gnuplot");
}

/* One process draws all figures, because starting it takes longer than most figures.  The program
   makes the names itself, so that they need no escaping. */
static void run_child(const char *directory, const char *script)
{
    if (chdir(directory) || !freopen("/dev/null", "r", stdin))
        _exit(126);
    execlp("gnuplot", "gnuplot", script, (char *)NULL);
    _exit(127);
}

static int run_script(const char *directory, const char *script, struct err *e)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_child(directory, script);
    if (child < 0)
        return err_set(e, ERR_STORE, "gnuplot cannot be started: %s", strerror(errno));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && !WEXITSTATUS(status))
        return 0;
    return err_set(e, ERR_STORE,
                   "gnuplot could not draw the figures in %s; its messages stand above", directory);
}

int chart_gnuplot_draw(const char *directory, const char *const *names, size_t count, struct err *e)
{
    static const char script[] = "all.gp";
    char path[4096];
    snprintf(path, sizeof path, "%.4000s/%s", directory, script);
    FILE *out = fopen(path, "w");
    if (!out)
        return err_set(e, ERR_STORE, "%s: cannot be written: %s", path, strerror(errno));
    for (size_t i = 0; i < count; i++)
        fprintf(out, "reset\ncall '%s.gp' 'pdf'\nreset\ncall '%s.gp' 'png'\n", names[i], names[i]);
    if (fclose(out))
        return err_set(e, ERR_DISK, "%s: writing failed: %s", path, strerror(errno));
    return run_script(directory, script, e);
}
