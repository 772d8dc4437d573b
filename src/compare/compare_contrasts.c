#include "compare/compare_contrasts.h"

#include "compare/sheet.h"

#include <math.h>
#include <stdio.h>

/* ---- dropouts ---- */

static int lost(const struct job_table *r, int group, enum store_state state)
{
    return r->lost[group * STORE_STATES + (int)state];
}

/* Finished jobs of a group without this metric. */
static int without(const struct job_table *r, int group, const char *metric)
{
    int m = experiment_metric(r->experiment, metric), n = 0;
    for (int i = 0; i < r->n; i++)
        n += r->jobs[i].group == group && !isfinite(r->jobs[i].metrics[m]);
    return n;
}

static int done(const struct job_table *r, int group)
{
    int n = 0;
    for (int i = 0; i < r->n; i++)
        n += r->jobs[i].group == group;
    return n;
}

static void print_collapsed(const struct comparison *c, FILE *out)
{
    char limit[VALUE_TEXT_SIZE];
    const struct plane *plane = c->planes ? c->plane[0].plane : NULL;
    if (plane && plane->chance > 0)
        fprintf(out, "collapsed: %s above %s, half of chance", plane->x,
                text_table_format(value_real(plane->chance / 2), limit));
    else
        fprintf(out, "collapsed: not known, as nothing is known of chance");
    fprintf(out, "; failed: also crashed, quarantined.\n");
    if (c->roster->lost_elsewhere)
        fprintf(out, "%d more of groups without any finished job.\n", c->roster->lost_elsewhere);
}

static int print_dropouts(const struct comparison *c, FILE *out, struct err *e)
{
    const struct job_table *r = c->roster;
    const struct evidence *evidence = r->experiment->evidence;
    const char *metric = evidence && evidence->metric ? evidence->metric : NULL;
    char heading[SHEET_CELL];
    snprintf(heading, sizeof heading, "no %.100s", metric ? metric : "anatomy");
    const char *const names[] = {"group", "done", "collapsed", heading, "diverged", "failed"};
    struct sheet s;
    fprintf(out, "Jobs that dropped out, before any mean.\n");
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (int g = 0; g < r->groups; g++) {
        struct sheet_row *row = sheet_row(&s);
        int known = c->planes && c->plane[0].plane->chance > 0;
        sheet_put_name(row, r, g, 0);
        sheet_put(row, value_int(done(r, g)));
        sheet_put(row, known ? value_int(c->plane[0].group[g].collapsed) : value_null());
        sheet_put(row, metric ? value_int(without(r, g, metric)) : value_null());
        sheet_put(row, value_int(lost(r, g, STATE_DIVERGED)));
        sheet_put(row, value_int(lost(r, g, STATE_FAILED) + lost(r, g, STATE_CRASHED) +
                                 lost(r, g, STATE_QUARANTINED)));
        sheet_add(&s);
    }
    int code = sheet_end(&s, out);
    print_collapsed(c, out);
    fprintf(out, "\n");
    return code;
}

/* ---- contrasts ---- */

static void add_test(struct sheet *s, const struct comparison *c, const struct comparison_plane *p,
                     const struct contrast *contrast, const char *question,
                     const struct contrast_test *t)
{
    const struct comparison_group *a = &p->group[contrast->a], *b = &p->group[contrast->b];
    struct sheet_row *row = sheet_row(s);
    sheet_put(row, value_text(question));
    sheet_put_name(row, c->roster, a->group, a->placed);
    sheet_put_name(row, c->roster, b->group, b->placed);
    sheet_put(row, value_int(t->seeds_a));
    sheet_put(row, value_int(t->seeds_b));
    sheet_put(row, value_int(t->difference.n));
    sheet_put_estimate(row, t->difference);
    sheet_put_optional(row, t->p);
    sheet_put_optional(row, t->p_holm);
    sheet_add(s);
}

static void print_points(const struct comparison *c, const struct comparison_plane *p, FILE *out)
{
    char a[COMPARISON_NAME_SIZE], b[COMPARISON_NAME_SIZE];
    for (int i = 0; i < p->contrasts->n; i++) {
        const struct contrast *x = &p->contrasts->contrast[i];
        const struct comparison_group *ga = &p->group[x->a], *gb = &p->group[x->b];
        if (x->points_a == x->points_b)
            continue;
        fprintf(out, "%s has %d point%s, %s has %d: ",
                comparison_name(c->roster, ga->group, ga->placed, a), x->points_a,
                x->points_a == 1 ? "" : "s", comparison_name(c->roster, gb->group, gb->placed, b),
                x->points_b);
        if (c->options.equal_points)
            fprintf(out, "each seed stands at its mean over %d choices of as many.\n",
                    c->options.equal_points);
        else
            fprintf(out, "more points reach further by chance alone%s.\n",
                    x->points_a == 1 || x->points_b == 1
                        ? ", and a single one loses area by construction"
                        : "; see --equal-points");
    }
}

/* Prints the metric beside y for each group: a difference in y means less where that metric
   differs, too. */
static int print_beside(const struct comparison *c, const struct plane *plane, FILE *out,
                        struct err *e)
{
    static const char *const names[] = {"group", "jobs", "seeds", "mean"};
    const struct comparison_evidence *v = comparison_beside(c, plane, NULL);
    struct sheet s;
    if (!v)
        return 0;
    fprintf(out, "%s beside %s, the mean over seeds of each seed's mean:\n", plane->beside,
            plane->y);
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (; v; v = comparison_beside(c, plane, v)) {
        struct sheet_row *row = sheet_row(&s);
        sheet_put_name(row, c->roster, v->group, 0);
        sheet_put(row, value_int(v->jobs));
        sheet_put(row, value_int(v->mean.n));
        sheet_put_estimate(row, v->mean);
        sheet_add(&s);
    }
    return sheet_end(&s, out);
}

static int print_plane(const struct comparison *c, const struct comparison_plane *p, FILE *out,
                       struct err *e)
{
    static const char *const names[] = {"at", "a",          "b", "of a",    "of b",
                                        "n",  "difference", "p", "p (Holm)"};
    char question[COMPARISON_LIMITS][SHEET_CELL], x[VALUE_TEXT_SIZE];
    struct sheet s;
    fprintf(out,
            "%s: contrasts%s, least %s of a less that of b, seed by seed; of a, of b: seeds that\n"
            "get to the error; n: both.  p by exchange within seeds, Holm over those of the %d "
            "contrasts\n"
            "of a question that have one.  area: up to %s = %s, above 0 where a is better.\n",
            p->plane->name, c->options.contrasts ? " asked for" : " as planned", p->plane->y,
            p->contrasts->n, p->plane->x, text_table_format(value_real(p->reference_x), x));
    sheet_begin(&s, names, SHEET_COLUMNS(names), e);
    for (int l = 0; l < c->options.n_limits; l++) {
        text_table_format(value_real(c->options.limits[l]), x);
        snprintf(question[l], SHEET_CELL, "<= %.60s", x);
        for (int i = 0; i < p->contrasts->n; i++)
            add_test(&s, c, p, &p->contrasts->contrast[i], question[l],
                     &p->contrasts->contrast[i].at[l]);
    }
    for (int i = 0; i < p->contrasts->n; i++)
        add_test(&s, c, p, &p->contrasts->contrast[i], "area", &p->contrasts->contrast[i].area);
    int code = sheet_end(&s, out);
    print_points(c, p, out);
    if (!code)
        code = print_beside(c, p->plane, out, e);
    fprintf(out, "\n");
    return code;
}

int compare_contrasts_print(const struct comparison *c, FILE *out, struct err *e)
{
    int code = print_dropouts(c, out, e);
    for (int p = 0; !code && p < c->planes; p++)
        if (c->plane[p].contrasts)
            code = print_plane(c, &c->plane[p], out, e);
    return code;
}
