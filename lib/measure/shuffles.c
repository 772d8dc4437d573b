#include "measure/shuffles.h"

#include "base/mem.h"
#include "math/rng.h"

#include <assert.h>
#include <stdlib.h>

struct shuffles {
    int g, n, shuffles;
    int *place; /* (n) */
    int *unit;  /* (n) */
    int *order; /* (shuffles,n) */
};

struct seat {
    int place, unit;
};

static int by_place(const void *a, const void *b)
{
    return ((const struct seat *)a)->place - ((const struct seat *)b)->place;
}

int shuffles_new(struct shuffles **positions, int g, int n, const int *place, int shuffles,
                 uint64_t key, struct err *e)
{
    assert(g > 0 && n >= 0 && n <= g * g && shuffles >= 1);
    *positions = NULL;
    int code = 0;
    struct seat *seat = mem_array(n, sizeof *seat);
    struct shuffles *p = mem_array(1, sizeof *p);
    if (!seat || !p)
        goto memory;
    *p = (struct shuffles){.g = g, .n = n, .shuffles = shuffles};
    p->place = mem_array(n, sizeof *p->place);
    p->unit = mem_array(n, sizeof *p->unit);
    p->order = mem_array((size_t)shuffles * n, sizeof *p->order);
    if (!p->place || !p->unit || !p->order)
        goto memory;

    for (int i = 0; i < n; i++)
        seat[i] = (struct seat){place[i], i};
    qsort(seat, n, sizeof *seat, by_place);
    for (int i = 0; i < n; i++) {
        assert(seat[i].place >= 0 && seat[i].place < g * g);
        assert(i == 0 || seat[i].place > seat[i - 1].place);
        p->place[i] = seat[i].place;
        p->unit[i] = seat[i].unit;
    }
    for (int s = 0; s < shuffles; s++) {
        struct rng r = rng_at(key, RNG_SHUFFLE, s);
        rng_permutation(&r, n, p->order + (size_t)s * n);
    }
    *positions = p;
    p = NULL;
    goto out;
memory:
    code = err_set(e, ERR_MEMORY, "out of memory for %d shuffles of %d units", shuffles, n);
out:
    mem_free(seat);
    shuffles_free(p);
    return code;
}

void shuffles_free(struct shuffles *positions)
{
    if (!positions)
        return;
    mem_free(positions->place);
    mem_free(positions->unit);
    mem_free(positions->order);
    mem_free(positions);
}

int shuffles_grid(const struct shuffles *positions)
{
    return positions->g;
}

int shuffles_count(const struct shuffles *positions)
{
    return positions->n;
}

const int *shuffles_place(const struct shuffles *positions)
{
    return positions->place;
}

const int *shuffles_unit(const struct shuffles *positions)
{
    return positions->unit;
}

int shuffles_shuffles(const struct shuffles *positions)
{
    return positions->shuffles;
}

const int *shuffles_shuffle(const struct shuffles *positions, int s)
{
    assert(s >= 0 && s < positions->shuffles);
    return positions->order + (size_t)s * positions->n;
}
