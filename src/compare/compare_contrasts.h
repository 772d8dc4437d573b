/*
 * compare_contrasts - prints the jobs that dropped out and the contrasts, the tables that a verdict
 * is based on.
 */
#ifndef BRAINSWEEP_COMPARE_CONTRASTS_H
#define BRAINSWEEP_COMPARE_CONTRASTS_H

#include "compare/comparison.h"

#include <stdio.h>

int compare_contrasts_print(const struct comparison *comparison, FILE *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
