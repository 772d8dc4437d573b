/*
 * mem - allocation, in one place, so that a test can make the n-th one fail.
 *
 * Memory comes zeroed and, but for texts and what is small, aligned to 64 bytes (a cache line, and
 * a vector of AVX-512), and goes back by mem_free.  NULL means out of memory, which is an ordinary
 * error (ERR_MEMORY).
 */
#ifndef BRAINSWEEP_MEM_H
#define BRAINSWEEP_MEM_H

#include "base/err.h"

#include <stddef.h>

/* n elements of `size` bytes, zeroed; NULL when n*size overflows or memory is out.  n may be 0. */
void *mem_array(size_t n, size_t size) __attribute__((warn_unused_result));

/* A new copy of the text; NULL when memory is out. */
char *mem_text(const char *text) __attribute__((warn_unused_result));

/* One of millions of small objects: zeroed, aligned for any type but not for vectors, because that
   would double its memory. */
void *mem_small(size_t size) __attribute__((warn_unused_result));

/* A block of at least `size` bytes that begins with the old block's `old_size` bytes (the rest
   zeroed) and replaces it; NULL when memory is out, the old block then being as it was. */
void *mem_grow(void *p, size_t old_size, size_t size) __attribute__((warn_unused_result));

/* One array that is wanted: where its pointer is, and how many elements of what size. */
struct mem_slot {
    void *pointer; /* of a pointer */
    size_t count, size;
};
#define MEM_SLOT(pointer, count)                                                                   \
    {                                                                                              \
        &(pointer), (count), sizeof *(pointer)                                                     \
    }

/* All of these arrays as mem_array makes them; `slots` ends with {0}.  ERR_MEMORY: none was made,
   and the pointers are NULL. */
int mem_arrays(const struct mem_slot *slots) __attribute__((warn_unused_result));

/* Gives back what these returned; NULL is fine. */
void mem_free(void *p);

/* Gives what was freed back to the system, after many small things were. */
void mem_trim(void);

/* For tests: the n-th allocation from now (0 = the next) returns NULL, once; negative turns it off.
 */
void mem_fail_at(long n);

#endif
