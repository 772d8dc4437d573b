/* The tiles in plain C, which runs on every processor. */
#include "math/packed_kernel.h"

#include <string.h>

/* Four floats; the compiler chooses suitable registers of this architecture for them. */
typedef float plain_vector __attribute__((vector_size(16)));

#define VECTOR plain_vector
#define TARGET
#define LOAD(p)               load_some(p, LANES)
#define STORE(p, v)           store_some(p, v, LANES)
#define LOAD_SOME(p, n)       load_some(p, n)
#define STORE_SOME(p, v, n)   store_some(p, v, n)
#define BROADCAST(x)          ((plain_vector){x, x, x, x})
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
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

#include "math/packed_tile.h"

/* Twelve sums: as many as 16 registers can hold besides the operands. */
TILES(1)
TILES(2)
TILES(3)
TILES(4)

static void (*const tiles[][PACKED_VECS])(const struct packed_tile *) = {
    TILE_NAMES(1), TILE_NAMES(2), TILE_NAMES(3), TILE_NAMES(4)};

static int supported(void)
{
    return 1;
}

const struct packed_kernel packed_plain = {
    .name = "plain", .supported = supported, .lanes = LANES, .rows = 4, .vecs = 3, .tiles = tiles};
