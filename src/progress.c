#include "progress.h"

#include "console.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct at_work {
    int64_t done, total; /* total 0: between jobs */
    double seconds;
};

struct progress {
    int quiet;
    int terminal;
    int workers;
    struct at_work *work; /* (workers) */
    double start;         /* of the run */
    double next;          /* when to print again */
    double interval;      /* of plain lines; doubles up to its largest */
    int drawn;            /* a line stands on the terminal */
};

static const double redraw_seconds = 0.25, first_interval = 5, largest_interval = 300;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int progress_new(struct progress **progress, int workers, int quiet, struct err *e)
{
    *progress = NULL;
    struct progress *p = mem_array(1, sizeof *p);
    if (p)
        p->work = mem_array((size_t)workers, sizeof *p->work);
    if (!p || !p->work) {
        mem_free(p);
        return err_set(e, ERR_MEMORY, "no memory to show progress");
    }
    p->quiet = quiet;
    p->terminal = console_is_terminal(stderr);
    p->workers = workers;
    p->start = now();
    p->interval = first_interval;
    p->next = p->start + (p->terminal ? 0 : first_interval);
    *progress = p;
    return 0;
}

static void clear_line(struct progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = 0;
}

void progress_free(struct progress *p)
{
    if (!p)
        return;
    clear_line(p);
    mem_free(p->work);
    mem_free(p);
}

void progress_worker(struct progress *p, int worker, int64_t done, int64_t total, double seconds)
{
    p->work[worker] = (struct at_work){done, total, seconds};
}

void progress_idle(struct progress *p, int worker)
{
    p->work[worker] = (struct at_work){0};
}

/* Mean over the working workers of their units of work a second; 0 when nobody has said yet. */
static double worker_rate(const struct progress *p)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < p->workers; i++) {
        const struct at_work *w = &p->work[i];
        if (w->total > 0 && w->seconds > 0) {
            sum += (double)w->done / w->seconds;
            n++;
        }
    }
    return n ? sum / n : 0;
}

/* Jobs that this run has done, the parts of the running ones counted in. */
static double jobs_done(const struct progress *p, struct ledger_counts counts)
{
    double jobs = (double)counts.ended;
    for (int i = 0; i < p->workers; i++)
        if (p->work[i].total > 0)
            jobs += (double)p->work[i].done / (double)p->work[i].total;
    return jobs;
}

static void compose(const struct progress *p, struct ledger_counts counts, char *line, size_t size)
{
    double seconds = now() - p->start, jobs = jobs_done(p, counts);
    double left = (double)(counts.waiting + counts.running + counts.ended) - jobs;
    double rate = worker_rate(p);
    char eta[32] = "?", elapsed[32], steps[48] = "";
    if (jobs > 0)
        console_duration(left / jobs * seconds, eta);
    if (rate > 0)
        snprintf(steps, sizeof steps, ", %.3g steps/s a worker", rate);
    snprintf(line, size,
             "%lld/%lld done, %lld running, %lld failed, %.4g jobs/h%s, %s gone, ETA %s",
             (long long)counts.done, (long long)counts.total, (long long)counts.running,
             (long long)counts.failed, seconds > 0 ? jobs / seconds * 3600 : 0, steps,
             console_duration(seconds, elapsed), eta);
}

void progress_tick(struct progress *p, struct ledger_counts counts)
{
    double time = now();
    if (p->quiet || time < p->next)
        return;
    char line[256];
    compose(p, counts, line, sizeof line);
    if (p->terminal) {
        int width = console_width(stderr) - 1;
        fprintf(stderr, "\r%.*s\033[K", width, line);
        fflush(stderr);
        p->drawn = 1;
        p->next = time + redraw_seconds;
        return;
    }
    fprintf(stderr, "brainsweep: %s\n", line);
    p->interval = 2 * p->interval < largest_interval ? 2 * p->interval : largest_interval;
    p->next = time + p->interval;
}

void progress_summary(struct progress *p, struct ledger_counts counts, const char *db)
{
    clear_line(p);
    if (p->quiet)
        return;
    char elapsed[32];
    console_duration(now() - p->start, elapsed);
    fprintf(
        stderr,
        "brainsweep: %lld of %lld jobs done, %lld failed, %lld left; %lld in this run, in %s; %s\n",
        (long long)counts.done, (long long)counts.total, (long long)counts.failed,
        (long long)(counts.waiting + counts.running), (long long)counts.ended, elapsed, db);
}
