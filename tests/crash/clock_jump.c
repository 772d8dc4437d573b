/*
 * A library to preload: the time of day jumps forward and back by CLOCK_JUMP seconds, after every
 * CLOCK_EVERY calls that read it.  The monotonic clock is not changed.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t jump(void)
{
    static long looks, every, seconds;
    if (!every) {
        const char *by = getenv("CLOCK_JUMP"), *text = getenv("CLOCK_EVERY");
        seconds = by ? atol(by) : 0;
        every = text && atol(text) > 0 ? atol(text) : 1;
    }
    return looks++ / every % 2 ? (time_t)seconds : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(clock, now);
    if (clock == CLOCK_REALTIME)
        now->tv_sec += jump();
    return code;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    *now = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *now)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (now)
        *now = t.tv_sec;
    return t.tv_sec;
}
