/*
 * reference - the small network whose loss, gradient and Adam steps PyTorch computed in float64
 * (tests/bench/reference_rnn.py): the same generator produces the same parameters, inputs and
 * labels here.
 */
#ifndef BRAINSWEEP_TESTS_REFERENCE_H
#define BRAINSWEEP_TESTS_REFERENCE_H

#include "rnn/rnn.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REFERENCE_I = 53,
    REFERENCE_H = 36,
    REFERENCE_O = 17,
    REFERENCE_T = 20,
    REFERENCE_B = 4,
    REFERENCE_P = REFERENCE_H * (REFERENCE_H + REFERENCE_I + REFERENCE_O + 1) + REFERENCE_O
};

static const struct rnn_shape reference_shape = {REFERENCE_I, REFERENCE_H, REFERENCE_O};

struct reference {
    float params[REFERENCE_P];
    float x[REFERENCE_T * REFERENCE_B * REFERENCE_I];
    int label[REFERENCE_T * REFERENCE_B];
    double loss;                 /* PyTorch's */
    float gradient[REFERENCE_P]; /* PyTorch's */
    float after[REFERENCE_P];    /* PyTorch's parameters after ten Adam steps; relu only */
};

static inline uint32_t reference_bits(uint32_t *state)
{
    *state = 1664525 * *state + 1013904223;
    return *state >> 8;
}

static inline void reference_uniform(uint32_t *state, float bound, int n, float *x)
{
    for (int i = 0; i < n; i++)
        x[i] = bound * ((float)reference_bits(state) * 0x1p-23f - 1);
}

static inline void reference_read(FILE *file, const char *title, float *x)
{
    char word[32];
    ck_assert_int_eq(fscanf(file, "%31s", word), 1);
    ck_assert_str_eq(word, title);
    for (int i = 0; i < REFERENCE_P; i++) {
        uint32_t bits;
        ck_assert_int_eq(fscanf(file, "%x", &bits), 1);
        memcpy(&x[i], &bits, sizeof bits);
    }
}

static inline void reference_load(const char *activation, struct reference *r)
{
    uint32_t state = 2024;
    reference_uniform(&state, 0.25f, REFERENCE_P, r->params);
    reference_uniform(&state, 1, REFERENCE_T * REFERENCE_B * REFERENCE_I, r->x);
    for (int i = 0; i < REFERENCE_T * REFERENCE_B; i++) {
        int label = (int)((reference_bits(&state) >> 4) % (REFERENCE_O + 2));
        r->label[i] = label < REFERENCE_O ? label : -1;
    }

    char path[4096];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/fixtures/rnn/%s.txt", srcdir ? srcdir : ".", activation);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fscanf(file, "loss %lf", &r->loss), 1);
    reference_read(file, "gradient", r->gradient);
    if (strcmp(activation, "relu") == 0)
        reference_read(file, "after-ten-steps", r->after);
    fclose(file);
}

#endif
