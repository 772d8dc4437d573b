/*
 * sweep_data - the data of one experiment that the report needs before it draws: the finished jobs
 * in groups, the comparison of the groups, the equal error at which the best job of each group is
 * shown, and the jobs that get a page.
 */
#ifndef BRAINSWEEP_SWEEP_DATA_H
#define BRAINSWEEP_SWEEP_DATA_H

#include "base/err.h"
#include "compare/comparison.h"
#include "compare/job_table.h"
#include "compare/selection.h"
#include "store/store.h"

struct sweep_data {
    struct store *store;
    const struct experiment *experiment;
    struct job_table table;
    int64_t *id;                   /* (table.n) the jobs' numbers */
    struct comparison *comparison; /* NULL where there is no finished job */
    const struct plane *plane;     /* the plane that "best" and the verdict refer to */
    double equal_error;            /* x of that plane; NAN where no two groups share one */
    int *best;                     /* (groups) the job of least cost there, an index; -1 = none */
    unsigned char *page;           /* (table.n) whether the job gets a page */
    int dead;                      /* finished jobs whose network has died */
};

/* Loads everything about the selected jobs except the requested pages.  The caller owns the struct
   and frees it, also when this fails. */
int sweep_data_load(struct sweep_data *data, struct store *store, const struct experiment *x,
                    const struct selection *selection, struct err *e)
    __attribute__((warn_unused_result));
void sweep_data_free(struct sweep_data *data);

/* The index of a job, or -1. */
int sweep_data_find(const struct sweep_data *data, int64_t id);

/* A job's metric; NAN where it has none. */
double sweep_data_metric(const struct sweep_data *data, int job, const char *metric);

/* The colour of a group in the palette. */
int sweep_data_colour(const struct sweep_data *data, int group);

#endif
