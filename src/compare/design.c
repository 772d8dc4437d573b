#include "compare/design.h"

#include "compare/comparison.h"
#include "stats/contrast.h"

#include <stdio.h>
#include <string.h>

struct design design_of(int contrasts, int seeds)
{
    struct design d = {.contrasts = contrasts, .seeds = seeds, .least_p = 1};
    if (contrasts) {
        d.needed = contrast_seeds_needed(contrasts, COMPARISON_ALPHA);
        d.least_p = contrast_least_p(contrasts, seeds);
    }
    return d;
}

static int has_twin(const struct experiment *x)
{
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (p->placed)
            return 1;
    return 0;
}

/* One side of a contrast, without ", placed". */
static const char *value_of(const char *side, char *out, size_t size)
{
    const char *comma = strchr(side, ',');
    snprintf(out, size, "%.*s", (int)(comma ? comma - side : (long)strlen(side)), side);
    return out;
}

int design_contrasts(const struct experiment *x,
                     int (*has_group)(const char *value, const void *data), const void *data)
{
    char a[VALUE_TEXT_SIZE], b[VALUE_TEXT_SIZE];
    int n = 0, twin = has_twin(x);
    for (const struct planned_contrast *c = x->contrasts; c && c->a; c++) {
        int wants_twin = strchr(c->a, ',') || strchr(c->b, ',');
        n += (twin || !wants_twin) && has_group(value_of(c->a, a, sizeof a), data) &&
             has_group(value_of(c->b, b, sizeof b), data);
    }
    return n;
}

char *design_p(double p, char *out)
{
    char text[DESIGN_P];
    snprintf(text, sizeof text, p < 0.001 ? "%.1e" : "%.2g", p);
    snprintf(out, DESIGN_P, "%s", text[0] == '0' && text[1] == '.' ? text + 1 : text);
    return out;
}

char *design_sentence(struct design d, char *out, size_t size)
{
    char p[DESIGN_P];
    int used =
        snprintf(out, size, "%d seed%s %s decide %d contrast%s: p, corrected for %s, is %s%s",
                 d.seeds, d.seeds == 1 ? "" : "s", d.seeds >= d.needed ? "can" : "cannot",
                 d.contrasts, d.contrasts == 1 ? "" : "s", d.contrasts == 1 ? "it" : "them",
                 design_p(d.least_p, p), d.least_p < 1 ? " at least" : "");
    if (d.seeds < d.needed && used > 0 && (size_t)used < size)
        snprintf(out + used, size - (size_t)used, "; it takes %d seeds", d.needed);
    return out;
}
