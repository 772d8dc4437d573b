/*
 * duration - lengths of time as people write them: 8:00:00, 2-12:00:00, 90m, 300.
 */
#ifndef BRAINSWEEP_DURATION_H
#define BRAINSWEEP_DURATION_H

#include "base/err.h"

/* [[days-]hours:]minutes:seconds, or a number of seconds, or a number followed by s, m, h or d;
   above 0.  ERR_USAGE says what was expected. */
int duration_parse(const char *text, double *seconds, struct err *e)
    __attribute__((warn_unused_result));

#endif
