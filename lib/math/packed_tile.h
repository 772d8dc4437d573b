/*
 * packed_tile - the tile kernel, shared by all instruction sets.
 *
 * A kernel's .c file defines the vector and its operations, and then includes this file:
 *   VECTOR                      the type, LANES floats
 *   TARGET                      attribute of the functions that may use it
 *   LOAD(p), STORE(p, v)        LANES floats, aligned or not
 *   LOAD_SOME(p, n), STORE_SOME(p, v, n)   the first n of them, 1..LANES
 *   BROADCAST(x)                x in every lane
 *   MULTIPLY_ADD(a, b, c)       a * b + c
 * This is not the header of a module: nothing else includes it.
 */

/* How many rows of the panel in advance to prefetch from the second-level cache.  Beyond the end of
   the panel this fetches rows of the next panel, or unused memory. */
enum { AHEAD = 16 };

/* Rows and vectors are constants in every call of these functions.  So the loops over them unroll
   and the sums stay in registers: each row of the panel is loaded once for `rows` rows of c. */
#define CONSTANTS inline __attribute__((always_inline)) TARGET

static CONSTANTS void tile_begin(const int rows, const int vecs, const struct packed_tile *t,
                                 VECTOR sum[PACKED_ROWS][PACKED_VECS])
{
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        const float *c = t->c + (size_t)r * t->c_stride;
#pragma GCC unroll 3
        for (int v = 0; v < vecs - 1; v++)
            sum[r][v] = t->add ? LOAD(c + v * LANES) : BROADCAST(0);
        sum[r][vecs - 1] = t->add ? LOAD_SOME(c + (vecs - 1) * LANES, t->last) : BROADCAST(0);
    }
}

/* Adds the products of one row of the panel with a column of a. */
static CONSTANTS void tile_step(const int rows, const int vecs, const float *panel, const float *a,
                                size_t stride, VECTOR sum[PACKED_ROWS][PACKED_VECS])
{
    /* One address serves three rows of a: computing one for each row would take as many of the
       processor's slots as a fifth of the arithmetic. */
    const float *const third[] = {a, a + 3 * stride, a + 6 * stride};
    VECTOR row[PACKED_VECS];
#pragma GCC unroll 3
    for (int v = 0; v < vecs; v++) {
        row[v] = LOAD(panel + v * LANES);
        __builtin_prefetch(panel + (AHEAD * vecs + v) * LANES);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        VECTOR factor = BROADCAST(third[r / 3][(size_t)(r % 3) * stride]);
#pragma GCC unroll 3
        for (int v = 0; v < vecs; v++)
            sum[r][v] = MULTIPLY_ADD(factor, row[v], sum[r][v]);
    }
}

static CONSTANTS void tile_end(const int rows, const int vecs, const struct packed_tile *t,
                               VECTOR sum[PACKED_ROWS][PACKED_VECS])
{
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
        float *c = t->c + (size_t)r * t->c_stride;
#pragma GCC unroll 3
        for (int v = 0; v < vecs - 1; v++)
            STORE(c + v * LANES, sum[r][v]);
        STORE_SOME(c + (vecs - 1) * LANES, sum[r][vecs - 1], t->last);
    }
}

static CONSTANTS void tile_multiply(const int rows, const int vecs, const struct packed_tile *t)
{
    VECTOR sum[PACKED_ROWS][PACKED_VECS];
    const float *panel = t->panel, *a = t->a;
    const size_t stride = t->a_stride, step = t->a_step;
    const int depth = t->depth, *index = t->row;

    tile_begin(rows, vecs, t, sum);
    if (index) {
        for (int k = 0; k < depth; k++, panel += vecs * LANES)
            tile_step(rows, vecs, panel, a + (size_t)index[k] * step, stride, sum);
    } else {
#pragma GCC unroll 2
        for (int k = 0; k < depth; k++, panel += vecs * LANES, a += step)
            tile_step(rows, vecs, panel, a, stride, sum);
    }
    tile_end(rows, vecs, t, sum);
}

#define TILE(rows, vecs)                                                                           \
    static TARGET void tile_##rows##_##vecs(const struct packed_tile *t)                           \
    {                                                                                              \
        tile_multiply(rows, vecs, t);                                                              \
    }
#define TILES(rows) TILE(rows, 1) TILE(rows, 2) TILE(rows, 3)
#define TILE_NAMES(rows)                                                                           \
    {                                                                                              \
        tile_##rows##_1, tile_##rows##_2, tile_##rows##_3                                          \
    }
