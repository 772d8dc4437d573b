#include "ledger.h"

#include "log.h"
#include "mem.h"

#include <stdlib.h>

struct ledger {
    struct store *store;
    const struct experiment *const *experiments;
    struct store_job *jobs; /* (count), pending at the start, in order of id */
    unsigned char *running; /* (count) */
    size_t count;
    size_t next; /* the first that was never handed out */
    struct ledger_counts counts;
};

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

int ledger_new(struct ledger **ledger, struct store *store, const char *sweep,
               const struct experiment *const *experiments, struct err *e)
{
    *ledger = NULL;
    struct ledger *l = mem_array(1, sizeof *l);
    if (!l)
        return err_set(e, ERR_MEMORY, "no memory for the list of jobs");
    l->store = store;
    l->experiments = experiments;

    struct store_counts counts;
    int code = store_count(store, sweep, &counts, e);
    if (!code)
        code = store_pending(store, sweep, &l->jobs, &l->count, e);
    if (!code && !(l->running = mem_array(l->count, 1)))
        code = err_set(e, ERR_MEMORY, "no memory for the list of jobs");
    if (code) {
        ledger_free(l);
        return code;
    }
    l->counts = (struct ledger_counts){
        .total = counts.total,
        .done = counts.state[STATE_DONE],
        .failed = count_failed(&counts),
        .waiting = (int64_t)l->count,
    };
    *ledger = l;
    return 0;
}

void ledger_free(struct ledger *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++)
        mem_free(l->jobs[i].spec);
    mem_free(l->jobs);
    mem_free(l->running);
    mem_free(l);
}

struct ledger_counts ledger_counts(const struct ledger *l)
{
    return l->counts;
}

int ledger_next(struct ledger *l, const struct attempt *worker, const struct store_job **job,
                struct err *e)
{
    *job = NULL;
    if (l->next == l->count)
        return 0;
    int code = store_begin(l->store, l->jobs[l->next].id, worker, e);
    if (code)
        return code;
    l->running[l->next] = 1;
    l->counts.waiting--;
    l->counts.running++;
    *job = &l->jobs[l->next++];
    return 0;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = ((const struct store_job *)b)->id;
    return (x > y) - (x < y);
}

int ledger_record(struct ledger *l, int64_t job, const struct result *result, struct err *e)
{
    struct store_job *found = bsearch(&job, l->jobs, l->count, sizeof *l->jobs, by_id);
    if (!found || !l->running[found - l->jobs])
        return err_set(e, ERR_FORMAT, "a result came for job %lld, which is not running",
                       (long long)job);

    struct spec *spec;
    int code = spec_parse(&spec, found->spec, l->experiments, e);
    if (code)
        return code;
    code = store_finish(l->store, job, spec, result, e);
    spec_free(spec);
    if (code)
        return code;

    l->running[found - l->jobs] = 0;
    l->counts.running--;
    l->counts.ended++;
    if (result->outcome == OUTCOME_DONE) {
        l->counts.done++;
    } else {
        l->counts.failed++;
        log_warning("job %lld %s: %s", (long long)job, outcome_name(result->outcome),
                    result->message);
    }
    return 0;
}

int ledger_commit(struct ledger *l, struct err *e)
{
    return store_commit(l->store, e);
}

int ledger_release(struct ledger *l, struct err *e)
{
    int code = store_reset(l->store, 0, e);
    return code ? code : store_commit(l->store, e);
}
