/*
 * duration - spans of time as people write them: 8:00:00, 2-12:00:00, 90m, 300.
 */
#ifndef BRAINSWEEP_DURATION_H
#define BRAINSWEEP_DURATION_H

#include "base/err.h"

/* [[days-]hours:]minutes:seconds, or a number of seconds or with s, m, h or d behind it; more than
   nothing.  ERR_USAGE says what was expected. */
int duration_parse(const char *text, double *seconds, struct err *e)
    __attribute__((warn_unused_result));

#endif
