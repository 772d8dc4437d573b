/*
 * heap - a binary heap in an array of the caller's: the children of item i are 2i+1 and 2i+2, and
 * none goes before its parent, so that item 0 goes before all others.
 */
#ifndef BRAINSWEEP_HEAP_H
#define BRAINSWEEP_HEAP_H

#include <stddef.h>

struct heap {
    void *items;      /* (count) */
    size_t item_size; /* bytes, at most HEAP_ITEM_MOST */
    size_t count;
    int (*goes_before)(const void *a, const void *b); /* whether item a goes before item b */
};

enum { HEAP_ITEM_MOST = 64 };

/* Moves item i up, or down, to where it belongs, after it was added or changed. */
void heap_rise(struct heap *heap, size_t i);
void heap_sink(struct heap *heap, size_t i);

/* Brings items in any order into that of a heap. */
void heap_order(struct heap *heap);

#endif
