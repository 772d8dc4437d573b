#include "cmd/chosen.h"

#include "jobs/job.h"

int chosen_find(struct chosen *c, struct store *store, const struct options *o, struct err *e)
{
    int n = 0, code = 0;
    *c = (struct chosen){0};
    for (int i = 0; !code && job_at(i) && n < CHOSEN_MOST; i++) {
        int64_t results = 0;
        code = store_count_results(store, &job_at(i)->experiment, NULL, &results, e);
        if (results)
            c->experiments[n++] = &job_at(i)->experiment;
    }
    return code ? code
                : selection_choose(c->selections, c->experiments, store, o->sweep, o->where, e);
}

void chosen_free(struct chosen *c)
{
    for (int i = 0; i < CHOSEN_MOST; i++)
        selection_free(c->selections[i]);
}
