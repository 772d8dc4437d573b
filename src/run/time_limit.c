#include "run/time_limit.h"

#include "base/clock.h"
#include "base/environment.h"
#include "base/log.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Finds " EndTime=2026-11-22T12:00:00 " in the answer, in local time; "Unknown" is not a time. */
static double find_end_time(const char *answer)
{
    const char *at = strstr(answer, " EndTime=");
    struct tm tm = {.tm_isdst = -1};
    if (!at || sscanf(at, " EndTime=%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                      &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
        return 0;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (double)mktime(&tm);
}

static double end_from_scontrol(void)
{
    const char *job = environment_slurm_job();
    if (!*job || strspn(job, "0123456789_") != strlen(job))
        return 0;
    char command[128], answer[16384];
    snprintf(command, sizeof command, "scontrol show job -o %.40s 2>/dev/null", job);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return 0;
    answer[fread(answer, 1, sizeof answer - 1, pipe)] = '\0';
    pclose(pipe);
    return find_end_time(answer);
}

struct time_limit time_limit_start(double limit)
{
    struct time_limit left = {INFINITY, INFINITY};
    if (limit <= 0) {
        double end = environment_slurm_end();
        if (end <= 0)
            end = end_from_scontrol();
        if (end <= 0)
            return left;
        limit = end - (double)time(NULL);
    }
    left.whole = limit;
    left.end = clock_now() + limit;
    return left;
}

double time_limit_seconds(const struct time_limit *left)
{
    return left->end - clock_now();
}

double time_limit_reserve(const struct time_limit *left, double slowest_checkpoint)
{
    const double least = 3, most = 60, share = 0.05;
    double floor = fmin(most, fmax(least, share * left->whole));
    return fmax(floor, 3 * slowest_checkpoint);
}
