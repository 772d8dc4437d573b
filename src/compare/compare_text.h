/*
 * compare_text - a comparison as tables for a person.
 */
#ifndef BRAINSWEEP_COMPARE_TEXT_H
#define BRAINSWEEP_COMPARE_TEXT_H

#include "compare/comparison.h"

#include <stdio.h>

/* Prints the verdict and what it is based on; in full, also all groups, pairs, points and
   metrics. */
int compare_text_print(const struct comparison *comparison, int full, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
