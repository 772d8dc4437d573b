#include "run/queue.h"

#include "base/mem.h"
#include "run/heap.h"

#include <assert.h>

struct queue {
    struct heap heap; /* of struct queue_item */
    size_t room;
};

static int goes_before(const void *x, const void *y)
{
    const struct queue_item *a = x, *b = y;
    if (a->suspect != b->suspect)
        return a->suspect < b->suspect;
    if (a->seconds != b->seconds)
        return a->seconds > b->seconds;
    return a->job < b->job;
}

int queue_new(struct queue **queue, size_t room, struct err *e)
{
    *queue = NULL;
    struct queue *q = mem_array(1, sizeof *q);
    if (q)
        q->heap.items = mem_array(room, sizeof(struct queue_item));
    if (!q || !q->heap.items) {
        mem_free(q);
        return err_set(e, ERR_MEMORY, "no memory for a queue of %zu jobs", room);
    }
    q->heap.item_size = sizeof(struct queue_item);
    q->heap.goes_before = goes_before;
    q->room = room;
    *queue = q;
    return 0;
}

void queue_free(struct queue *queue)
{
    if (queue)
        mem_free(queue->heap.items);
    mem_free(queue);
}

size_t queue_size(const struct queue *queue)
{
    return queue->heap.count;
}

void queue_push(struct queue *queue, struct queue_item item)
{
    struct queue_item *items = queue->heap.items;
    assert(queue->heap.count < queue->room);
    items[queue->heap.count++] = item;
    heap_rise(&queue->heap, queue->heap.count - 1);
}

const struct queue_item *queue_first(const struct queue *queue)
{
    return queue->heap.count ? queue->heap.items : NULL;
}

void queue_pop(struct queue *queue)
{
    struct queue_item *items = queue->heap.items;
    assert(queue->heap.count > 0);
    items[0] = items[--queue->heap.count];
    heap_sink(&queue->heap, 0);
}

void queue_expect(struct queue *queue, double (*seconds)(size_t job, const void *data),
                  const void *data)
{
    struct queue_item *items = queue->heap.items;
    for (size_t i = 0; i < queue->heap.count; i++)
        items[i].seconds = seconds(items[i].job, data);
    heap_order(&queue->heap);
}
