#include "joblog.h"

#include "log.h"

#include <string.h>
#include <time.h>

/* The oldest lines make room. */
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

static void take(enum log_level level, const char *line, void *data)
{
    struct joblog *log = data;
    (void)level;
    char clock[16];
    time_t now = time(NULL);
    struct tm tm;
    strftime(clock, sizeof clock, "%H:%M:%S ", gmtime_r(&now, &tm));
    make_room(log, (int)(strlen(clock) + strlen(line) + 1));
    append(log, clock);
    append(log, line);
    append(log, "\n");
}

void joblog_start(struct joblog *log, int64_t job, int64_t attempt, const char *spec)
{
    log->size = 0;
    log->text[0] = '\0';
    log_set_tap(take, log);
    log_debug("job %lld, attempt %lld: %s", (long long)job, (long long)attempt, spec);
}

void joblog_stop(void)
{
    log_set_tap(NULL, NULL);
}
