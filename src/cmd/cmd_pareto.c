/* The command `pareto`: prints the Pareto frontiers as tables and plots. */
#include "base/array.h"
#include "base/mem.h"
#include "cmd/chosen.h"
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/mixture_text.h"
#include "cmd/options.h"
#include "compare/selection.h"
#include "compare/selection_frontier.h"
#include "jobs/job.h"
#include "store/store.h"
#include "text/console.h"
#include "text/json.h"
#include "text/printable.h"
#include "text/scatter.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARETO_SCHEMA = 1, GROUPS_MOST = 26, GROUP_NAME = 32 };

/* ---- which parameters vary among the finished jobs ---- */

struct variation {
    int parameters;
    struct value *first;   /* (parameters), values of the first job; texts are owned */
    unsigned char *varies; /* (parameters), whether it varies */
};

static int note_first(struct variation *v, int p, struct value value, struct err *e)
{
    v->first[p] = value;
    if (value.type == VALUE_TEXT && !(v->first[p].as.text = mem_text(value.as.text))) {
        v->first[p] = value_null();
        return err_set(e, ERR_MEMORY, "no memory for the parameters");
    }
    return 0;
}

static int note_parameters(const struct store_row *row, void *data, struct err *e)
{
    struct variation *v = data;
    int code = 0;
    for (int p = 0; !code && p < v->parameters; p++) {
        if (v->varies[p])
            continue;
        if (v->first[p].type == VALUE_NULL)
            code = note_first(v, p, row->values[1 + p], e);
        else
            v->varies[p] = !value_equal(v->first[p], row->values[1 + p]);
    }
    return code;
}

static void variation_close(struct variation *v)
{
    for (int p = 0; v->first && p < v->parameters; p++)
        if (v->first[p].type == VALUE_TEXT)
            mem_free((char *)v->first[p].as.text);
    mem_free(v->first);
    mem_free(v->varies);
}

static int variation_read(struct variation *v, struct store *store, const struct experiment *x,
                          const struct selection *selection, struct err *e)
{
    *v = (struct variation){.parameters = experiment_parameter_count(x)};
    v->first = mem_array((size_t)v->parameters, sizeof *v->first);
    v->varies = mem_array((size_t)v->parameters, 1);
    if (!v->first || !v->varies)
        return err_set(e, ERR_MEMORY, "out of memory");
    for (int p = 0; p < v->parameters; p++)
        v->first[p] = value_null();
    return selection_each_result(selection, store, note_parameters, v, e);
}

/* ---- the position of each job in a plane ---- */

struct place {
    int64_t job;
    struct scatter_point point;
};

struct overview {
    const struct experiment *experiment;
    const struct plane *plane;
    int x, y, group;           /* columns of the rows; group -1 = no group */
    char *groups[GROUPS_MOST]; /* values of the group's parameter; owned */
    char marks[GROUPS_MOST];   /* the letter of each group */
    int group_count;
    struct place *places;
    size_t count;
};

static void overview_close(struct overview *o)
{
    for (int i = 0; i < o->group_count; i++)
        mem_free(o->groups[i]);
    mem_free(o->places);
}

/* A letter of the name that no other group uses, preferably its first. */
static char free_mark(const struct overview *o, const char *name)
{
    static const char spare[] = "abcdefghijklmnopqrstuvwxyz";
    const char *const candidates[] = {name, spare};
    for (int k = 0; k < 2; k++)
        for (const char *c = candidates[k]; *c; c++) {
            char mark = (char)tolower((unsigned char)*c);
            if (isalpha((unsigned char)mark) && !memchr(o->marks, mark, (size_t)o->group_count))
                return mark;
        }
    return '?';
}

static char mark_of(struct overview *o, const char *group)
{
    for (int i = 0; i < o->group_count; i++)
        if (!strcmp(o->groups[i], group))
            return o->marks[i];
    if (o->group_count == GROUPS_MOST || !(o->groups[o->group_count] = mem_text(group)))
        return '?';
    o->marks[o->group_count] = free_mark(o, group);
    return o->marks[o->group_count++];
}

static int add_place(struct overview *o, struct place place, struct err *e)
{
    struct place *places = array_room(o->places, o->count, sizeof *places);
    if (!places)
        return err_set(e, ERR_MEMORY, "out of memory for %zu jobs", o->count);
    o->places = places;
    o->places[o->count++] = place;
    return 0;
}

static int note_place(const struct store_row *row, void *data, struct err *e)
{
    struct overview *o = data;
    if (!o->x) { /* the first row */
        o->x = store_row_column(row, o->plane->x);
        o->y = store_row_column(row, o->plane->y);
        o->group = o->experiment->group ? store_row_column(row, o->experiment->group) : -1;
    }
    const struct value *v = row->values;
    if (v[o->x].type == VALUE_NULL || v[o->y].type == VALUE_NULL)
        return 0;
    struct scatter_point point = {
        .x = value_number(v[o->x]), .y = value_number(v[o->y]), .mark = 'o'};
    if (o->group >= 0)
        point.mark = mark_of(o, v[o->group].as.text);
    return add_place(o, (struct place){v[0].as.i, point}, e);
}

/* ---- the frontier ---- */

/* The job with the smallest value of a metric. */
struct least {
    int64_t job;
    double value;
};

struct frontier {
    struct overview *overview;
    struct db_reader_table table;
    int count; /* number of jobs on the frontier */
    struct least x, y;
    char groups[GROUPS_MOST][GROUP_NAME]; /* (group_count) */
    int in_group[GROUPS_MOST];            /* number of jobs of each on it */
    int group_count;
};

/* Counts the job for the sentence that follows the table. */
static void count_job(struct frontier *f, const struct store_row *row)
{
    const struct overview *o = f->overview;
    const struct value *v = row->values;
    int group = o->experiment->group ? store_row_column(row, o->experiment->group) : -1, g = 0;
    double x = value_number(v[store_row_column(row, o->plane->x)]);
    double y = value_number(v[store_row_column(row, o->plane->y)]);
    if (!f->count || x < f->x.value)
        f->x = (struct least){v[0].as.i, x};
    if (!f->count++ || y < f->y.value)
        f->y = (struct least){v[0].as.i, y};
    if (group < 0)
        return;
    char text[VALUE_TEXT_SIZE], name[GROUP_NAME];
    printable(name, sizeof name, value_format(v[group], text));
    while (g < f->group_count && strcmp(f->groups[g], name))
        g++;
    if (g == GROUPS_MOST)
        return;
    if (g == f->group_count)
        strcpy(f->groups[f->group_count++], name);
    f->in_group[g]++;
}

/* Prints "6 of 14 jobs are on the frontier (bimt 4, l1 2), from the least error 0.21 (job 3)
   ...". */
static void print_sentence(const struct frontier *f, int64_t finished, int by_group)
{
    const struct plane *plane = f->overview->plane;
    printf("%d of %lld job%s %s on %s frontier", f->count, (long long)finished,
           finished == 1 ? "" : "s", f->count == 1 ? "is" : "are",
           by_group ? "their group's" : "the");
    for (int g = 0; g < f->group_count; g++)
        printf("%s%s %d", g ? ", " : " (", f->groups[g], f->in_group[g]);
    printf("%s; the least %s is %.4g (job %lld), the least %s %.4g (job %lld).\n",
           f->group_count ? ")" : "", plane->x, f->x.value, (long long)f->x.job, plane->y,
           f->y.value, (long long)f->y.job);
}

static int by_job(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = ((const struct place *)b)->job;
    return (x > y) - (x < y);
}

static int note_frontier(const struct store_row *row, void *data, struct err *e)
{
    struct frontier *f = data;
    struct overview *o = f->overview;
    struct place *place =
        o->count ? bsearch(&row->values[0].as.i, o->places, o->count, sizeof *o->places, by_job)
                 : NULL;
    if (place)
        place->point.frontier = 1;
    count_job(f, row);
    return db_reader_to_table(row, &f->table, e);
}

/* The columns to print: the job, the headline parameters and those that vary, the metrics of
 * planes and those beside them.
 */
static unsigned char *choose_columns(const struct experiment *x, const struct variation *v)
{
    int parameters = v->parameters, metrics = experiment_metric_count(x);
    unsigned char *keep = mem_array((size_t)(1 + parameters + metrics), 1);
    if (!keep)
        return NULL;
    keep[0] = 1;
    for (int p = 0; p < parameters; p++)
        keep[1 + p] = p < x->headline || v->varies[p];
    for (int m = 0; m < metrics; m++)
        keep[1 + parameters + m] = (unsigned char)experiment_in_planes(x, m);
    return keep;
}

static void print_plot(const struct overview *o)
{
    struct scatter_point *points = mem_array(o->count, sizeof *points);
    if (!points)
        return;
    for (size_t i = 0; i < o->count; i++)
        points[i] = o->places[i].point;
    int width = console_width(stdout) - 16;
    printf("\n");
    scatter_print(stdout, points, o->count, o->plane->x, o->plane->y, width < 70 ? width : 70, 18);
    for (int i = 0; i < o->group_count; i++) {
        char name[GROUP_NAME];
        printf("%s%c %s", i ? "   " : "            ", o->marks[i],
               printable(name, sizeof name, o->groups[i]));
    }
    printf("%scapitals: on the frontier\n", o->group_count ? "   " : "            ");
    mem_free(points);
}

static int print_plane(struct store *store, const struct selection *selection,
                       const struct overview *what, const unsigned char *keep,
                       const struct options *options, struct err *e)
{
    struct overview overview = *what;
    const struct experiment *x = overview.experiment;
    const struct plane *plane = overview.plane;
    struct frontier frontier = {.overview = &overview, .table = {.keep = keep}};
    int64_t finished = 0;
    int plotted = console_is_terminal(stdout);
    int code = plotted ? selection_each_result(selection, store, note_place, &overview, e) : 0;
    if (!code)
        code = selection_frontier(selection, store, x, plane, options->by_group, &finished,
                                  note_frontier, &frontier, e);
    if (!code && frontier.count) {
        char title[160];
        snprintf(title, sizeof title, "%s: %s against %s, frontier of %lld finished job%s%s%s",
                 plane->name, plane->x, plane->y, (long long)finished, finished == 1 ? "" : "s",
                 options->by_group ? ", for each " : "",
                 options->by_group && x->group ? x->group : "");
        db_reader_print(&frontier.table, title);
        if (plotted)
            print_plot(&overview);
        print_sentence(&frontier, finished, options->by_group);
        printf("\n");
    }
    text_table_free(frontier.table.report);
    overview_close(&overview);
    return code;
}

static int print_plane_json(struct store *store, const struct selection *selection,
                            const struct overview *what, const struct options *options,
                            struct json *j, struct err *e)
{
    const struct experiment *x = what->experiment;
    int64_t finished;
    json_open_object(j, NULL);
    json_text(j, "experiment", x->name);
    json_text(j, "plane", what->plane->name);
    json_text(j, "x", what->plane->x);
    json_text(j, "y", what->plane->y);
    json_text(j, "group", options->by_group && x->group ? x->group : "");
    json_open_array(j, "frontier");
    int code = selection_frontier(selection, store, x, what->plane, options->by_group, &finished,
                                  db_reader_to_json, j, e);
    json_close_array(j);
    json_close_object(j);
    return code;
}

/* ---- which planes ---- */

static int wanted(const struct plane *plane, const struct options *options)
{
    return !options->plane || !strcmp(plane->name, options->plane);
}

static int check_plane(const struct options *options, struct err *e)
{
    char known[256] = "";
    for (int i = 0; job_at(i); i++)
        for (const struct plane *p = job_at(i)->experiment.planes; p && p->name; p++) {
            if (wanted(p, options))
                return 0;
            strncat(known, *known ? ", " : "", sizeof known - strlen(known) - 1);
            strncat(known, p->name, sizeof known - strlen(known) - 1);
        }
    return err_set(e, ERR_USAGE, "--plane %s: expected one of %s", options->plane, known);
}

static int print_planes(struct store *store, const struct experiment *x,
                        const struct selection *selection, const struct options *options,
                        struct json *j, struct err *e)
{
    struct variation variation = {0};
    unsigned char *keep = NULL;
    int code = options->json ? 0 : variation_read(&variation, store, x, selection, e);
    if (!code && !options->json && !(keep = choose_columns(x, &variation)))
        code = err_set(e, ERR_MEMORY, "out of memory");
    for (const struct plane *p = x->planes; !code && p && p->name; p++) {
        const struct overview what = {.experiment = x, .plane = p};
        if (wanted(p, options))
            code = options->json ? print_plane_json(store, selection, &what, options, j, e)
                                 : print_plane(store, selection, &what, keep, options, e);
    }
    mem_free(keep);
    variation_close(&variation);
    return code;
}

/* ---- which experiments ---- */

static int tell_mixtures(struct store *store, struct chosen *c, struct json *j, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && c->experiments[i]; i++)
        if (c->selections[i])
            code = mixture_text_tell(store, c->experiments[i], c->selections[i], j, &c->jobs[i], e);
    return code;
}

static int print_chosen(struct store *store, struct chosen *c, const struct options *options,
                        struct err *e)
{
    struct json json, *j = options->json ? &json : NULL;
    int64_t all = 0;
    if (j) {
        json_begin(j, stdout, PARETO_SCHEMA);
        json_open_array(j, "jobs");
    }
    int code = tell_mixtures(store, c, j, e);
    if (j) {
        json_close_array(j);
        json_open_array(j, "planes");
    }
    for (int i = 0; !code && c->experiments[i]; i++) {
        all += c->jobs[i];
        if (c->jobs[i])
            code = print_planes(store, c->experiments[i], c->selections[i], options, j, e);
    }
    if (j) {
        json_close_array(j);
        json_end(j);
    } else if (!code && !all) {
        printf("%s\n", c->experiments[0] ? "no finished job is selected" : "no finished jobs yet");
    }
    return code;
}

static int print_all(struct store *store, const struct options *options, struct err *e)
{
    struct chosen chosen;
    int code = chosen_find(&chosen, store, options, e);
    if (!code)
        code = print_chosen(store, &chosen, options, e);
    chosen_free(&chosen);
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct store *store = NULL;
    int code = check_plane(options, &e);
    if (!code)
        code = db_reader_open(&store, options, &e);
    if (!code)
        code = print_all(store, options, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_pareto = {
    .name = "pareto",
    .arguments = "DB [OPTION]...",
    .summary = "the Pareto frontiers, as tables and, on a terminal, as plots",
    .help =
        "Prints the finished jobs that no other job beats: none is at least as good in both\n"
        "metrics of a plane and better in one.  The views pareto_neurons, pareto_wiring and\n"
        "pareto_*_by_regularizer of the database have the same rows.  Where the jobs differ in\n"
        "parameters that are not axes of a sweep, or networks are dead, this is said first.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_PLANE | OPTION_BY_GROUP | OPTION_SWEEP | OPTION_WHERE | OPTION_JSON,
    .run = run,
};
