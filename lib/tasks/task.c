#include "tasks/task.h"
#include "tasks/task_family.h"

#include <assert.h>
#include <string.h>

const struct task_set *task_set_at(int i)
{
    return i >= 0 && i < TASK_SETS ? &task_sets[i] : NULL;
}

const struct task_set *task_set_find(const char *name)
{
    for (int i = 0; i < TASK_SETS; i++)
        if (strcmp(task_sets[i].name, name) == 0)
            return &task_sets[i];
    return NULL;
}

const char *task_set_name(const struct task_set *set)
{
    return set->name;
}

const char *task_set_help(const struct task_set *set)
{
    return set->help;
}

int task_set_size(const struct task_set *set)
{
    return set->size;
}

int task_set_inputs(const struct task_set *set)
{
    return TASK_OBSERVED + set->size;
}

static const struct task_row *row_at(const struct task_set *set, int task)
{
    assert(task >= 0 && task < set->size);
    return &set->rows[task];
}

const char *task_name(const struct task_set *set, int task)
{
    return row_at(set, task)->name;
}

int task_find(const struct task_set *set, const char *name)
{
    for (int i = 0; i < set->size; i++)
        if (strcmp(set->rows[i].name, name) == 0)
            return i;
    return -1;
}

const char *task_family(const struct task_set *set, int task)
{
    return row_at(set, task)->rule->family->name;
}

double task_ceiling(const struct task_set *set, int task)
{
    const struct task_row *row = row_at(set, task);
    return row->rule->family->ceiling(row);
}

int task_period_count(const struct task_row *row)
{
    int n = 0;
    while (n < TASK_PERIODS && row->timing->periods[n].name)
        n++;
    return n;
}

const char *task_period_name(const struct task_set *set, int task, int period)
{
    assert(period >= 0);
    const struct task_row *row = row_at(set, task);
    return period < task_period_count(row) ? row->timing->periods[period].name : NULL;
}

struct task_span task_period_span(const struct task_set *set, int task, int period)
{
    const struct task_row *row = row_at(set, task);
    assert(period >= 0 && period < task_period_count(row));
    struct task_duration d = row->timing->periods[period].steps;
    int last = d.first + d.stride * (d.count - 1);
    return (struct task_span){d.first, last, 0.5 * (d.first + last)};
}

struct task_span task_length_span(const struct task_set *set, int task)
{
    struct task_span sum = {0, 0, 0};
    for (int p = 0; task_period_name(set, task, p); p++) {
        struct task_span span = task_period_span(set, task, p);
        sum.min += span.min;
        sum.max += span.max;
        sum.mean += span.mean;
    }
    return sum;
}

int task_drift(const struct task_row *row, const struct trial *trial)
{
    return row->integrate ? row->integrate * trial->steps[row->timing->delay] : 0;
}

void task_compose(const struct task_set *set, int task, const int *steps,
                  const struct task_condition *c, struct trial *trial)
{
    const struct task_row *row = row_at(set, task);
    *trial = (struct trial){.task = task, .ring = c->ring};
    memcpy(trial->steps, steps, sizeof trial->steps);
    row->rule->family->compose(set, row, c, trial);
}

int task_grid_size(const struct task_set *set, int task)
{
    const struct task_row *row = row_at(set, task);
    return row->rule->family->grid_size(row);
}

static int middle(struct task_duration d)
{
    return d.first + d.stride * ((d.count - 1) / 2);
}

void task_grid_trial(const struct task_set *set, int task, int i, struct trial *trial)
{
    const struct task_row *row = row_at(set, task);
    assert(i >= 0 && i < row->rule->family->grid_size(row));
    int steps[TASK_PERIODS] = {0};
    for (int p = 0; p < task_period_count(row); p++)
        steps[p] = middle(row->timing->periods[p].steps);
    struct task_condition c = {0};
    row->rule->family->grid_condition(set, row, i, &c);
    task_compose(set, task, steps, &c, trial);
}

int task_grid_fixation(const struct task_set *set, int task)
{
    return middle(row_at(set, task)->timing->periods[0].steps);
}
