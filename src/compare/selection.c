#include "compare/selection.h"

#include "base/array.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "sweep/sweep_where.h"

#include <stdlib.h>
#include <string.h>

struct selection {
    const struct experiment *experiment;
    struct experiment columns; /* the same, with its metrics after its parameters */
    struct parameter *parameters;
    struct sweep_where *where; /* over columns; NULL = all */
    int has_sweep;
    int64_t *members; /* (count) job numbers of the sweep, ascending */
    size_t count;
};

static int parse(struct selection *s, const char *where, struct err *e)
{
    const struct experiment *x = s->experiment;
    int n = experiment_parameter_count(x), metrics = experiment_metric_count(x);
    s->parameters = mem_array((size_t)(n + metrics + 1), sizeof *s->parameters);
    if (!s->parameters)
        return err_set(e, ERR_MEMORY, "out of memory");
    memcpy(s->parameters, x->parameters, (size_t)n * sizeof *s->parameters);
    for (int m = 0; m < metrics; m++)
        s->parameters[n + m] = (struct parameter){
            .name = x->metrics[m].name, .type = x->metrics[m].type, .help = x->metrics[m].help};
    s->columns = *x;
    s->columns.parameters = s->parameters;
    int code = sweep_where_parse(&s->where, where, &s->columns, e);
    if (code && code != ERR_MEMORY) {
        err_prefix(e, "--where");
        return err_recode(e, ERR_USAGE);
    }
    return code;
}

/* ---- the jobs of a sweep ---- */

static int add_member(const struct store_row *row, void *data, struct err *e)
{
    struct selection *s = data;
    int64_t *grown = array_room(s->members, s->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for %zu jobs", s->count);
    s->members = grown;
    s->members[s->count++] = row->values[0].as.i;
    return 0;
}

struct names {
    char **names; /* (count), owned */
    size_t count;
};

static int add_name(const struct store_row *row, void *data, struct err *e)
{
    struct names *n = data;
    char **grown = array_room(n->names, n->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory");
    n->names = grown;
    n->names[n->count] = mem_text(row->values[0].as.text);
    return n->names[n->count] ? (n->count++, 0) : err_set(e, ERR_MEMORY, "out of memory");
}

static const char *name_at(int i, const void *data)
{
    const struct names *n = data;
    return (size_t)i < n->count ? n->names[i] : NULL;
}

static int check_sweep(struct store *store, const char *sweep, struct err *e)
{
    struct names n = {0};
    char hint[SUGGEST_SIZE] = "";
    int known = 0, code = store_each_sweep_text(store, add_name, &n, e);
    for (size_t i = 0; i < n.count; i++)
        known |= !strcmp(n.names[i], sweep);
    if (!code && !known) {
        suggest_phrase(hint, sweep, name_at, &n);
        code = err_set(e, ERR_USAGE, "--sweep %s: the database has no such sweep%s", sweep, hint);
    }
    for (size_t i = 0; i < n.count; i++)
        mem_free(n.names[i]);
    mem_free(n.names);
    return code;
}

int selection_new(struct selection **selection, struct store *store,
                  const struct experiment *experiment, const char *sweep, const char *where,
                  struct err *e)
{
    struct selection *s = *selection = mem_array(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory");
    s->experiment = experiment;
    s->has_sweep = sweep != NULL;
    int code = where ? parse(s, where, e) : 0;
    if (!code && sweep)
        code = check_sweep(store, sweep, e);
    if (!code && sweep)
        code = store_each_member(store, sweep, add_member, s, e);
    if (code) {
        selection_free(s);
        *selection = NULL;
    }
    return code;
}

int selection_choose(struct selection **selections, const struct experiment *const *experiments,
                     struct store *store, const char *sweep, const char *where, struct err *e)
{
    struct err misfit = {0}, why = {0};
    int code = 0, fit = 0;
    for (int i = 0; !code && experiments[i]; i++) {
        code = selection_new(&selections[i], store, experiments[i], sweep, where, &why);
        fit += !code;
        if (code == ERR_USAGE) {
            misfit = misfit.code ? misfit : why;
            code = 0;
        } else if (code && e) {
            *e = why;
        }
    }
    if (code || fit || !misfit.code)
        return code;
    if (e)
        *e = misfit;
    return misfit.code;
}

void selection_free(struct selection *s)
{
    if (!s)
        return;
    sweep_where_free(s->where);
    mem_free(s->parameters);
    mem_free(s->members);
    mem_free(s);
}

int selection_is_all(const struct selection *s)
{
    return !s->where && !s->has_sweep;
}

/* ---- choosing ---- */

struct sieve {
    const struct selection *selection;
    store_row_handler *row;
    void *data;
};

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int sift(const struct store_row *row, void *data, struct err *e)
{
    const struct sieve *sieve = data;
    const struct selection *s = sieve->selection;
    /* The row's values after the job number are those of the columns, in their order. */
    const struct spec spec = {&s->columns, (struct value *)&row->values[1]};
    if (s->has_sweep && !(s->count && bsearch(&row->values[0].as.i, s->members, s->count,
                                              sizeof *s->members, by_number)))
        return 0;
    return sweep_where_holds(s->where, &spec) ? sieve->row(row, sieve->data, e) : 0;
}

int selection_each_result(const struct selection *s, struct store *store, store_row_handler *row,
                          void *data, struct err *e)
{
    struct sieve sieve = {s, row, data};
    return store_each_result(store, s->experiment, selection_is_all(s) ? row : sift,
                             selection_is_all(s) ? data : &sieve, e);
}
