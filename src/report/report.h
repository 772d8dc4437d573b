/*
 * report - a directory with the pages and figures of a database: index.html, job-N.html, figures/.
 */
#ifndef BRAINSWEEP_REPORT_WRITE_H
#define BRAINSWEEP_REPORT_WRITE_H

#include "report/sweep_data.h"

struct report_request {
    const char *directory; /* created if missing */
    const char *title;     /* the database's name */
    const char *build;     /* the program's version */
    const char *selection; /* the selections in words; NULL = everything */
    const int64_t *jobs;   /* (job_count) that always get a page */
    size_t job_count;
    const struct experiment *const *experiments; /* those with finished jobs; ends with NULL */
    const struct selection *const *selections;   /* the jobs to show of each; NULL = none */
};

struct report_outcome {
    int pages;      /* of jobs */
    int figures;    /* data files and scripts */
    int no_gnuplot; /* gnuplot is missing: no PDF and no PNG */
};

/* ERR_USAGE when a requested job does not exist or is not finished. */
int report_write(struct store *store, const struct report_request *request,
                 struct report_outcome *outcome, struct err *e) __attribute__((warn_unused_result));

#endif
