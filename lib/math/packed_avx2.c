/* The tiles of AVX2 with fused multiply-adds. */
#include "math/packed_kernel.h"

#if defined __x86_64__

#include <immintrin.h>

#define VECTOR                __m256
#define TARGET                __attribute__((target("avx2,fma")))
#define LOAD(p)               _mm256_loadu_ps(p)
#define STORE(p, v)           _mm256_storeu_ps(p, v)
#define LOAD_SOME(p, n)       _mm256_maskload_ps(p, first_lanes(n))
#define STORE_SOME(p, v, n)   _mm256_maskstore_ps(p, first_lanes(n), v)
#define BROADCAST(x)          _mm256_set1_ps(x)
#define MULTIPLY_ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
enum { LANES = 8 };

static inline TARGET __m256i first_lanes(int n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

#include "math/packed_tile.h"

/* 12 sums, three vectors of the matrix and one factor: all 16 registers. */
TILES(1)
TILES(2)
TILES(3)
TILES(4)

static void (*const tiles[][PACKED_VECS])(const struct packed_tile *) = {
    TILE_NAMES(1), TILE_NAMES(2), TILE_NAMES(3), TILE_NAMES(4)};

static int supported(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct packed_kernel packed_avx2 = {
    .name = "avx2", .supported = supported, .lanes = LANES, .rows = 4, .vecs = 3, .tiles = tiles};

#else

static int supported(void)
{
    return 0;
}

const struct packed_kernel packed_avx2 = {.name = "avx2", .supported = supported};

#endif
