/* The database of the simulation: tables in memory.  There are two versions, the written one and
   the durable one, which survives a kill. */
#include "base/mem.h"
#include "run/elimination.h"
#include "sim.h"
#include "sim_files.h"
#include "store/store_place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum outcome_text { OPEN, DONE, DIVERGED, FAILED, LOST, STOPPED };

struct attempt_row {
    int rank, outcome;
    double seconds;
    int has_effort;
};

struct job_row {
    enum store_state state;
    int attempts;
    double answer;
    struct attempt_row attempt[SIM_ATTEMPTS + 1]; /* from 1 */
};

struct tables {
    struct job_row job[SIM_JOBS + 1]; /* from 1 */
};

struct store {
    struct tables durable, written, copy;
    int is_open;  /* a transaction is open */
    int has_copy; /* a snapshot was written */
    int count;
};

static struct store store;
static struct sim_job_plan plans[SIM_JOBS + 1];

static struct job_row *row_of(int64_t job)
{
    if (job < 1 || job > store.count)
        sim_fail("there is no job %lld", (long long)job);
    return &store.written.job[job];
}

struct store *sim_disk_new(const struct sim_job_plan *wanted, int count)
{
    memset(&store, 0, sizeof store);
    sim_files_new();
    store.count = count;
    for (int i = 1; i <= count; i++)
        plans[i] = wanted[i - 1];
    return &store;
}

void sim_disk_new_run(void)
{
    store.written = store.durable;
    store.is_open = store.has_copy = 0;
}

const struct sim_job_plan *sim_disk_plan(int64_t seed)
{
    return &plans[seed];
}

/* ---- invariants ---- */

/* Checks after each commit: a result is never lost, never changed, and correct. */
static void check_commit(const struct tables *before, const struct tables *after)
{
    for (int i = 1; i <= store.count; i++) {
        const struct job_row *a = &before->job[i], *b = &after->job[i];
        if (a->state == STATE_DONE && (b->state != STATE_DONE || b->attempts != a->attempts))
            sim_fail("the result of job %d is gone", i);
        if (b->state == STATE_DONE && b->answer != sim_job_answer(i))
            sim_fail("job %d has a wrong result", i);
        if (b->state == STATE_DONE && plans[i].kind != SIM_OK)
            sim_fail("job %d is done, which cannot be", i);
    }
}

int sim_disk_take_copy(void)
{
    if (!store.has_copy)
        return 0;
    check_commit(&store.durable, &store.copy);
    store.durable = store.written = store.copy;
    return 1;
}

void sim_disk_note_lone_death(int64_t job, int64_t attempt, int evidence)
{
    struct sim_files *f = &sim_files[job];
    int saved = f->has_checkpoint && f->checkpoint_attempt == attempt;
    const struct job_row *row = &store.written.job[job];
    int is_late = row->state != STATE_RUNNING || row->attempts != attempt;
    if (f->died_alone[attempt] <= 0)
        f->lone_deaths += f->has_evidence[attempt] = evidence && !saved && !is_late;
    f->died_alone[attempt] = sim_listening();
}

/* The attempt may have been given up just before the evidence came, and be written later. */
static void check_no_blame(int64_t job, int64_t attempt)
{
    const double slowest_commit = 25;
    struct sim_files *f = &sim_files[job];
    if (!f->has_evidence[attempt])
        return;
    if (!f->generation && sim_listening() - f->died_alone[attempt] > slowest_commit)
        sim_fail("job %lld is not blamed for attempt %lld, and there was evidence", (long long)job,
                 (long long)attempt);
    f->has_evidence[attempt] = 0;
    f->lone_deaths--;
}

void sim_disk_note_end(int64_t job, int64_t attempt, int is_only)
{
    sim_files[job].lonely_ends += is_only;
    sim_files[job].ended_alone[attempt] = is_only;
}

void sim_disk_note_idle_end(void)
{
    int running = 0, only = 0;
    for (int i = 1; i <= store.count; i++)
        if (store.durable.job[i].state == STATE_RUNNING) {
            running++;
            only = i;
        }
    if (running == 1)
        sim_disk_note_end(only, store.durable.job[only].attempts, 1);
}

/* A job is blamed for an attempt only if the process of the attempt ended alone, or if a run ended
   while only that job was at work, and not for the first time. */
static void check_blame(int64_t job, int64_t attempt)
{
    const struct sim_files *f = &sim_files[job];
    int is_only = f->ended_alone[attempt] && f->lonely_ends >= ELIMINATION_APART;
    if (f->died_alone[attempt] <= 0 && !is_only)
        sim_fail("job %lld is blamed for attempt %lld, whose process did not end alone",
                 (long long)job, (long long)attempt);
}

int sim_disk_generation(int64_t job)
{
    return sim_files[job].generation;
}

void sim_disk_check_begun(int64_t job, int64_t attempt)
{
    const struct job_row *row = &store.durable.job[job];
    if (row->state != STATE_RUNNING || row->attempts != attempt)
        sim_fail("job %lld is handed out, and attempt %lld is not in the database", (long long)job,
                 (long long)attempt);
}

void sim_disk_check_answered(int64_t job, int64_t attempt, int rank)
{
    const struct job_row *row = &store.durable.job[job];
    if (row->state == STATE_RUNNING && row->attempts == attempt &&
        row->attempt[attempt].rank == rank)
        sim_fail("the result of job %lld is acknowledged, and is not in the database",
                 (long long)job);
}

static int64_t count_state(enum store_state state)
{
    int64_t n = 0;
    for (int i = 1; i <= store.count; i++)
        n += store.durable.job[i].state == state;
    return n;
}

int sim_disk_pending(void)
{
    return (int)(count_state(STATE_PENDING) + count_state(STATE_RUNNING));
}

void sim_disk_check_end(int exit_code)
{
    int64_t done = count_state(STATE_DONE), left = sim_disk_pending();
    int64_t failed = store.count - done - left;
    if (exit_code != 4 && count_state(STATE_RUNNING))
        sim_fail("the run ended in order with %d, and jobs are still running", exit_code);
    if (exit_code == 0 && done < store.count)
        sim_fail("exit code 0, and %lld jobs are left, %lld failed", (long long)left,
                 (long long)failed);
    if (exit_code == 2 && (left || !failed))
        sim_fail("exit code 2, and %lld jobs are left, %lld failed", (long long)left,
                 (long long)failed);
    if (exit_code == 75 && !left)
        sim_fail("exit code 75, and nothing is left");
    if (exit_code == 4 && !sim_run.had_fault)
        sim_fail("exit code 4, and nothing was wrong");
    if (exit_code != 0 && exit_code != 2 && exit_code != 4 && exit_code != 75)
        sim_fail("exit code %d", exit_code);
}

static void check_job(int i, int undisturbed)
{
    static const enum store_state states[] = {
        [SIM_OK] = STATE_DONE,          [SIM_FAIL] = STATE_FAILED,
        [SIM_DIVERGE] = STATE_DIVERGED, [SIM_CRASH] = STATE_QUARANTINED,
        [SIM_HANG] = STATE_QUARANTINED, [SIM_DOOM] = STATE_QUARANTINED};
    const struct job_row *job = &store.durable.job[i];
    const struct sim_files *f = &sim_files[i];
    int may_be_blamed = f->lone_deaths >= STORE_BLAMES || f->lonely_ends > STORE_BLAMES;
    if (job->state != states[plans[i].kind] && !(may_be_blamed && job->state == STATE_QUARANTINED))
        sim_fail("job %d is %s in the end", i, store_states[job->state]);
    if (f->lone_deaths > STORE_BLAMES)
        sim_fail("job %d has taken its process down %d times, with evidence", i, f->lone_deaths);
    if (f->has_checkpoint || f->has_crash || f->has_log)
        sim_fail("files of job %d are left behind:%s%s%s", i,
                 f->has_checkpoint ? " checkpoint" : "", f->has_crash ? " crash" : "",
                 f->has_log ? " log" : "");
    if (undisturbed && job->attempts != 1 && plans[i].kind <= SIM_DIVERGE)
        sim_fail("job %d was begun %d times, and ranks were only suspended", i, job->attempts);
}

void sim_disk_check_all_done(int undisturbed)
{
    for (int i = 1; i <= store.count; i++)
        check_job(i, undisturbed);
    if (sim_files_marked)
        sim_fail("the mark of a full disk is left behind");
}

/* ---- writing ---- */

int sim_disk_is_full(void)
{
    return sim_run.disk_full_until > sim_now();
}

static void begin(void)
{
    store.is_open = 1;
}

int store_begin(struct store *s, int64_t id, const struct attempt *attempt, struct err *e)
{
    struct job_row *job = row_of(id);
    begin();
    if (job->state != STATE_PENDING)
        sim_fail("job %lld is begun, and is %s", (long long)id, store_states[job->state]);
    if (job->attempts == SIM_ATTEMPTS)
        sim_fail("job %lld was begun %d times", (long long)id, SIM_ATTEMPTS);
    (void)s, (void)e;
    job->state = STATE_RUNNING;
    job->attempt[++job->attempts] = (struct attempt_row){.rank = attempt->rank};
    return 0;
}

static struct job_row *running(int64_t id, const char *what)
{
    struct job_row *job = row_of(id);
    begin();
    if (job->state != STATE_RUNNING)
        sim_fail("job %lld is %s, and is %s", (long long)id, what, store_states[job->state]);
    return job;
}

int store_withdraw(struct store *s, int64_t id, struct err *e)
{
    struct job_row *job = running(id, "withdrawn");
    struct sim_files *f = &sim_files[id];
    (void)s, (void)e;
    f->generation++;
    f->lone_deaths -= f->has_evidence[job->attempts]; /* the attempt's number is reused */
    f->has_evidence[job->attempts] = 0;
    job->state = STATE_PENDING;
    job->attempts--;
    return 0;
}

int store_finish(struct store *s, int64_t id, const struct spec *spec, const struct result *result,
                 struct err *e)
{
    static const enum store_state states[] = {STATE_DONE, STATE_DIVERGED, STATE_FAILED};
    static const int outcomes[] = {DONE, DIVERGED, FAILED};
    struct job_row *job = running(id, "finished");
    (void)s, (void)e;
    if (spec_int(spec, "seed") != id)
        sim_fail("job %lld gets the result of another", (long long)id);
    job->state = states[result->outcome];
    job->answer = result->metrics[0].as.x;
    job->attempt[job->attempts].outcome = outcomes[result->outcome];
    job->attempt[job->attempts].seconds = result->seconds;
    return 0;
}

static int64_t blames_of(const struct job_row *job)
{
    int64_t n = 0;
    for (int a = 1; a <= job->attempts; a++)
        n += job->attempt[a].outcome == LOST;
    return n;
}

int store_give_up(struct store *s, int64_t id, int blamed, const struct effort *effort,
                  const char *message, struct err *e)
{
    struct job_row *job = running(id, "given up");
    struct attempt_row *attempt = &job->attempt[job->attempts];
    (void)s, (void)e;
    sim_trace("job %lld, attempt %d: %s%s", (long long)id, job->attempts, blamed ? "BLAMED: " : "",
              message);
    if (blamed)
        check_blame(id, job->attempts);
    else
        check_no_blame(id, job->attempts);
    attempt->outcome = blamed ? LOST : STOPPED;
    attempt->has_effort = effort != NULL;
    attempt->seconds = effort ? effort->seconds : 0;
    job->state = blames_of(job) >= STORE_BLAMES ? STATE_QUARANTINED : STATE_PENDING;
    return 0;
}

int store_keep_log(struct store *s, int64_t id, const char *text, struct err *e)
{
    (void)s, (void)id, (void)text, (void)e;
    begin();
    return 0;
}

int store_reset(struct store *s, int retry, struct err *e)
{
    (void)retry;
    for (int i = 1; i <= store.count; i++) {
        struct job_row *job = &store.written.job[i];
        if (job->state != STATE_RUNNING)
            continue;
        check_blame(i, job->attempts);
        job->attempt[job->attempts].outcome = LOST;
        job->state = blames_of(job) >= STORE_BLAMES ? STATE_QUARANTINED : STATE_PENDING;
    }
    begin();
    return store_commit(s, e);
}

/* A kill may come during a commit: then either all of it counts or nothing. */
int store_commit(struct store *s, struct err *e)
{
    if (!s->is_open)
        return 0;
    int is_early = sim_chance(0.5), is_slow = sim_chance(0.01);
    if (sim_disk_is_full()) {
        sim_sleep(0.01);
        store_rollback(s);
        return err_set(e, ERR_DISK, "the disk is full");
    }
    check_commit(&s->durable, &s->written);
    struct tables written = s->written;
    if (is_early)
        s->durable = written;
    sim_sleep(is_slow ? sim_uniform(0.1, 10) : sim_uniform(1e-4, 0.01));
    s->durable = written;
    s->is_open = 0;
    return 0;
}

void store_rollback(struct store *s)
{
    s->written = s->durable;
    s->is_open = 0;
}

int store_snapshot(struct store *s, struct err *e)
{
    if (sim_disk_is_full())
        return err_set(e, ERR_DISK, "the disk is full");
    s->copy = s->durable;
    s->has_copy = 1;
    return 0;
}

int store_shares_memory(const struct store *s)
{
    (void)s;
    return 1;
}

const char *store_file_name(const struct store *s)
{
    (void)s;
    return "db";
}

struct store_place store_place_note(const struct store *s)
{
    return (struct store_place){.file = store_file_name(s)};
}

int store_place_check(const struct store_place *place, struct err *e)
{
    return sim_run.file_gone ? err_set(e, ERR_STORE, "%s was renamed", place->file) : 0;
}

/* ---- reading ---- */

const char *const store_states[STORE_STATES] = {"pending", "running", "done",       "diverged",
                                                "failed",  "crashed", "quarantined"};

static struct store_job make_job(int i)
{
    const struct job_row *row = &store.written.job[i];
    char spec[64];
    struct spec *parsed;
    snprintf(spec, sizeof spec, "sim seed=%d", i);
    struct store_job job = {.id = i, .attempts = row->attempts, .blames = blames_of(row)};
    for (int a = 1; a <= row->attempts; a++)
        job.seconds += row->attempt[a].seconds;
    if (spec_parse(&parsed, spec, (const struct experiment *const[]){&sim_experiment, NULL}, NULL))
        sim_fail("no spec");
    job.spec = spec_canonical(parsed);
    spec_free(parsed);
    return job;
}

static int list(struct store_job **jobs, size_t *count, enum store_state state, int queued_only)
{
    *jobs = mem_array((size_t)store.count, sizeof **jobs);
    *count = 0;
    for (int i = 1; i <= store.count; i++) {
        const struct job_row *row = &store.written.job[i];
        int is_behind = 0;
        for (int k = 1; k < i && queued_only; k++) {
            const struct job_row *other = &store.written.job[k];
            is_behind |= other->state == STATE_RUNNING &&
                         other->attempt[other->attempts].rank == row->attempt[row->attempts].rank;
        }
        if (row->state == state && (!queued_only || is_behind))
            (*jobs)[(*count)++] = make_job(i);
    }
    return 0;
}

int store_pending(struct store *s, const char *sweep, struct store_job **jobs, size_t *count,
                  struct err *e)
{
    (void)s, (void)sweep, (void)e;
    return list(jobs, count, STATE_PENDING, 0);
}

int store_running(struct store *s, struct store_job **jobs, size_t *count, struct err *e)
{
    (void)s, (void)e;
    return list(jobs, count, STATE_RUNNING, 0);
}

int store_queued(struct store *s, struct store_job **jobs, size_t *count, struct err *e)
{
    (void)s, (void)e;
    return list(jobs, count, STATE_RUNNING, 1);
}

void store_jobs_free(struct store_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(jobs[i].spec);
    mem_free(jobs);
}

int store_count(struct store *s, const char *sweep, struct store_counts *counts, struct err *e)
{
    (void)sweep, (void)e;
    *counts = (struct store_counts){.total = s->count};
    for (int i = 1; i <= s->count; i++)
        counts->state[s->written.job[i].state]++;
    return 0;
}

int store_each_time(struct store *s, const struct experiment *experiment, int64_t most,
                    store_row_handler *row, void *data, struct err *e)
{
    (void)s, (void)experiment, (void)most, (void)row, (void)data, (void)e;
    return 0;
}

int store_job(struct store *s, int64_t id, const struct experiment **experiment, char **spec,
              const char **state, struct err *e)
{
    (void)s, (void)e;
    *experiment = &sim_experiment;
    *spec = mem_text("");
    *state = store_states[row_of(id)->state];
    return 0;
}
