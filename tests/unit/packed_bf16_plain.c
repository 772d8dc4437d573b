#include "packed_bf16_plain.h"
#include "math/packed_kernel.h"

#include <stdint.h>
#include <string.h>

typedef float plain_vector __attribute__((vector_size(16)));

#define VECTOR plain_vector
#define TARGET
#define LOAD(p)               load_some(p, LANES)
#define STORE(p, v)           store_some(p, v, LANES)
#define LOAD_SOME(p, n)       load_some(p, n)
#define STORE_SOME(p, v, n)   store_some(p, v, n)
#define BROADCAST(x)          ((plain_vector){x, x, x, x})
#define MULTIPLY_ADD(a, b, c) multiply_pairs(a, b, c)
#define PAIRS(lower, upper)   pairs(lower, upper)
#define STORE_HALVES(p, v)    store_halves(p, v)
enum { LANES = 4 };

static inline plain_vector load_some(const float *p, int n)
{
    plain_vector v = {0};
    memcpy(&v, p, (size_t)n * sizeof *p);
    return v;
}

static inline void store_some(float *p, plain_vector v, int n)
{
    memcpy(p, &v, (size_t)n * sizeof *p);
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Rounds to the nearest, ties to even; x is finite. */
static uint32_t rounded_half(float x)
{
    uint32_t bits = bits_of(x);
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

/* A pair may not be a valid float, so it is only moved as bits. */
static plain_vector pairs(plain_vector lower, plain_vector upper)
{
    uint32_t lane[LANES];
    plain_vector v;
    for (int i = 0; i < LANES; i++)
        lane[i] = rounded_half(lower[i]) | rounded_half(upper[i]) << 16;
    memcpy(&v, lane, sizeof v);
    return v;
}

static void store_halves(void *p, plain_vector v)
{
    uint16_t half[LANES];
    for (int i = 0; i < LANES; i++)
        half[i] = (uint16_t)rounded_half(v[i]);
    memcpy(p, half, sizeof half);
}

static plain_vector multiply_pairs(plain_vector a, plain_vector b, plain_vector sum)
{
    uint32_t x[LANES], y[LANES];
    memcpy(x, &a, sizeof x);
    memcpy(y, &b, sizeof y);
    for (int i = 0; i < LANES; i++) {
        sum[i] += float_of(x[i] & 0xffff0000) * float_of(y[i] & 0xffff0000);
        sum[i] += float_of(x[i] << 16) * float_of(y[i] << 16);
    }
    return sum;
}

#include "math/packed_tile.h"

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
    return 1;
}

const struct packed_kernel packed_bf16_plain = {
    .name = "plain-bf16", .supported = supported, .whole = {floats_of, pack, multiply}};
