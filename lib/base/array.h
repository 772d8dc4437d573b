/*
 * array - arrays that grow by one element at a time.
 */
#ifndef BRAINSWEEP_ARRAY_H
#define BRAINSWEEP_ARRAY_H

#include <stddef.h>

/*
 * Room for one element of `size` bytes behind the `count` that are there.  The block doubles
 * whenever count is a power of two, so nobody has to keep its capacity.  Returns the block, old or
 * new (mem_free), and new elements zeroed; NULL when memory is out, the old block then being as it
 * was.  NULL and 0 begin an array:
 *
 *     struct thing *grown = array_room(list->things, list->count, sizeof *grown);
 *     if (!grown)
 *         return err_set(e, ERR_MEMORY, "out of memory for %zu things", list->count);
 *     list->things = grown;
 *     list->things[list->count++] = thing;
 */
void *array_room(void *items, size_t count, size_t size) __attribute__((warn_unused_result));

#endif
