/*
 * packed_kernel - the layout of a packed matrix, which packed.c and its kernels share.
 *
 * The columns are divided into vectors of `lanes`, the last of which is padded with zeros, and the
 * vectors into panels of up to `vecs`.  A panel is stored row by row: what a kernel needs of one
 * row of the matrix is contiguous, and the next row follows.  A panel omits rows that are zero
 * throughout the panel: a pruned matrix has many of them.
 */
#ifndef BRAINSWEEP_PACKED_KERNEL_H
#define BRAINSWEEP_PACKED_KERNEL_H

#include "math/mat.h"

#include <stddef.h>

/* One tile of c: some rows by one panel's columns. */
struct packed_tile {
    int depth;          /* rows of the panel */
    const int *row;     /* (depth) the column of a for each of them; NULL: columns 0, 1 ... */
    const float *a;     /* the first row */
    size_t a_stride;    /* floats from row to row */
    size_t a_step;      /* floats from column to column */
    const float *panel; /* (depth, vectors * lanes), aligned to a vector */
    float *c;           /* the tile's first number */
    size_t c_stride;    /* floats from row to row */
    int last;           /* columns in the tile's last vector, 1..lanes */
    int add;            /* whether to add to c or to overwrite it */
};

/* Limits of the tiles: the sums of a kernel are at most PACKED_ROWS x PACKED_VECS. */
enum { PACKED_ROWS = 8, PACKED_VECS = 3 };

/* The factor that is not packed: its element (r,k) is x[r*down + k*right], 0 <= k < depth. */
struct packed_factor {
    const float *x;
    size_t down, right; /* one of them is 1 */
    int depth;
};

/* The functions of a kernel that has its own layout: they do the whole work. */
struct packed_whole {
    /* Floats for a (rows,cols) matrix and for the scratch space of a product. */
    size_t (*floats)(int rows, int cols);
    /* The element (r,c) is x[r*down + c*right]. */
    void (*pack)(int rows, int cols, const float *x, size_t down, size_t right, float *panels);
    /* c = a p or c += a p, where p was packed with `rows` rows. */
    void (*multiply)(const struct packed_factor *a, const float *panels, int rows, struct mat c,
                     int add);
};

struct packed_kernel {
    const char *name;
    int (*supported)(void); /* whether this processor can run it */
    int lanes;              /* floats in a vector */
    int rows, vecs;         /* of the largest tile */
    /* one function for each size of tile: [rows - 1][vectors - 1] */
    void (*const (*tiles)[PACKED_VECS])(const struct packed_tile *);
    struct packed_whole whole; /* if set, used instead of tiles */
};

extern const struct packed_kernel packed_avx512, packed_avx2, packed_plain, packed_amx, packed_bf16;

/* Number of pieces of size b that cover a: a / b, rounded up. */
static inline int packed_kernel_pieces(int a, int b)
{
    return (a + b - 1) / b;
}

struct packed_panel {
    int col;  /* its first column */
    int vecs; /* its width in vectors */
};

/* Number of panels that a kernel with tiles makes of this many columns. */
static inline int packed_kernel_panels(const struct packed_kernel *kernel, int cols)
{
    return packed_kernel_pieces(packed_kernel_pieces(cols, kernel->lanes), kernel->vecs);
}

/* Panel i of n.  The panels share the vectors as evenly as possible: a narrow last panel would have
   too few sums to keep the processor's adders busy. */
static inline struct packed_panel packed_kernel_panel(const struct packed_kernel *kernel, int cols,
                                                      int i, int n)
{
    int vecs = packed_kernel_pieces(cols, kernel->lanes), each = vecs / n, wider = vecs % n;
    int before = i * each + (i < wider ? i : wider);
    return (struct packed_panel){before * kernel->lanes, each + (i < wider)};
}

/* Computes all rows of c in the columns of one panel, in tiles whose heights are as even as
   possible.  `tile` holds what the tiles have in common. */
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
