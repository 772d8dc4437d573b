#include "run/progress.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mpi/transport.h"
#include "text/console.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct at_work {
    int64_t done, total; /* total 0: nothing was heard of it yet */
    double seconds;
    double since;    /* the moment it was given the job; 0 = between jobs */
    double expected; /* seconds that the job is expected to take */
};

struct progress {
    int quiet;
    FILE *terminal; /* where the line is drawn; NULL = plain lines */
    int workers;
    struct at_work *work; /* (workers) */
    double start;         /* of the run */
    double processor;     /* seconds that this process had taken of it by then */
    double busy;          /* seconds that workers have had jobs, the present ones left out */
    double next;          /* when to print again */
    double interval;      /* of plain lines; doubles up to its largest */
    int drawn;            /* a line stands on the terminal */
};

static const double redraw_seconds = 0.25, first_interval = 5, largest_interval = 300;

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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
    p->terminal = console_drawable(transport_size() > 1);
    p->workers = workers;
    p->start = clock_now();
    p->processor = processor_seconds();
    p->interval = first_interval;
    p->next = p->start + (p->terminal ? 0 : first_interval);
    *progress = p;
    return 0;
}

static void clear_line(struct progress *p)
{
    if (p->drawn) {
        fputs("\r\033[K", p->terminal);
        fflush(p->terminal);
    }
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

void progress_begin(struct progress *p, int worker, double expected)
{
    p->work[worker] = (struct at_work){.since = clock_now(), .expected = expected};
}

void progress_worker(struct progress *p, int worker, int64_t done, int64_t total, double seconds)
{
    struct at_work *w = &p->work[worker];
    w->done = done;
    w->total = total;
    w->seconds = seconds;
}

void progress_idle(struct progress *p, int worker)
{
    if (p->work[worker].since > 0)
        p->busy += clock_now() - p->work[worker].since;
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

/* ---- how long it will take ---- */

/* Seconds that a worker's job will still take: as fast as until now, or as expected. */
static double left_of(const struct at_work *w)
{
    if (w->total > 0 && w->done > 0 && w->seconds > 0)
        return w->seconds * (double)(w->total - w->done) / (double)w->done;
    return w->since > 0 ? fmax(w->expected - (clock_now() - w->since), 0) : 0;
}

/* How much longer running jobs take than was expected, while nothing has been learned yet. */
static double correction(const struct progress *p)
{
    double taken = 0, expected = 0;
    for (int i = 0; i < p->workers; i++) {
        const struct at_work *w = &p->work[i];
        if (w->total > 0 && w->done > 0 && w->expected > 0) {
            taken += w->seconds * (double)w->total / (double)w->done;
            expected += w->expected;
        }
    }
    return expected > 0 ? taken / expected : 1;
}

/*
 * No schedule is shorter than the mean load or the longest job; longest first comes near to that.
 * The interval is of two standard deviations: jobs scatter each on their own, and what was learned
 * is wrong for all of them together, the less the more was learned.
 */
static void compose_eta(const struct progress *p, struct ledger_counts counts,
                        struct ledger_outlook outlook, char *out, size_t size)
{
    double scale = outlook.learned ? 1 : correction(p), longest = scale * outlook.longest;
    double load = scale * outlook.waiting;
    for (int i = 0; i < p->workers; i++) {
        double left = left_of(&p->work[i]);
        load += left;
        longest = fmax(longest, left);
    }
    double eta = fmax(load / p->workers, longest);
    double left = (double)(counts.waiting + counts.running + counts.queued);
    double factor =
        exp(2 * outlook.spread * sqrt(1 / (left + 1) + 1 / ((double)outlook.learned + 1)));
    char text[32], least[32], most[32];
    snprintf(out, size, "%s (%s to %s)", console_duration(eta, text),
             console_duration(eta / factor, least), console_duration(eta * factor, most));
}

/* What matters most comes first: a narrow terminal cuts the end off. */
static void compose(const struct progress *p, struct ledger_counts counts,
                    struct ledger_outlook outlook, char *line, size_t size)
{
    double seconds = clock_now() - p->start, jobs = jobs_done(p, counts);
    double rate = worker_rate(p);
    char eta[128], elapsed[32], steps[48] = "";
    compose_eta(p, counts, outlook, eta, sizeof eta);
    if (rate > 0)
        snprintf(steps, sizeof steps, ", %.3g steps/s a worker", rate);
    double per_hour = seconds > 0 ? jobs / seconds * 3600 : 0;
    snprintf(line, size,
             "%lld/%lld done, %lld running, %lld failed, ETA %s, %s gone, %.*f jobs/h%s",
             (long long)counts.done, (long long)counts.total, (long long)counts.running,
             (long long)counts.failed, eta, console_duration(seconds, elapsed),
             per_hour < 100 ? 1 : 0, per_hour, steps);
}

void progress_tick(struct progress *p, const struct ledger *ledger)
{
    double time = clock_now();
    if (p->quiet || time < p->next)
        return;
    char line[320];
    compose(p, ledger_counts(ledger), ledger_outlook(ledger), line, sizeof line);
    if (p->terminal) {
        int width = console_width(p->terminal) - 1;
        fprintf(p->terminal, "\r%.*s\033[K", width, line);
        fflush(p->terminal);
        p->drawn = 1;
        p->next = time + redraw_seconds;
        return;
    }
    fprintf(stderr, "brainsweep: %s\n", line);
    p->interval = 2 * p->interval < largest_interval ? 2 * p->interval : largest_interval;
    p->next = time + p->interval;
}

/* Digits behind the point, for three that say something. */
static int digits_behind(double x)
{
    return x < 1e-3 ? 5 : (int)fmax(0, 2 - floor(log10(x)));
}

/* "280 us" or "4.76 ms" into out (32 bytes); returns out. */
static char *compose_short(double seconds, char *out)
{
    int is_micro = seconds < 1e-3;
    double shown = seconds * (is_micro ? 1e6 : 1e3);
    snprintf(out, 32, "%.*f %s", shown < 1 ? 2 : digits_behind(shown), shown,
             is_micro ? "us" : "ms");
    return out;
}

/* Whether the coordinator is what a run waits for. */
static void print_effort(const struct progress *p, const struct ledger *ledger, int64_t jobs)
{
    double seconds = processor_seconds() - p->processor, store = ledger_store_seconds(ledger);
    char each[32], of_these[32];
    fprintf(stderr,
            "brainsweep: the coordinator took %.*f s of its processor, %s a job, %s of these for "
            "the database\n",
            digits_behind(seconds), seconds, compose_short(seconds / (double)jobs, each),
            compose_short(store / (double)jobs, of_these));
}

void progress_summary(struct progress *p, const struct ledger *ledger, const char *db)
{
    clear_line(p);
    if (p->quiet)
        return;
    struct ledger_counts counts = ledger_written(ledger); /* the rest is lost */
    double seconds = clock_now() - p->start, all = seconds * p->workers, busy = p->busy;
    for (int i = 0; i < p->workers; i++) /* were stopped, or lost */
        busy += p->work[i].since > 0 ? clock_now() - p->work[i].since : 0;
    char elapsed[32];
    console_duration(seconds, elapsed);
    int64_t left = counts.waiting + counts.running + counts.queued;
    int64_t others = counts.total - counts.done - counts.failed - left;
    char beside[64] = "";
    if (others > 0)
        snprintf(beside, sizeof beside, " of those asked for, %lld others pending",
                 (long long)others);
    fprintf(
        stderr,
        "brainsweep: %lld of %lld jobs done, %lld failed, %lld left%s; %lld in this run, in %s; "
        "%s\n",
        (long long)counts.done, (long long)counts.total, (long long)counts.failed, (long long)left,
        beside, (long long)counts.ended, elapsed, db);
    int64_t unwritten = ledger_counts(ledger).ended - counts.ended;
    if (unwritten > 0)
        fprintf(stderr,
                "brainsweep: %lld %s could not be written: the same command runs %s again\n",
                (long long)unwritten, unwritten == 1 ? "result" : "results",
                unwritten == 1 ? "its job" : "their jobs");
    if (counts.ended == 0)
        return;
    int digits = digits_behind(all);
    fprintf(stderr, "brainsweep: workers were idle for %.*f of %.*f core-seconds (%.1f %%)\n",
            digits, fmax(all - busy, 0), digits, all, all > 0 ? 100 * fmax(1 - busy / all, 0) : 0);
    if (transport_size() > 1)
        print_effort(p, ledger, counts.ended);
}
