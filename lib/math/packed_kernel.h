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

#include "math/mat.h"

#include <stddef.h>

/* One tile of c: some rows by one panel's columns. */
struct packed_tile {
    int depth;          /* rows of the panel */
    const int *row;     /* (depth) which columns of a belong to them; NULL: one after another */
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

/* The factor that isn't packed: its element (r,k) is x[r*down + k*right], 0 <= k < depth. */
struct packed_factor {
    const float *x;
    size_t down, right; /* one of them is 1 */
    int depth;
};

/* A kernel that has a layout of its own does the whole work. */
struct packed_whole {
    /* Room for a (rows,cols) matrix and what else a product needs. */
    size_t (*floats)(int rows, int cols);
    /* The element (r,c) is x[r*down + c*right]. */
    void (*pack)(int rows, int cols, const float *x, size_t down, size_t right, float *panels);
    /* c = a p or c += a p, where p was packed with `rows` rows. */
    void (*multiply)(const struct packed_factor *a, const float *panels, int rows, struct mat c,
                     int add);
};

struct packed_kernel {
    const char *name;
    int (*supported)(void); /* by this processor */
    int lanes;              /* floats in a vector */
    int rows, vecs;         /* of the largest tile */
    /* a function for each size of tile: [rows - 1][vectors - 1] */
    void (*const (*tiles)[PACKED_VECS])(const struct packed_tile *);
    struct packed_whole whole; /* instead of tiles, where set */
};

extern const struct packed_kernel packed_avx512, packed_avx2, packed_plain, packed_amx;

/* a / b pieces, rounded up. */
static inline int packed_kernel_pieces(int a, int b)
{
    return (a + b - 1) / b;
}

#endif
