#include "batch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *batch_job(void)
{
    const char *job = getenv("SLURM_JOB_ID");
    return job && *job ? job : NULL;
}

/* What the command's first line says, as a number; negative when it says none. */
static double ask(const char *command)
{
    char line[64] = "", *end;
    FILE *in = popen(command, "r");
    if (!in)
        return -1;
    int came = fgets(line, sizeof line, in) != NULL;
    (void)pclose(in);
    double x = strtod(line, &end);
    return came && end > line ? x : -1;
}

double batch_seconds_left(void)
{
    const char *job = batch_job(), *end = getenv("SLURM_JOB_END_TIME");
    if (!job || strspn(job, "0123456789_") != strlen(job))
        return -1;
    double ends = end ? strtod(end, NULL) : 0;
    if (ends <= 0) { /* Slurm before 22.05 sets no such variable */
        char command[160];
        snprintf(command, sizeof command,
                 "date -d \"$(squeue -h -j %.32s -o %%e 2>/dev/null)\" +%%s 2>/dev/null", job);
        ends = ask(command);
    }
    double left = ends - (double)time(NULL);
    return ends <= 0 ? -1 : left > 0 ? left : 0;
}

/* Numbers separated by colons, as many as there are, into field; -1 when it is something else. */
static int read_fields(const char *text, long *field, int most)
{
    enum { LARGEST = 10000000 }; /* minutes: nineteen years */
    int n = 0;
    for (const char *at = text;; at++) {
        char *end;
        if (n == most || !isdigit((unsigned char)*at))
            return -1;
        field[n++] = strtol(at, &end, 10);
        at = end;
        if (field[n - 1] > LARGEST || (*at && *at != ':'))
            return -1;
        if (!*at)
            return n;
    }
}

int batch_read_time(const char *option, const char *text, long *seconds, struct err *e)
{
    enum { FIELDS = 3 };
    /* What the first field is worth: after a day, hours; else by how many fields there are. */
    static const long after_days[] = {3600, 3600, 3600}, plain[] = {60, 60, 3600};
    long days = 0, field[FIELDS] = {0};
    const char *rest = strchr(text, '-');
    char head[16] = "";
    if (rest)
        snprintf(head, sizeof head, "%.*s", (int)(rest - text), text);
    int n = rest && read_fields(head, &days, 1) < 0
                ? -1
                : read_fields(rest ? rest + 1 : text, field, FIELDS);
    if (n > 0) {
        long unit = (rest ? after_days : plain)[n - 1];
        *seconds = days * 86400;
        for (int i = 0; i < n; i++, unit /= 60)
            *seconds += field[i] * unit;
        if (*seconds > 0)
            return 0;
    }
    return err_set(e, ERR_USAGE,
                   "%s %s: expected a time as sbatch takes it, such as 90 (minutes), 8:00:00 or "
                   "1-12:00:00",
                   option, text);
}
