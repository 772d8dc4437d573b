#include "modules/stimulus.h"

#include "base/mem.h"
#include "math/simd.h"

#include <assert.h>
#include <string.h>

struct stimulus {
    struct stimulus_rule rule;
    int d, max_B;
    int B;            /* of the last batch */
    float *clean;     /* (B,2,d) */
    float *mask;      /* (5,2,d): 0 or 1/5 */
    float *x;         /* (T,B,2,d) */
    float *exchanged; /* the same; made when it is first asked for */
    int *onset;       /* (B,2) */
};

double stimulus_bytes(int T, int d, int B)
{
    double floats = 2.0 * d * B * (2.0 * T + 1) + 2.0 * STIMULUS_MEMBERS * d;
    return sizeof(struct stimulus) + sizeof(float) * floats + 2.0 * sizeof(int) * B;
}

int stimulus_new(struct stimulus **out, struct stimulus_rule rule, int d, int B, struct err *e)
{
    *out = NULL;
    struct stimulus *s = mem_array(1, sizeof *s);
    size_t width = 2 * (size_t)d, rows = (size_t)B;
    if (s)
        *s = (struct stimulus){
            .rule = rule,
            .d = d,
            .max_B = B,
            .clean = mem_array(rows * width, sizeof(float)),
            .mask = mem_array(STIMULUS_MEMBERS * width, sizeof(float)),
            .x = mem_array((size_t)rule.T * rows * width, sizeof(float)),
            .exchanged = mem_array((size_t)rule.T * rows * width, sizeof(float)),
            .onset = mem_array(rows, 2 * sizeof(int)),
        };
    if (!s || !s->clean || !s->mask || !s->x || !s->exchanged || !s->onset) {
        stimulus_free(s);
        return err_set(e, ERR_MEMORY, "no memory for batches of %d pairs of images", B);
    }
    *out = s;
    return 0;
}

void stimulus_free(struct stimulus *s)
{
    if (!s)
        return;
    mem_free(s->clean);
    mem_free(s->mask);
    mem_free(s->x);
    mem_free(s->exchanged);
    mem_free(s->onset);
    mem_free(s);
}

void stimulus_set_onsets(struct stimulus *s, int u0, int u1)
{
    s->rule.onset = STIMULUS_GIVEN;
    s->rule.given[0] = u0;
    s->rule.given[1] = u1;
}

static void draw_onsets(struct stimulus *s, int B, struct rng *r)
{
    const struct stimulus_rule *rule = &s->rule;
    for (int i = 0; i < 2 * B; i++) {
        int m = i % 2;
        if (rule->onset == STIMULUS_RANDOM && m && rule->one_onset)
            s->onset[i] = s->onset[i - 1];
        else if (rule->onset == STIMULUS_RANDOM)
            s->onset[i] = 1 + (int)rng_below(r, (uint32_t)(rule->T - 2));
        else
            s->onset[i] = rule->onset == STIMULUS_GIVEN ? rule->given[m] : 0;
    }
}

static void draw_masks(struct stimulus *s, struct rng *r)
{
    const uint32_t a_fifth = UINT32_MAX / 5;
    for (int i = 0; i < STIMULUS_MEMBERS * 2 * s->d; i++)
        s->mask[i] = rng_bits(r) < a_fifth ? 1.0f / STIMULUS_MEMBERS : 0;
}

/* Different members of a batch of B. */
static void draw_members(int B, struct rng *r, int *member)
{
    for (int n = 0; n < STIMULUS_MEMBERS;) {
        int known = 0;
        member[n] = (int)rng_below(r, (uint32_t)B);
        for (int i = 0; i < n; i++)
            known |= member[i] == member[n];
        n += !known;
    }
}

/* out (d) = a own + b sum_s mask_s member_s; masks are `stride` apart. */
static SIMD_CLONES void mix(int d, const float *restrict own, float a, float b,
                            const float *restrict mask, int stride,
                            const float *const member[STIMULUS_MEMBERS], float *restrict out)
{
    const float *m0 = member[0], *m1 = member[1], *m2 = member[2], *m3 = member[3], *m4 = member[4];
    for (int c = 0; c < d; c++) {
        float noise = mask[c] * m0[c] + mask[c + stride] * m1[c] + mask[c + 2 * stride] * m2[c] +
                      mask[c + 3 * stride] * m3[c] + mask[c + 4 * stride] * m4[c];
        out[c] = a * own[c] + b * noise;
    }
}

/* Both images of trial b at time step t. */
static void make_row(struct stimulus *s, int t, int b, const int *member)
{
    size_t d = (size_t)s->d;
    for (int m = 0; m < 2; m++) {
        const float *from[STIMULUS_MEMBERS];
        for (int i = 0; i < STIMULUS_MEMBERS; i++)
            from[i] = s->clean + (2 * (size_t)member[i] + (size_t)m) * d;
        int seen = t >= s->onset[2 * b + m];
        size_t row = (size_t)t * (size_t)s->B + (size_t)b;
        mix(s->d, s->clean + (2 * (size_t)b + (size_t)m) * d, seen ? 1 - s->rule.noise : 0,
            seen ? s->rule.noise : 1, s->mask + (size_t)m * d, 2 * s->d, from,
            s->x + (2 * row + (size_t)m) * d);
    }
}

const float *stimulus_make(struct stimulus *s, const struct pairs *pairs, int B, const int *trial,
                           struct rng *r)
{
    assert(B >= STIMULUS_MEMBERS && B <= s->max_B && pairs->images->d == s->d);
    s->B = B;
    for (int i = 0; i < 2 * B; i++)
        images_get(pairs->images, pairs->part, pairs->image[2 * trial[i / 2] + i % 2],
                   s->clean + (size_t)i * (size_t)s->d);
    draw_onsets(s, B, r);
    for (int t = 0; t < s->rule.T; t++) {
        draw_masks(s, r);
        for (int b = 0; b < B; b++) {
            int member[STIMULUS_MEMBERS];
            draw_members(B, r, member);
            make_row(s, t, b, member);
        }
    }
    return s->x;
}

const float *stimulus_exchange(struct stimulus *s, int m, const int *order)
{
    size_t d = (size_t)s->d, rows = (size_t)s->rule.T * (size_t)s->B;
    memcpy(s->exchanged, s->x, rows * 2 * d * sizeof(float));
    for (size_t row = 0; row < rows; row++) {
        size_t t = row / (size_t)s->B, b = row % (size_t)s->B;
        size_t from = t * (size_t)s->B + (size_t)order[b];
        memcpy(s->exchanged + (2 * row + (size_t)m) * d, s->x + (2 * from + (size_t)m) * d,
               d * sizeof(float));
    }
    return s->exchanged;
}
