#include "run/joblog.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/own_file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Drops the oldest lines to make room. */
static void make_room(struct joblog *log, int wanted)
{
    int gone = log->size + wanted - JOBLOG_SIZE;
    if (gone <= 0)
        return;
    const char *end = memchr(log->text + gone - 1, '\n', (size_t)(log->size - gone + 1));
    gone = end ? (int)(end + 1 - log->text) : log->size;
    log->size -= gone;
    memmove(log->text, log->text + gone, (size_t)log->size);
}

static void append(struct joblog *log, const char *text)
{
    size_t length = strlen(text);
    memcpy(log->text + log->size, text, length + 1);
    log->size += (int)length;
}

/* Writes the text that is new since `from`. A file that has grown too long is restarted with the
   text that is kept.  A write error is ignored, because it must not harm the job. */
static void write_new(struct joblog *log, int from)
{
    if (log->fd < 0)
        return;
    if (log->written > 2 * JOBLOG_SIZE && !ftruncate(log->fd, 0) && !lseek(log->fd, 0, SEEK_SET))
        log->written = from = 0;
    ssize_t n = write(log->fd, log->text + from, (size_t)(log->size - from));
    log->written += n > 0 ? (int)n : 0;
}

static void take(enum log_level level, const char *line, void *data)
{
    struct joblog *log = data;
    (void)level;
    char clock[16];
    time_t now = time(NULL);
    struct tm tm;
    strftime(clock, sizeof clock, "%H:%M:%S ", gmtime_r(&now, &tm));
    make_room(log, (int)(strlen(clock) + strlen(line) + 1));
    int before = log->size;
    append(log, clock);
    append(log, line);
    append(log, "\n");
    write_new(log, before);
}

char *joblog_file(const char *checkpoint, char *out)
{
    if (!*checkpoint || snprintf(out, PATH_MAX, "%s.log", checkpoint) >= PATH_MAX)
        *out = '\0';
    return out;
}

char *joblog_take(const char *checkpoint)
{
    char file[PATH_MAX];
    int fd = own_file_open(joblog_file(checkpoint, file));
    if (fd < 0)
        return NULL;
    char *text = mem_array(JOBLOG_SIZE + 1, 1);
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t n =
        text ? pread(fd, text, JOBLOG_SIZE, size > JOBLOG_SIZE ? size - JOBLOG_SIZE : 0) : 0;
    close(fd);
    unlink(file); /* otherwise it would be taken for the log of the next attempt */
    if (n > 0)
        return text;
    mem_free(text);
    return NULL;
}

void joblog_start(struct joblog *log, const char *checkpoint, int64_t job, int64_t attempt,
                  const char *spec)
{
    log->size = log->written = 0;
    log->text[0] = '\0';
    log->fd = -1;
    joblog_file(checkpoint, log->file);
    log_set_tap(take, log);
    log_debug("job %lld, attempt %lld: %s", (long long)job, (long long)attempt, spec);
}

void joblog_persist(struct joblog *log)
{
    if (log->fd >= 0 || !log->file[0])
        return;
    log->fd = own_file_make(log->file);
    write_new(log, 0);
}

void joblog_stop(struct joblog *log)
{
    log_set_tap(NULL, NULL);
    if (log->fd < 0)
        return;
    close(log->fd);
    unlink(log->file);
    log->fd = -1;
}
