/*
 * queue - the jobs that wait, the one that is expected to take longest first, so that short jobs
 * fill the gaps at the end of the run.  Suspects come after all others.
 */
#ifndef BRAINSWEEP_QUEUE_H
#define BRAINSWEEP_QUEUE_H

#include "base/err.h"

#include <stddef.h>

struct queue; /* Opaque. */

struct queue_item {
    size_t job;     /* the caller's number of the job; the lower of two equal items goes first */
    int suspect;    /* may end its own process */
    double seconds; /* that it is expected to take */
};

/* With room for that many jobs. */
int queue_new(struct queue **queue, size_t room, struct err *e) __attribute__((warn_unused_result));
void queue_free(struct queue *queue);

size_t queue_size(const struct queue *queue);

/* There must be room (asserted). */
void queue_push(struct queue *queue, struct queue_item item);

/* The first, or NULL; queue_pop takes it out. */
const struct queue_item *queue_first(const struct queue *queue);
void queue_pop(struct queue *queue);

/* Recomputes every item's expected seconds. */
void queue_expect(struct queue *queue, double (*seconds)(size_t job, const void *data),
                  const void *data);

#endif
