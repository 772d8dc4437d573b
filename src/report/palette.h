/*
 * palette - the colours of groups: one for each regularizer, the same in every figure.
 * Colour-blind readers can distinguish them too (Okabe & Ito 2008).  There is a light and a dark
 * set; every colour has a shape.
 */
#ifndef BRAINSWEEP_PALETTE_H
#define BRAINSWEEP_PALETTE_H

enum { PALETTE_SIZE = 12 };

struct palette_colour {
    const char *name;  /* of the group that it belongs to; NULL = any other */
    const char *light; /* on a light background */
    const char *dark;
};

const struct palette_colour *palette_at(int colour); /* any number; colours repeat */

/* The colour of the group with that name, which is the index-th group. */
int palette_of(const char *name, int index);

#endif
