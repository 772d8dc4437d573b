#include "task_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 8192 };

/* The text after 'key': in the dictionary, or NULL. */
static const char *value_of(const char *dictionary, const char *key)
{
    char quoted[40];
    snprintf(quoted, sizeof quoted, "'%s':", key);
    const char *found = strstr(dictionary, quoted);
    return found ? found + strlen(quoted) + 1 : NULL;
}

static double number_of(const char *dictionary, const char *key)
{
    const char *value = value_of(dictionary, key);
    return value ? strtod(value, NULL) : NAN;
}

/* Converts radians to the nearest location. */
static int location_of(const char *dictionary, const char *key)
{
    return (int)lround(number_of(dictionary, key) * TASK_RING / (2 * acos(-1.0))) % TASK_RING;
}

static int read_steps(const char *line, const struct task_set *set, int task, struct fixture *f)
{
    const char *lengths = value_of(line, "len");
    for (int p = 0; lengths && task_period_name(set, task, p); p++) {
        double steps = number_of(lengths, task_period_name(set, task, p));
        if (!(steps >= 0))
            return 0;
        f->steps[p] = (int)steps;
        f->length += f->steps[p];
    }
    return f->length > 0 && f->length <= TASK_LONGEST;
}

/* The row of the table whose strengths equal those given for modality m; -1 when there is none. */
static int read_pair(const char *line, const struct task_strengths *table, int m)
{
    char first[16], second[16];
    snprintf(first, sizeof first, "coh1_mod%d", m + 1);
    snprintf(second, sizeof second, "coh2_mod%d", m + 1);
    for (int i = 0; i < table->n; i++)
        if (fabs(number_of(line, first) * 100 - table->percent[i][0]) < 1e-6 &&
            fabs(number_of(line, second) * 100 - table->percent[i][1]) < 1e-6)
            return i;
    return -1;
}

static int read_condition(const char *line, const struct task_row *row, struct task_condition *c)
{
    if (row->rule->family == &task_dm) {
        c->location[0] = location_of(line, "theta1");
        c->location[1] = location_of(line, "theta2");
        for (int m = 0; m < 2; m++) {
            c->pair[m] = row->rule->shown[m] ? read_pair(line, row->rule->strengths, m) : 0;
            if (c->pair[m] < 0)
                return 0;
        }
        return 1;
    }
    c->ring = (int)number_of(line, "modality") - 1;
    if (row->rule->family == &task_match) {
        c->location[0] = location_of(line, "sample_theta");
        c->location[1] = location_of(line, "test_theta");
    } else {
        c->location[0] = (int)number_of(line, "ground_truth");
    }
    return c->ring == 0 || c->ring == 1;
}

/* "3,stimulus,0,1,0.5 ..." */
static int read_step(char *line, int t, struct fixture *f)
{
    struct fixture_step *step = &f->step[t];
    int used = 0, number = -1;
    if (sscanf(line, "%d,%15[a-z0-9],%d%n", &number, step->period, &step->label, &used) != 3 ||
        number != t)
        return 0;
    f->inputs = 0;
    for (char *at = line + used; *at == ',' && f->inputs < FIXTURE_INPUTS;)
        step->x[f->inputs++] = strtof(at + 1, &at);
    return 1;
}

int fixture_read(const char *path, const struct task_set *set, int task, struct fixture *f)
{
    *f = (struct fixture){.length = 0};
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    char line[LINE];
    int good = fgets(line, sizeof line, file) && read_steps(line, set, task, f) &&
               read_condition(line, &set->rows[task], &f->condition) &&
               fgets(line, sizeof line, file);
    int t = 0;
    while (good && fgets(line, sizeof line, file))
        good = t < f->length && read_step(line, t++, f);
    fclose(file);
    return good && t == f->length;
}
