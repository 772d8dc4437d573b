/* The tiles of AVX-512. */
#include "math/packed_kernel.h"

#if defined __x86_64__

#include <immintrin.h>

#define VECTOR                __m512
#define TARGET                __attribute__((target("avx512f")))
#define LOAD(p)               _mm512_loadu_ps(p)
#define STORE(p, v)           _mm512_storeu_ps(p, v)
#define LOAD_SOME(p, n)       _mm512_maskz_loadu_ps(first_lanes(n), p)
#define STORE_SOME(p, v, n)   _mm512_mask_storeu_ps(p, first_lanes(n), v)
#define BROADCAST(x)          _mm512_set1_ps(x)
#define MULTIPLY_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
enum { LANES = 16 };

static inline __mmask16 first_lanes(int n)
{
    return (__mmask16)((1u << n) - 1);
}

#include "math/packed_tile.h"

/* 24 sums, three vectors of the matrix and one factor: 28 of the 32 registers. */
TILES(1)
TILES(2)
TILES(3)
TILES(4)
TILES(5)
TILES(6)
TILES(7)
TILES(8)

static void (*const tiles[][PACKED_VECS])(const struct packed_tile *) = {
    TILE_NAMES(1), TILE_NAMES(2), TILE_NAMES(3), TILE_NAMES(4),
    TILE_NAMES(5), TILE_NAMES(6), TILE_NAMES(7), TILE_NAMES(8)};

static int supported(void)
{
    return __builtin_cpu_supports("avx512f") != 0;
}

const struct packed_kernel packed_avx512 = {
    .name = "avx512", .supported = supported, .lanes = LANES, .rows = 8, .vecs = 3, .tiles = tiles};

#else

static int supported(void)
{
    return 0;
}

const struct packed_kernel packed_avx512 = {.name = "avx512", .supported = supported};

#endif
