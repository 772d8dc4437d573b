#include "compare/verdict.h"

#include "text/text_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static void append(char *out, size_t size, const char *format,
                                                         ...)
{
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, size - used, format, arguments);
    va_end(arguments);
}

/* Thousands are separated from 1000 on (2,058); smaller numbers have four significant digits. */
static char *amount(double x, char *out)
{
    if (fabs(x) < 1000 || fabs(x) >= 1e9)
        return text_table_format(value_real(x), out);
    long whole = lround(fabs(x));
    if (whole >= 1000000)
        snprintf(out, VALUE_TEXT_SIZE, "%ld,%03ld,%03ld", whole / 1000000, whole / 1000 % 1000,
                 whole % 1000);
    else
        snprintf(out, VALUE_TEXT_SIZE, "%ld,%03ld", whole / 1000, whole % 1000);
    return out;
}

static const char *name_of(const struct comparison *c, const struct comparison_plane *p, int group,
                           char *out)
{
    return comparison_name(c->roster, p->group[group].group, p->group[group].placed, out);
}

char *verdict_sentence(const struct comparison *c, const struct comparison_plane *p,
                       const struct contrast *contrast, const struct contrast_test *test, char *out,
                       size_t size)
{
    char a[COMPARISON_NAME_SIZE], b[COMPARISON_NAME_SIZE], difference[VALUE_TEXT_SIZE],
        p_holm[DESIGN_P];
    double d = test->difference.mean;
    *out = '\0';
    append(out, size, "%s needs %s %s %s than %s (p = %s, %d seeds)", name_of(c, p, contrast->a, a),
           amount(fabs(d), difference), d <= 0 ? "less" : "more", p->plane->y,
           name_of(c, p, contrast->b, b), design_p(test->p_holm.value, p_holm), test->difference.n);
    return out;
}

static void say_undecided(const struct comparison *c, const struct comparison_plane *p,
                          const struct contrast *contrast, const struct contrast_test *test,
                          char *out)
{
    char a[COMPARISON_NAME_SIZE], b[COMPARISON_NAME_SIZE], p_holm[DESIGN_P];
    append(out, VERDICT_LINE, "%s - %s (", name_of(c, p, contrast->a, a),
           name_of(c, p, contrast->b, b));
    if (test->p_holm.defined)
        append(out, VERDICT_LINE, "p = %s, %d seeds)", design_p(test->p_holm.value, p_holm),
               test->difference.n);
    else
        append(out, VERDICT_LINE, "%d seed%s of %s and %d of %s get there)", test->seeds_a,
               test->seeds_a == 1 ? "" : "s", a, test->seeds_b, b);
}

static const struct comparison_plane *main_plane(const struct comparison *c)
{
    const struct comparison_plane *found = NULL;
    for (int p = 0; p < c->planes; p++)
        if (c->plane[p].contrasts &&
            (!found || (!found->plane->placed && c->plane[p].plane->placed)))
            found = &c->plane[p];
    return found;
}

static int main_limit(const struct contrasts *contrasts)
{
    for (int l = 0; l < contrasts->n_limits; l++)
        for (int i = 0; i < contrasts->n; i++)
            if (contrasts->contrast[i].at[l].p.defined)
                return l;
    return 0;
}

static int is_decided(const struct contrast_test *t)
{
    return t->p_holm.defined && t->p_holm.value < COMPARISON_ALPHA;
}

static void say_decided(const struct comparison *c, struct verdict *v)
{
    const struct contrasts *contrasts = v->plane->contrasts;
    char limit[VALUE_TEXT_SIZE], sentence[VERDICT_LINE];
    append(v->line[0], VERDICT_LINE, "at %s <= %s, ", v->plane->plane->x,
           text_table_format(value_real(c->options.limits[v->limit]), limit));
    for (int i = 0; i < contrasts->n; i++)
        if (is_decided(&contrasts->contrast[i].at[v->limit]))
            append(v->line[0], VERDICT_LINE, "%s%s", v->decided++ ? "; " : "",
                   verdict_sentence(c, v->plane, &contrasts->contrast[i],
                                    &contrasts->contrast[i].at[v->limit], sentence,
                                    sizeof sentence));
    if (!v->decided)
        append(v->line[0], VERDICT_LINE, "no contrast of %s is decided", v->plane->plane->y);
}

static void say_rest(const struct comparison *c, struct verdict *v)
{
    const struct contrasts *contrasts = v->plane->contrasts;
    for (int i = 0; i < contrasts->n; i++)
        if (!is_decided(&contrasts->contrast[i].at[v->limit])) {
            append(v->line[1], VERDICT_LINE, "%s", v->undecided++ ? "; " : "not decided: ");
            say_undecided(c, v->plane, &contrasts->contrast[i],
                          &contrasts->contrast[i].at[v->limit], v->line[1]);
        }
    if (!v->undecided)
        append(v->line[1], VERDICT_LINE, "no contrast is left undecided");
}

static void say_design(const struct comparison *c, struct verdict *v)
{
    v->design = design_of(v->plane->contrasts->n, c->roster->seeds);
    design_sentence(v->design, v->line[2], VERDICT_LINE);
}

void verdict_of(const struct comparison *c, struct verdict *v)
{
    *v = (struct verdict){.plane = main_plane(c)};
    if (!v->plane) {
        snprintf(
            v->line[0], VERDICT_LINE,
            "no contrast was planned between these groups: ask for some with --of \"A - B\", or "
            "see all pairs, which explore and do not decide, with --full");
        v->lines = 1;
        return;
    }
    v->limit = main_limit(v->plane->contrasts);
    v->lines = 3;
    say_decided(c, v);
    say_rest(c, v);
    say_design(c, v);
}
