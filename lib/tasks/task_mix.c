#include "tasks/task_mix.h"

#include "base/mem.h"
#include "base/suggest.h"
#include "tasks/task_family.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct task_mix {
    const struct task_set *set;
    int n;              /* chosen tasks */
    int *tasks;         /* (n) their indices in the set, ascending */
    double *cumulative; /* (n) cumulative normalised weights; NULL = equal */
    int (*delay)[2];    /* (set->size) delays drawn once, for each modality; -1 = none */
};

/* A piece of a comma-separated text, without blanks at its ends. */
struct piece {
    const char *text;
    int length;
};

/* Takes the next piece off *rest; false after the last.  A text of blanks has none. */
static int next_piece(const char **rest, struct piece *piece)
{
    if (!*rest)
        return 0;
    const char *text = *rest, *comma = strchr(text, ',');
    const char *end = comma ? comma : text + strlen(text);
    *rest = comma ? comma + 1 : NULL;
    text += strspn(text, " \t\n");
    while (end > text && strchr(" \t\n", end[-1]))
        end--;
    *piece = (struct piece){text, end > text ? (int)(end - text) : 0};
    return 1;
}

static int is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

static int find_piece(const struct task_set *set, struct piece piece)
{
    for (int i = 0; i < set->size; i++) {
        const char *name = set->rows[i].name;
        if ((int)strlen(name) == piece.length && strncmp(name, piece.text, strlen(name)) == 0)
            return i;
    }
    return -1;
}

static const char *task_name_at(int i, const void *set)
{
    return i < task_set_size(set) ? task_name(set, i) : NULL;
}

static int refuse_task(const struct task_set *set, struct piece piece, struct err *e)
{
    char name[101];
    snprintf(name, sizeof name, "%.*s", piece.length, piece.text);
    char hint[SUGGEST_SIZE];
    if (suggest_phrase(hint, name, task_name_at, set))
        return err_set(e, ERR_VALUE, "there is no task \"%s\" in %s%s", name, set->name, hint);
    return err_set(e, ERR_VALUE,
                   "there is no task \"%s\" in %s; `brainsweep tasks list --set %s` names them",
                   name, set->name, set->name);
}

/* Fills tasks in the order of the list and sets mix->n. */
static int read_list(struct task_mix *mix, const char *list, struct err *e)
{
    const struct task_set *set = mix->set;
    if (is_blank(list)) {
        for (int i = 0; i < set->size; i++)
            mix->tasks[mix->n++] = i;
        return 0;
    }
    struct piece piece;
    while (next_piece(&list, &piece)) {
        int task = find_piece(set, piece);
        if (task < 0)
            return refuse_task(set, piece, e);
        for (int i = 0; i < mix->n; i++)
            if (mix->tasks[i] == task)
                return err_set(e, ERR_VALUE, "task \"%s\" is listed twice; once is enough",
                               set->rows[task].name);
        mix->tasks[mix->n++] = task;
    }
    return 0;
}

/* Reads one weight for each task into cumulative, in the order of the list. */
static int read_weights(struct task_mix *mix, const char *weights, struct err *e)
{
    int n = 0;
    double sum = 0;
    struct piece piece;
    while (next_piece(&weights, &piece)) {
        char *end = NULL;
        double w = piece.length ? strtod(piece.text, &end) : -1;
        if (end != piece.text + piece.length || !(w >= 0) || !isfinite(w))
            return err_set(e, ERR_VALUE, "weight \"%.*s\" is not a number >= 0",
                           piece.length > 100 ? 100 : piece.length, piece.text);
        if (n < mix->n)
            mix->cumulative[n] = w;
        n++;
        sum += w;
    }
    if (n != mix->n)
        return err_set(e, ERR_VALUE, "%d weight%s for %d task%s; give one number for each task", n,
                       n == 1 ? "" : "s", mix->n, mix->n == 1 ? "" : "s");
    if (sum <= 0 || !isfinite(sum))
        return err_set(e, ERR_VALUE, "the weights sum to %g; at least one must be above 0", sum);
    for (int i = 0; i < n; i++)
        mix->cumulative[i] /= sum;
    return 0;
}

/* Sorts the tasks, with their weights, in the order of the set. */
static void sort_tasks(struct task_mix *mix)
{
    for (int i = 1; i < mix->n; i++)
        for (int j = i; j > 0 && mix->tasks[j] < mix->tasks[j - 1]; j--) {
            int task = mix->tasks[j];
            mix->tasks[j] = mix->tasks[j - 1];
            mix->tasks[j - 1] = task;
            if (mix->cumulative) {
                double w = mix->cumulative[j];
                mix->cumulative[j] = mix->cumulative[j - 1];
                mix->cumulative[j - 1] = w;
            }
        }
}

/* Every task has its own stream, so that a task's delays do not depend on which other tasks are
   chosen. */
static void draw_delays(struct task_mix *mix, uint64_t seed)
{
    for (int i = 0; i < mix->set->size; i++) {
        const struct task_row *row = &mix->set->rows[i];
        struct rng r = rng_at(seed, RNG_SESSION, (uint64_t)i);
        mix->delay[i][0] = mix->delay[i][1] = -1;
        for (int p = 0; p < task_period_count(row); p++) {
            struct task_duration d = row->timing->periods[p].steps;
            for (int m = 0; row->timing->periods[p].once && m < 2; m++)
                mix->delay[i][m] = d.first + d.stride * (int)rng_below(&r, (uint32_t)d.count);
        }
    }
}

int task_mix_new(struct task_mix **out, const struct task_set *set, const char *list,
                 const char *weights, uint64_t seed, struct err *e)
{
    *out = NULL;
    int code = ERR_MEMORY;
    struct task_mix *mix = mem_array(1, sizeof *mix);
    if (!mix)
        return err_set(e, ERR_MEMORY, "out of memory for the tasks");
    mix->set = set;
    size_t size = (size_t)set->size;
    mix->tasks = mem_array(size, sizeof *mix->tasks);
    mix->delay = mem_array(size, sizeof *mix->delay);
    int weighted = !is_blank(weights);
    if (weighted)
        mix->cumulative = mem_array(size, sizeof *mix->cumulative);
    if (!mix->tasks || !mix->delay || (weighted && !mix->cumulative)) {
        err_set(e, ERR_MEMORY, "out of memory for the tasks");
        goto out;
    }

    if ((code = read_list(mix, list, e)) || (weighted && (code = read_weights(mix, weights, e))))
        goto out;
    sort_tasks(mix);
    for (int i = 1; weighted && i < mix->n; i++)
        mix->cumulative[i] += mix->cumulative[i - 1];
    draw_delays(mix, seed);
    *out = mix;
    mix = NULL;
out:
    task_mix_free(mix);
    return code;
}

void task_mix_free(struct task_mix *mix)
{
    if (!mix)
        return;
    mem_free(mix->tasks);
    mem_free(mix->cumulative);
    mem_free(mix->delay);
    mem_free(mix);
}

const struct task_set *task_mix_set(const struct task_mix *mix)
{
    return mix->set;
}

int task_mix_size(const struct task_mix *mix)
{
    return mix->n;
}

int task_mix_task(const struct task_mix *mix, int i)
{
    assert(i >= 0 && i < mix->n);
    return mix->tasks[i];
}

int task_mix_delay(const struct task_mix *mix, int task, int ring)
{
    assert(task >= 0 && task < mix->set->size && (ring == 0 || ring == 1));
    return mix->delay[task][ring];
}

/* Rounding may leave the last cumulative weight below 1: a number above it selects the last task
   that has a weight. */
static int index_by_weight(const struct task_mix *mix, double u)
{
    int index = 0;
    for (int i = 0; i < mix->n; i++) {
        double below = i > 0 ? mix->cumulative[i - 1] : 0;
        if (mix->cumulative[i] > below)
            index = i;
        if (u < mix->cumulative[i])
            break;
    }
    return index;
}

int task_mix_next(const struct task_mix *mix, int previous, struct rng *r)
{
    if (mix->cumulative)
        return index_by_weight(mix, rng_uniform(r));
    if (mix->n == 1)
        return 0;
    if (previous < 0)
        return (int)rng_below(r, (uint32_t)mix->n);
    int index = (int)rng_below(r, (uint32_t)mix->n - 1);
    return index + (index >= previous);
}
