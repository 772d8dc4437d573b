/*
 * compare_text - a comparison as tables for a person.
 */
#ifndef BRAINSWEEP_COMPARE_TEXT_H
#define BRAINSWEEP_COMPARE_TEXT_H

#include "compare/comparison.h"

#include <stdio.h>

/* The verdict and what it rests on; in full, all groups, pairs, points and metrics, too. */
int compare_text_print(const struct comparison *comparison, int full, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
