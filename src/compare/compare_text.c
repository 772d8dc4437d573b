#include "compare/compare_text.h"

#include "base/mem.h"
#include "compare/compare_contrasts.h"
#include "compare/sheet.h"
#include "compare/verdict.h"
#include "stats/bootstrap.h"
#include "text/text_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- groups ---- */

static void print_left_out(const struct comparison_plane *p, const struct job_table *r, FILE *out)
{
    char name[COMPARISON_NAME_SIZE];
    for (int g = 0; g < p->groups; g++)
        if (p->group[g].left_out)
            fprintf(out, "Left out of %s: %d finished job%s without the metrics.\n",
                    comparison_name(r, p->group[g].group, p->group[g].placed, name),
                    p->group[g].left_out, p->group[g].left_out == 1 ? "" : "s");
}

static void print_uneven(const struct comparison_plane *p, FILE *out)
{
    for (int g = 0; g < p->groups; g++)
        if (p->group[g].jobs < p->group[g].points * p->compare->group[g].seeds) {
            fprintf(out, "Some points lack seeds that others have: then seeds differ in their "
                         "points, too.\n");
            return;
        }
}

static int print_groups(const struct comparison *c, const struct comparison_plane *p, FILE *out,
                        struct err *e)
{
    static const char *const names[] = {"group",       "jobs",   "points",      "seeds",
                                        "hypervolume", "pooled", "on frontier", "share"};
    char x[VALUE_TEXT_SIZE], y[VALUE_TEXT_SIZE];
    struct sheet s;
    fprintf(out,
            "Hypervolume: the area between a seed's frontier and the reference point\n"
            "%s = %s, %s = %s; the larger, the better.  pooled: of all seeds as one.\n"
            "On frontier: jobs on the frontier of all groups%s; share: of a seed's.\n",
            p->plane->x, text_table_format(value_real(p->reference_x), x), p->plane->y,
            text_table_format(value_real(p->reference_y), y),
            p->frontiers > 1 ? " as trained, or of all placed" : "");
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (int g = 0; g < p->groups; g++) {
        const struct comparison_group *group = &p->group[g];
        const struct group_compare_group *compared = &p->compare->group[g];
        struct sheet_row *row = sheet_row(&s);
        sheet_put_name(row, c->roster, group->group, group->placed);
        sheet_put(row, value_int(group->jobs));
        sheet_put(row, value_int(group->points));
        sheet_put(row, value_int(compared->seeds));
        sheet_put_estimate(row, compared->hypervolume);
        sheet_put(row, group->jobs ? value_real(compared->pooled_hypervolume) : value_null());
        sheet_put_count(row, compared->on_joint, compared->joint);
        sheet_put_estimate(row, compared->share);
        sheet_add(&s);
    }
    int code = sheet_end(&s, out);
    print_left_out(p, c->roster, out);
    print_uneven(p, out);
    return code;
}

/* ---- the least cost ---- */

/* Whether any group reaches one of the limits; writes the largest limit as text. */
static int any_reached(const struct comparison *c, const struct comparison_plane *p, char *largest)
{
    int reached = 0;
    double most = c->options.limits[0];
    for (int l = 0; l < c->options.n_limits; l++) {
        most = fmax(most, c->options.limits[l]);
        for (int g = 0; g < p->groups; g++)
            reached |= p->compare->group[g].least[l].reached;
    }
    text_table_format(value_real(most), largest);
    return reached;
}

static int print_least(const struct comparison *c, const struct comparison_plane *p, FILE *out,
                       struct err *e)
{
    const char *names[1 + COMPARISON_LIMITS] = {"group"};
    char heading[COMPARISON_LIMITS][SHEET_CELL], limit[VALUE_TEXT_SIZE];
    struct sheet s;
    if (!any_reached(c, p, limit)) {
        fprintf(out, "\nNo frontier gets to %s <= %s.\n", p->plane->x, limit);
        return 0;
    }
    for (int l = 0; l < c->options.n_limits; l++) {
        text_table_format(value_real(c->options.limits[l]), limit);
        snprintf(heading[l], SHEET_CELL, "%.60s <= %.30s", p->plane->x, limit);
        names[1 + l] = heading[l];
    }
    fprintf(out,
            "\nThe least %s on a seed's frontier, lines between its points included;\n"
            "n: seeds that get there.\n",
            p->plane->y);
    sheet_begin(&s, names, 1 + c->options.n_limits, e);
    for (int g = 0; g < p->groups; g++) {
        struct sheet_row *row = sheet_row(&s);
        sheet_put_name(row, c->roster, p->group[g].group, p->group[g].placed);
        for (int l = 0; l < c->options.n_limits; l++) {
            struct estimate est = p->compare->group[g].least[l].by_seed;
            sheet_put_estimate(row, est);
            char *cell = row->text[row->n - 1];
            size_t used = strlen(cell);
            if (est.n)
                snprintf(cell + used, SHEET_CELL - used, " n=%d", est.n);
        }
        sheet_add(&s);
    }
    return sheet_end(&s, out);
}

/* ---- pairs ---- */

/* Tells the reader the smallest p that so few seeds can give, where it is too large to decide. */
static void print_least_p(const struct group_compare *compare, FILE *out)
{
    char p[VALUE_TEXT_SIZE], holm[VALUE_TEXT_SIZE];
    int most = 0, tests = 0;
    for (int i = 0; i < compare->pairs; i++)
        if (compare->pair[i].has_p) {
            tests++;
            most = compare->pair[i].difference.n > most ? compare->pair[i].difference.n : most;
        }
    double least = tests ? bootstrap_least_p(most) : 0;
    if (tests * least > COMPARISON_ALPHA)
        fprintf(out,
                "With %d seeds no p can be below %s, and none corrected for %d pair%s below %s.\n",
                most, text_table_format(value_real(least), p), tests, tests == 1 ? "" : "s",
                text_table_format(value_real(fmin(1, tests * least)), holm));
}

static int print_pairs(const struct comparison *c, const struct comparison_plane *p, FILE *out,
                       struct err *e)
{
    static const char *const names[] = {"a", "b", "n", "difference", "p", "p (Holm)"};
    struct sheet s;
    fprintf(out, "\nHypervolume of a less that of b, in the n seeds of both; p: of no difference,\n"
                 "by exchanging a and b within seeds; Holm: corrected for all pairs here.\n"
                 "Exploratory: what was asked before the data is among the contrasts.\n");
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (int i = 0; i < p->compare->pairs; i++) {
        const struct group_compare_pair *pair = &p->compare->pair[i];
        struct sheet_row *row = sheet_row(&s);
        sheet_put_name(row, c->roster, p->group[pair->a].group, p->group[pair->a].placed);
        sheet_put_name(row, c->roster, p->group[pair->b].group, p->group[pair->b].placed);
        sheet_put(row, value_int(pair->difference.n));
        sheet_put_estimate(row, pair->difference);
        sheet_put(row, pair->has_p ? value_real(pair->p) : value_null());
        sheet_put(row, pair->has_p ? value_real(pair->p_holm) : value_null());
        sheet_add(&s);
    }
    int code = sheet_end(&s, out);
    print_least_p(p->compare, out);
    return code;
}

/* ---- points of the frontier ---- */

static int is_shown(const struct frontier_membership *m)
{
    return m->seeds && (m->state == MEMBERSHIP_ON || m->state == MEMBERSHIP_AMBIGUOUS ||
                        (m->state == MEMBERSHIP_UNKNOWN && m->on));
}

/* A point that is shown, and its x. */
struct shown {
    double x;
    int point;
};

static int by_x(const void *left, const void *right)
{
    const struct shown *a = left, *b = right;
    return a->x != b->x ? (a->x > b->x) - (a->x < b->x)
                        : (a->point > b->point) - (a->point < b->point);
}

static void print_states(const struct comparison_frontier *f, int points, FILE *out)
{
    int count[MEMBERSHIP_ON + 1] = {0};
    for (int i = 0; i < points; i++)
        if (f->member[i].seeds)
            count[f->member[i].state]++;
    fprintf(
        out,
        "\nPoints on the frontier%s, at their means over seeds; state: on, where at least 95 %%\n"
        "of the resamples of seeds have the point there, else ambiguous.\n"
        "%d on, %d ambiguous, %d dominated (at most 5 %%)",
        f->placed ? " of placed networks" : "", count[MEMBERSHIP_ON], count[MEMBERSHIP_AMBIGUOUS],
        count[MEMBERSHIP_DOMINATED]);
    if (count[MEMBERSHIP_UNKNOWN])
        fprintf(out, ", %d unknown (fewer than 3 seeds)", count[MEMBERSHIP_UNKNOWN]);
    fprintf(out, ".\n");
}

/* Whether the table of points has a column for this parameter. */
static int is_told(const struct job_table *r, int parameter)
{
    return parameter == r->by || (r->varies[parameter] && parameter != r->replicate);
}

static void add_point(struct sheet *s, const struct job_table *r,
                      const struct frontier_membership *m, int point)
{
    struct sheet_row *row = sheet_row(s);
    sheet_put(row, value_text(frontier_membership_name(m->state)));
    for (int p = 0; p < r->parameters; p++)
        if (is_told(r, p))
            sheet_put(row, r->jobs[r->first_of_point[point]].parameters[p]);
    sheet_put(row, value_int(m->seeds));
    sheet_put(row, value_real(m->x));
    sheet_put(row, value_real(m->y));
    sheet_put(row, m->state == MEMBERSHIP_UNKNOWN ? value_null() : value_real(m->share));
    sheet_add(s);
}

static int print_frontier(const struct comparison_frontier *f, const struct job_table *r, FILE *out,
                          struct err *e)
{
    const char *const last[] = {"n", f->plane->x, f->plane->y, "resamples"};
    const char **names = mem_array((size_t)r->parameters + 1 + SHEET_COLUMNS(last), sizeof *names);
    struct shown *shown = mem_array((size_t)r->points, sizeof *shown);
    int columns = 1, n = 0;
    if (!shown || !names) {
        mem_free(shown);
        mem_free(names);
        return err_set(e, ERR_MEMORY, "out of memory for %d points", r->points);
    }
    names[0] = "state";
    for (int p = 0; p < r->parameters; p++)
        if (is_told(r, p))
            names[columns++] = r->experiment->parameters[p].name;
    memcpy(names + columns, last, sizeof last);
    for (int i = 0; i < r->points; i++)
        if (is_shown(&f->member[i]))
            shown[n++] = (struct shown){f->member[i].x, i};
    qsort(shown, (size_t)n, sizeof *shown, by_x);

    struct sheet s;
    print_states(f, r->points, out);
    sheet_begin(&s, names, columns + SHEET_COLUMNS(last), e);
    for (int i = 0; i < n; i++)
        add_point(&s, r, &f->member[shown[i].point], shown[i].point);
    mem_free(shown);
    mem_free(names);
    return sheet_end(&s, out);
}

/* ---- evidence ---- */

static int print_evidence(const struct comparison *c, FILE *out, struct err *e)
{
    static const char *const names[] = {"metric", "group", "jobs", "seeds", "mean", "p < 0.05"};
    struct sheet s;
    if (!c->evidences)
        return 0;
    fprintf(out, "Beside the planes: the mean over seeds of each seed's mean; and of the jobs that "
                 "have\na p against chance, how many are below 0.05 (chance alone: 5 %%).\n");
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (int i = 0; i < c->evidences; i++) {
        const struct comparison_evidence *v = &c->evidence[i];
        struct sheet_row *row = sheet_row(&s);
        sheet_put(row, value_text(v->metric));
        sheet_put_name(row, c->roster, v->group, v->placed);
        sheet_put(row, value_int(v->jobs));
        sheet_put(row, value_int(v->mean.n));
        sheet_put_estimate(row, v->mean);
        if (v->has_p)
            sheet_put_count(row, v->significant, v->tested);
        else
            sheet_put(row, value_null());
        sheet_add(&s);
    }
    return sheet_end(&s, out);
}

/* ---- the whole ---- */

static int print_plane(const struct comparison *c, const struct comparison_plane *p, FILE *out,
                       struct err *e)
{
    fprintf(out, "%s: %s against %s\n", p->plane->name, p->plane->x, p->plane->y);
    if (!p->compare) {
        fprintf(out, "No finished job has both metrics.\n\n");
        return 0;
    }
    int code = print_groups(c, p, out, e);
    if (!code)
        code = print_least(c, p, out, e);
    if (!code && p->compare->pairs)
        code = print_pairs(c, p, out, e);
    for (int f = 0; !code && f < p->frontiers; f++)
        code = print_frontier(&p->frontier[f], c->roster, out, e);
    fprintf(out, "\n");
    return code;
}

static const char *ending(int n)
{
    return n == 1 ? "" : "s";
}

static int print_full(const struct comparison *c, FILE *out, struct err *e)
{
    int code = 0;
    for (int p = 0; !code && p < c->planes; p++)
        code = print_plane(c, &c->plane[p], out, e);
    return code ? code : print_evidence(c, out, e);
}

int compare_text_print(const struct comparison *c, int full, FILE *out, struct err *e)
{
    const struct job_table *r = c->roster;
    const struct experiment *x = r->experiment;
    struct verdict verdict;
    verdict_of(c, &verdict);
    for (int i = 0; i < verdict.lines; i++)
        fprintf(out, "%s\n", verdict.line[i]);
    fprintf(out, "\n%s: %d finished job%s, %d point%s, %d value%s of %s; groups by %s", x->name,
            r->n, ending(r->n), r->points, ending(r->points), r->seeds, ending(r->seeds),
            x->replicate, x->parameters[r->by].name);
    for (int i = 0; i < r->also_count; i++)
        fprintf(out, " and %s", x->parameters[r->also[i]].name);
    fprintf(out,
            ".\nMeans are over values of %s; in brackets their 95 %% intervals (bootstrap of %d\n"
            "resamples, widened for few values).\n\n",
            x->replicate, c->options.resamples);
    int code = compare_contrasts_print(c, out, e);
    if (code)
        return code;
    if (full)
        return print_full(c, out, e);
    fprintf(out,
            "--full adds all groups, pairs, points on frontiers, and the metrics beside them.\n");
    return 0;
}
