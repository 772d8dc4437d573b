#include "store/store_lock.h"

#include "base/environment.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct store_lock {
    int fd;
    int database; /* the database file, locked too; -1 where it is not on a local disk */
    char file[PATH_MAX];
};

/* Who we are, for those who find the database in use. */
static void write_holder(int fd)
{
    char line[512];
    const char *host = environment_host(), *slurm_job = environment_slurm_job();
    int size = *slurm_job
                   ? snprintf(line, sizeof line, "process %ld on %s (Slurm job %.60s)\n",
                              (long)getpid(), host, slurm_job)
                   : snprintf(line, sizeof line, "process %ld on %s\n", (long)getpid(), host);
    /* the line is a courtesy: on a full disk the lock holds without it */
    if (ftruncate(fd, 0) || pwrite(fd, line, (size_t)size, 0) != size)
        return;
}

static int fail_busy(int fd, const char *path, struct err *e)
{
    char holder[200] = "";
    ssize_t size = pread(fd, holder, sizeof holder - 1, 0);
    for (ssize_t i = 0; i < size; i++)
        if (!isprint((unsigned char)holder[i]))
            holder[i] = '\0';
    return err_set(e, ERR_BUSY, "%s: in use by %s; wait for it to end, or stop it", path,
                   holder[0] ? holder : "another run");
}

static int fail_open(int error, const char *path, struct err *e)
{
    return err_set(e, ERR_STORE, "%s: its lock file %s.lock cannot be written (%s)", path, path,
                   strerror(error));
}

/* Whoever can write in the directory can put a link or a pipe in the place of our lock. */
static int fail_planted(const char *path, struct err *e)
{
    return err_set(
        e, ERR_STORE,
        "%s: its lock file %s.lock is a link or no ordinary file, which brainsweep never "
        "makes; remove it",
        path, path);
}

static int is_own_file(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink <= 1;
}

/* Whether the file that fd has open is still the one of that name: its last holder may have removed
   it while we waited, and a lock on a file without a name keeps nobody out. */
static int is_current(int fd, const char *file)
{
    struct stat open_file, named_file;
    return fstat(fd, &open_file) == 0 && stat(file, &named_file) == 0 &&
           open_file.st_ino == named_file.st_ino && open_file.st_dev == named_file.st_dev;
}

/*
 * flock belongs to the open file and so also keeps out a second store in this process; Linux turns
 * it into a byte-range lock on NFS, where it reaches other machines.  Mounts with `nolock` or
 * `localflock` keep it to this machine: there two nodes are not kept apart by us, and by SQLite's
 * own locks no better.
 */
static int take(struct store_lock *lock, const char *path, struct err *e)
{
    for (;;) {
        lock->fd = open(lock->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (lock->fd < 0)
            return errno == ELOOP || errno == ENXIO ? fail_planted(path, e)
                                                    : fail_open(errno, path, e);
        if (!is_own_file(lock->fd))
            return fail_planted(path, e);
        if (flock(lock->fd, LOCK_EX | LOCK_NB)) {
            int error = errno;
            if (error == EWOULDBLOCK)
                return fail_busy(lock->fd, path, e);
            if (error != EINTR)
                return err_set(e, ERR_STORE,
                               "%s: its file system has no locks (%s); put the database on another",
                               path, strerror(error));
        } else if (is_current(lock->fd, lock->file)) {
            write_holder(lock->fd);
            return 0;
        }
        close(lock->fd);
    }
}

/* Locks the database file itself: SQLite's own locks (fcntl) and these (flock) do not meet on a
   local disk, as they would on a network's. */
static int take_database(struct store_lock *lock, const char *file, const char *path, struct err *e)
{
    lock->database = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (lock->database < 0)
        return err_set(e, ERR_STORE, "%s: it cannot be opened (%s)", path, strerror(errno));
    if (flock(lock->database, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return errno == EWOULDBLOCK
               ? err_set(e, ERR_BUSY,
                         "%s: in use by a run that knows it by another name (a hard link); wait "
                         "for that to end, or stop it",
                         path)
               : err_set(e, ERR_STORE, "%s: it cannot be locked (%s)", path, strerror(errno));
}

int store_lock_take(struct store_lock **lock, const char *file, const char *path, int is_local,
                    struct err *e)
{
    *lock = NULL;
    struct store_lock *taken = mem_array(1, sizeof *taken);
    if (!taken)
        return err_set(e, ERR_MEMORY, "out of memory for a lock");
    taken->fd = taken->database = -1;
    int size = snprintf(taken->file, sizeof taken->file, "%s.lock", file);
    int code =
        size < (int)sizeof taken->file ? take(taken, path, e) : fail_open(ENAMETOOLONG, path, e);
    if (!code && is_local && (code = take_database(taken, file, path, e)))
        unlink(taken->file);
    if (!code) {
        *lock = taken;
        return 0;
    }
    if (taken->fd >= 0)
        close(taken->fd);
    if (taken->database >= 0)
        close(taken->database);
    mem_free(taken);
    return code;
}

void store_lock_give(struct store_lock *lock)
{
    if (!lock)
        return;
    unlink(lock->file); /* while it is still ours */
    close(lock->fd);
    if (lock->database >= 0)
        close(lock->database);
    mem_free(lock);
}

/* Whether the kernel lists a flock on that inode: a line is "1: FLOCK ADVISORY WRITE PID
   MAJOR:MINOR:INODE 0 EOF", major and minor in hexadecimal.  -1 where there is no list. */
static int is_listed(const struct stat *status)
{
    char line[256], mark[64];
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks)
        return -1;
    snprintf(mark, sizeof mark, ":%llu ", (unsigned long long)status->st_ino);
    int found = 0;
    while (!found && fgets(line, sizeof line, locks)) {
        unsigned major_number, minor_number;
        const char *at = strstr(line, mark);
        while (at && at > line && at[-1] != ' ')
            at--;
        found = strstr(line, " FLOCK ") && !strstr(line, "->") && at &&
                sscanf(at, "%x:%x:", &major_number, &minor_number) == 2 &&
                makedev(major_number, minor_number) == status->st_dev;
    }
    fclose(locks);
    return found;
}

/* Of other machines, and where devices of files have other numbers than those of locks (btrfs), the
   list knows nothing: then the lock is tried, and given back at once. */
int store_lock_held(const char *file, char *holder, size_t size)
{
    char name[PATH_MAX];
    const char *host = environment_host();
    struct stat status;
    holder[0] = '\0';
    if (snprintf(name, sizeof name, "%s.lock", file) >= (int)sizeof name)
        return 0;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return 0;
    ssize_t length = pread(fd, holder, size - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    for (char *c = holder; *c; c++)
        if (!isprint((unsigned char)*c))
            *c = '\0';
    int is_here = *host && strstr(holder, host), held = -1;
    if (is_here && !fstat(fd, &status))
        held = is_listed(&status);
    if (held <= 0)
        held = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    close(fd);
    return held;
}
