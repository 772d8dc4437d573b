#include "base/array.h"

#include "base/mem.h"

#include <assert.h>
#include <stdint.h>

void *array_room(void *items, size_t count, size_t size)
{
    assert(items || !count);
    if (count & (count - 1))
        return items;
    if (count > SIZE_MAX / 2 / size)
        return NULL;
    return mem_grow(items, count * size, (count ? 2 * count : 1) * size);
}
