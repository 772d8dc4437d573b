#include "math/rng.h"

#include <Random123/philox.h>
#include <math.h>

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
        uint32_t reject_below = -n % n; /* 2^32 mod n: the values that would be drawn too often */
        while ((uint32_t)product < reject_below)
            product = (uint64_t)rng_bits(r) * n;
    }
    return (uint32_t)(product >> 32);
}

float rng_normal(struct rng *r)
{
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    float u = 1.0f - rng_uniform(r); /* in (0, 1]: the logarithm is finite */
    float angle = 6.2831853f * rng_uniform(r);
    float radius = sqrtf(-2.0f * logf(u));
    r->spare = radius * sinf(angle);
    r->has_spare = 1;
    return radius * cosf(angle);
}

void rng_permutation(struct rng *r, int n, int *order)
{
    for (int i = 0; i < n; i++) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}
