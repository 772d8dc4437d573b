/*
 * A library to preload: the n-th write, sync, truncation or rename of a file in one directory
 * fails.
 *
 * FAIL_UNDER names the directory.  FAIL_AT is n, from 1.  FAIL_COUNT names a file to which the
 * number of such calls is written at the end.  FAIL_MODE is one of:
 *
 * - error: the call fails with EIO, and the program goes on
 * - full: the call fails with ENOSPC
 * - die: the process ends before the call, as by SIGKILL
 * - power: as die, and all that was written to a file since its last sync is lost, too
 * - readonly: the call and all later ones fail with EROFS, as when an error has made the kernel
 *   turn the file system read-only
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef ssize_t write_call(int, const void *, size_t);
typedef ssize_t pwrite_call(int, const void *, size_t, off_t);
typedef int fd_call(int);
typedef int truncate_call(int, off_t);
typedef int rename_call(const char *, const char *);

/* The original function that this library replaces. */
static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* ---- what was written since the last sync ---- */

/* The bytes that a write replaced; without bytes, the earlier size of the file. */
struct replaced {
    int fd;
    off_t at;
    size_t size;
    char *bytes;
};

enum { MOST = 4096 };
static struct replaced log_of[MOST];
static int logged;

static void remember(int fd, off_t at, size_t size)
{
    struct stat status;
    if (logged + 2 > MOST || fstat(fd, &status))
        return;
    log_of[logged++] = (struct replaced){fd, status.st_size, 0, NULL};
    char *bytes = malloc(size + 1);
    ssize_t n = bytes ? pread(fd, bytes, size, at) : -1;
    if (n > 0)
        log_of[logged++] = (struct replaced){fd, at, (size_t)n, bytes};
    else
        free(bytes);
}

static void forget_log(int fd)
{
    int kept = 0;
    for (int i = 0; i < logged; i++)
        if (log_of[i].fd == fd)
            free(log_of[i].bytes);
        else
            log_of[kept++] = log_of[i];
    logged = kept;
}

static void take_back(void)
{
    pwrite_call *pwrite_it = (pwrite_call *)real("pwrite");
    truncate_call *truncate_it = (truncate_call *)real("ftruncate");
    while (logged-- > 0) {
        const struct replaced *r = &log_of[logged];
        if (r->bytes ? pwrite_it(r->fd, r->bytes, r->size, r->at) < 0 : truncate_it(r->fd, r->at))
            continue; /* it was opened for reading, or is closed */
    }
}

/* ---- the n-th call ---- */

static long calls;

static void tell_count(void)
{
    const char *name = getenv("FAIL_COUNT");
    FILE *out = name ? fopen(name, "w") : NULL;
    if (out) {
        fprintf(out, "%ld\n", calls);
        fclose(out);
    }
}

static int is_ours(const char *path)
{
    const char *under = getenv("FAIL_UNDER");
    return under && strncmp(path, under, strlen(under)) == 0;
}

/* Whether this call fails; sets errno.  It does not return where the process has to die. */
static int goes_wrong(void)
{
    const char *at = getenv("FAIL_AT"), *mode = getenv("FAIL_MODE");
    if (!calls++)
        atexit(tell_count);
    int stays = mode && !strcmp(mode, "readonly");
    if (!at || (stays ? calls < strtol(at, NULL, 10) : calls != strtol(at, NULL, 10)))
        return 0;
    if (mode && !strcmp(mode, "power"))
        take_back();
    if (mode && (!strcmp(mode, "die") || !strcmp(mode, "power")))
        _exit(137);
    errno = stays ? EROFS : mode && !strcmp(mode, "full") ? ENOSPC : EIO;
    return 1;
}

static int fails(int fd)
{
    char name[64], path[PATH_MAX] = "";
    int before = errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (readlink(name, path, sizeof path - 1) < 0 || !is_ours(path)) {
        errno = before;
        return 0;
    }
    return goes_wrong();
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (fails(fd))
        return -1;
    return ((write_call *)real("write"))(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    if (fails(fd))
        return -1;
    remember(fd, at, size);
    return ((pwrite_call *)real("pwrite"))(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    return pwrite(fd, bytes, size, at);
}

int ftruncate(int fd, off_t size)
{
    if (fails(fd))
        return -1;
    return ((truncate_call *)real("ftruncate"))(fd, size);
}

int ftruncate64(int fd, off_t size)
{
    return ftruncate(fd, size);
}

int fsync(int fd)
{
    if (fails(fd))
        return -1;
    forget_log(fd);
    return ((fd_call *)real("fsync"))(fd);
}

int fdatasync(int fd)
{
    if (fails(fd))
        return -1;
    forget_log(fd);
    return ((fd_call *)real("fdatasync"))(fd);
}

int close(int fd)
{
    forget_log(fd); /* its descriptor will be reused */
    return ((fd_call *)real("close"))(fd);
}

int rename(const char *from, const char *to)
{
    if (is_ours(to) && goes_wrong())
        return -1;
    return ((rename_call *)real("rename"))(from, to);
}
