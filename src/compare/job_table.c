#include "compare/job_table.h"

#include "base/array.h"
#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void job_table_begin(struct job_table *r, const struct experiment *x, int by)
{
    *r = (struct job_table){
        .experiment = x,
        .by = by,
        .replicate = experiment_parameter(x, x->replicate),
        .parameters = experiment_parameter_count(x),
        .metrics = experiment_metric_count(x),
    };
    assert(by >= 0 && by < r->parameters && by != r->replicate);
}

static void free_job(const struct job_table *r, struct job_table_job *job)
{
    for (int p = 0; job->parameters && p < r->parameters; p++)
        if (job->parameters[p].type == VALUE_TEXT)
            mem_free((void *)job->parameters[p].as.text);
    mem_free(job->parameters);
    mem_free(job->metrics);
}

void job_table_free(struct job_table *r)
{
    for (int i = 0; i < r->n; i++)
        free_job(r, &r->jobs[i]);
    mem_free(r->jobs);
    mem_free(r->varies);
    mem_free(r->first_of_group);
    mem_free(r->first_of_point);
    mem_free(r->lost);
}

void job_table_also_by(struct job_table *r, int parameter)
{
    assert(r->also_count < JOB_TABLE_BY - 1 && parameter != r->replicate);
    r->also[r->also_count++] = parameter;
}

/* ---- rows ---- */

static double number_or_nan(struct value v)
{
    return v.type == VALUE_INT || v.type == VALUE_REAL ? value_number(v) : NAN;
}

/* A row is job_id, the parameters, the metrics. */
static int fill_job(const struct job_table *r, const struct store_row *row,
                    struct job_table_job *job)
{
    job->parameters = mem_array((size_t)r->parameters, sizeof *job->parameters);
    job->metrics = mem_array((size_t)r->metrics, sizeof *job->metrics);
    if (!job->parameters || !job->metrics)
        return 0;
    for (int p = 0; p < r->parameters; p++) {
        struct value v = row->values[1 + p];
        if (v.type == VALUE_TEXT && !(v.as.text = mem_text(v.as.text)))
            return 0;
        job->parameters[p] = v;
    }
    for (int m = 0; m < r->metrics; m++)
        job->metrics[m] = number_or_nan(row->values[1 + r->parameters + m]);
    return 1;
}

static int make_room(struct job_table *r)
{
    struct job_table_job *jobs = array_room(r->jobs, (size_t)r->n, sizeof *jobs);
    if (!jobs)
        return 0;
    r->jobs = jobs;
    return 1;
}

int job_table_add(const struct store_row *row, void *data, struct err *e)
{
    struct job_table *r = data;
    assert(row->columns == 1 + r->parameters + r->metrics);
    struct job_table_job job = {0};
    if (make_room(r) && fill_job(r, row, &job)) {
        r->jobs[r->n++] = job;
        return 0;
    }
    free_job(r, &job);
    return err_set(e, ERR_MEMORY, "out of memory for comparing more than %d jobs", r->n);
}

/* ---- numbers ---- */

struct entry {
    int number; /* so far */
    struct value value;
    int job;
};

static int order_of_values(struct value a, struct value b)
{
    if (a.type == VALUE_TEXT && b.type == VALUE_TEXT)
        return strcmp(a.as.text, b.as.text);
    double x = number_or_nan(a), y = number_or_nan(b);
    return a.type == VALUE_INT && b.type == VALUE_INT ? (a.as.i > b.as.i) - (a.as.i < b.as.i)
                                                      : (x > y) - (x < y);
}

static int in_order(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    int order = order_of_values(a->value, b->value);
    return order ? order : (a->job > b->job) - (a->job < b->job);
}

/* A text that is one of the parameter's choices is replaced by its index there. */
static struct value place(const struct parameter *parameter, struct value v)
{
    for (int i = 0; v.type == VALUE_TEXT && parameter->choices && parameter->choices[i]; i++)
        if (!strcmp(parameter->choices[i], v.as.text))
            return value_int(i);
    return v;
}

/* Splits the jobs that share a number by the values of a parameter: new numbers 0, 1 ... follow the
   order of the old numbers, then of the values.  Returns how many new numbers there are. */
static int refine(const struct job_table *r, int parameter, struct entry *entries, int *numbers)
{
    for (int i = 0; i < r->n; i++)
        entries[i] = (struct entry){
            numbers[i],
            place(&r->experiment->parameters[parameter], r->jobs[i].parameters[parameter]), i};
    qsort(entries, (size_t)r->n, sizeof *entries, in_order);
    int count = 0;
    for (int i = 0; i < r->n; i++) {
        if (!i || entries[i - 1].number != entries[i].number ||
            order_of_values(entries[i - 1].value, entries[i].value))
            count++;
        numbers[entries[i].job] = count - 1;
    }
    return count;
}

static void find_varying(struct job_table *r)
{
    for (int i = 1; i < r->n; i++)
        for (int p = 0; p < r->parameters; p++)
            r->varies[p] |=
                order_of_values(r->jobs[0].parameters[p], r->jobs[i].parameters[p]) != 0;
}

/* `numbers` follow the order of the points' values; renumbers the points in the order of their
   first jobs.  `renumbered` (points) is scratch. */
static void number_points(struct job_table *r, const int *numbers, int *renumbered)
{
    int count = 0;
    for (int p = 0; p < r->points; p++)
        renumbered[p] = -1;
    for (int i = 0; i < r->n; i++) {
        int *point = &renumbered[numbers[i]];
        if (*point < 0) {
            r->first_of_point[count] = i;
            *point = count++;
        }
        r->jobs[i].point = *point;
    }
}

static void number_jobs(struct job_table *r, struct entry *entries, int *numbers, int *scratch)
{
    size_t size = (size_t)r->n * sizeof *numbers;
    find_varying(r);
    memset(numbers, 0, size);
    r->groups = refine(r, r->by, entries, numbers);
    for (int i = 0; i < r->also_count; i++)
        r->groups = refine(r, r->also[i], entries, numbers);
    for (int i = r->n - 1; i >= 0; i--) {
        r->jobs[i].group = numbers[i];
        r->first_of_group[numbers[i]] = i;
    }
    memset(numbers, 0, size);
    r->seeds = refine(r, r->replicate, entries, numbers);
    for (int i = 0; i < r->n; i++)
        r->jobs[i].seed = numbers[i];
    memset(numbers, 0, size);
    r->points = r->n > 0;
    for (int p = 0; p < r->parameters; p++)
        if (r->varies[p] && p != r->replicate)
            r->points = refine(r, p, entries, numbers);
    number_points(r, numbers, scratch);
}

int job_table_number(struct job_table *r, struct err *e)
{
    size_t n = (size_t)r->n;
    struct entry *entries;
    int *numbers, *scratch;
    const struct mem_slot slots[] = {
        MEM_SLOT(entries, n),
        MEM_SLOT(numbers, n),
        MEM_SLOT(scratch, n),
        MEM_SLOT(r->varies, (size_t)r->parameters),
        MEM_SLOT(r->first_of_group, n),
        MEM_SLOT(r->first_of_point, n),
        MEM_SLOT(r->lost, n * STORE_STATES),
        {0},
    };
    if (mem_arrays(slots))
        return err_set(e, ERR_MEMORY, "out of memory for comparing %d jobs", r->n);
    number_jobs(r, entries, numbers, scratch);
    mem_free(entries);
    mem_free(numbers);
    mem_free(scratch);
    return 0;
}

/* ---- jobs without a result ---- */

/* Whether a job belongs to a group: the parameters that define the group have the same values. */
static int is_of_group(const struct job_table *r, const struct spec *spec, int group)
{
    const struct value *values = r->jobs[r->first_of_group[group]].parameters;
    if (order_of_values(values[r->by], spec->values[r->by]))
        return 0;
    for (int i = 0; i < r->also_count; i++)
        if (order_of_values(values[r->also[i]], spec->values[r->also[i]]))
            return 0;
    return 1;
}

struct lost {
    struct job_table *table;
    enum store_state state;
};

static int count_lost(const struct store_row *row, void *data, struct err *e)
{
    struct lost *lost = data;
    struct job_table *r = lost->table;
    const struct experiment *const experiments[] = {r->experiment, NULL};
    const char *text = row->values[store_row_column(row, "spec")].as.text;
    size_t length = strlen(r->experiment->name);
    struct spec *spec;
    int group = 0;
    if (strncmp(text, r->experiment->name, length) || (text[length] && text[length] != ' '))
        return 0;
    int code = spec_parse(&spec, text, experiments, e);
    if (code)
        return code;
    while (group < r->groups && !is_of_group(r, spec, group))
        group++;
    if (group < r->groups)
        r->lost[group * STORE_STATES + (int)lost->state]++;
    else
        r->lost_elsewhere++;
    spec_free(spec);
    return 0;
}

int job_table_count_lost(struct job_table *r, struct store *store, struct err *e)
{
    static const enum store_state states[] = {STATE_DIVERGED, STATE_FAILED, STATE_CRASHED,
                                              STATE_QUARANTINED};
    int code = 0;
    for (size_t i = 0; !code && i < sizeof states / sizeof states[0]; i++) {
        struct lost lost = {r, states[i]};
        code = store_each_job(store, store_states[states[i]], count_lost, &lost, e);
    }
    return code;
}

char *job_table_group_name(const struct job_table *r, int group, char *out)
{
    const struct value *values = r->jobs[r->first_of_group[group]].parameters;
    char text[VALUE_TEXT_SIZE];
    value_format(values[r->by], out);
    for (int i = 0; i < r->also_count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, VALUE_TEXT_SIZE - used, " %s=%s",
                 r->experiment->parameters[r->also[i]].name,
                 value_format(values[r->also[i]], text));
    }
    return out;
}
