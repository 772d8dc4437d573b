#include "rnn/softmax.h"
#include "math/vmath.h"

#include <math.h>
#include <stddef.h>

/* Subtracts each row's maximum, so that no exponential overflows and one at least is 1. */
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

/* One row's cross-entropy; its exponentials become the gradient. */
static double finish_row(int O, const float *logits, int label, float weight, float *row)
{
    float sum = 0, top = logits[softmax_choice(O, logits)];
    for (int o = 0; o < O; o++)
        sum += row[o];
    float scale = weight / sum;
    for (int o = 0; o < O; o++)
        row[o] *= scale;
    row[label] -= weight;
    return log(sum) + (double)top - logits[label];
}

double softmax_cross_entropy(int rows, int O, const float *logits, const int *label,
                             float *gradient)
{
    size_t n = (size_t)rows * (size_t)O;
    int labelled = count_labels(rows, label);
    float weight = labelled ? 1.0f / (float)labelled : 0;
    double sum = 0;

    shift_rows(rows, O, logits, gradient);
    for (size_t i = 0; i < n;
         i++) /* on its own, over all rows at once: rows of 17 vectorise badly */
        gradient[i] = vmath_exp_negative(gradient[i]);
    for (int r = 0; r < rows; r++, logits += O, gradient += O) {
        if (label[r] >= 0)
            sum += finish_row(O, logits, label[r], weight, gradient);
        else
            for (int o = 0; o < O; o++)
                gradient[o] = 0;
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
