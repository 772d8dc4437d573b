/* queue: longest jobs first, suspects last, after any pushes, pops and new estimates; and the
   duration of a schedule in that order. */
#include "base/mem.h"
#include "math/rng.h"
#include "run/queue.h"
#include "run/schedule.h"
#include "suite.h"

enum { JOBS = 200 };

static double later(size_t job, const void *data)
{
    (void)data;
    return (double)(job * 7919 % JOBS);
}

/* No item must come after its successor in the order. */
static void assert_order(struct queue *queue, size_t count)
{
    struct queue_item before = {0, 0, 1e9};
    for (size_t i = 0; i < count; i++) {
        struct queue_item now = *queue_first(queue);
        ck_assert_int_ge(now.suspect, before.suspect);
        if (now.suspect == before.suspect) {
            ck_assert_double_le(now.seconds, before.seconds);
            if (now.seconds == before.seconds)
                ck_assert_uint_gt(now.job, before.job);
        }
        before = now;
        queue_pop(queue);
    }
    ck_assert_ptr_null(queue_first(queue));
    ck_assert_uint_eq(queue_size(queue), 0);
}

static void fill(struct queue *queue)
{
    struct rng rng = rng_at(1, RNG_TEST, 0);
    for (size_t job = 0; job < JOBS; job++)
        queue_push(queue,
                   (struct queue_item){job, rng_below(&rng, 5) == 0, (double)rng_below(&rng, 40)});
}

START_TEST(longest_first_suspects_last)
{
    struct queue *queue;
    ck_assert_int_eq(queue_new(&queue, JOBS, NULL), 0);
    fill(queue);
    assert_order(queue, JOBS);
    fill(queue);
    queue_expect(queue, later, NULL);
    ck_assert_double_eq(queue_first(queue)->seconds, later(queue_first(queue)->job, NULL));
    assert_order(queue, JOBS);
    queue_free(queue);
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    struct queue *queue;
    for (long n = 0; n < 2; n++) {
        mem_fail_at(n);
        ck_assert_int_eq(queue_new(&queue, 3, NULL), ERR_MEMORY);
    }
    mem_fail_at(-1);
    ck_assert_int_eq(queue_new(&queue, 0, NULL), 0);
    ck_assert_ptr_null(queue_first(queue));
    queue_free(queue);
}
END_TEST

/* Seven jobs on three workers, by hand: 5 | 4 | 4, then 3 and 3 after the 4s, 3 after the 5, and 1
   on the first worker that is free, at 7. */
START_TEST(a_schedule_by_hand)
{
    double seconds[] = {3, 4, 1, 5, 3, 4, 3}, makespan;
    ck_assert_int_eq(schedule_makespan(seconds, 7, 3, &makespan, NULL), 0);
    ck_assert_double_eq(seconds[0], 5);
    ck_assert_double_eq(makespan, 8);
    ck_assert_int_eq(schedule_makespan(seconds, 7, 1, &makespan, NULL), 0);
    ck_assert_double_eq(makespan, 23);
    ck_assert_int_eq(schedule_makespan(seconds, 7, 100, &makespan, NULL), 0);
    ck_assert_double_eq(makespan, 5);
    ck_assert_int_eq(schedule_makespan(seconds, 0, 2, &makespan, NULL), 0);
    ck_assert_double_eq(makespan, 0);
    mem_fail_at(0);
    ck_assert_int_eq(schedule_makespan(seconds, 7, 3, &makespan, NULL), ERR_MEMORY);
}
END_TEST

SUITE_CASE(order, "order", longest_first_suspects_last, no_memory_is_an_error, a_schedule_by_hand)

SUITE_MAIN("queue", order)
