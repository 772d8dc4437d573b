/* bfloat16 products by the AVX-512 instruction for pairs, vdpbf16ps: AMD since Zen 4, Intel's
   Cooper Lake and Sapphire Rapids. */
#include "math/packed_kernel.h"

/* Clang knows the feature, but lacks the conversions between its types and others. */
#if defined __x86_64__ && !defined __clang__

#include <immintrin.h>

#define VECTOR              __m512
#define TARGET              __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define LOAD(p)             _mm512_loadu_ps(p)
#define STORE(p, v)         _mm512_storeu_ps(p, v)
#define LOAD_SOME(p, n)     _mm512_maskz_loadu_ps(first_lanes(n), p)
#define STORE_SOME(p, v, n) _mm512_mask_storeu_ps(p, first_lanes(n), v)
#define BROADCAST(x)        _mm512_set1_ps(x)
#define MULTIPLY_ADD(a, b, c)                                                                      \
    _mm512_dpbf16_ps(c, (__m512bh)_mm512_castps_si512(a), (__m512bh)_mm512_castps_si512(b))
#define PAIRS(lower, upper) pairs(lower, upper)
#define STORE_HALVES(p, v)  _mm256_storeu_si256((__m256i *)(p), (__m256i)_mm512_cvtneps_pbh(v))
enum { LANES = 16 };

static inline __mmask16 first_lanes(int n)
{
    return (__mmask16)((1u << n) - 1);
}

static inline TARGET __m512 pairs(__m512 lower, __m512 upper)
{
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(lower));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(upper));
    return _mm512_castsi512_ps(_mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
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

static const struct packed_kernel kernel = {.lanes = LANES, .rows = 8, .vecs = 3, .tiles = tiles};

#include "math/packed_bf16.h"

static int supported(void)
{
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}

const struct packed_kernel packed_bf16 = {
    .name = "avx512-bf16", .supported = supported, .whole = {floats_of, pack, multiply}};

#else

static int supported(void)
{
    return 0;
}

const struct packed_kernel packed_bf16 = {.name = "avx512-bf16", .supported = supported};

#endif
