/*
 * sweep_points - specs in the order of their arrival, each once.
 */
#ifndef BRAINSWEEP_SWEEP_POINTS_H
#define BRAINSWEEP_SWEEP_POINTS_H

#include "record/spec.h"

#include <stddef.h>
#include <stdint.h>

/* The hash stands beside the index, as looking at the spec is a miss in the cache for each. */
struct sweep_slot {
    uint32_t index; /* of a spec, plus one; 0 = empty */
    uint32_t hash;
};

struct sweep_points {
    struct spec **specs; /* owned */
    size_t n, capacity;
    struct sweep_slot *slots; /* (n_slots), a hash table of open addressing */
    size_t n_slots;
};

/* Adds a copy of the spec unless an equal one is there; *is_new says which. */
int sweep_points_add(struct sweep_points *points, const struct spec *spec, int *is_new,
                     struct err *e) __attribute__((warn_unused_result));

/* See sweep_keep_shard; nothing can be added afterwards. */
int sweep_points_keep_shard(struct sweep_points *points, size_t shard, size_t shards, struct err *e)
    __attribute__((warn_unused_result));

void sweep_points_free(struct sweep_points *points);

#endif
