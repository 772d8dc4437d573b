/*
 * sample - a small experiment with one of everything; its points and results are made from a
 * number.
 */
#ifndef BRAINSWEEP_TESTS_SAMPLE_H
#define BRAINSWEEP_TESTS_SAMPLE_H

#include "record/result.h"
#include "record/spec.h"

extern const struct experiment sample;

/* The result of point k; everything in it depends only on k. */
int sample_result(struct result **result, int k, struct err *e);

/* Point k: regularizer and lambda of k % 3, seed k / 3. */
struct spec *sample_spec(int k);

#endif
