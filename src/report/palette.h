/*
 * palette - the colours of groups: one for each regularizer, the same in every figure, told apart
 * by colour-blind readers too (Okabe & Ito 2008), in a light and a dark kind; every colour has a
 * shape.
 */
#ifndef BRAINSWEEP_PALETTE_H
#define BRAINSWEEP_PALETTE_H

enum { PALETTE_SIZE = 12 };

struct palette_colour {
    const char *name;  /* of the group that it belongs to; NULL = any other */
    const char *light; /* on a light background */
    const char *dark;
};

const struct palette_colour *palette_at(int colour); /* of any number: they come again */

/* The colour of a group of that name, which is the index-th of its kind. */
int palette_of(const char *name, int index);

#endif
