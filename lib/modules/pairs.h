/*
 * pairs - two images a trial, drawn once for a data set with a given separability c of their
 * classes.
 *
 * The first image goes through the part in random order, as often as is needed.  The second is
 * drawn with weight 1 if it is of the first's class and c if not: with balanced classes the digits
 * are equal with probability 1 / (1 + 9c).  c = 1: independent; c = 0: always equal.
 *
 * With D_0, D_1 the digits, P = (D_0 + D_1) mod 2 decides what each output shall say: A says D_1 if
 * P is 0 and D_0 if it is 1; B says the other one.
 */
#ifndef BRAINSWEEP_PAIRS_H
#define BRAINSWEEP_PAIRS_H

#include "modules/images.h"

#include <stdint.h>

struct pairs {
    const struct images *images;   /* not owned */
    const struct image_part *part; /* likewise */
    int count;
    int *image; /* (count,2) */
};

/* `which` tells draws of the same seed apart.  With `unambiguous`, pairs with (D_1 - D_0) mod 10 in
   {0, 1} are not drawn (which c = 0 contradicts). */
struct pairs_wish {
    int count;
    double c;
    int unambiguous;
    uint64_t seed;
    int which;
};

int pairs_new(struct pairs **pairs, const struct images *images, const struct image_part *part,
              struct pairs_wish wish, struct err *e) __attribute__((warn_unused_result));
void pairs_free(struct pairs *pairs);

/* Digit m of pair i, 0..9. */
int pairs_digit(const struct pairs *pairs, int i, int m);

/* What output o (0: A, 1: B) shall say for digits d0 and d1. */
int pairs_answer(int o, int d0, int d1);

#endif
