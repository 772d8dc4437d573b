#include "ledger.h"

#include "checkpoint.h"
#include "cost.h"
#include "joblog.h"
#include "journal.h"
#include "log.h"
#include "mem.h"
#include "moment.h"
#include "queue.h"
#include "stop.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { SUSPECT_BLAMES = 2 }; /* this many make a job a suspect; STORE_BLAMES quarantine it */

enum { SNAPSHOT_SECONDS = 60 }; /* between copies for readers, where they need them */

/* An expectation learned from fewer jobs turns none away; the latest so many are learned from at
   the start; and each time that so much more has been learned, all is expected anew. */
enum { LEARNED_LEAST = 3, LEARNED_MOST = 20000, LEARNED_GROWTH = 4 };

/* Where a job of this run is. */
enum place { WAITING, RUNNING, ENDED };

struct ledger {
    struct store *store;
    struct ledger_terms terms;
    const struct experiment *const *experiments;
    struct journal *journal;
    struct queue *queue;
    struct shelf shelf;
    struct store_job *jobs; /* (count), pending at the start, in order of id */
    unsigned char *place;   /* (count), enum place */
    double *seconds;        /* (count), that each is expected to take still */
    double waiting_seconds; /* of those that wait */
    struct cost *cost;
    int64_t next_fit; /* expectations are told anew when so much has been learned */
    size_t count;
    int suspects_running;
    double next_snapshot; /* moment */
    struct ledger_counts counts;
};

/* ---- the start ---- */

/* States that are neither done nor still to do. */
static int64_t count_failed(const struct store_counts *counts)
{
    static const enum store_state failed[] = {STATE_DIVERGED, STATE_FAILED, STATE_CRASHED,
                                              STATE_QUARANTINED};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof failed / sizeof failed[0]; i++)
        n += counts->state[failed[i]];
    return n;
}

/* Whether the latest attempt at a job saved itself, and what it had done by then: it got on, and
   what ended it may have been anything. */
static int has_saved(const struct ledger *l, const struct store_job *job, struct effort *effort)
{
    char file[PATH_MAX];
    struct checkpoint checkpoint = {0};
    if (shelf_file(&l->shelf, job->id, file)[0] &&
        checkpoint_read(file, job->spec, &checkpoint, NULL))
        return 0;
    int saved = checkpoint.bytes && checkpoint.attempt == job->attempts;
    *effort = (struct effort){checkpoint.steps, checkpoint.seconds};
    checkpoint_free(&checkpoint);
    return saved;
}

/* What the latest attempt at a job logged before its process was killed; NULL for nothing. */
static char *take_log(const struct ledger *l, const struct store_job *job)
{
    char file[PATH_MAX];
    return joblog_take(shelf_file(&l->shelf, job->id, file));
}

/* What is still running was left by a run that ended without a word. */
static int give_up_running(struct ledger *l, struct err *e)
{
    struct store_job *jobs;
    size_t count;
    int code = store_running(l->store, &jobs, &count, e);
    for (size_t i = 0; !code && i < count; i++) {
        struct effort effort;
        char *log = take_log(l, &jobs[i]);
        if (log)
            code = store_keep_log(l->store, jobs[i].id, log, e);
        mem_free(log);
        if (!code && has_saved(l, &jobs[i], &effort))
            code = store_give_up(l->store, jobs[i].id, 0, &effort,
                                 "the run ended before the job did; it had saved itself", e);
    }
    store_jobs_free(jobs, count);
    if (code || (!count && !l->terms.retry)) /* there is nothing to look for in a million jobs */
        return code;
    return store_reset(l->store, l->terms.retry, e);
}

/* ---- what jobs take ---- */

/* A spec that cannot be read for want of memory teaches nothing. */
static void learn(struct ledger *l, const char *text, double seconds)
{
    struct spec *spec;
    if (spec_parse(&spec, text, l->experiments, NULL))
        return;
    if (spec->experiment == l->terms.experiment)
        cost_learn(l->cost, spec, seconds);
    spec_free(spec);
}

static int learn_row(const struct store_row *row, void *data)
{
    if (row->values[1].type == VALUE_REAL)
        learn(data, row->values[0].as.text, row->values[1].as.x);
    return 0;
}

static double expect(size_t i, const void *data)
{
    const struct ledger *l = data;
    struct spec *spec;
    if (spec_parse(&spec, l->jobs[i].spec, l->experiments, NULL))
        return l->seconds[i];
    l->seconds[i] = fmax(cost_predict(l->cost, spec) - l->jobs[i].seconds, 0);
    spec_free(spec);
    return l->seconds[i];
}

static void expect_anew(struct ledger *l)
{
    cost_fit(l->cost);
    queue_expect(l->queue, expect, l);
    l->waiting_seconds = 0;
    for (size_t i = 0; i < l->count; i++)
        l->waiting_seconds += l->place[i] == WAITING ? l->seconds[i] : 0;
    l->next_fit = LEARNED_GROWTH * (cost_learned(l->cost) + 1);
}

/* Leaves out the jobs that are not asked for. */
static int choose(struct ledger *l, struct err *e)
{
    size_t kept = 0, i = 0;
    int code = 0;
    for (; l->terms.only && i < l->count && !code; i++) {
        struct spec *spec;
        code = spec_parse(&spec, l->jobs[i].spec, l->experiments, e);
        if (code)
            break;
        struct store_job job = l->jobs[i]; /* changes places: all are given back at the end */
        if (sweep_only_has(l->terms.only, spec)) {
            l->jobs[i] = l->jobs[kept];
            l->jobs[kept++] = job;
        }
        spec_free(spec);
    }
    for (size_t k = kept; l->terms.only && !code && k < l->count; k++)
        mem_free(l->jobs[k].spec);
    if (l->terms.only && !code)
        l->count = kept;
    return code;
}

static void wait_again(struct ledger *l, size_t i)
{
    l->place[i] = WAITING;
    l->counts.waiting++;
    l->waiting_seconds += l->seconds[i];
    queue_push(l->queue, (struct queue_item){.job = i,
                                             .suspect = l->jobs[i].blames >= SUSPECT_BLAMES,
                                             .seconds = l->seconds[i]});
}

static int open_ledger(struct ledger *l, struct err *e)
{
    struct store_counts counts;
    if (l->terms.snapshot_every <= 0)
        l->terms.snapshot_every = store_shares_memory(l->store) ? INFINITY : SNAPSHOT_SECONDS;
    l->next_snapshot = moment_now() + l->terms.snapshot_every;
    shelf_open(&l->shelf, store_file_name(l->store));
    int code = journal_new(&l->journal, l->store, l->experiments, e);
    if (!code)
        code = give_up_running(l, e);
    if (!code)
        code = store_count(l->store, l->terms.sweep, &counts, e);
    if (!code)
        code = store_pending(l->store, l->terms.sweep, &l->jobs, &l->count, e);
    if (!code)
        code = choose(l, e);
    if (code)
        return code;
    l->place = mem_array(l->count, 1);
    l->seconds = mem_array(l->count, sizeof *l->seconds);
    if (!l->place || !l->seconds)
        return err_set(e, ERR_MEMORY, "no memory for %zu jobs", l->count);
    l->counts.total = counts.total;
    l->counts.done = counts.state[STATE_DONE];
    l->counts.failed = count_failed(&counts);
    code = queue_new(&l->queue, l->count, e);
    if (!code)
        code = cost_new(&l->cost, l->terms.experiment, e);
    if (!code)
        code = store_each_time(l->store, l->terms.experiment, LEARNED_MOST, learn_row, l, e);
    for (size_t i = 0; !code && i < l->count; i++)
        wait_again(l, i);
    if (!code)
        expect_anew(l);
    return code;
}

int ledger_new(struct ledger **ledger, struct store *store,
               const struct experiment *const *experiments, const struct ledger_terms *terms,
               struct err *e)
{
    *ledger = NULL;
    struct ledger *l = mem_array(1, sizeof *l);
    if (!l)
        return err_set(e, ERR_MEMORY, "no memory for the list of jobs");
    l->store = store;
    l->experiments = experiments;
    l->terms = *terms;
    int code = open_ledger(l, e);
    if (code)
        ledger_free(l);
    else
        *ledger = l;
    return code;
}

void ledger_free(struct ledger *l)
{
    if (!l)
        return;
    shelf_close(&l->shelf);
    journal_free(l->journal);
    queue_free(l->queue);
    cost_free(l->cost);
    store_jobs_free(l->jobs, l->count);
    mem_free(l->place);
    mem_free(l->seconds);
    mem_free(l);
}

struct ledger_counts ledger_counts(const struct ledger *l)
{
    return l->counts;
}

struct ledger_outlook ledger_outlook(const struct ledger *l)
{
    const struct queue_item *first = queue_first(l->queue);
    struct ledger_outlook outlook = {.waiting = l->waiting_seconds,
                                     .longest = first ? first->seconds : 0,
                                     .spread = cost_spread(l->cost),
                                     .learned = cost_learned(l->cost)};
    return outlook;
}

double ledger_expected(const struct ledger *l, const struct store_job *job)
{
    return l->seconds[job - l->jobs];
}

const struct shelf *ledger_shelf(const struct ledger *l)
{
    return &l->shelf;
}

/* ---- handing out ---- */

static int is_suspect(const struct ledger *l, size_t i)
{
    return l->jobs[i].blames >= SUSPECT_BLAMES;
}

/* Where one death ends all, a suspect and anything else never run at the same time. */
static int must_wait(const struct ledger *l, size_t i)
{
    return !l->terms.deaths_are_single &&
           (l->suspects_running > 0 || (is_suspect(l, i) && l->counts.running > 0));
}

static int fits(const struct ledger *l, const struct queue_item *item, double seconds_left)
{
    return item->seconds <= seconds_left || item->seconds > l->terms.whole ||
           l->jobs[item->job].attempts > 0 || cost_learned(l->cost) < LEARNED_LEAST;
}

/* What does not fit stays out of the queue for the rest of the run: it has less and less time. */
static const struct queue_item *first_that_fits(struct ledger *l, double seconds_left)
{
    const struct queue_item *first;
    while ((first = queue_first(l->queue))) {
        if (fits(l, first, seconds_left))
            return first;
        queue_pop(l->queue);
    }
    return NULL;
}

int ledger_next(struct ledger *l, const struct attempt *worker, double seconds_left,
                const struct store_job **job, struct err *e)
{
    *job = NULL;
    const struct queue_item *first = first_that_fits(l, seconds_left);
    if (!first || must_wait(l, first->job))
        return 0;
    size_t i = first->job;
    int code = journal_begin(l->journal, &l->jobs[i], worker, e);
    if (code)
        return code;
    queue_pop(l->queue);
    l->place[i] = RUNNING;
    l->jobs[i].attempts++;
    l->suspects_running += is_suspect(l, i);
    l->counts.waiting--;
    l->counts.running++;
    l->waiting_seconds = l->counts.waiting ? fmax(l->waiting_seconds - l->seconds[i], 0) : 0;
    *job = &l->jobs[i];
    return 0;
}

int ledger_has_next(const struct ledger *l)
{
    return queue_size(l->queue) > 0;
}

/* ---- what came out ---- */

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = ((const struct store_job *)b)->id;
    return (x > y) - (x < y);
}

/* The job stops running. */
static int take_back(struct ledger *l, int64_t job, size_t *i, struct err *e)
{
    struct store_job *found = bsearch(&job, l->jobs, l->count, sizeof *l->jobs, by_id);
    if (!found || l->place[found - l->jobs] != RUNNING)
        return err_set(e, ERR_FORMAT, "job %lld is not running", (long long)job);
    *i = (size_t)(found - l->jobs);
    l->place[*i] = ENDED;
    l->suspects_running -= is_suspect(l, *i);
    l->counts.running--;
    return 0;
}

static void count_failure(struct ledger *l, int64_t job, const char *how, const char *why)
{
    l->counts.failed++;
    l->counts.failures++;
    log_warning("job %lld %s: %s", (long long)job, how, why);
}

int ledger_record(struct ledger *l, int64_t job, struct result *result, const char *log,
                  struct err *e)
{
    size_t i;
    int code = take_back(l, job, &i, e);
    if (code) {
        result_free(result);
        return code;
    }
    l->counts.ended++;
    if (result->outcome != OUTCOME_DONE) {
        count_failure(l, job, outcome_name(result->outcome), result->message);
    } else {
        l->counts.done++;
        learn(l, l->jobs[i].spec, l->jobs[i].seconds + result->seconds);
        if (cost_learned(l->cost) >= l->next_fit)
            expect_anew(l);
    }
    return journal_finish(l->journal, &l->jobs[i], result, log, e);
}

int ledger_lose(struct ledger *l, int64_t job, const char *why, struct err *e)
{
    size_t i;
    struct effort effort;
    int code = take_back(l, job, &i, e);
    if (code)
        return code;
    int saved = has_saved(l, &l->jobs[i], &effort);
    code = journal_give_up(l->journal, &l->jobs[i], 1, saved ? &effort : NULL, why, e);
    if (code)
        return code;
    l->jobs[i].seconds += saved ? effort.seconds : 0;
    char *log = take_log(l, &l->jobs[i]);
    if (log)
        code = journal_keep_log(l->journal, &l->jobs[i], log, e);
    mem_free(log);
    if (code)
        return code;
    if (++l->jobs[i].blames < STORE_BLAMES) {
        log_warning("job %lld is run again: %s", (long long)job, why);
        wait_again(l, i);
    } else {
        l->counts.ended++;
        count_failure(l, job, "quarantined", why);
    }
    return 0;
}

static const char stopped[] = "the run was asked to stop";

int ledger_stop(struct ledger *l, int64_t job, const struct effort *effort, struct err *e)
{
    size_t i;
    int code = take_back(l, job, &i, e);
    if (code)
        return code;
    l->counts.waiting++;
    return journal_give_up(l->journal, &l->jobs[i], 0, effort, stopped, e);
}

/* ---- making it durable ---- */

/* Nobody goes on with a job that is over. */
static void clear_checkpoint(const struct store_job *job, void *data)
{
    const struct ledger *l = data;
    shelf_clear(&l->shelf, job->id);
}

/* A copy takes as long as the file is large: at most a twentieth of the time goes into copying. */
static void copy_for_readers(struct ledger *l)
{
    enum { SHARE = 20 };
    double start = moment_now();
    struct err e = {0};
    if (start < l->next_snapshot)
        return;
    if (store_snapshot(l->store, &e))
        log_warning("readers get no new copy: %s", e.text);
    double now = moment_now();
    l->next_snapshot = now + fmax(l->terms.snapshot_every, SHARE * (now - start));
}

int ledger_commit(struct ledger *l, struct err *e)
{
    enum { PAUSE_MOST = 30 };
    double until = moment_now() + l->terms.patience;
    for (double pause = 1;; pause = 2 * pause < PAUSE_MOST ? 2 * pause : PAUSE_MOST) {
        struct err why = {0};
        int code = journal_commit(l->journal, clear_checkpoint, l, &why);
        if (!code && pause > 1)
            log_info("results are written again");
        if (!code) {
            copy_for_readers(l);
            return 0;
        }
        int hopeless = code != ERR_DISK && code != ERR_BUSY;
        if (!hopeless && stop_asked())
            return err_set(e, code,
                           "asked to stop before results could be written, whose jobs will be run "
                           "again: %s",
                           why.text);
        if (hopeless || moment_now() >= until)
            return err_set(e, code, "%s", why.text);
        double rest = fmin(pause, until - moment_now()); /* others wait for us only so long */
        log_warning("%s; the sweep pauses, and tries again in %.0f s", why.text, ceil(rest));
        moment_sleep(fmax(rest, 0));
    }
}

int ledger_release(struct ledger *l, struct err *e)
{
    int code = 0;
    for (size_t i = 0; !code && i < l->count; i++) {
        if (l->place[i] != RUNNING)
            continue;
        code = journal_give_up(l->journal, &l->jobs[i], 0, NULL, stopped, e);
        l->place[i] = ENDED;
        l->counts.running--;
        l->counts.waiting++;
    }
    return code ? code : ledger_commit(l, e);
}
