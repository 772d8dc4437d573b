#include "compare/mixture.h"

#include "base/array.h"
#include "base/mem.h"
#include "record/spec.h"
#include "sweep/sweep_axes.h"

#include <stdio.h>
#include <string.h>

enum { VALUES_MOST = 8 };

/* What is known of one parameter. */
struct seen {
    struct value values[VALUES_MOST]; /* (n), texts owned */
    int n, more;                      /* more: there are further values */
};

struct mixture {
    const struct experiment *experiment;
    int parameters, dead_metric; /* -1 = none */
    unsigned char *is_axis;      /* (parameters) */
    struct seen *seen;           /* (parameters) */
    struct spec *spec;           /* scratch, to find out which parameters mean nothing */
    int64_t jobs;
    int64_t *dead; /* (dead_count) */
    size_t dead_count;
    int unknown; /* a stored sweep file cannot be read any more, so that its axes are unknown */
};

/* ---- axes ---- */

static int mark_axes(const struct store_row *row, void *data, struct err *e)
{
    struct mixture *m = data;
    (void)e;
    if (strcmp(row->values[1].as.text, m->experiment->name))
        return 0;
    m->unknown |= sweep_axes_mark(row->values[2].as.text, m->experiment, m->is_axis, NULL) != 0;
    return 0;
}

/* ---- values ---- */

/* Copies the row's parameters into m->spec, except that parameter p becomes `value`. */
static int fill_spec(struct mixture *m, const struct store_row *row, int p, struct value value,
                     struct err *e)
{
    int code = 0;
    for (int i = 0; !code && i < m->parameters; i++)
        code = spec_put(m->spec, i, i == p ? value : row->values[1 + i], e);
    return code;
}

/* Whether the job would be the same with that value; if so, its own value means nothing. */
static int means_nothing(struct mixture *m, const struct store_row *row, int p, struct value value)
{
    if (!m->experiment->canonicalise || fill_spec(m, row, p, value, NULL))
        return 0;
    m->experiment->canonicalise(m->spec);
    return value_equal(m->spec->values[p], row->values[1 + p]);
}

static int keep_value(struct seen *seen, struct value v, struct err *e)
{
    if (seen->n == VALUES_MOST) {
        seen->more = 1;
        return 0;
    }
    if (v.type == VALUE_TEXT && !(v.as.text = mem_text(v.as.text)))
        return err_set(e, ERR_MEMORY, "out of memory");
    seen->values[seen->n++] = v;
    return 0;
}

static int is_dead(const struct mixture *m, const struct store_row *row)
{
    if (m->dead_metric < 0)
        return 0;
    struct value v = row->values[1 + m->parameters + m->dead_metric];
    return v.type != VALUE_NULL && value_number(v) == 0;
}

static int note_row(const struct store_row *row, void *data, struct err *e)
{
    struct mixture *m = data;
    int code = 0;
    m->jobs++;
    for (int p = 0; !code && p < m->parameters; p++) {
        struct seen *seen = &m->seen[p];
        struct value v = row->values[1 + p];
        int known = 0;
        if (m->is_axis[p] || v.type == VALUE_NULL)
            continue;
        for (int i = 0; i < seen->n; i++)
            known |= value_equal(seen->values[i], v);
        if (!known)
            code = keep_value(seen, v, e);
    }
    if (code || !is_dead(m, row))
        return code;
    int64_t *grown = array_room(m->dead, m->dead_count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory");
    m->dead = grown;
    m->dead[m->dead_count++] = row->values[0].as.i;
    return 0;
}

/* A second pass over the parameters with several values: a value that means nothing for every job
   that has it does not count.  kept[p] is a bit set of the values that matter for some job. */
struct review {
    struct mixture *mixture;
    unsigned *kept;
};

static int review_row(const struct store_row *row, void *data, struct err *e)
{
    const struct review *r = data;
    struct mixture *m = r->mixture;
    (void)e;
    for (int p = 0; p < m->parameters; p++) {
        const struct seen *seen = &m->seen[p];
        for (int i = 0; seen->n > 1 && i < seen->n; i++) {
            if (!value_equal(seen->values[i], row->values[1 + p]) || r->kept[p] & 1u << i)
                continue;
            if (!means_nothing(m, row, p, seen->values[i ? 0 : 1]))
                r->kept[p] |= 1u << i;
        }
    }
    return 0;
}

static void drop_value(struct seen *seen, int i)
{
    if (seen->values[i].type == VALUE_TEXT)
        mem_free((char *)seen->values[i].as.text);
    seen->n--;
    memmove(&seen->values[i], &seen->values[i + 1], (size_t)(seen->n - i) * sizeof seen->values[0]);
}

static int review(struct mixture *m, const struct selection *selection, struct store *store,
                  struct err *e)
{
    struct review r = {m, mem_array((size_t)m->parameters, sizeof *r.kept)};
    int several = 0;
    for (int p = 0; p < m->parameters; p++)
        several |= m->seen[p].n > 1;
    int code = r.kept ? 0 : err_set(e, ERR_MEMORY, "out of memory");
    if (!code && several)
        code = selection_each_result(selection, store, review_row, &r, e);
    for (int p = 0; !code && several && p < m->parameters; p++)
        for (int i = m->seen[p].n - 1; m->seen[p].n > 1 && i >= 0; i--)
            if (!(r.kept[p] & 1u << i))
                drop_value(&m->seen[p], i);
    mem_free(r.kept);
    return code;
}

/* ---- the whole ---- */

int mixture_new(struct mixture **mixture, const struct selection *selection,
                const struct experiment *x, struct store *store, struct err *e)
{
    struct mixture *m = *mixture = mem_array(1, sizeof *m);
    if (!m)
        return err_set(e, ERR_MEMORY, "out of memory");
    m->experiment = x;
    m->parameters = experiment_parameter_count(x);
    m->dead_metric = x->dead ? experiment_metric(x, x->dead) : -1;
    const struct mem_slot slots[] = {
        MEM_SLOT(m->is_axis, (size_t)m->parameters), MEM_SLOT(m->seen, (size_t)m->parameters), {0}};
    int code = mem_arrays(slots) ? err_set(e, ERR_MEMORY, "out of memory") : 0;
    if (!code)
        code = spec_new(&m->spec, x, e);
    if (!code && x->replicate && experiment_parameter(x, x->replicate) >= 0)
        m->is_axis[experiment_parameter(x, x->replicate)] = 1;
    if (!code)
        code = store_each_sweep_text(store, mark_axes, m, e);
    for (int p = 0; !code && m->unknown && p < m->parameters; p++)
        m->is_axis[p] = 1;
    if (!code)
        code = selection_each_result(selection, store, note_row, m, e);
    if (!code)
        code = review(m, selection, store, e);
    if (code) {
        mixture_free(m);
        *mixture = NULL;
    }
    return code;
}

void mixture_free(struct mixture *m)
{
    if (!m)
        return;
    for (int p = 0; m->seen && p < m->parameters; p++)
        while (m->seen[p].n)
            drop_value(&m->seen[p], m->seen[p].n - 1);
    spec_free(m->spec);
    mem_free(m->is_axis);
    mem_free(m->seen);
    mem_free(m->dead);
    mem_free(m);
}

int64_t mixture_jobs(const struct mixture *m)
{
    return m->jobs;
}

const char *mixture_parameter(const struct mixture *m, int i, char *out)
{
    int p = 0;
    while (p < m->parameters && (m->seen[p].n < 2 || i-- > 0))
        p++;
    if (p == m->parameters)
        return NULL;
    size_t used = 0;
    out[0] = '\0';
    for (int k = 0; k < m->seen[p].n && used < MIXTURE_TEXT - 1; k++) {
        char text[VALUE_TEXT_SIZE];
        used += (size_t)snprintf(out + used, MIXTURE_TEXT - used, "%s%.40s", k ? ", " : "",
                                 value_format(m->seen[p].values[k], text));
    }
    if (m->seen[p].more && used < MIXTURE_TEXT - 5)
        strcpy(out + used, " ...");
    return m->experiment->parameters[p].name;
}

const int64_t *mixture_dead(const struct mixture *m, size_t *count)
{
    *count = m->dead_count;
    return m->dead;
}
