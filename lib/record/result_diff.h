/*
 * result_compare - whether two results of one spec are the same, and how far apart they are if not.
 */
#ifndef BRAINSWEEP_RESULT_COMPARE_H
#define BRAINSWEEP_RESULT_COMPARE_H

#include "record/result.h"

struct result_difference {
    long values; /* metrics, columns of rows, and arrays that differ in any bit */
    /* The largest relative difference, |a-b| / max(|a|,|b|); of an array, of its largest
       difference to its largest number.  Infinite where one is missing, or texts differ. */
    double largest;
    char where[128]; /* what differs most: "error", "curve 3 loss", "array weights" */
};

/* Compares outcome, units of work, metrics, rows in the order of their keys, and arrays by name;
   not the message, nor the time that it took. */
int result_diff(const struct result *a, const struct result *b,
                struct result_difference *difference, struct err *e)
    __attribute__((warn_unused_result));

#endif
