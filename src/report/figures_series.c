/* Figures of means over replicates against a number: PLOT_SERIES and PLOT_COURSE. */
#include "report/figures_private.h"

#include "base/array.h"
#include "base/mem.h"
#include "report/palette.h"
#include "stats/bootstrap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 7, WORD = 48, COLUMNS = 3, PLACES = 8 };

/* ---- lines ---- */

/* Values that are averaged into one point of a line. */
struct spot {
    double key; /* number of the sweep's point, or x of the rows */
    double x;   /* mean; exact where all values are equal */
    double *values;
    struct sighting {
        double x;
        int64_t job;
    } * seen; /* (n) origin of each value */
    size_t n;
};

struct line {
    char name[CHART_NAME];
    struct value by; /* a text points into `word` */
    char word[WORD];
    double split;
    int y;
    struct spot *spots;
    size_t count;
};

struct series {
    struct figure *f;
    int set, job;      /* from figures_find_set; the job being read */
    const char *panel; /* the panel that is drawn */
    struct line **lines;
    size_t count;
    struct bootstrap *resample;
};

static int out_of_memory(struct err *e)
{
    return err_set(e, ERR_MEMORY, "out of memory for a figure");
}

/* Appends "n = 25" to a name that may be empty. */
static void add_word(char name[CHART_NAME], const char *what, struct value v)
{
    size_t length = strlen(name);
    char text[VALUE_TEXT_SIZE];
    if (v.type == VALUE_TEXT)
        snprintf(name + length, CHART_NAME - length, "%s%s", length ? ", " : "", v.as.text);
    else
        snprintf(name + length, CHART_NAME - length, "%s%s%s%s", length ? ", " : "", what,
                 v.type == VALUE_NULL ? "" : " = ",
                 v.type == VALUE_NULL ? "" : value_format(v, text));
    for (char *c = name + length; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

static int is_told_apart(const struct figure *f, const char *name)
{
    int p = name ? experiment_parameter(f->data->experiment, name) : -1;
    return name && (p < 0 || (f->data->table.varies[p] && !f->job));
}

static struct line *add_line(struct series *s, const char *name, struct value by, double split,
                             int y)
{
    struct line **grown = array_room(s->lines, s->count, sizeof *grown);
    if (grown)
        s->lines = grown;
    struct line *line = grown ? mem_array(1, sizeof *line) : NULL;
    if (!line)
        return NULL;
    *line = (struct line){.by = by, .split = split, .y = y};
    snprintf(line->name, CHART_NAME, "%s", name);
    if (by.type == VALUE_TEXT) {
        snprintf(line->word, WORD, "%s", by.as.text);
        line->by = value_text(line->word);
    }
    return s->lines[s->count++] = line;
}

static struct line *find_line(struct series *s, const struct store_row *row, int y)
{
    const struct figure *f = s->f;
    const struct plot *p = f->plot;
    char name[CHART_NAME] = "";
    struct value by = figures_value(f, s->job, row, p->by);
    double split = p->split ? figures_number(f, s->job, row, p->split) : 0;
    if (p->y[1])
        add_word(name, p->y[y], value_null());
    if (is_told_apart(f, p->by))
        add_word(name, p->by, by);
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->lines[i]->name, name) && s->lines[i]->split == split)
            return s->lines[i];
    return add_line(s, name, by, split, y);
}

static int take(const struct series *s, struct line *line, double key, double x, double y,
                struct err *e)
{
    size_t i = 0;
    if (!line)
        return out_of_memory(e);
    while (i < line->count && line->spots[i].key != key)
        i++;
    if (i == line->count) {
        struct spot *grown = array_room(line->spots, line->count, sizeof *grown);
        if (!grown)
            return out_of_memory(e);
        line->spots = grown;
        line->spots[line->count++].key = key;
    }
    struct spot *spot = &line->spots[i];
    double *values = array_room(spot->values, spot->n, sizeof *values);
    if (values)
        spot->values = values;
    struct sighting *seen = array_room(spot->seen, spot->n, sizeof *seen);
    if (seen)
        spot->seen = seen;
    if (!values || !seen)
        return out_of_memory(e);
    spot->seen[spot->n] = (struct sighting){x, s->f->data->id[s->job]};
    spot->values[spot->n++] = y;
    spot->x += (x - spot->x) / (double)spot->n;
    return 0;
}

static void series_free(struct series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        for (size_t k = 0; k < s->lines[i]->count; k++) {
            mem_free(s->lines[i]->spots[k].values);
            mem_free(s->lines[i]->spots[k].seen);
        }
        mem_free(s->lines[i]->spots);
        mem_free(s->lines[i]);
    }
    mem_free(s->lines);
    bootstrap_free(s->resample);
}

static int compare_values(struct value a, struct value b)
{
    if (a.type == VALUE_TEXT && b.type == VALUE_TEXT)
        return strcmp(a.as.text, b.as.text);
    return (value_number(a) > value_number(b)) - (value_number(a) < value_number(b));
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *p = *(struct line *const *)a, *q = *(struct line *const *)b;
    int order = p->y != q->y ? p->y - q->y : compare_values(p->by, q->by);
    return order ? order : (p->split > q->split) - (p->split < q->split);
}

static int compare_spots(const void *a, const void *b)
{
    const struct spot *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

/* ---- what is drawn ---- */

/* The solid line is the default of a parameter, or the smallest value of a column. */
static int is_dashed(const struct series *s, const struct line *line)
{
    const struct experiment *x = s->f->data->experiment;
    int p = s->f->plot->split ? experiment_parameter(x, s->f->plot->split) : -1;
    double solid = line->split;
    struct value v;
    struct err none = {0};
    if (p >= 0 && !value_parse(x->parameters[p].type, x->parameters[p].default_text, &v, &none))
        return line->split != value_number(v);
    for (size_t i = 0; i < s->count; i++)
        solid = s->lines[i]->split < solid ? s->lines[i]->split : solid;
    return line->split != solid;
}

/* A logarithmic axis has no place for x = 0.  Then a few values stand side by side with their
   names; with many values x = 0 becomes a horizontal line. */
static int has_names(const struct series *s, double *places)
{
    int count = 0, has_zero = 0;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->lines[i]->count; k++) {
            const struct spot *spot = &s->lines[i]->spots[k];
            double x = spot->x;
            int at = 0;
            while (at < count && places[at] < x)
                at++;
            has_zero |= x <= 0;
            if (at < count && places[at] == x)
                continue;
            if (count == PLACES)
                return 0;
            memmove(&places[at + 1], &places[at], (size_t)(count - at) * sizeof *places);
            places[at] = x;
            count++;
        }
    return s->f->plot->log_x && has_zero ? count : 0;
}

static double place_of(const double *places, int count, double x)
{
    for (int i = 0; i < count; i++)
        if (places[i] == x)
            return i;
    return x;
}

/* Draws the values of each job as points that link to the job's page. */
static void draw_jobs(struct series *s, const struct line *line, int colour, const double *places,
                      int count)
{
    int layer = chart_layer(s->f->chart, CHART_FAINT, colour, line->name);
    for (size_t k = 0; k < line->count; k++)
        for (size_t i = 0; i < line->spots[k].n; i++) {
            double x = place_of(places, count, line->spots[k].seen[i].x);
            if (!s->f->chart->x.is_log || x > 0)
                chart_add(
                    s->f->chart, layer,
                    (struct chart_item){{x, line->spots[k].values[i]}, line->spots[k].seen[i].job});
        }
}

static void draw_line(struct series *s, const struct line *line, int colour, const double *places,
                      int count)
{
    struct chart *chart = s->f->chart;
    static const enum chart_mark marks[] = {CHART_BAND, CHART_LINE, CHART_POINTS, CHART_RULE};
    int layer[4], is_log = chart->x.is_log;
    for (int i = 0; i < 4; i++) {
        layer[i] = chart_layer(chart, marks[i], colour, line->name);
        if (layer[i] >= 0)
            chart->layers[layer[i]].dashed = is_dashed(s, line) || marks[i] == CHART_RULE;
    }
    qsort(line->spots, line->count, sizeof *line->spots, compare_spots);
    for (size_t k = 0; k < line->count; k++) {
        const struct spot *spot = &line->spots[k];
        struct estimate y = bootstrap_mean(s->resample, spot->values, (int)spot->n);
        double x = place_of(places, count, spot->x);
        if (is_log && x <= 0) {
            chart_add(chart, layer[3], (struct chart_item){{NAN, y.mean}, 0});
            continue;
        }
        chart_add(chart, layer[0], (struct chart_item){{x, y.low, y.high}, 0});
        chart_add(chart, layer[1], (struct chart_item){{x, y.mean}, 0});
        chart_add(chart, layer[2], (struct chart_item){{x, y.mean}, 0});
    }
}

static void set_title(struct chart_axis *axis, const char *name)
{
    snprintf(axis->title, CHART_NAME, "%s", name);
    for (char *c = axis->title; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

/* Sets the title to the common beginning of several metric names. */
static void set_common_title(struct chart_axis *axis, const char *const *y)
{
    size_t length = strlen(y[0]);
    set_title(axis, y[0]);
    for (int i = 1; i < COLUMNS && y[i]; i++) {
        size_t same = 0;
        while (same < length && y[i][same] == y[0][same])
            same++;
        length = same;
    }
    while (length && length < strlen(y[0]) && y[0][length - 1] == '_')
        length--;
    if (length)
        axis->title[length] = '\0';
}

/* The legend explains only colours, so the title explains dashes: "spec (dashed: epochs = 0)". */
static void add_dashed(struct series *s)
{
    const struct line *dashed = NULL;
    char *title = s->f->chart->y.title, text[VALUE_TEXT_SIZE];
    size_t length = strlen(title);
    int same = 1;
    for (size_t i = 0; i < s->count; i++)
        if (is_dashed(s, s->lines[i])) {
            same = same && (!dashed || dashed->split == s->lines[i]->split);
            dashed = s->lines[i];
        }
    if (dashed)
        snprintf(title + length, CHART_NAME - length, " (dashed: %s%.30s%s%.20s)",
                 same ? "" : "other ", s->f->plot->split, same ? " = " : "",
                 same ? value_format(value_real(dashed->split), text) : "");
}

/* Whether some line has more than one x; a single x is no course. */
static int has_course(const struct series *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->lines[i]->count > 1)
            return 1;
    return 0;
}

static void draw(struct series *s)
{
    const struct plot *p = s->f->plot;
    struct chart *chart = s->f->chart;
    double places[PLACES + 1];
    int names = has_names(s, places), colour = -1;
    if (!has_course(s))
        return;
    set_title(&chart->x, p->x);
    set_common_title(&chart->y, p->y);
    add_dashed(s);
    chart->x.is_log = p->log_x && !names;
    chart->y.is_log = p->log_y;
    for (int i = 0; i < names; i++) {
        char text[VALUE_TEXT_SIZE];
        chart_place(chart, &chart->x, value_format(value_real(places[i]), text));
    }
    qsort(s->lines, s->count, sizeof *s->lines, compare_lines);
    for (size_t i = 0; i < s->count; i++) {
        const struct line *line = s->lines[i], *before = i ? s->lines[i - 1] : NULL;
        colour += !before || before->y != line->y || compare_values(before->by, line->by) != 0;
        if (p->kind == PLOT_SERIES)
            draw_jobs(s, line, palette_of("", colour), places, names);
        draw_line(s, line, palette_of("", colour), places, names);
    }
}

/* ---- the title and the caption ---- */

static void put_words(struct series *s)
{
    const struct figure *f = s->f;
    const struct job_table *t = &f->data->table;
    struct chart *chart = f->chart;
    char text[VALUE_TEXT_SIZE];
    size_t length = (size_t)snprintf(chart->caption, sizeof chart->caption, "%.400s", chart->help);
    int first = 1;
    for (int p = 0; !f->job && p < t->parameters && length < sizeof chart->caption; p++)
        if (figures_holds(f, p)) {
            length += (size_t)snprintf(chart->caption + length, sizeof chart->caption - length,
                                       "%s%.30s = %.30s", first ? "  Jobs with " : ", ",
                                       t->experiment->parameters[p].name,
                                       value_format(t->jobs[s->set].parameters[p], text));
            first = 0;
        }
    if (!first && length < sizeof chart->caption)
        snprintf(chart->caption + length, sizeof chart->caption - length, ".");
    snprintf(chart->heading, sizeof chart->heading, "%.90s%s%.90s", chart->title,
             s->panel[0] ? ", " : "", s->panel);
    chart->help = chart->caption;
    chart->title = chart->heading;
}

/* ---- the two kinds ---- */

static int take_metrics(struct series *s, struct err *e)
{
    const struct figure *f = s->f;
    const struct job_table *t = &f->data->table;
    int code = 0;
    for (int c = 0; !code && c < COLUMNS && f->plot->y[c]; c++) {
        double x = figures_number(f, s->job, NULL, f->plot->x);
        double y = sweep_data_metric(f->data, s->job, f->plot->y[c]);
        if (!isfinite(x) || !isfinite(y))
            continue;
        code = take(s, find_line(s, NULL, c), t->jobs[s->job].point, x, y, e);
    }
    return code;
}

static int take_row(const struct store_row *row, void *data, struct err *e)
{
    struct series *s = data;
    const struct figure *f = s->f;
    char panel[CHART_NAME];
    double x = figures_number(f, s->job, row, f->plot->x);
    double y = figures_number(f, s->job, row, f->plot->y[0]);
    figures_name_panel(f, s->job, row, panel);
    if (strcmp(panel, s->panel) || !figures_wants(f, s->job, row) || !isfinite(x) || !isfinite(y))
        return 0;
    return take(s, find_line(s, row, 0), x, x, y, e);
}

static int take_job(struct series *s, struct err *e)
{
    char panel[CHART_NAME];
    if (s->f->plot->kind == PLOT_COURSE)
        return figures_rows_of(s->f, s->job, take_row, s, e);
    figures_name_panel(s->f, s->job, NULL, panel);
    return strcmp(panel, s->panel) ? 0 : take_metrics(s, e);
}

int figures_series(struct figure *f, struct err *e)
{
    struct series s = {.f = f, .set = figures_find_set(f), .panel = f->panel ? f->panel : ""};
    int code = bootstrap_new(&s.resample, RESAMPLE_DEFAULT, SEED, e);
    for (s.job = 0; !code && s.job < f->data->table.n; s.job++)
        if (figures_in_set(f, s.set, s.job))
            code = take_job(&s, e);
    if (!code && s.count) {
        draw(&s);
        put_words(&s);
    }
    series_free(&s);
    return code;
}
