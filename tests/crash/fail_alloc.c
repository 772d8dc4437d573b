/*
 * A library to preload: the n-th allocation of the program itself or of SQLite fails, once.
 *
 * FAIL_AT is n, from 1.  FAIL_COUNT names a file to which the number of allocations is written at
 * the end.  Allocations of the C library, MPI or a BLAS for themselves do not fail, since this
 * program is not responsible for their reaction.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static struct {
    uintptr_t from, to;
} ours[4];
static int count = -1;
static long calls, at;

/* The program is the first entry and has no name. */
static int look(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    int *seen = data;
    if ((*seen)++ > 0 && !strstr(info->dlpi_name, "libsqlite3"))
        return 0;
    for (int i = 0; i < info->dlpi_phnum && count < 4; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
            continue;
        ours[count].from = info->dlpi_addr + header->p_vaddr;
        ours[count++].to = info->dlpi_addr + header->p_vaddr + header->p_memsz;
    }
    return 0;
}

static void tell_count(void)
{
    const char *name = getenv("FAIL_COUNT");
    FILE *out = name ? fopen(name, "w") : NULL;
    if (out) {
        fprintf(out, "%ld\n", calls);
        fclose(out);
    }
}

static int fails(const void *caller)
{
    static int is_starting;
    if (count < 0 && !is_starting) {
        int seen = 0;
        is_starting = 1;
        const char *text = getenv("FAIL_AT");
        at = text ? strtol(text, NULL, 10) : 0;
        count = 0;
        dl_iterate_phdr(look, &seen);
        atexit(tell_count);
        is_starting = 0;
    }
    for (int i = 0; i < count; i++)
        if ((uintptr_t)caller >= ours[i].from && (uintptr_t)caller < ours[i].to) {
            if (++calls != at)
                return 0;
            errno = ENOMEM;
            return 1;
        }
    return 0;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
    return fails(CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(CALLER) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails(CALLER) ? NULL : __libc_realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(CALLER) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
    if (fails(CALLER))
        return ENOMEM;
    *p = __libc_memalign(alignment, size);
    return *p ? 0 : ENOMEM;
}
