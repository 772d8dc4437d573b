#define _XOPEN_SOURCE 700 /* mkstemp */

#include "store/store_probe.h"

#include "base/clock.h"
#include "store/store_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of a few synchronous writes to an open file; negative when one fails. */
static double time_syncs(int fd)
{
    enum { TIMES = 5, PAGE = 4096 };
    static const char page[PAGE];
    double seconds[TIMES];
    for (int i = 0; i < TIMES; i++) {
        double start = clock_now();
        if (pwrite(fd, page, sizeof page, (off_t)i * PAGE) != PAGE || fsync(fd))
            return -1;
        seconds[i] = clock_now() - start;
    }
    qsort(seconds, TIMES, sizeof seconds[0], by_size);
    return seconds[TIMES / 2];
}

static int measure(struct store_probe *place, const char *path, const char *directory,
                   struct err *e)
{
    char probe[PATH_MAX + 32];
    snprintf(probe, sizeof probe, "%s/.brainsweep-XXXXXX", directory);
    int fd = mkstemp(probe);
    if (fd < 0)
        return err_set(e, ERR_STORE, "%s: no file can be made beside it (%s)", path,
                       strerror(errno));
    place->sync_seconds = time_syncs(fd);
    int error = errno;
    close(fd);
    unlink(probe);
    return place->sync_seconds < 0 ? err_set(e, ERR_STORE,
                                             "%s: a file beside it cannot be written "
                                             "(%s)",
                                             path, strerror(error))
                                   : 0;
}

int store_probe_look(struct store_probe *place, const char *path, struct err *e)
{
    *place = (struct store_probe){0};
    char file[PATH_MAX];
    int code = store_file_check(path, STORE_CREATE, file, e);
    if (code)
        return code;
    place->exists = access(file, F_OK) == 0;
    char *slash = strrchr(file, '/'); /* the name is absolute */
    slash[slash == file] = '\0';
    const struct filesystem *system = store_file_on(file);
    place->filesystem = system->name;
    place->journal = system->journal;
    struct statvfs space;
    if (statvfs(file, &space) == 0)
        place->free_bytes = (double)space.f_bavail * (double)space.f_frsize;
    return measure(place, path, file, e);
}

const char *store_probe_library(void)
{
    static char text[32];
    snprintf(text, sizeof text, "SQLite %s", sqlite3_libversion());
    return text;
}
