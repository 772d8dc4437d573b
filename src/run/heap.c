#include "run/heap.h"

#include <assert.h>
#include <string.h>

static char *at(const struct heap *heap, size_t i)
{
    return (char *)heap->items + i * heap->item_size;
}

static void exchange(struct heap *heap, size_t i, size_t j)
{
    char item[HEAP_ITEM_MOST];
    assert(heap->item_size <= sizeof item);
    memcpy(item, at(heap, i), heap->item_size);
    memcpy(at(heap, i), at(heap, j), heap->item_size);
    memcpy(at(heap, j), item, heap->item_size);
}

void heap_rise(struct heap *heap, size_t i)
{
    for (; i > 0 && heap->goes_before(at(heap, i), at(heap, (i - 1) / 2)); i = (i - 1) / 2)
        exchange(heap, i, (i - 1) / 2);
}

void heap_sink(struct heap *heap, size_t i)
{
    for (;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < heap->count; child++)
            if (heap->goes_before(at(heap, child), at(heap, first)))
                first = child;
        if (first == i)
            return;
        exchange(heap, i, first);
        i = first;
    }
}

void heap_order(struct heap *heap)
{
    for (size_t i = heap->count / 2; i-- > 0;)
        heap_sink(heap, i);
}
