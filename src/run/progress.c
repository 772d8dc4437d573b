#include "run/progress.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mpi/transport.h"
#include "run/panel.h"
#include "run/standing.h"
#include "text/console.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SPEC_SHOWN = 160, LINE = 512 };

struct at_work {
    int64_t done, total; /* total 0: no message has come yet */
    double seconds;
    double since;    /* when it was given the job; 0 = between jobs */
    double expected; /* seconds that the job is expected to take */
    double loss;     /* latest loss; NAN = none */
    int64_t job;
    char spec[SPEC_SHOWN]; /* the beginning of the spec; "" without a panel */
};

struct progress {
    int quiet, verbose;
    struct panel *panel;       /* NULL = plain lines */
    struct standing *standing; /* NULL without a panel */
    int workers;
    struct at_work *work; /* (workers) */
    double start;         /* of the run */
    double processor;     /* processor time of this process at the start */
    double busy;          /* seconds of the workers' finished jobs; current ones not included */
    double next;          /* when to print next */
    double interval;      /* between plain lines; doubles up to largest_interval */
};

static const double redraw_seconds = 0.25, first_interval = 5, largest_interval = 300;

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int progress_new(struct progress **progress, const struct progress_terms *terms, struct err *e)
{
    *progress = NULL;
    FILE *terminal = terms->quiet ? NULL : console_drawable(transport_size() > 1);
    struct progress *p = mem_array(1, sizeof *p);
    if (p)
        p->work = mem_array((size_t)terms->workers, sizeof *p->work);
    int code = p && p->work ? 0 : err_set(e, ERR_MEMORY, "no memory to show progress");
    if (!code && terminal)
        code = panel_new(&p->panel, terminal, e);
    if (!code && terminal)
        code = standing_new(&p->standing, terms->store, terms->experiment, e);
    if (code) {
        progress_free(p);
        return code;
    }
    p->quiet = terms->quiet;
    p->verbose = terms->verbose;
    p->workers = terms->workers;
    p->start = clock_now();
    p->processor = processor_seconds();
    p->interval = first_interval;
    p->next = p->start + (terminal ? 0 : first_interval);
    *progress = p;
    return 0;
}

void progress_free(struct progress *p)
{
    if (!p)
        return;
    panel_free(p->panel);
    standing_free(p->standing);
    mem_free(p->work);
    mem_free(p);
}

void progress_begin(struct progress *p, int worker, const struct store_job *job, double expected)
{
    struct at_work *w = &p->work[worker];
    *w = (struct at_work){.since = clock_now(), .expected = expected, .loss = NAN, .job = job->id};
    if (p->panel)
        snprintf(w->spec, sizeof w->spec, "%s", job->spec);
}

void progress_result(struct progress *p, int worker, const struct result *result)
{
    standing_add(p->standing, p->work[worker].spec, result);
}

void progress_worker(struct progress *p, int worker, int64_t done, int64_t total, double seconds,
                     double loss)
{
    struct at_work *w = &p->work[worker];
    w->done = done;
    w->total = total;
    w->seconds = seconds;
    w->loss = loss;
}

void progress_idle(struct progress *p, int worker)
{
    if (p->work[worker].since > 0)
        p->busy += clock_now() - p->work[worker].since;
    p->work[worker] = (struct at_work){0};
}

/* Mean rate of the working workers, in units of work per second; 0 = not known yet. */
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

/* Jobs that this run has done, including the finished parts of the running jobs. */
static double jobs_done(const struct progress *p, struct ledger_counts counts)
{
    double jobs = (double)counts.ended;
    for (int i = 0; i < p->workers; i++)
        if (p->work[i].total > 0)
            jobs += (double)p->work[i].done / (double)p->work[i].total;
    return jobs;
}

/* ---- remaining time ---- */

/* Seconds that a worker's job will still take: at its present rate, or as expected. */
static double left_of(const struct at_work *w)
{
    if (w->total > 0 && w->done > 0 && w->seconds > 0)
        return w->seconds * (double)(w->total - w->done) / (double)w->done;
    return w->since > 0 ? fmax(w->expected - (clock_now() - w->since), 0) : 0;
}

/* The factor by which running jobs exceed their expected time, used until the forecast has learned
   from a job. */
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
 * No schedule is shorter than the mean load of a worker or than the longest job, and longest-first
 * scheduling comes near to that bound.  The interval is two standard deviations.  It combines two
 * errors: the scatter of each job, which is independent, and the error of the forecast, which all
 * jobs share and which decreases as more jobs are learned.
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

/* "43/184 done"; if the run does only some jobs, "3/8 of those asked for done, 43/184 in all". */
static void compose_done(struct ledger_counts counts, char *out, size_t size)
{
    int64_t left = counts.waiting + counts.running + counts.queued;
    if (counts.total > counts.done + counts.failed + left)
        snprintf(out, size, "%lld/%lld of those asked for done, %lld/%lld in all",
                 (long long)counts.ended, (long long)(counts.ended + left), (long long)counts.done,
                 (long long)counts.total);
    else
        snprintf(out, size, "%lld/%lld done", (long long)counts.done, (long long)counts.total);
}

static void compose_rate(const struct progress *p, struct ledger_counts counts, char *out,
                         size_t size)
{
    double seconds = clock_now() - p->start, rate = worker_rate(p);
    double per_hour = seconds > 0 ? jobs_done(p, counts) / seconds * 3600 : 0;
    char elapsed[32];
    int used = snprintf(out, size, "%s gone, %.*f jobs/h", console_duration(seconds, elapsed),
                        per_hour < 100 ? 1 : 0, per_hour);
    if (rate > 0 && used > 0 && (size_t)used < size)
        snprintf(out + used, size - (size_t)used, ", %.3g steps/s a worker", rate);
}

/* The most important part comes first, because a narrow terminal cuts off the end. */
static void compose(const struct progress *p, struct ledger_counts counts,
                    struct ledger_outlook outlook, char *line, size_t size)
{
    char eta[128], done[96], rate[96];
    compose_done(counts, done, sizeof done);
    compose_eta(p, counts, outlook, eta, sizeof eta);
    compose_rate(p, counts, rate, sizeof rate);
    snprintf(line, size, "%s, %lld running, %lld failed, ETA %s, %s", done,
             (long long)counts.running, (long long)counts.failed, eta, rate);
}

/* ---- the panel ---- */

/* The fraction of the jobs of this run; of all jobs if the run does all. */
static double fraction_done(const struct progress *p, struct ledger_counts counts)
{
    double left = (double)(counts.waiting + counts.running + counts.queued);
    double before = (double)(counts.done + counts.failed - counts.ended);
    if (counts.total >
        counts.done + counts.failed + counts.waiting + counts.running + counts.queued)
        before = 0;
    double all = before + (double)counts.ended + left;
    return all > 0 ? fmin((before + jobs_done(p, counts)) / all, 1) : 1;
}

static void put_bar(const struct progress *p, struct ledger_counts counts, FILE *out)
{
    static const char marks[] = "##############################";
    static const char blanks[] = "..............................";
    double fraction = fraction_done(p, counts);
    char done[96];
    int most = (int)sizeof marks - 1, quarter = panel_width(p->panel) / 4;
    int bar = quarter < most ? quarter : most, full = (int)(fraction * bar);
    compose_done(counts, done, sizeof done);
    fprintf(out, "[%.*s%.*s] %3.0f %%  %s, %lld running, %lld failed\n", full, marks, bar - full,
            blanks, floor(100 * fraction), done, (long long)counts.running,
            (long long)counts.failed);
}

static void put_worker(const struct progress *p, int worker, FILE *out)
{
    const struct at_work *w = &p->work[worker];
    char taken[32], loss[32] = "";
    if (!(w->since > 0)) {
        fprintf(out, "%4d  idle\n", worker + 1);
        return;
    }
    if (isfinite(w->loss))
        snprintf(loss, sizeof loss, "loss %.4g", w->loss);
    fprintf(out, "%4d  job %-6lld ", worker + 1, (long long)w->job);
    if (w->total > 0)
        fprintf(out, "%3.0f %% of %-6lld", floor(100 * (double)w->done / (double)w->total),
                (long long)w->total);
    else
        fprintf(out, "%-15s", console_duration(clock_now() - w->since, taken));
    fprintf(out, " %-12s %s\n", loss, w->spec);
}

static void put_workers(const struct progress *p, int room, FILE *out)
{
    int shown = p->workers <= room ? p->workers : room - 1;
    for (int i = 0; i < shown; i++)
        put_worker(p, i, out);
    if (shown < p->workers)
        fprintf(out, "      and %d more workers\n", p->workers - shown);
}

static void put_panel(const struct progress *p, const struct ledger *ledger, int room, FILE *out)
{
    struct ledger_counts counts = ledger_counts(ledger);
    char eta[128], rate[96], frontier[LINE];
    int lines = 2;
    compose_eta(p, counts, ledger_outlook(ledger), eta, sizeof eta);
    compose_rate(p, counts, rate, sizeof rate);
    put_bar(p, counts, out);
    fprintf(out, "ETA %s, %s\n", eta, rate);
    if (*standing_text(p->standing, frontier, sizeof frontier)) {
        fprintf(out, "%s\n", frontier);
        lines++;
    }
    put_workers(p, room - lines, out);
}

static void draw(const struct progress *p, const struct ledger *ledger)
{
    int room = panel_room(p->panel);
    char *text = NULL, line[LINE];
    size_t size;
    FILE *out = room > 1 ? open_memstream(&text, &size) : NULL;
    if (!out) { /* no space on the terminal, or no memory */
        compose(p, ledger_counts(ledger), ledger_outlook(ledger), line, sizeof line);
        panel_draw(p->panel, line);
        return;
    }
    put_panel(p, ledger, room, out);
    fclose(out);
    panel_draw(p->panel, text);
    free(text);
}

void progress_tick(struct progress *p, const struct ledger *ledger)
{
    double time = clock_now();
    char line[LINE];
    if (p->quiet || time < p->next)
        return;
    if (p->panel) {
        draw(p, ledger);
        p->next = time + redraw_seconds;
        return;
    }
    compose(p, ledger_counts(ledger), ledger_outlook(ledger), line, sizeof line);
    fprintf(stderr, "brainsweep: %s\n", line);
    p->interval = 2 * p->interval < largest_interval ? 2 * p->interval : largest_interval;
    p->next = time + p->interval;
}

/* The number of decimal places that gives three significant digits. */
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

/* Prints the processor time of the coordinator, which shows whether it limits the run. */
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
    if (p->panel)
        panel_clear(p->panel);
    if (p->quiet)
        return;
    struct ledger_counts counts = ledger_written(ledger); /* what was not written is lost */
    double seconds = clock_now() - p->start, all = seconds * p->workers, busy = p->busy;
    for (int i = 0; i < p->workers; i++) /* jobs that were stopped or lost */
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
    if (p->verbose && transport_size() > 1)
        print_effort(p, ledger, counts.ended);
}
