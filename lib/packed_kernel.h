/*
 * packed_kernel - what packed.c and its kernels agree on: the layout of a packed matrix.
 *
 * The columns are cut into vectors of `lanes`, the last filled up with zeros, and the vectors into
 * panels of up to `vecs`.  A panel is stored row after row: what a kernel needs of one row of the
 * matrix is contiguous, and the next row follows.  Rows that are zero throughout a panel are left
 * out of it: a pruned matrix has many.
 */
#ifndef BRAINSWEEP_PACKED_KERNEL_H
#define BRAINSWEEP_PACKED_KERNEL_H

#include "mat.h"

#include <stddef.h>

/* One tile of c: some rows by one panel's columns. */
struct packed_tile {
    int depth;          /* rows of the panel */
    const int *row;     /* (depth) which columns of a belong to them */
    const float *a;     /* the first row */
    size_t a_stride;    /* floats from row to row */
    size_t a_step;      /* floats from column to column */
    const float *panel; /* (depth, vectors * lanes), aligned to a vector */
    float *c;           /* the tile's first number */
    size_t c_stride;    /* floats from row to row */
    int last;           /* columns in the tile's last vector, 1..lanes */
    int add;            /* to what stands in c, or write over it */
};

/* Limits of the tiles: no kernel's accumulators are more than PACKED_ROWS x PACKED_VECS. */
enum { PACKED_ROWS = 8, PACKED_VECS = 3 };

struct packed_kernel {
    const char *name;
    int (*supported)(void); /* by this processor */
    int lanes;              /* floats in a vector */
    int rows, vecs;         /* of the largest tile */
    /* a function for each size of tile: [rows - 1][vectors - 1] */
    void (*const (*tiles)[PACKED_VECS])(const struct packed_tile *);
};

extern const struct packed_kernel packed_avx512, packed_avx2, packed_plain;

/* a / b pieces, rounded up. */
static inline int packed_pieces(int a, int b)
{
    return (a + b - 1) / b;
}

#endif
