#include "run/elimination.h"

static struct elimination_entry *find(const struct elimination *x, int64_t job)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->entries[i].job == job)
            return (struct elimination_entry *)&x->entries[i];
    return NULL;
}

/* Jobs beyond ELIMINATION_MOST are not recorded, so they are never blamed. */
static struct elimination_entry *find_or_add(struct elimination *x, int64_t job)
{
    struct elimination_entry *entry = find(x, job);
    if (entry || x->count == ELIMINATION_MOST)
        return entry;
    entry = &x->entries[x->count++];
    *entry = (struct elimination_entry){.job = job};
    return entry;
}

void elimination_enter(struct elimination *x, const struct elimination_attempt *running,
                       size_t count)
{
    if (!count && x->waits) /* the run ended while no suspect was running */
        x->count = 0;
    x->waits = 0;
    if (!count)
        return;
    for (size_t i = 0; i < x->count; i++)
        if (count > 1 || running[0].job != x->entries[i].job ||
            running[0].attempt != x->entries[i].attempt)
            x->entries[i].apart = 0;
    for (size_t i = 0; i < count; i++) {
        struct elimination_entry *entry = find_or_add(x, running[i].job);
        if (!entry)
            continue;
        entry->ends++;
        entry->apart += count == 1 && entry->attempt == running[i].attempt;
    }
}

int elimination_blames(const struct elimination *x, int64_t job)
{
    const struct elimination_entry *entry = find(x, job);
    return entry && entry->apart >= ELIMINATION_APART;
}

int elimination_suspects(const struct elimination *x, int64_t job)
{
    const struct elimination_entry *entry = find(x, job);
    return entry && entry->ends >= ELIMINATION_ENDS;
}

void elimination_end(struct elimination *x)
{
    x->waits = 0;
    for (size_t i = 0; i < x->count; i++)
        x->entries[i].attempt = 0;
}

int elimination_begin(struct elimination *x, int64_t job, int64_t attempt)
{
    struct elimination_entry *entry = find(x, job);
    x->waits = 0;
    if (entry)
        entry->attempt = attempt;
    return entry != NULL;
}

int elimination_clear(struct elimination *x, int64_t job)
{
    struct elimination_entry *entry = find(x, job);
    if (entry)
        *entry = x->entries[--x->count];
    return entry != NULL;
}
