#include "run/queue.h"

#include "base/mem.h"

#include <assert.h>

/* A binary heap: the children of i are 2i+1 and 2i+2, and none goes before its parent. */
struct queue {
    struct queue_item *items; /* (room) */
    size_t size, room;
};

int queue_new(struct queue **queue, size_t room, struct err *e)
{
    *queue = NULL;
    struct queue *q = mem_array(1, sizeof *q);
    if (q)
        q->items = mem_array(room, sizeof *q->items);
    if (!q || !q->items) {
        mem_free(q);
        return err_set(e, ERR_MEMORY, "no memory for a queue of %zu jobs", room);
    }
    q->room = room;
    *queue = q;
    return 0;
}

void queue_free(struct queue *queue)
{
    if (queue)
        mem_free(queue->items);
    mem_free(queue);
}

size_t queue_size(const struct queue *queue)
{
    return queue->size;
}

static int goes_before(const struct queue_item *a, const struct queue_item *b)
{
    if (a->suspect != b->suspect)
        return a->suspect < b->suspect;
    if (a->seconds != b->seconds)
        return a->seconds > b->seconds;
    return a->job < b->job;
}

static void exchange(struct queue *q, size_t i, size_t j)
{
    struct queue_item item = q->items[i];
    q->items[i] = q->items[j];
    q->items[j] = item;
}

static void sink(struct queue *q, size_t i)
{
    for (;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < q->size; child++)
            if (goes_before(&q->items[child], &q->items[first]))
                first = child;
        if (first == i)
            return;
        exchange(q, i, first);
        i = first;
    }
}

void queue_push(struct queue *queue, struct queue_item item)
{
    assert(queue->size < queue->room);
    size_t i = queue->size++;
    queue->items[i] = item;
    for (; i > 0 && goes_before(&queue->items[i], &queue->items[(i - 1) / 2]); i = (i - 1) / 2)
        exchange(queue, i, (i - 1) / 2);
}

const struct queue_item *queue_first(const struct queue *queue)
{
    return queue->size ? &queue->items[0] : NULL;
}

void queue_pop(struct queue *queue)
{
    assert(queue->size > 0);
    queue->items[0] = queue->items[--queue->size];
    sink(queue, 0);
}

void queue_expect(struct queue *queue, double (*seconds)(size_t job, const void *data),
                  const void *data)
{
    for (size_t i = 0; i < queue->size; i++)
        queue->items[i].seconds = seconds(queue->items[i].job, data);
    for (size_t i = queue->size / 2; i-- > 0;)
        sink(queue, i);
}
