#include "sweep/sweep_points.h"

#include "base/mem.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits (Fowler, Noll & Vo). */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Equal specs have equal hashes: numbers by their bits (there is no -0), texts by their letters. */
static uint32_t hash_spec(const struct spec *spec)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int p = 0; spec->experiment->parameters[p].name; p++) {
        struct value v = spec->values[p];
        if (v.type == VALUE_TEXT)
            hash = hash_bytes(hash, v.as.text, strlen(v.as.text) + 1);
        else if (v.type == VALUE_REAL)
            hash = hash_bytes(hash, &v.as.x, sizeof v.as.x);
        else
            hash = hash_bytes(hash, &v.as.i, sizeof v.as.i);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

/* The slot of an equal spec, or the empty one where it belongs; spec NULL: the latter. */
static struct sweep_slot *find_slot(const struct sweep_points *points, uint32_t hash,
                                    const struct spec *spec)
{
    size_t i = hash & (points->n_slots - 1);
    for (;; i = (i + 1) & (points->n_slots - 1)) {
        struct sweep_slot *slot = &points->slots[i];
        if (!slot->index ||
            (spec && slot->hash == hash && spec_equal(points->specs[slot->index - 1], spec)))
            return slot;
    }
}

/* Doubles the room; the table stays at most half full. */
static int grow(struct sweep_points *points)
{
    size_t capacity = points->capacity ? 2 * points->capacity : 64;
    struct spec **specs =
        mem_grow(points->specs, points->n * sizeof *specs, capacity * sizeof *specs);
    if (!specs)
        return ERR_MEMORY;
    points->specs = specs;
    struct sweep_slot *old = points->slots;
    struct sweep_slot *slots = mem_array(2 * capacity, sizeof *slots);
    if (!slots)
        return ERR_MEMORY;
    size_t n_old = points->n_slots;
    points->slots = slots;
    points->n_slots = 2 * capacity;
    points->capacity = capacity;
    for (size_t i = 0; i < n_old; i++)
        if (old[i].index)
            *find_slot(points, old[i].hash, NULL) = old[i];
    mem_free(old);
    return 0;
}

int sweep_points_add(struct sweep_points *points, const struct spec *spec, int *is_new,
                     struct err *e)
{
    assert(points->n < UINT32_MAX);
    if (points->n == points->capacity && grow(points))
        return err_set(e, ERR_MEMORY, "out of memory for %zu points", points->n + 1);
    uint32_t hash = hash_spec(spec);
    struct sweep_slot *slot = find_slot(points, hash, spec);
    *is_new = !slot->index;
    if (!*is_new)
        return 0;
    int code = spec_copy(&points->specs[points->n], spec, e);
    if (code)
        return code;
    *slot = (struct sweep_slot){(uint32_t)++points->n, hash};
    return 0;
}

/* ---- a part of them ---- */

struct load {
    size_t point;
    double work;
};

static int by_work(const void *left, const void *right)
{
    const struct load *a = left, *b = right;
    if (a->work != b->work)
        return a->work > b->work ? -1 : 1;
    return (a->point > b->point) - (a->point < b->point);
}

int sweep_points_keep_shard(struct sweep_points *points, size_t shard, size_t shards, struct err *e)
{
    assert(shard >= 1 && shard <= shards);
    struct load *loads = mem_array(points->n, sizeof *loads);
    unsigned char *keep = mem_array(points->n, sizeof *keep);
    if (!loads || !keep) {
        mem_free(loads);
        mem_free(keep);
        return err_set(e, ERR_MEMORY, "out of memory for a part of %zu points", points->n);
    }
    for (size_t i = 0; i < points->n; i++)
        loads[i] = (struct load){i, points->specs[i]->experiment->work(points->specs[i])};
    if (points->n)
        qsort(loads, points->n, sizeof *loads, by_work);
    for (size_t k = shard - 1; k < points->n; k += shards)
        keep[loads[k].point] = 1;

    size_t kept = 0;
    for (size_t i = 0; i < points->n; i++) {
        if (keep[i])
            points->specs[kept++] = points->specs[i];
        else
            spec_free(points->specs[i]);
    }
    points->n = kept;
    mem_free(loads);
    mem_free(keep);
    return 0;
}

void sweep_points_free(struct sweep_points *points)
{
    for (size_t i = 0; i < points->n; i++)
        spec_free(points->specs[i]);
    mem_free(points->specs);
    mem_free(points->slots);
    *points = (struct sweep_points){0};
}
