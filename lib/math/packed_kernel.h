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

extern const struct packed_kernel packed_avx512, packed_avx2, packed_plain, packed_amx, packed_bf16;

/* a / b pieces, rounded up. */
static inline int packed_kernel_pieces(int a, int b)
{
    return (a + b - 1) / b;
}

struct packed_panel {
    int col;  /* its first column */
    int vecs; /* its width in vectors */
};

/* How many panels a kernel with tiles makes of so many columns. */
static inline int packed_kernel_panels(const struct packed_kernel *kernel, int cols)
{
    return packed_kernel_pieces(packed_kernel_pieces(cols, kernel->lanes), kernel->vecs);
}

/* Panel i of n, which share the vectors as evenly as they can: a narrow last panel would have too
   few sums to keep the processor's adders busy. */
static inline struct packed_panel packed_kernel_panel(const struct packed_kernel *kernel, int cols,
                                                      int i, int n)
{
    int vecs = packed_kernel_pieces(cols, kernel->lanes), each = vecs / n, wider = vecs % n;
    int before = i * each + (i < wider ? i : wider);
    return (struct packed_panel){before * kernel->lanes, each + (i < wider)};
}

/* All rows of c in one panel's columns, in tiles of as even heights as can be; `tile` holds what
   they have in common. */
static inline void packed_kernel_multiply_panel(const struct packed_kernel *kernel,
                                                struct packed_panel panel, int rows,
                                                struct packed_tile tile)
{
    int n = packed_kernel_pieces(rows, kernel->rows), each = rows / n, higher = rows % n;
    for (int i = 0; i < n; i++) {
        int height = each + (i < higher);
        kernel->tiles[height - 1][panel.vecs - 1](&tile);
        tile.a += (size_t)height * tile.a_stride;
        tile.c += (size_t)height * tile.c_stride;
    }
}

#endif
