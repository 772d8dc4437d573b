#include "run/journal.h"

#include "base/clock.h"
#include "base/mem.h"

#include <time.h>

struct entry {
    const struct kind *kind;
    const struct store_job *job;
    struct attempt attempt; /* of an attempt that begins */
    struct spec *spec;      /* of an attempt that finishes; owned */
    struct result *result;  /* likewise */
    int saved;              /* whether it may have left a checkpoint, now useless */
    char *text;             /* its log, or the reason why it was given up; owned */
    struct effort effort;   /* of an attempt that is given up */
    int knows_effort;
};

struct journal {
    struct store *store;
    struct entry *entries;
    size_t count, room;
    double first_entry; /* when entries[0] was made */
    double seconds;     /* processor time of the commits */
};

/* ---- the kinds of entries ---- */

struct kind {
    int (*enter)(struct journal *j, const struct entry *entry, struct err *e);
};

static int enter_begin(struct journal *j, const struct entry *entry, struct err *e)
{
    return store_begin(j->store, entry->job->id, &entry->attempt, e);
}

static int enter_result(struct journal *j, const struct entry *entry, struct err *e)
{
    int code = store_finish(j->store, entry->job->id, entry->spec, entry->result, e);
    if (!code && entry->text)
        code = store_keep_log(j->store, entry->job->id, entry->text, e);
    return code;
}

static int enter_withdrawal(struct journal *j, const struct entry *entry, struct err *e)
{
    return store_withdraw(j->store, entry->job->id, e);
}

static const struct effort *effort_of(const struct entry *entry)
{
    return entry->knows_effort ? &entry->effort : NULL;
}

static int enter_blame(struct journal *j, const struct entry *entry, struct err *e)
{
    return store_give_up(j->store, entry->job->id, 1, effort_of(entry), entry->text, e);
}

static int enter_stop(struct journal *j, const struct entry *entry, struct err *e)
{
    return store_give_up(j->store, entry->job->id, 0, effort_of(entry), entry->text, e);
}

static int enter_log(struct journal *j, const struct entry *entry, struct err *e)
{
    return store_keep_log(j->store, entry->job->id, entry->text, e);
}

static const struct kind begins = {enter_begin}, withdrawals = {enter_withdrawal},
                         finishes = {enter_result}, blames = {enter_blame}, stops = {enter_stop},
                         logs = {enter_log};

/* ---- the list ---- */

int journal_new(struct journal **journal, struct store *store, struct err *e)
{
    *journal = mem_array(1, sizeof **journal);
    if (!*journal)
        return err_set(e, ERR_MEMORY, "no memory for a journal");
    (*journal)->store = store;
    return 0;
}

static void free_entry(struct entry *entry)
{
    spec_free(entry->spec);
    result_free(entry->result);
    mem_free(entry->text);
}

static void clear(struct journal *j)
{
    for (size_t i = 0; i < j->count; i++)
        free_entry(&j->entries[i]);
    j->count = 0;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    clear(journal);
    mem_free(journal->entries);
    mem_free(journal);
}

static int add(struct journal *j, struct entry entry, const char *text, struct err *e)
{
    if (j->count == j->room) {
        size_t room = 2 * j->room + 16;
        struct entry *grown = mem_grow(j->entries, j->count * sizeof *grown, room * sizeof *grown);
        if (grown) {
            j->entries = grown;
            j->room = room;
        }
    }
    if (j->count == j->room || (text && !(entry.text = mem_text(text)))) {
        free_entry(&entry);
        return err_set(e, ERR_MEMORY, "no memory for the journal");
    }
    if (!j->count)
        j->first_entry = clock_now();
    j->entries[j->count++] = entry;
    return 0;
}

int journal_begin(struct journal *journal, const struct store_job *job,
                  const struct attempt *attempt, struct err *e)
{
    struct entry entry = {.kind = &begins, .job = job, .attempt = *attempt};
    return add(journal, entry, NULL, e);
}

int journal_withdraw(struct journal *journal, const struct store_job *job, struct err *e)
{
    struct entry entry = {.kind = &withdrawals, .job = job};
    return add(journal, entry, NULL, e);
}

int journal_finish(struct journal *journal, const struct store_job *job, struct spec *spec,
                   struct result *result, const char *log, int saved, struct err *e)
{
    struct entry entry = {
        .kind = &finishes, .job = job, .spec = spec, .result = result, .saved = saved};
    return add(journal, entry, log[0] ? log : NULL, e);
}

int journal_give_up(struct journal *journal, const struct store_job *job, int blamed,
                    const struct effort *effort, const char *why, int is_over, struct err *e)
{
    struct entry entry = {.kind = blamed ? &blames : &stops,
                          .job = job,
                          .knows_effort = effort != NULL,
                          .saved = is_over};
    if (effort)
        entry.effort = *effort;
    return add(journal, entry, why, e);
}

int journal_keep_log(struct journal *journal, const struct store_job *job, const char *text,
                     struct err *e)
{
    return add(journal, (struct entry){.kind = &logs, .job = job}, text, e);
}

size_t journal_count(const struct journal *journal)
{
    return journal->count;
}

double journal_first_entry(const struct journal *journal)
{
    return journal->first_entry;
}

double journal_seconds(const struct journal *journal)
{
    return journal->seconds;
}

/* Processor time of this thread. */
static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int commit(struct journal *journal, struct err *e)
{
    int code = 0;
    for (size_t i = 0; !code && i < journal->count; i++)
        code = journal->entries[i].kind->enter(journal, &journal->entries[i], e);
    if (!code)
        code = store_commit(journal->store, e);
    if (code)
        store_rollback(journal->store);
    return code;
}

int journal_commit(struct journal *journal, void (*saved)(const struct store_job *job, void *data),
                   void *data, struct err *e)
{
    if (!journal->count)
        return 0;
    double start = processor_seconds();
    int code = commit(journal, e);
    journal->seconds += processor_seconds() - start;
    if (code)
        return code;
    for (size_t i = 0; saved && i < journal->count; i++)
        if (journal->entries[i].saved)
            saved(journal->entries[i].job, data);
    clear(journal);
    return 0;
}
