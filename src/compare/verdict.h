/*
 * verdict - what a comparison has decided, in three sentences: which of the planned contrasts are
 * decided at the given error, which are not, and what this number of seeds can decide at all.
 */
#ifndef BRAINSWEEP_VERDICT_H
#define BRAINSWEEP_VERDICT_H

#include "compare/comparison.h"
#include "compare/design.h"

enum { VERDICT_LINE = 2048 };

struct verdict {
    const struct comparison_plane *plane; /* its subject: the first with a placed twin, else the
                                             first; NULL = nothing is planned */
    int limit;                            /* index of its error among the options' limits */
    int decided, undecided; /* contrasts whose corrected p is below COMPARISON_ALPHA, and others */
    struct design design;   /* of the plane's contrasts and the seeds that exist */
    int lines;
    char line[3][VERDICT_LINE]; /* sentences, without newline */
};

/* Uses the first error among the options' limits at which enough seeds reach it to test a contrast,
   whatever the difference; the first limit where there is none. */
void verdict_of(const struct comparison *comparison, struct verdict *verdict);

/* Writes one contrast in words, "bimt needs 2,058 less wiring_length than l1 (p = .031, 8 seeds)",
   into out (size); returns out. */
char *verdict_sentence(const struct comparison *comparison, const struct comparison_plane *plane,
                       const struct contrast *contrast, const struct contrast_test *test, char *out,
                       size_t size);

#endif
