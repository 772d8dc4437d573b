#include "run/crash_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char suffix[] = ".crash";

/* "" if there is no checkpoint, or if the name would be too long. */
static char *name_file(const char *checkpoint, const char *end, char *out)
{
    if (!*checkpoint || snprintf(out, PATH_MAX, "%s%s%s", checkpoint, suffix, end) >= PATH_MAX)
        *out = '\0';
    return out;
}

/* The attempt that the file is evidence against; -1 = none.  If there is one, *how is its text. */
static long long read_file(const char *name, size_t size, char *text, char **how)
{
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, size - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    long long attempt = strtoll(text, how, 10);
    return *how == text || **how != ' ' ? -1 : attempt;
}

int crash_file_write(const char *checkpoint, int64_t attempt, const char *how)
{
    char name[PATH_MAX], temporary[PATH_MAX], text[CRASH_TEXT_SIZE + 32];
    if (!name_file(checkpoint, "", name)[0] || !name_file(checkpoint, ".new", temporary)[0])
        return -1;
    /* an attempt that was suspended for long and given up may end after its successor */
    if (read_file(name, sizeof text, text, &(char *){NULL}) > attempt)
        return 0;
    int size =
        snprintf(text, sizeof text, "%lld %.*s\n", (long long)attempt, CRASH_TEXT_SIZE - 1, how);
    unlink(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return -1;
    int failed = write(fd, text, (size_t)size) != size;
    failed |= fsync(fd) != 0;
    failed |= close(fd) != 0;
    if (!failed && !rename(temporary, name))
        return 0;
    unlink(temporary);
    return -1;
}

int crash_file_read(const char *checkpoint, int64_t attempt, char *how)
{
    char name[PATH_MAX], text[CRASH_TEXT_SIZE + 32], *end;
    *how = '\0';
    if (!name_file(checkpoint, "", name)[0] ||
        read_file(name, sizeof text, text, &end) != attempt || attempt < 0)
        return 0;
    end[strcspn(end, "\n")] = '\0';
    snprintf(how, CRASH_TEXT_SIZE, "%s", end + 1);
    return 1;
}

void crash_file_remove(const char *checkpoint)
{
    char name[PATH_MAX];
    if (name_file(checkpoint, "", name)[0])
        unlink(name);
}

size_t crash_file_list(const char *path, int64_t *jobs, size_t most)
{
    size_t n = 0;
    DIR *directory = *path ? opendir(path) : NULL;
    for (struct dirent *entry; n < most && directory && (entry = readdir(directory));) {
        char *end;
        long long job = strtoll(entry->d_name, &end, 10);
        if (end != entry->d_name && !strcmp(end, suffix))
            jobs[n++] = job;
    }
    if (directory)
        closedir(directory);
    return n;
}
