/*
 * packed_bf16 - products of numbers rounded to bfloat16.  The code is shared by all instructions
 * that multiply pairs of such numbers and add both products to a float32.
 *
 * A pair fills the 32 bits of a float: the rows 2k (lower half) and 2k+1 (upper half) of a column
 * of the packed matrix, or the columns 2k and 2k+1 of a row of the other factor.  The tiles of
 * packed_tile.h treat a matrix of pairs as a matrix of floats with half the depth.
 *
 * A kernel's .c file defines what packed_tile.h requires, where MULTIPLY_ADD(a, b, c) takes vectors
 * of pairs a and b.  It includes packed_tile.h, and defines its table `tiles` and
 *   PAIRS(lower, upper)    two vectors of floats, rounded to nearest, as a vector of pairs
 *   STORE_HALVES(p, v)     LANES floats rounded to LANES bfloat16 at p
 * Then it includes this file.  This is not the header of a module: nothing else includes it.
 */

/* Rows of the factor that are rounded at a time: together with a panel they fill the first-level
   cache. */
enum { CHUNK = 64 };

static inline int round_up(int n)
{
    return packed_kernel_pieces(n, LANES) * LANES;
}

/* Number of pairs in a column of this many rows. */
static inline int pairs_of(int rows)
{
    return packed_kernel_pieces(rows, 2);
}

/* Size of the panels, followed by room for a chunk of rounded rows. */
static size_t floats_of(int rows, int cols)
{
    return (size_t)pairs_of(rows) * (size_t)round_up(cols) +
           (size_t)CHUNK * (size_t)round_up(pairs_of(rows));
}

/* A vector of x[0], x[step] ..., of which the first n are read, n >= 1; the rest are 0. */
static CONSTANTS VECTOR load_apart(const float *x, size_t step, int n)
{
    if (step == 1)
        return n >= LANES ? LOAD(x) : LOAD_SOME(x, n);
    float lane[LANES] = {0};
    for (int i = 0; i < n && i < LANES; i++)
        lane[i] = x[(size_t)i * step];
    return LOAD(lane);
}

static TARGET void pack(int rows, int cols, const float *x, size_t down, size_t right, float *out)
{
    int panels = packed_kernel_panels(&kernel, cols);
    for (int i = 0; i < panels; i++) {
        struct packed_panel panel = packed_kernel_panel(&kernel, cols, i, panels);
        for (int k = 0; k < rows; k += 2) {
            for (int v = 0; v < panel.vecs; v++, out += LANES) {
                int col = panel.col + v * LANES, n = cols - col;
                const float *from = x + (size_t)k * down + (size_t)col * right;
                VECTOR lower = load_apart(from, right, n), upper = BROADCAST(0);
                if (k + 1 < rows)
                    upper = load_apart(from + down, right, n);
                STORE(out, PAIRS(lower, upper));
            }
        }
    }
}

/* Where the rounded rows of a chunk are: pair k of row r is x[r*down + k*right]. */
struct rounded {
    const float *x;
    size_t down, right;
};

/* For a factor that is not transposed: rows are stored one after another, and so are the pairs of a
   row. */
static TARGET struct rounded round_rows(int rows, int depth, const float *a, size_t down,
                                        float *out)
{
    size_t width = (size_t)round_up(pairs_of(depth));
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < depth; k += LANES)
            STORE_HALVES(out + (size_t)r * width + k / 2,
                         load_apart(a + (size_t)r * down + (size_t)k, 1, depth - k));
    return (struct rounded){out, width, 1};
}

/* For a transposed factor: the numbers of all rows are side by side, and so are their pairs. */
static TARGET struct rounded round_columns(int rows, int depth, const float *a, size_t right,
                                           float *out)
{
    for (int k = 0; k < depth; k += 2) {
        for (int r = 0; r < rows; r += LANES) {
            const float *from = a + (size_t)k * right + r;
            VECTOR lower = load_apart(from, 1, rows - r), upper = BROADCAST(0);
            if (k + 1 < depth)
                upper = load_apart(from + right, 1, rows - r);
            STORE(out + (size_t)k / 2 * CHUNK + r, PAIRS(lower, upper));
        }
    }
    return (struct rounded){out, 1, CHUNK};
}

static void multiply(const struct packed_factor *a, const float *packed, int rows, struct mat c,
                     int add)
{
    int panels = packed_kernel_panels(&kernel, c.cols);
    size_t height = (size_t)pairs_of(rows);
    float *scratch = (float *)packed + height * (size_t)round_up(c.cols);
    for (int r = 0; r < c.rows; r += CHUNK) {
        int high = c.rows - r < CHUNK ? c.rows - r : CHUNK;
        const float *from = a->x + (size_t)r * a->down;
        struct rounded chunk = a->right == 1
                                   ? round_rows(high, a->depth, from, a->down, scratch)
                                   : round_columns(high, a->depth, from, a->right, scratch);
        for (int i = 0; i < panels; i++) {
            struct packed_panel panel = packed_kernel_panel(&kernel, c.cols, i, panels);
            int left = c.cols - panel.col - (panel.vecs - 1) * LANES;
            struct packed_tile tile = {
                .depth = pairs_of(a->depth),
                .a = chunk.x,
                .a_stride = chunk.down,
                .a_step = chunk.right,
                .panel = packed + (size_t)panel.col * height,
                .c = c.x + (size_t)r * (size_t)c.stride + panel.col,
                .c_stride = (size_t)c.stride,
                .last = left < LANES ? left : LANES,
                .add = add,
            };
            packed_kernel_multiply_panel(&kernel, panel, high, tile);
        }
    }
}
