/*
 * result_fill - what a stored result lacks, from one of the same job that was measured anew.
 */
#ifndef BRAINSWEEP_RESULT_FILL_H
#define BRAINSWEEP_RESULT_FILL_H

#include "record/result.h"

struct result_filled {
    long added;     /* metrics, columns of rows, rows and arrays that were not there */
    long differing; /* of those that were, how many `fresh` has otherwise; they stay */
};

/* Takes over from `fresh` what is NULL or not there in `stored`; rows are told by their keys.
   ERR_MEMORY: stored is whole, but partly filled. */
int result_fill(struct result *stored, const struct result *fresh, struct result_filled *filled,
                struct err *e) __attribute__((warn_unused_result));

#endif
