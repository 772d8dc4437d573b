/*
 * job_table - the finished jobs of one experiment (the roster), numbered by group, point and seed.
 *
 * Jobs of a group have the same value of a parameter.  Jobs of a point differ only in the
 * replicate.  The values of the replicate are called seeds here.  Groups and seeds are in the order
 * of their values, or of the parameter's choices; points are in the order of their first jobs.
 */
#ifndef BRAINSWEEP_ROSTER_H
#define BRAINSWEEP_ROSTER_H

#include "base/err.h"
#include "record/experiment.h"
#include "store/store.h"

struct job_table_job {
    int group, point, seed;   /* 0..groups-1 and so on */
    struct value *parameters; /* all of the experiment's, in its order; texts are owned */
    double *metrics;          /* likewise; NAN where absent or a text */
};

enum { JOB_TABLE_BY = 4 }; /* most parameters that define groups */

struct job_table {
    const struct experiment *experiment;
    int by, replicate;                      /* the parameters that define groups and seeds */
    int also[JOB_TABLE_BY - 1], also_count; /* more that define groups, together with `by` */
    int parameters, metrics;
    struct job_table_job *jobs; /* (n) in the order of the rows */
    int n;
    unsigned char *varies; /* (parameters) whether the jobs differ in it */
    int groups, points, seeds;
    int *first_of_group; /* (groups) a job of each */
    int *first_of_point; /* (points) */
    int *lost;           /* (groups, STORE_STATES) jobs that ended without a result, by state */
    int lost_elsewhere;  /* the same, of groups without a finished job */
};

/* Begins an empty roster of an experiment with replicates; by: a parameter other than the
   replicate.  Needs job_table_free, also when a later call fails. */
void job_table_begin(struct job_table *roster, const struct experiment *x, int by);
void job_table_free(struct job_table *roster);

/* Adds a parameter: groups are then the combinations of the values of `by` and all added ones. */
void job_table_also_by(struct job_table *roster, int parameter);

/* A store_row_handler for store_each_result. */
int job_table_add(const struct store_row *row, void *roster, struct err *e);

/* Numbers the jobs after all have been added. */
int job_table_number(struct job_table *roster, struct err *e) __attribute__((warn_unused_result));

/* Counts jobs that ended without a metric to compare: diverged, failed, crashed, quarantined. */
int job_table_count_lost(struct job_table *roster, struct store *store, struct err *e)
    __attribute__((warn_unused_result));

/* Writes the group's value as text, "bimt", followed by the values of further parameters, "bimt
   A=1", into out (VALUE_TEXT_SIZE); returns out. */
char *job_table_group_name(const struct job_table *roster, int group, char *out);

#endif
