#include "run/checkpoint_dir.h"

#include "base/log.h"
#include "base/own_file.h"
#include "record/checkpoint.h"
#include "run/crash_file.h"
#include "run/joblog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_SIZE = 24 }; /* a slash and the number of a job */

/* Makes a directory that belongs to this user: not a link, and not writable by others.  Returns 0
   or an error of errno; EPERM if the directory is not such a one. */
static int make_directory(const char *name)
{
    struct stat status = {0};
    int is_new = mkdir(name, 0755) == 0;
    if (!is_new && errno != EEXIST)
        return errno;
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = fd < 0 ? errno : fstat(fd, &status) ? errno : 0;
    if (!error && status.st_uid != geteuid())
        error = EPERM;
    /* in older versions the umask decided whether the group may write */
    if (!error && status.st_mode & (S_IWGRP | S_IWOTH) && fchmod(fd, status.st_mode & 0755))
        error = EPERM;
    if (fd >= 0)
        close(fd);
    if (!error && is_new && own_file_sync_directory(name))
        error = errno;
    return error;
}

void checkpoint_dir_open(struct checkpoint_dir *checkpoints, const char *database)
{
    size_t size = sizeof checkpoints->directory - NUMBER_SIZE;
    int length = snprintf(checkpoints->directory, size, "%s.ckpt", database);
    int error = (size_t)length >= size ? ENAMETOOLONG : 0;
    if (!error)
        error = make_directory(checkpoints->directory);
    if (!error)
        return;
    if (error == ELOOP || error == ENOTDIR || error == EPERM)
        log_warning("%s.ckpt is not a directory of this user's own, so nothing is kept in it: jobs "
                    "that are interrupted will begin again; remove it",
                    database);
    else
        log_warning("%s.ckpt cannot be made (%s): jobs that are interrupted will begin again",
                    database, strerror(error));
    checkpoints->directory[0] = '\0';
}

void checkpoint_dir_close(struct checkpoint_dir *checkpoints)
{
    if (checkpoints->directory[0])
        rmdir(checkpoints->directory); /* fails while the directory is not empty */
    checkpoints->directory[0] = '\0';
}

char *checkpoint_dir_file(const struct checkpoint_dir *checkpoints, int64_t job, char *out)
{
    out[0] = '\0';
    if (checkpoints->directory[0])
        snprintf(out, PATH_MAX, "%.*s/%lld", PATH_MAX - NUMBER_SIZE, checkpoints->directory,
                 (long long)job);
    return out;
}

void checkpoint_dir_clear(const struct checkpoint_dir *checkpoints, int64_t job)
{
    char file[PATH_MAX], log[PATH_MAX];
    if (checkpoint_dir_file(checkpoints, job, file)[0])
        checkpoint_remove(file);
    if (joblog_file(file, log)[0])
        unlink(log);
    crash_file_remove(file);
}

size_t checkpoint_dir_list(const struct checkpoint_dir *checkpoints, int64_t *jobs, size_t most)
{
    size_t n = 0;
    DIR *directory = checkpoints->directory[0] ? opendir(checkpoints->directory) : NULL;
    for (struct dirent *entry; n < most && directory && (entry = readdir(directory));) {
        char *end;
        long long job = strtoll(entry->d_name, &end, 10);
        if (end != entry->d_name && job > 0 && (!*end || *end == '.'))
            jobs[n++] = job;
    }
    if (directory)
        closedir(directory);
    return n;
}

/* "" if there is no directory. */
static char *mark_file(const struct checkpoint_dir *checkpoints, char *out)
{
    out[0] = '\0';
    if (checkpoints->directory[0])
        snprintf(out, PATH_MAX, "%.*s/unwritten", PATH_MAX - NUMBER_SIZE, checkpoints->directory);
    return out;
}

void checkpoint_dir_mark(const struct checkpoint_dir *checkpoints)
{
    char file[PATH_MAX];
    if (!mark_file(checkpoints, file)[0])
        return;
    int mark = own_file_make(file);
    if (mark < 0)
        log_warning("%s cannot be made (%s): should the run end like this, its running jobs are "
                    "blamed",
                    file, strerror(errno));
    else
        close(mark);
}

int checkpoint_dir_is_marked(const struct checkpoint_dir *checkpoints)
{
    char file[PATH_MAX];
    return mark_file(checkpoints, file)[0] && access(file, F_OK) == 0;
}

void checkpoint_dir_unmark(const struct checkpoint_dir *checkpoints)
{
    char file[PATH_MAX];
    if (mark_file(checkpoints, file)[0])
        unlink(file);
}
