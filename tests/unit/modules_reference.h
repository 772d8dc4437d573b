/*
 * modules_reference - two small networks whose loss, gradient and steps of AdamW PyTorch computed
 * in float64 (tests/bench/reference_modules.py): the same generator makes the same mask,
 * parameters, inputs and labels here.
 */
#ifndef BRAINSWEEP_TESTS_MODULES_REFERENCE_H
#define BRAINSWEEP_TESTS_MODULES_REFERENCE_H

#include "modules/modnet.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODULES_REFERENCE_B = 16, MODULES_REFERENCE_MOST = 2048 };

struct modules_reference {
    struct modnet_shape shape;
    int P;
    float mask[MODULES_REFERENCE_MOST], params[MODULES_REFERENCE_MOST];
    float x[MODULES_REFERENCE_MOST];
    int label[2 * MODULES_REFERENCE_B];
    double loss;                            /* PyTorch's */
    float gradient[MODULES_REFERENCE_MOST]; /* PyTorch's */
    float after[MODULES_REFERENCE_MOST];    /* after ten steps of AdamW, rate 1e-3, decay 0.1 */
};

static inline uint32_t modules_reference_bits(uint32_t *state)
{
    *state = 1664525 * *state + 1013904223;
    return *state >> 8;
}

static inline void modules_reference_uniform(uint32_t *state, float bound, int n, float *x)
{
    ck_assert_int_le(n, MODULES_REFERENCE_MOST);
    for (int i = 0; i < n; i++)
        x[i] = bound * ((float)modules_reference_bits(state) * 0x1p-23f - 1);
}

static inline void modules_reference_read(FILE *file, const char *title, int n, float *x)
{
    char word[32];
    ck_assert_int_eq(fscanf(file, "%31s", word), 1);
    ck_assert_str_eq(word, title);
    for (int i = 0; i < n; i++) {
        uint32_t bits;
        ck_assert_int_eq(fscanf(file, "%x", &bits), 1);
        memcpy(&x[i], &bits, sizeof bits);
    }
}

/* name: "separate" or "shared" (input, readout, and connections from time step 3 on). */
static inline void modules_reference_load(const char *name, struct modules_reference *r)
{
    static const struct modnet_shape separate = {6, 8, 5, 2, 0, 0, 1},
                                     shared = {5, 8, 5, 1, 1, 1, 3};
    struct modnet_shape s = r->shape = strcmp(name, "shared") ? separate : shared;
    int H = 2 * s.n;
    uint32_t state = 2025;
    r->P = (int)modnet_param_count(s);
    for (int i = 0; i < H * H; i++) {
        int to = i / H, from = i % H, is_link = (to < s.n) != (from < s.n);
        r->mask[i] = is_link ? (modules_reference_bits(&state) >> 4) % 4 == 0 : to != from;
    }
    modules_reference_uniform(&state, 0.5f, r->P, r->params);
    for (int i = 0; i < H * H; i++)
        r->params[i] *= r->mask[i];
    modules_reference_uniform(&state, 1, s.T * MODULES_REFERENCE_B * 2 * s.d, r->x);
    for (int i = 0; i < MODULES_REFERENCE_B * s.outputs; i++)
        r->label[i] = (int)((modules_reference_bits(&state) >> 4) % MODNET_CLASSES);

    char path[4096];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/fixtures/modules/%s.txt", srcdir ? srcdir : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fscanf(file, "loss %lf", &r->loss), 1);
    modules_reference_read(file, "gradient", r->P, r->gradient);
    modules_reference_read(file, "after-ten-steps", r->P, r->after);
    fclose(file);
}

#endif
