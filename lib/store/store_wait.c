#include "store/store_wait.h"

#include "base/clock.h"
#include "base/log.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How long SQLite tries again: longer than anybody's copying or reading of the file should take;
   and what others have it for usually is over before that is worth a word. */
static const double WAIT_SECONDS = 20, TELL_SECONDS = 0.2;

/*
 * The bytes that SQLite locks (www.sqlite.org/fileformat2.html, The Lock-Byte Page, and
 * www.sqlite.org/walformat.html, 2.3): of the file itself pending, reserved and 510 for readers;
 * of the shared memory beside it write, checkpoint and recover, then five for readers.
 */
static const struct {
    int of_shm;
    short type; /* of the lock that would be in conflict: F_RDLCK with those who write only */
    off_t first, count;
} places[] = {
    {1, F_RDLCK, 120, 3},
    {0, F_RDLCK, 0x40000000, 512},
    {0, F_WRLCK, 0x40000000, 512},
    {1, F_WRLCK, 123, 5},
};

static int open_once(int *fd, const char *file, const char *suffix)
{
    char name[PATH_MAX];
    if (*fd < 0 && snprintf(name, sizeof name, "%s%s", file, suffix) < (int)sizeof name)
        *fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return *fd;
}

/* 0 when there is none that the kernel can name: on another machine, or in another container. */
static pid_t find_holder(struct store_wait *wait)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int fd = places[i].of_shm ? open_once(&wait->shm, wait->file, "-shm")
                                  : open_once(&wait->database, wait->file, "");
        struct flock lock = {.l_type = places[i].type,
                             .l_whence = SEEK_SET,
                             .l_start = places[i].first,
                             .l_len = places[i].count};
        if (fd >= 0 && !fcntl(fd, F_GETLK, &lock) && lock.l_type != F_UNLCK && lock.l_pid > 0)
            return lock.l_pid;
    }
    return 0;
}

static void name_holder(struct store_wait *wait)
{
    char name[32] = "", file[64];
    pid_t pid = find_holder(wait);
    snprintf(wait->holder, sizeof wait->holder, "another program");
    if (!pid)
        return;
    snprintf(file, sizeof file, "/proc/%ld/comm", (long)pid);
    FILE *in = fopen(file, "re");
    if (in && !fgets(name, sizeof name, in))
        name[0] = '\0';
    if (in)
        fclose(in);
    for (char *c = name; *c; c++) /* a program may give itself any name */
        if (!isprint((unsigned char)*c))
            *c = *c == '\n' ? '\0' : '?';
    snprintf(wait->holder, sizeof wait->holder, name[0] ? "%s (process %ld)" : "%sprocess %ld",
             name, (long)pid);
}

/* SQLite's busy handler: whether it shall try again. */
static int on_busy(void *data, int count)
{
    enum { FAST = 10 };
    struct store_wait *wait = data;
    double now = clock_now();
    if (!count || wait->since <= 0)
        wait->since = now;
    if (!wait->told && now - wait->since >= TELL_SECONDS) {
        name_holder(wait);
        log_warning("%s: waiting for %s, which keeps it locked (up to %.0f s)", wait->path,
                    wait->holder, WAIT_SECONDS);
        wait->told = 1;
    }
    if (now - wait->since >= WAIT_SECONDS)
        return 0;
    clock_sleep(count < FAST ? 0.002 : 0.05);
    return 1;
}

void store_wait_set(struct store_wait *wait, sqlite3 *handle, int is_patient)
{
    sqlite3_busy_handler(handle, is_patient ? on_busy : NULL, wait);
}

void store_wait_start(struct store_wait *wait, sqlite3 *handle, const char *path, const char *file)
{
    *wait = (struct store_wait){.path = path, .file = file, .database = -1, .shm = -1};
    store_wait_set(wait, handle, 1);
}

void store_wait_over(struct store_wait *wait, int is_busy)
{
    if (wait->told && !is_busy)
        log_info("%s: %s has let go of it after %.0f s; going on", wait->path, wait->holder,
                 clock_now() - wait->since);
    if (!is_busy)
        wait->holder[0] = '\0';
    wait->since = 0;
    wait->told = 0;
}

void store_wait_end(struct store_wait *wait)
{
    if (wait->database >= 0)
        close(wait->database);
    if (wait->shm >= 0)
        close(wait->shm);
    wait->database = wait->shm = -1;
}
