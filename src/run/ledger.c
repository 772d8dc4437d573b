#include "run/ledger.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/crash_file.h"
#include "run/durable_writer.h"
#include "run/elimination.h"
#include "run/elimination_file.h"
#include "run/forecast.h"
#include "run/journal.h"
#include "run/leftovers.h"
#include "run/queue.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUSPECT_BLAMES = 2 }; /* this many make a job a suspect; STORE_BLAMES quarantine it */

/* Seconds between two checks whether the job that runs apart has saved itself. */
static const double look_again = 1;

/* A forecast that has learned from fewer jobs neither excludes a job nor allows queueing ahead. */
enum { LEARNED_LEAST = 3 };

/* Where a job of this run is. */
enum place { WAITING, QUEUED, RUNNING, ENDED };

struct ledger {
    struct store *store;
    struct ledger_terms terms;
    const struct experiment *const *experiments;
    struct durable_writer *writer;
    struct journal *journal; /* owned by the writer */
    struct queue *queue;
    struct checkpoint_dir checkpoints;
    struct store_job *jobs; /* (count), pending at the start, in order of id */
    unsigned char *place;   /* (count), enum place */
    unsigned char *watched; /* (count), whether it may end its whole run; see elimination.h */
    struct forecast *forecast;
    double waiting_seconds; /* expected total time of the waiting jobs */
    size_t count;
    int suspects_running;
    int64_t apart;        /* the watched job that runs, apart from all others; 0 = none */
    int has_lost;         /* whether a worker was lost with its job */
    int has_lived;        /* whether a watched job may begin */
    double began, looked; /* start of the run; last check of the job that runs apart */
    struct elimination elimination;
    struct ledger_counts counts;
    struct ledger_counts written; /* counts at the last commit */
};

/* ---- the start ---- */

/* Counts the jobs that ended without success. */
static int64_t count_failed(const struct store_counts *counts)
{
    static const enum store_state failed[] = {STATE_DIVERGED, STATE_FAILED, STATE_CRASHED,
                                              STATE_QUARANTINED};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof failed / sizeof failed[0]; i++)
        n += counts->state[failed[i]];
    return n;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = ((const struct store_job *)b)->id;
    return (x > y) - (x < y);
}

static struct store_job *find(int64_t id, struct store_job *jobs, size_t count)
{
    return count ? bsearch(&id, jobs, count, sizeof *jobs, by_id) : NULL;
}

/* Removes the jobs that the user did not ask for. */
static int choose(struct ledger *l, struct err *e)
{
    size_t kept = 0, i = 0;
    int code = 0;
    for (; l->terms.wants && i < l->count && !code; i++) {
        struct spec *spec;
        code = spec_parse(&spec, l->jobs[i].spec, l->experiments, e);
        if (code)
            break;
        struct store_job job = l->jobs[i]; /* swapped, not overwritten: all are freed at the end */
        if (l->terms.wants(spec, l->terms.wants_data)) {
            l->jobs[i] = l->jobs[kept];
            l->jobs[kept++] = job;
        }
        spec_free(spec);
    }
    for (size_t k = kept; l->terms.wants && !code && k < l->count; k++)
        mem_free(l->jobs[k].spec);
    if (l->terms.wants && !code)
        l->count = kept;
    return code;
}

static int is_suspect(const struct ledger *l, size_t i)
{
    return l->jobs[i].blames >= SUSPECT_BLAMES || l->watched[i];
}

static void wait_again(struct ledger *l, size_t i)
{
    double seconds = forecast_seconds(l->forecast, i);
    l->place[i] = WAITING;
    l->counts.waiting++;
    l->waiting_seconds += seconds;
    queue_push(l->queue,
               (struct queue_item){.job = i, .suspect = is_suspect(l, i), .seconds = seconds});
}

static int open_ledger(struct ledger *l, struct err *e)
{
    struct store_counts counts;
    checkpoint_dir_open(&l->checkpoints, store_file_name(l->store));
    int code = durable_writer_new(&l->writer, l->store, &l->checkpoints, l->terms.writing, e);
    if (code)
        return code;
    l->journal = durable_writer_journal(l->writer);
    code = leftovers_settle(l->store, &l->checkpoints, &l->elimination, l->terms.retry, e);
    if (!code)
        code = store_count(l->store, l->terms.sweep, &counts, e);
    if (!code)
        code = store_pending(l->store, l->terms.sweep, &l->jobs, &l->count, e);
    if (!code)
        code = choose(l, e);
    if (code)
        return code;
    l->place = mem_array(l->count, 1);
    l->watched = mem_array(l->count, 1);
    if (!l->place || !l->watched)
        return err_set(e, ERR_MEMORY, "no memory for %zu jobs", l->count);
    l->counts.total = counts.total;
    l->counts.done = counts.state[STATE_DONE];
    l->counts.failed = count_failed(&counts);
    code = queue_new(&l->queue, l->count, e);
    if (!code)
        code = forecast_new(&l->forecast, l->store, l->experiments, l->terms.experiment, l->jobs,
                            l->count, e);
    for (size_t i = 0; i < l->count; i++)
        l->watched[i] = elimination_suspects(&l->elimination, l->jobs[i].id) != 0;
    for (size_t i = 0; !code && i < l->count; i++)
        wait_again(l, i);
    l->written = l->counts;
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
    l->began = clock_now();
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
    if (l->apart || l->elimination.waits) { /* the run ends normally, which is no evidence */
        elimination_end(&l->elimination);
        elimination_file_write(l->checkpoints.directory, &l->elimination);
    }
    checkpoint_dir_close(&l->checkpoints);
    durable_writer_free(l->writer);
    queue_free(l->queue);
    forecast_free(l->forecast);
    store_jobs_free(l->jobs, l->count);
    mem_free(l->place);
    mem_free(l->watched);
    mem_free(l);
}

struct ledger_counts ledger_counts(const struct ledger *l)
{
    return l->counts;
}

struct ledger_counts ledger_written(const struct ledger *l)
{
    return l->written;
}

struct ledger_outlook ledger_outlook(const struct ledger *l)
{
    const struct queue_item *first = queue_first(l->queue);
    struct ledger_outlook outlook = {.waiting = l->waiting_seconds,
                                     .longest = first ? first->seconds : 0,
                                     .spread = forecast_spread(l->forecast),
                                     .learned = forecast_learned(l->forecast)};
    return outlook;
}

double ledger_expected(const struct ledger *l, const struct store_job *job)
{
    return forecast_seconds(l->forecast, (size_t)(job - l->jobs));
}

const struct checkpoint_dir *ledger_checkpoints(const struct ledger *l)
{
    return &l->checkpoints;
}

/* ---- giving out jobs ---- */

int ledger_is_suspect(const struct ledger *l, const struct store_job *job)
{
    return is_suspect(l, (size_t)(job - l->jobs));
}

/* Whether the run has shown that it survives without the watched jobs. */
static int has_lived(const struct ledger *l)
{
    return l->counts.ended > 0 || clock_now() - l->began >= l->terms.alone_after;
}

/* A watched job always runs apart from all others.  Where one death ends the whole run, a suspect
   runs apart, too. */
static int must_wait(const struct ledger *l, size_t i)
{
    int64_t given = l->counts.running + l->counts.queued;
    if (l->apart || (l->watched[i] && (given > 0 || !has_lived(l))))
        return 1;
    return !l->terms.worker_loss_is_isolated &&
           (l->suspects_running > 0 || (is_suspect(l, i) && given > 0));
}

/* Only watched jobs are left, and the run is too young for them.  Records this: if the run ends
   now, none of them was the cause. */
static void begin_to_wait(struct ledger *l, size_t i)
{
    if (!l->watched[i] || l->apart || l->counts.running + l->counts.queued > 0 ||
        l->elimination.waits)
        return;
    l->elimination.waits = 1;
    elimination_file_write(l->checkpoints.directory, &l->elimination);
    log_info("job %lld was running whenever the last runs ended without a word: it begins, by "
             "itself, when this run has lived for %.0f s",
             (long long)l->jobs[i].id, l->terms.alone_after);
}

static void begin_apart(struct ledger *l, size_t i)
{
    l->apart = l->jobs[i].id;
    l->looked = clock_now();
    /* a worker that was given up may still be running a job */
    elimination_begin(&l->elimination, l->apart, l->has_lost ? 0 : l->jobs[i].attempts);
    elimination_file_write(l->checkpoints.directory, &l->elimination);
}

/* The job has ended or saved itself, so it does not end the runs. */
static void clear(struct ledger *l, size_t i)
{
    if (l->watched[i])
        l->suspects_running -= l->apart == l->jobs[i].id && l->jobs[i].blames < SUSPECT_BLAMES;
    if (l->apart == l->jobs[i].id)
        l->apart = 0;
    l->watched[i] = 0;
    if (elimination_clear(&l->elimination, l->jobs[i].id))
        elimination_file_write(l->checkpoints.directory, &l->elimination);
}

int ledger_has_news(struct ledger *l)
{
    struct effort effort;
    int had_lived = l->has_lived;
    l->has_lived = has_lived(l);
    if (!l->apart)
        return l->has_lived && !had_lived && l->elimination.count > 0;
    if (clock_now() - l->looked < look_again)
        return 0;
    l->looked = clock_now();
    struct store_job *job = find(l->apart, l->jobs, l->count);
    if (!leftovers_saved(&l->checkpoints, job, &effort))
        return 0;
    log_info("job %lld has saved itself and is not suspected any more", (long long)job->id);
    clear(l, (size_t)(job - l->jobs));
    return 1;
}

static int fits(const struct ledger *l, const struct queue_item *item, double seconds_left)
{
    return item->seconds <= seconds_left || item->seconds > l->terms.whole ||
           l->jobs[item->job].attempts > 0 || forecast_learned(l->forecast) < LEARNED_LEAST;
}

/* A worker that has a job gets more only if they are known to be short. */
static int may_queue(const struct ledger *l, const struct queue_item *item, struct lookahead has,
                     double seconds_left)
{
    if (has.jobs == 0)
        return 1;
    return !item->suspect && forecast_learned(l->forecast) >= LEARNED_LEAST &&
           fits(l, item, seconds_left - has.seconds) &&
           lookahead_allows(has, item->seconds, forecast_spread(l->forecast), l->counts.waiting,
                            l->terms.workers);
}

/* A job that does not fit is removed from the queue for the rest of the run, because the remaining
   time only decreases. */
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

int ledger_next(struct ledger *l, const struct attempt *worker, struct lookahead has,
                double seconds_left, const struct store_job **job, struct err *e)
{
    *job = NULL;
    const struct queue_item *first = first_that_fits(l, seconds_left);
    if (first)
        begin_to_wait(l, first->job);
    if (!first || must_wait(l, first->job) || !may_queue(l, first, has, seconds_left))
        return 0;
    size_t i = first->job;
    int code = journal_begin(l->journal, &l->jobs[i], worker, e);
    if (code)
        return code;
    queue_pop(l->queue);
    l->place[i] = QUEUED;
    l->jobs[i].attempts++;
    l->suspects_running += is_suspect(l, i);
    if (l->watched[i])
        begin_apart(l, i);
    l->counts.waiting--;
    l->counts.queued++;
    double seconds = forecast_seconds(l->forecast, i);
    l->waiting_seconds = l->counts.waiting ? fmax(l->waiting_seconds - seconds, 0) : 0;
    *job = &l->jobs[i];
    if (has.jobs == 0)
        ledger_start(l, *job);
    return 0;
}

void ledger_start(struct ledger *l, const struct store_job *job)
{
    size_t i = (size_t)(job - l->jobs);
    assert(l->place[i] == QUEUED);
    l->place[i] = RUNNING;
    l->counts.queued--;
    l->counts.running++;
}

int ledger_has_next(const struct ledger *l)
{
    return queue_size(l->queue) > 0;
}

/* ---- outcomes ---- */

static void end_apart(struct ledger *l, size_t i)
{
    l->suspects_running -= is_suspect(l, i);
    if (l->apart == l->jobs[i].id)
        l->apart = 0;
}

/* Marks the job as no longer running. */
static int take_back(struct ledger *l, int64_t job, size_t *i, struct err *e)
{
    struct store_job *found = find(job, l->jobs, l->count);
    if (!found || l->place[found - l->jobs] != RUNNING)
        return err_set(e, ERR_FORMAT, "job %lld is not running", (long long)job);
    *i = (size_t)(found - l->jobs);
    l->place[*i] = ENDED;
    end_apart(l, *i);
    l->counts.running--;
    return 0;
}

static void count_failure(struct ledger *l, int64_t job, const char *how, const char *why)
{
    l->counts.failed++;
    l->counts.failures++;
    log_warning("job %lld %s: %s", (long long)job, how, why);
}

/* Counts the job as done.  The forecast learns from the time of all its attempts together. */
static void count_success(struct ledger *l, size_t i, const struct spec *spec, double seconds)
{
    l->counts.done++;
    forecast_learn(l->forecast, spec, l->jobs[i].seconds + seconds);
    if (!forecast_renew(l->forecast, l->queue))
        return;
    l->waiting_seconds = 0;
    for (size_t k = 0; k < l->count; k++)
        l->waiting_seconds += l->place[k] == WAITING ? forecast_seconds(l->forecast, k) : 0;
}

int ledger_record(struct ledger *l, int64_t job, struct result *result, const char *log, int saved,
                  struct err *e)
{
    size_t i;
    struct spec *spec;
    int code = take_back(l, job, &i, e);
    if (!code)
        code = spec_parse(&spec, l->jobs[i].spec, l->experiments, e);
    if (code) {
        result_free(result);
        return code;
    }
    l->counts.ended++;
    clear(l, i);
    if (result->outcome == OUTCOME_DONE)
        count_success(l, i, spec, result->seconds);
    else
        count_failure(l, job, result_outcome_name(result->outcome), result->message);
    saved |= l->jobs[i].attempts > 1; /* an earlier attempt may have saved itself */
    return journal_finish(l->journal, &l->jobs[i], spec, result, log, saved, e);
}

int ledger_has_evidence(const struct ledger *l, const struct store_job *job)
{
    char how[CRASH_TEXT_SIZE];
    return leftovers_crashed(&l->checkpoints, job, how);
}

/* Enters a lost attempt into the journal; *blamed says whether its job is to blame. */
static int enter_loss(struct ledger *l, struct store_job *job, const char *why, int *blamed,
                      struct err *e)
{
    struct effort effort;
    char how[CRASH_TEXT_SIZE], text[2 * CRASH_TEXT_SIZE];
    int crashed = leftovers_crashed(&l->checkpoints, job, how),
        saved = leftovers_saved(&l->checkpoints, job, &effort);
    snprintf(text, sizeof text, "%s", crashed ? how : why);
    *blamed = crashed && !saved;
    job->blames += *blamed;
    int is_over = *blamed && job->blames >= STORE_BLAMES;
    int code = journal_give_up(l->journal, job, *blamed, saved ? &effort : NULL, text, is_over, e);
    if (code)
        return code;
    job->seconds += saved ? effort.seconds : 0;
    char *log = leftovers_log(&l->checkpoints, job);
    if (log)
        code = journal_keep_log(l->journal, job, log, e);
    mem_free(log);
    if (is_over)
        count_failure(l, job->id, "quarantined", text);
    else
        log_warning("job %lld is run again: %s", (long long)job->id, text);
    return code;
}

int ledger_lose(struct ledger *l, int64_t job, const char *why, struct err *e)
{
    size_t i;
    int blamed, code = take_back(l, job, &i, e);
    l->has_lost = 1;
    if (!code)
        code = enter_loss(l, &l->jobs[i], why, &blamed, e);
    if (code)
        return code;
    if (!blamed || l->jobs[i].blames < STORE_BLAMES) {
        wait_again(l, i);
        return 0;
    }
    l->counts.ended++;
    clear(l, i);
    return 0;
}

int ledger_return(struct ledger *l, const struct store_job *job, struct err *e)
{
    size_t i = (size_t)(job - l->jobs);
    assert(l->place[i] == QUEUED || l->place[i] == RUNNING);
    int code = journal_withdraw(l->journal, job, e);
    if (code)
        return code;
    l->jobs[i].attempts--;
    end_apart(l, i);
    l->counts.queued -= l->place[i] == QUEUED;
    l->counts.running -= l->place[i] == RUNNING;
    wait_again(l, i);
    return 0;
}

static const char stopped[] = "the run was asked to stop";

int ledger_stop(struct ledger *l, int64_t job, const struct effort *effort, struct err *e)
{
    size_t i;
    int code = take_back(l, job, &i, e);
    if (!code)
        code = journal_give_up(l->journal, &l->jobs[i], 0, effort, stopped, 0, e);
    if (code)
        return code;
    l->counts.waiting++;
    return 0;
}

/* ---- committing ---- */

int ledger_is_pending(const struct ledger *l)
{
    return durable_writer_is_pending(l->writer);
}

int ledger_is_due(const struct ledger *l)
{
    return durable_writer_is_due(l->writer);
}

double ledger_store_seconds(const struct ledger *l)
{
    return durable_writer_seconds(l->writer);
}

int ledger_commit(struct ledger *l, struct err *e)
{
    int code = durable_writer_commit(l->writer, e);
    if (!code)
        l->written = l->counts;
    return code;
}

/* Queued and running jobs both become pending again; only a running one counts as attempted. */
static int release(struct ledger *l, size_t i, struct err *e)
{
    if (l->place[i] == QUEUED)
        return ledger_return(l, &l->jobs[i], e);
    int code = journal_give_up(l->journal, &l->jobs[i], 0, NULL, stopped, 0, e);
    l->place[i] = ENDED;
    l->counts.running--;
    l->counts.waiting++;
    return code;
}

int ledger_release(struct ledger *l, struct err *e)
{
    int code = 0;
    for (size_t i = 0; !code && i < l->count; i++)
        if (l->place[i] == QUEUED || l->place[i] == RUNNING)
            code = release(l, i, e);
    if (!code)
        code = ledger_commit(l, e);
    return code ? code : leftovers_remove(l->store, &l->checkpoints, e);
}
