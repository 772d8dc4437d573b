#include "rnn/softmax.h"
#include "math/simd.h"
#include "math/vmath.h"

#include <stddef.h>
#include <string.h>

/* Rows that are processed at a time: they stay in the first-level cache meanwhile. */
enum { BLOCK = 64 };

/* Subtracts each row's maximum, so that no exponential overflows and at least one is 1. */
static void shift_rows(int rows, int O, const float *logits, float *shifted)
{
    for (int r = 0; r < rows; r++, logits += O, shifted += O) {
        float top = logits[0];
        for (int o = 1; o < O; o++)
            top = top < logits[o] ? logits[o] : top;
        for (int o = 0; o < O; o++)
            shifted[o] = logits[o] - top;
    }
}

static int count_labels(int rows, const int *label)
{
    int labelled = 0;
    for (int r = 0; r < rows; r++)
        labelled += label[r] >= 0;
    return labelled;
}

/* Processes all rows at once: single rows of 17 vectorise badly. */
static SIMD_CLONES void exponentiate(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = vmath_exp_negative(x[i]);
}

/* Returns one row's cross-entropy; `shifted` is its label's logit minus the largest logit.  Turns
   the row's exponentials into the gradient. */
static double finish_row(int O, float shifted, int label, float weight, float *row)
{
    float sum = 0;
    for (int o = 0; o < O; o++)
        sum += row[o];
    float scale = weight / sum;
    for (int o = 0; o < O; o++)
        row[o] *= scale;
    row[label] -= weight;
    return (double)vmath_log(sum) - shifted;
}

/* The sum of the cross-entropies of up to BLOCK rows. */
static double block_of_rows(int rows, int O, const float *logits, const int *label, float weight,
                            float *gradient)
{
    float shifted[BLOCK];
    double sum = 0;
    shift_rows(rows, O, logits, gradient);
    for (int r = 0; r < rows; r++)
        shifted[r] = gradient[r * O + (label[r] > 0 ? label[r] : 0)];
    exponentiate((size_t)rows * (size_t)O, gradient);
    for (int r = 0; r < rows; r++, gradient += O) {
        if (label[r] >= 0)
            sum += finish_row(O, shifted[r], label[r], weight, gradient);
        else
            memset(gradient, 0, (size_t)O * sizeof *gradient);
    }
    return sum;
}

double softmax_cross_entropy(int rows, int O, const float *logits, const int *label,
                             float *gradient)
{
    int labelled = count_labels(rows, label);
    float weight = labelled ? 1.0f / (float)labelled : 0;
    double sum = 0;

    for (int r = 0; r < rows; r += BLOCK) {
        int n = rows - r < BLOCK ? rows - r : BLOCK;
        size_t at = (size_t)r * (size_t)O;
        sum += block_of_rows(n, O, logits + at, label + r, weight, gradient + at);
    }
    return labelled ? sum / labelled : 0;
}

int softmax_choice(int O, const float *logits)
{
    int best = 0;
    for (int o = 1; o < O; o++)
        if (logits[o] > logits[best])
            best = o;
    return best;
}
