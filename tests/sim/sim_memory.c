/* lib/base/mem for the simulation: a list holds the blocks of each rank.  They are freed when the
   rank is killed, and counted when it ends normally. */
#include "base/mem.h"

#include "sim.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
    struct block *before, *after;
    long padding[6]; /* keeps what follows aligned */
};

static struct block lists[SIM_RANKS + 1]; /* rings; the last is of blocks without a rank */

static struct block *list_of(int rank)
{
    struct block *list = &lists[rank < 0 ? SIM_RANKS : rank];
    if (!list->after)
        list->after = list->before = list;
    return list;
}

void *mem_array(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size)
        return NULL;
    struct block *list = list_of(sim_rank()), *b = calloc(1, sizeof *b + n * size);
    b->after = list->after;
    b->before = list;
    b->after->before = list->after = b;
    return b + 1;
}

void *mem_small(size_t size)
{
    return mem_array(1, size);
}

void mem_free(void *p)
{
    if (!p)
        return;
    struct block *b = (struct block *)p - 1;
    b->before->after = b->after;
    b->after->before = b->before;
    free(b);
}

char *mem_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(mem_array(size, 1), text, size);
}

void *mem_grow(void *p, size_t old_size, size_t size)
{
    void *grown = mem_array(size, 1);
    if (p)
        memcpy(grown, p, old_size);
    mem_free(p);
    return grown;
}

void mem_trim(void)
{
}

void mem_fail_at(long n)
{
    (void)n;
}

size_t sim_memory_free(int rank)
{
    struct block *list = list_of(rank);
    size_t count = 0;
    for (struct block *b = list->after, *next; b != list; b = next) {
        next = b->after;
        free(b);
        count++;
    }
    list->after = list->before = list;
    return count;
}
