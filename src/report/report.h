/*
 * report - a directory with the pages and figures of a database: index.html, job-N.html, figures/.
 */
#ifndef BRAINSWEEP_REPORT_WRITE_H
#define BRAINSWEEP_REPORT_WRITE_H

#include "report/sweep_data.h"

struct report_request {
    const char *directory; /* made where it is not there */
    const char *title;     /* the database's name */
    const char *build;     /* the program's version */
    const char *selection; /* in words, what the selections leave; NULL = everything */
    const int64_t *jobs;   /* (job_count) that get a page whatever they are */
    size_t job_count;
    const struct experiment *const *experiments; /* with finished jobs; ends with NULL */
    const struct selection *const *selections;   /* of each, the jobs to show; NULL = none */
};

struct report_outcome {
    int pages;      /* of jobs */
    int figures;    /* files of numbers and scripts */
    int no_gnuplot; /* so there is no PDF and no PNG */
};

/* ERR_USAGE when a job asked for is not there or not finished. */
int report_write(struct store *store, const struct report_request *request,
                 struct report_outcome *outcome, struct err *e) __attribute__((warn_unused_result));

#endif
