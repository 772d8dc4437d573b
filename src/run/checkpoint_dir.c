#include "run/checkpoint_dir.h"

#include "base/log.h"
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

void checkpoint_dir_open(struct checkpoint_dir *checkpoints, const char *database)
{
    size_t size = sizeof checkpoints->directory - NUMBER_SIZE;
    int length = snprintf(checkpoints->directory, size, "%s.ckpt", database);
    int error = (size_t)length >= size ? ENAMETOOLONG : 0;
    if (!error && mkdir(checkpoints->directory, 0777) && errno != EEXIST)
        error = errno;
    if (!error)
        return;
    log_warning("%s.ckpt cannot be made (%s): jobs that are interrupted will begin again", database,
                strerror(error));
    checkpoints->directory[0] = '\0';
}

void checkpoint_dir_close(struct checkpoint_dir *checkpoints)
{
    if (checkpoints->directory[0])
        rmdir(checkpoints->directory); /* which refuses while there is something in it */
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

/* "" without a directory. */
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
    int mark = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
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
