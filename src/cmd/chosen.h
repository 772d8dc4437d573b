/*
 * chosen - the finished jobs that a command works on: those that --sweep and --where select, for
 * every experiment that has finished jobs.
 */
#ifndef BRAINSWEEP_CHOSEN_H
#define BRAINSWEEP_CHOSEN_H

#include "base/err.h"
#include "cmd/options.h"
#include "compare/selection.h"

enum { CHOSEN_MOST = 16 };

struct chosen {
    const struct experiment *experiments[CHOSEN_MOST + 1]; /* with finished jobs; ends with NULL */
    struct selection *selections[CHOSEN_MOST];             /* of each; NULL = no job of it */
    int64_t jobs[CHOSEN_MOST];                             /* how many are selected */
};

/* ERR_USAGE: the sweep does not exist, or the expression fits none of the experiments.  The caller
   must call chosen_free, even after an error. */
int chosen_find(struct chosen *chosen, struct store *store, const struct options *options,
                struct err *e) __attribute__((warn_unused_result));
void chosen_free(struct chosen *chosen);

#endif
