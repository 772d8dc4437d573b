#include "base/mem.h"

#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

enum { MEM_ALIGNMENT = 64 };

static long fail_countdown = -1;

static int must_fail(void)
{
    return fail_countdown >= 0 && fail_countdown-- == 0;
}

static void *allocate(size_t bytes)
{
    if (must_fail())
        return NULL;
    /* aligned_alloc wants a multiple of the alignment */
    size_t rounded =
        bytes ? (bytes + MEM_ALIGNMENT - 1) / MEM_ALIGNMENT * MEM_ALIGNMENT : MEM_ALIGNMENT;
    return rounded < bytes ? NULL : aligned_alloc(MEM_ALIGNMENT, rounded);
}

void *mem_array(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return NULL;
    void *p = allocate(n * size);
    if (p)
        memset(p, 0, n * size);
    return p;
}

char *mem_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = must_fail() ? NULL : malloc(bytes);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

void *mem_small(size_t size)
{
    return must_fail() ? NULL : calloc(1, size ? size : 1);
}

void *mem_grow(void *p, size_t old_size, size_t size)
{
    char *block = mem_array(size, 1);
    if (!block)
        return NULL;
    if (old_size)
        memcpy(block, p, old_size < size ? old_size : size);
    mem_free(p);
    return block;
}

/* A slot's pointer is one of any type, so that its bytes are copied. */
static void set_slot(const struct mem_slot *slot, void *block)
{
    memcpy(slot->pointer, &block, sizeof block);
}

static void *slot_block(const struct mem_slot *slot)
{
    void *block;
    memcpy(&block, slot->pointer, sizeof block);
    return block;
}

int mem_arrays(const struct mem_slot *slots)
{
    for (const struct mem_slot *slot = slots; slot->pointer; slot++)
        set_slot(slot, NULL);
    for (const struct mem_slot *slot = slots; slot->pointer; slot++) {
        set_slot(slot, mem_array(slot->count, slot->size));
        if (slot_block(slot))
            continue;
        for (const struct mem_slot *made = slots; made < slot; made++) {
            mem_free(slot_block(made));
            set_slot(made, NULL);
        }
        return ERR_MEMORY;
    }
    return 0;
}

void mem_free(void *p)
{
    free(p);
}

void mem_trim(void)
{
#if HAVE_MALLOC_TRIM
    malloc_trim(0);
#endif
}

void mem_fail_at(long n)
{
    fail_countdown = n;
}
