/*
 * optional - a number, or its absence: what is undefined is absent, never 0 and never a NaN.
 */
#ifndef BRAINSWEEP_OPTIONAL_H
#define BRAINSWEEP_OPTIONAL_H

struct optional {
    int defined;
    double value; /* 0 where it is not defined */
};

struct optional optional_none(void);
struct optional optional_of(double value); /* absent when value is not finite */

#endif
