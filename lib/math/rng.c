#include "math/rng.h"

#include "math/simd.h"
#include "math/vmath.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>

struct rng rng_at(uint64_t key, enum rng_purpose purpose, uint64_t index)
{
    struct rng r = {
        .key = {(uint32_t)key, (uint32_t)(key >> 32)},
        .counter = {0, (uint32_t)purpose, (uint32_t)index, (uint32_t)(index >> 32)},
        .used = 4,
    };
    return r;
}

static void next_block(struct rng *r)
{
    philox4x32_ctr_t counter = {{r->counter[0], r->counter[1], r->counter[2], r->counter[3]}};
    philox4x32_key_t key = {{r->key[0], r->key[1]}};
    philox4x32_ctr_t out = philox4x32(counter, key);
    for (int i = 0; i < 4; i++)
        r->block[i] = out.v[i];
    r->counter[0]++;
    r->used = 0;
}

uint32_t rng_bits(struct rng *r)
{
    if (r->used == 4)
        next_block(r);
    return r->block[r->used++];
}

float rng_uniform(struct rng *r)
{
    return (float)(rng_bits(r) >> 8) * 0x1p-24f;
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint64_t product = (uint64_t)rng_bits(r) * n;
    if ((uint32_t)product < n) {
        uint32_t reject_below = -n % n; /* 2^32 mod n: below it, values would be drawn too often */
        while ((uint32_t)product < reject_below)
            product = (uint64_t)rng_bits(r) * n;
    }
    return (uint32_t)(product >> 32);
}

/* Makes two normals from 64 bits; the first factor is in (0, 1], so that its logarithm is
   finite. */
static inline void box_muller(uint32_t a, uint32_t b, float *first, float *second)
{
    float u = 1.0f - (float)(a >> 8) * 0x1p-24f, sine, cosine;
    vmath_sincos_turns((float)(b >> 8) * 0x1p-24f, &sine, &cosine);
    float radius = sqrtf(-2.0f * vmath_log(u));
    *first = radius * cosine;
    *second = radius * sine;
}

float rng_normal(struct rng *r)
{
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    float first;
    uint32_t a = rng_bits(r), b = rng_bits(r);
    box_muller(a, b, &first, &r->spare);
    r->has_spare = 1;
    return first;
}

/* ---- many at a time ---- */

enum { BLOCKS = 16, PAIRS = 2 * BLOCKS };

/* Philox of BLOCKS counters in parallel: lane i has the block number first + i.  32-bit words are
   stored in 64 bits, which is how the processor multiplies them. */
static SIMD_CLONES void philox_blocks(const struct rng *r, uint32_t *restrict bits)
{
    const uint64_t low = 0xffffffff;
    uint64_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
    uint32_t k0 = r->key[0], k1 = r->key[1];
    for (int i = 0; i < BLOCKS; i++) {
        c0[i] = r->counter[0] + (uint32_t)i;
        c1[i] = r->counter[1];
        c2[i] = r->counter[2];
        c3[i] = r->counter[3];
    }
    for (int round = 0; round < philox4x32_rounds; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            uint64_t first = (c0[i] & low) * PHILOX_M4x32_0;
            uint64_t second = (c2[i] & low) * PHILOX_M4x32_1;
            c0[i] = second >> 32 ^ c1[i] ^ k0;
            c1[i] = second & low;
            c2[i] = first >> 32 ^ c3[i] ^ k1;
            c3[i] = first & low;
        }
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    for (int i = 0; i < BLOCKS; i++) {
        bits[4 * i] = (uint32_t)c0[i];
        bits[4 * i + 1] = (uint32_t)c1[i];
        bits[4 * i + 2] = (uint32_t)c2[i];
        bits[4 * i + 3] = (uint32_t)c3[i];
    }
}

void rng_fill(struct rng *r, size_t n, uint32_t *bits)
{
    for (; n > 0 && r->used < 4; n--)
        *bits++ = r->block[r->used++];
    for (; n >= 4 * BLOCKS; n -= 4 * BLOCKS, bits += 4 * BLOCKS) {
        philox_blocks(r, bits);
        r->counter[0] += BLOCKS;
    }
    if (n >= 2 * BLOCKS) { /* half of them is still worth the cost */
        uint32_t block[4 * BLOCKS];
        philox_blocks(r, block);
        memcpy(bits, block, n * sizeof *bits);
        size_t begun = (n + 3) / 4;
        memcpy(r->block, block + 4 * (begun - 1), sizeof r->block);
        r->counter[0] += (uint32_t)begun;
        r->used = (int)(n - 4 * (begun - 1));
        return;
    }
    while (n-- > 0)
        *bits++ = rng_bits(r);
}

static SIMD_CLONES void transform(const uint32_t *restrict bits, float *restrict x)
{
    float first[PAIRS], second[PAIRS];
    for (int i = 0; i < PAIRS; i++)
        box_muller(bits[2 * i], bits[2 * i + 1], &first[i], &second[i]);
    for (int i = 0; i < PAIRS; i++) {
        x[2 * i] = first[i];
        x[2 * i + 1] = second[i];
    }
}

void rng_normals(struct rng *r, size_t n, float *x)
{
    enum { MANY = 2 * PAIRS };
    if (n > 0 && r->has_spare) {
        *x++ = rng_normal(r);
        n--;
    }
    while (n > 0) {
        uint32_t bits[MANY] = {0};
        float normal[MANY];
        size_t count = n < MANY ? n : MANY, drawn = count + count % 2;
        rng_fill(r, drawn, bits);
        transform(bits, normal);
        memcpy(x, normal, count * sizeof *x);
        if (drawn > count) {
            r->spare = normal[count];
            r->has_spare = 1;
        }
        x += count;
        n -= count;
    }
}

void rng_permutation(struct rng *r, int n, int *order)
{
    for (int i = 0; i < n; i++) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}
