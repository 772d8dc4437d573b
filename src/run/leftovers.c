#include "run/leftovers.h"

#include "base/log.h"
#include "base/mem.h"
#include "record/checkpoint.h"
#include "run/crash_file.h"
#include "run/elimination_file.h"
#include "run/joblog.h"

#include <limits.h>
#include <string.h>

/* Files next to the database that are listed at a time. */
enum { FILES_MOST = 1024 };

int leftovers_saved(const struct checkpoint_dir *checkpoints, const struct store_job *job,
                    struct effort *effort)
{
    char file[PATH_MAX];
    struct checkpoint checkpoint = {0};
    if (checkpoint_dir_file(checkpoints, job->id, file)[0] &&
        checkpoint_read(file, job->spec, &checkpoint, NULL))
        return 0;
    int saved = checkpoint.bytes && checkpoint.attempt == job->attempts;
    *effort = (struct effort){checkpoint.steps, checkpoint.seconds};
    checkpoint_free(&checkpoint);
    return saved;
}

int leftovers_crashed(const struct checkpoint_dir *checkpoints, const struct store_job *job,
                      char *how)
{
    char file[PATH_MAX];
    return crash_file_read(checkpoint_dir_file(checkpoints, job->id, file), job->attempts, how);
}

char *leftovers_log(const struct checkpoint_dir *checkpoints, const struct store_job *job)
{
    char file[PATH_MAX];
    return joblog_take(checkpoint_dir_file(checkpoints, job->id, file));
}

/* ---- attempts that the database still lists as running ---- */

/* An attempt that was left open when its run ended, and what is known about it. */
struct loose_end {
    const struct store_job *job;
    int saved, crashed, is_begun;
    struct effort effort; /* if it has saved itself */
    char *log;            /* NULL = none */
    char how[CRASH_TEXT_SIZE];
};

static int is_among(const struct store_job *jobs, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].id == id)
            return 1;
    return 0;
}

/* A job that was queued ahead and left no trace had not begun. */
static void look_at(struct loose_end *end, const struct checkpoint_dir *checkpoints,
                    const struct store_job *job, int is_queued)
{
    *end = (struct loose_end){.job = job, .log = leftovers_log(checkpoints, job)};
    end->saved = leftovers_saved(checkpoints, job, &end->effort);
    end->crashed = leftovers_crashed(checkpoints, job, end->how);
    end->is_begun = !is_queued || end->log || end->saved || end->crashed;
}

/* Records the end of a run that nothing explains.  If a job is known to have ended the run, or if
   the disk was full, the end is explained. */
static int account(const struct loose_end *ends, size_t count, int is_explained,
                   struct elimination *elimination, struct err *e)
{
    size_t n = 0;
    struct elimination_attempt *running = mem_array(count + 1, sizeof *running);
    if (!running)
        return err_set(e, ERR_MEMORY, "no memory for %zu jobs", count);
    for (size_t i = 0; i < count; i++) {
        is_explained |= ends[i].crashed;
        if (ends[i].saved)
            elimination_clear(elimination, ends[i].job->id);
        else if (ends[i].is_begun)
            running[n++] = (struct elimination_attempt){ends[i].job->id, ends[i].job->attempts};
    }
    if (is_explained)
        elimination->waits = 0;
    else
        elimination_enter(elimination, running, n);
    mem_free(running);
    return 0;
}

/* The reason that is stored for an attempt that is not blamed: there is no evidence against it, or
   it had saved itself. */
static const char *describe(const struct loose_end *end, int is_marked)
{
    return end->saved  ? "the run ended before the job did; it had saved itself"
           : is_marked ? "the run ended as results could not be written"
                       : "the run ended before the job did";
}

static int give_up(struct store *store, struct loose_end *end, int is_marked,
                   const struct elimination *elimination, struct err *e)
{
    int64_t id = end->job->id;
    int code = end->log ? store_keep_log(store, id, end->log, e) : 0;
    if (code)
        return code;
    if (end->saved)
        return store_give_up(store, id, 0, &end->effort, describe(end, is_marked), e);
    if (!end->is_begun)
        return store_withdraw(store, id, e);
    if (!end->crashed && !is_marked && elimination_blames(elimination, id))
        return store_give_up(store, id, 1, NULL,
                             "the run ended without a word, as each time that only this job ran",
                             e);
    return store_give_up(store, id, end->crashed, NULL,
                         end->crashed ? end->how : describe(end, is_marked), e);
}

/* Clears from the account the jobs that are over or no longer exist. */
static void forget_others(struct store *store, struct elimination *elimination)
{
    for (size_t i = elimination->count; i-- > 0;) {
        const struct experiment *experiment;
        const char *state;
        char *spec;
        int code = store_job(store, elimination->entries[i].job, &experiment, &spec, &state, NULL);
        if (!code)
            mem_free(spec);
        if (code == ERR_USAGE || (!code && strcmp(state, store_states[STATE_PENDING])))
            elimination_clear(elimination, elimination->entries[i].job);
    }
}

static int give_up_all(struct store *store, const struct checkpoint_dir *checkpoints,
                       const struct store_job *jobs, size_t count, struct elimination *elimination,
                       struct err *e)
{
    struct store_job *queued = NULL;
    size_t queued_count = 0;
    int is_marked = checkpoint_dir_is_marked(checkpoints);
    struct loose_end *ends = mem_array(count + 1, sizeof *ends);
    if (!ends)
        return err_set(e, ERR_MEMORY, "no memory for %zu jobs", count);
    int code = count ? store_queued(store, &queued, &queued_count, e) : 0;
    for (size_t i = 0; !code && i < count; i++)
        look_at(&ends[i], checkpoints, &jobs[i], is_among(queued, queued_count, jobs[i].id));
    if (!code)
        code = account(ends, count, is_marked, elimination, e);
    for (size_t i = 0; !code && i < count; i++)
        code = give_up(store, &ends[i], is_marked, elimination, e);
    for (size_t i = 0; i < count; i++)
        mem_free(ends[i].log);
    mem_free(ends);
    store_jobs_free(queued, queued_count);
    return code;
}

int leftovers_settle(struct store *store, const struct checkpoint_dir *checkpoints,
                     struct elimination *elimination, int retry, struct err *e)
{
    struct store_job *jobs;
    size_t count;
    elimination_file_read(checkpoints->directory, elimination);
    int had_account = elimination->count > 0 || elimination->waits;
    int code = store_running(store, &jobs, &count, e);
    if (!code)
        code = give_up_all(store, checkpoints, jobs, count, elimination, e);
    store_jobs_free(jobs, count);
    if (!code && (count || retry)) /* otherwise there is nothing to reset */
        code = store_reset(store, retry, e);
    if (!code && (had_account || elimination->count)) {
        forget_others(store, elimination);
        elimination_file_write(checkpoints->directory, elimination);
    }
    if (!code)
        code = leftovers_remove(store, checkpoints, e);
    if (!code)
        checkpoint_dir_unmark(checkpoints);
    return code;
}

/* ---- files ---- */

static void remove_evidence(const struct checkpoint_dir *checkpoints)
{
    int64_t jobs[FILES_MOST];
    char file[PATH_MAX];
    size_t n = crash_file_list(checkpoints->directory, jobs, FILES_MOST);
    for (size_t i = 0; i < n; i++)
        crash_file_remove(checkpoint_dir_file(checkpoints, jobs[i], file));
}

/* Files of finished jobs remain if a run was killed after it had written the result, or if a worker
   that was given up continued for a while. */
int leftovers_remove(struct store *store, const struct checkpoint_dir *checkpoints, struct err *e)
{
    int64_t jobs[FILES_MOST];
    size_t n = checkpoint_dir_list(checkpoints, jobs, FILES_MOST);
    remove_evidence(checkpoints);
    for (size_t i = 0; i < n; i++) {
        const struct experiment *experiment;
        const char *state;
        char *spec;
        int code = store_job(store, jobs[i], &experiment, &spec, &state, NULL);
        if (code == ERR_USAGE) /* not a job of this database */
            continue;
        if (code)
            return err_set(e, code, "the files of job %lld cannot be seen to", (long long)jobs[i]);
        mem_free(spec);
        if (strcmp(state, store_states[STATE_PENDING]) &&
            strcmp(state, store_states[STATE_RUNNING]))
            checkpoint_dir_clear(checkpoints, jobs[i]);
    }
    return 0;
}
