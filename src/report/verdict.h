/*
 * verdict - what a sweep says in words: which group costs least at equal error, by how much, and
 * how sure that is; and the same against the others with their units placed anew.
 */
#ifndef BRAINSWEEP_VERDICT_H
#define BRAINSWEEP_VERDICT_H

#include "report/sweep_data.h"

enum { VERDICT_CONTRASTS = 64, VERDICT_NAME = 96 };

struct verdict_contrast {
    char other[VERDICT_NAME]; /* the group that is compared with */
    double ratio;             /* the best group's mean cost over the other's, on seeds of both */
    int seeds;                /* that reach the error in both */
    int has_p;
    double p; /* of no difference, sign-flip over seeds, Holm's correction over the contrasts */
};

struct verdict {
    int has_best; /* else fewer than two groups reach the error */
    char best[VERDICT_NAME];
    double mean; /* its cost, over seeds */
    int seeds;
    struct verdict_contrast contrast[VERDICT_CONTRASTS];
    int contrasts;
};

int verdict_make(const struct sweep_data *data, struct verdict *verdict, struct err *e)
    __attribute__((warn_unused_result));

#endif
