/*
 * result - what came out of one job: metrics by name, rows of tables, arrays; as values, no SQL.
 */
#ifndef BRAINSWEEP_RESULT_H
#define BRAINSWEEP_RESULT_H

#include "record/experiment.h"

/* How an attempt ended.  A diverged or failed job is a row like any other, never an abort. */
enum outcome { OUTCOME_DONE, OUTCOME_DIVERGED, OUTCOME_FAILED, OUTCOME_COUNT };

/* "done", "diverged", "failed": also the states of the job in the database. */
const char *result_outcome_name(enum outcome outcome);

struct result_array {
    char *name;
    int rows, cols;
    float *data;           /* (rows, cols); NULL where they came packed and nobody unpacked them */
    unsigned char *packed; /* the same as array_codec packs it, where it came so; else NULL */
    size_t packed_size;
};

struct result_row {
    int table;            /* index in the experiment's tables */
    struct value *values; /* one for each of its columns; texts are owned */
};

struct result {
    const struct experiment *experiment;
    enum outcome outcome;
    char message[512];     /* why, when not done */
    double seconds;        /* wall time of the attempt */
    int64_t steps;         /* units of work done, as the experiment counts them (training steps) */
    struct value *metrics; /* one for each metric of the experiment; NULL where undefined */
    struct result_row *rows;
    size_t row_count;
    struct result_array *arrays;
    size_t array_count;
};

int result_new(struct result **result, const struct experiment *experiment, struct err *e)
    __attribute__((warn_unused_result));
void result_free(struct result *result);

/* Sets a metric that exists (asserted).  A real that is not finite becomes NULL. */
void result_set(struct result *result, const char *metric, struct value v);

/* Adds a row to a table that exists (asserted); `values` has one value for each of its columns and
   is copied, texts too. */
int result_add_row(struct result *result, const char *table, const struct value *values,
                   struct err *e) __attribute__((warn_unused_result));

/* Adds a copy of data (rows, cols). */
int result_add_array(struct result *result, const char *name, int rows, int cols, const float *data,
                     struct err *e) __attribute__((warn_unused_result));

/* Likewise one that is packed already: a copy of packed (size), and of data unless that is NULL. */
int result_add_packed(struct result *result, const char *name, int rows, int cols,
                      const float *data, const unsigned char *packed, size_t size, struct err *e)
    __attribute__((warn_unused_result));

/* The array of that name, or NULL. */
const struct result_array *result_array(const struct result *result, const char *name);

#endif
