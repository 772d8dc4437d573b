/*
 * bfloat16 products on the tile registers of AMX, sums in float32.
 *
 * A tile holds 16 rows of 64 bytes.  One instruction multiplies 16 rows of 32 numbers of a by 32
 * rows of 16 numbers of p, which are stored in pairs of rows, and adds the products to 16 x 16
 * sums.  All eight tiles are in use: four for sums, two for a and two for p.  Together they compute
 * a block of 32 x 32.  Numbers are rounded to nearest.
 */
#include "math/packed_kernel.h"

/* Clang does not accept GCC's name of this feature. */
#if defined __x86_64__ && defined __linux__ && !defined __clang__

#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TARGET __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512bf16")))

enum { TILE = 16, BLOCK = 2 * TILE, TILE_BYTES = 1024 };

/* bfloat16, the upper half of a float32. */
typedef uint16_t half_t;

static int round_up(int n)
{
    return packed_kernel_pieces(n, BLOCK) * BLOCK;
}

/* ---- support ---- */

/* Whether the processor has AMX and the system lets this process use it.  The process must request
   this permission once. */
static int supported(void)
{
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, TILE_DATA = 18 };
    return __builtin_cpu_supports("amx-bf16") && __builtin_cpu_supports("avx512bf16") &&
           syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILE_DATA) == 0;
}

/* Configures all eight tiles at full size. */
static TARGET void configure_tiles(void)
{
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } config = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        config.row_bytes[i] = 64;
        config.rows[i] = TILE;
    }
    _tile_loadconfig(&config);
}

/* ---- layout ---- */

/* Panels of 32 columns: every 32 rows make two tiles of pairs of rows, side by side.  After the
   last panel there is room for 32 rounded rows of a. */
static size_t floats_of(int rows, int cols)
{
    size_t halves = (size_t)round_up(rows) * ((size_t)round_up(cols) + BLOCK);
    return halves / 2;
}

static TARGET __m256i to_halves(__m512 x)
{
    return (__m256i)_mm512_cvtneps_pbh(x);
}

static TARGET __mmask16 first_lanes(int n)
{
    return n >= TILE ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
}

/* A vector of sixteen numbers, `step` apart, of which the first n are read; the rest are 0. */
static TARGET __m512 gather(const float *x, size_t step, int n)
{
    if (step == 1)
        return _mm512_maskz_loadu_ps(first_lanes(n), x);
    float lane[TILE] = {0};
    for (int i = 0; i < n && i < TILE; i++)
        lane[i] = x[(size_t)i * step];
    return _mm512_loadu_ps(lane);
}

static TARGET void pack(int rows, int cols, const float *x, size_t down, size_t right, float *out)
{
    half_t *tile = (half_t *)out;
    for (int c = 0; c < round_up(cols); c += BLOCK) {
        for (int r = 0; r < round_up(rows); r += BLOCK) {
            for (int part = 0; part < 2; part++, tile += TILE_BYTES / 2) {
                int col = c + part * TILE, n = cols - col;
                for (int pair = 0; pair < TILE; pair++) {
                    int row = r + 2 * pair;
                    const float *from = x + (size_t)row * down + (size_t)col * right;
                    __m512 upper = _mm512_setzero_ps(), lower = upper;
                    if (n > 0 && row < rows)
                        upper = gather(from, right, n);
                    if (n > 0 && row + 1 < rows)
                        lower = gather(from + down, right, n);
                    __m512i first = _mm512_cvtepu16_epi32(to_halves(upper));
                    __m512i second = _mm512_cvtepu16_epi32(to_halves(lower));
                    _mm512_storeu_si512(tile + 2 * TILE * pair,
                                        _mm512_or_si512(first, _mm512_slli_epi32(second, 16)));
                }
            }
        }
    }
}

/* Rounds the first `rows` of 32 rows of a into out (32,round_up(depth)); the rest of out is 0. */
static TARGET void round_rows(int rows, int depth, const float *a, size_t down, size_t right,
                              half_t *out)
{
    int width = round_up(depth);
    memset(out, 0, (size_t)BLOCK * (size_t)width * sizeof *out);
    if (right == 1) {
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < depth; k += TILE)
                _mm256_storeu_si256(
                    (__m256i *)(out + (size_t)r * (size_t)width + k),
                    to_halves(gather(a + (size_t)r * down + (size_t)k, 1, depth - k)));
        return;
    }
    for (int k = 0; k < depth; k++) { /* down is 1 here: a row of the transposed matrix */
        half_t column[BLOCK];
        for (int part = 0; part < BLOCK; part += TILE)
            _mm256_storeu_si256((__m256i *)(column + part),
                                to_halves(_mm512_maskz_loadu_ps(first_lanes(rows - part),
                                                                a + (size_t)k * right + part)));
        for (int r = 0; r < rows; r++)
            out[(size_t)r * (size_t)width + (size_t)k] = column[r];
    }
}

/* ---- products ---- */

/* Where 32 x 32 sums are stored: in c, or in a separate block at the edges of c. */
struct sums {
    float *x;
    size_t stride; /* in floats */
};

/* sums += a p for 32 rows of a and one panel, or sums = a p. */
static TARGET void multiply_block(int depth, const half_t *a, const half_t *panel, struct sums sums,
                                  int add)
{
    const size_t a_bytes = (size_t)depth * sizeof *a, bytes = sums.stride * sizeof *sums.x;
    float *upper = sums.x, *lower = upper + TILE * sums.stride;
    if (add) {
        _tile_loadd(0, upper, bytes);
        _tile_loadd(1, upper + TILE, bytes);
        _tile_loadd(2, lower, bytes);
        _tile_loadd(3, lower + TILE, bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (int k = 0; k < depth; k += BLOCK, panel += TILE_BYTES) {
        _tile_loadd(4, a + k, a_bytes);
        _tile_loadd(5, a + (size_t)TILE * (size_t)depth + k, a_bytes);
        _tile_loadd(6, panel, 64);
        _tile_loadd(7, panel + TILE_BYTES / 2, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, upper, bytes);
    _tile_stored(1, upper + TILE, bytes);
    _tile_stored(2, lower, bytes);
    _tile_stored(3, lower + TILE, bytes);
}

/* Copies a (rows,cols) corner; cols is at most 32. */
static TARGET void copy_corner(int rows, int cols, const float *from, size_t from_stride, float *to,
                               size_t to_stride)
{
    for (int r = 0; r < rows; r++, from += from_stride, to += to_stride) {
        for (int part = 0; part < BLOCK; part += TILE) {
            __mmask16 lanes = first_lanes(cols - part);
            _mm512_mask_storeu_ps(to + part, lanes, _mm512_maskz_loadu_ps(lanes, from + part));
        }
    }
}

/* Computes the block of c that begins at `to`.  A block that the edges of c cut off is computed in
   a separate buffer, whose other numbers are ignored. */
static TARGET void multiply_edge(int depth, const half_t *a, const half_t *panel, int rows,
                                 int cols, struct sums to, int add)
{
    float own[BLOCK * BLOCK] __attribute__((aligned(64)));
    if (rows == BLOCK && cols == BLOCK) {
        multiply_block(depth, a, panel, to, add);
        return;
    }
    if (add) {
        memset(own, 0, sizeof own);
        copy_corner(rows, cols, to.x, to.stride, own, BLOCK);
    }
    multiply_block(depth, a, panel, (struct sums){own, BLOCK}, add);
    copy_corner(rows, cols, own, BLOCK, to.x, to.stride);
}

static TARGET void multiply(const struct packed_factor *a, const float *panels, int rows,
                            struct mat c, int add)
{
    int depth = round_up(a->depth), height = round_up(rows);
    size_t stride = (size_t)c.stride;
    half_t *scratch = (half_t *)panels + (size_t)height * (size_t)round_up(c.cols);
    configure_tiles();
    for (int r = 0; r < c.rows; r += BLOCK) {
        int high = c.rows - r < BLOCK ? c.rows - r : BLOCK;
        round_rows(high, a->depth, a->x + (size_t)r * a->down, a->down, a->right, scratch);
        for (int j = 0; j < c.cols; j += BLOCK) {
            int wide = c.cols - j < BLOCK ? c.cols - j : BLOCK;
            const half_t *panel = (const half_t *)panels + (size_t)j * (size_t)height;
            struct sums to = {c.x + (size_t)r * stride + j, stride};
            multiply_edge(depth, scratch, panel, high, wide, to, add);
        }
    }
    _tile_release();
}

const struct packed_kernel packed_amx = {
    .name = "amx-bf16", .supported = supported, .whole = {floats_of, pack, multiply}};

#else

static int supported(void)
{
    return 0;
}

const struct packed_kernel packed_amx = {.name = "amx-bf16", .supported = supported};

#endif
