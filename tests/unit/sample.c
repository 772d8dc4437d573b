#include "sample.h"

#include <check.h>
#include <stdio.h>

static const char *const sample_regularizers[] = {"none", "l1", "bimt", NULL};
static const struct parameter sample_parameters[] = {
    {"regularizer", VALUE_TEXT, "none", 0, 0, sample_regularizers, "What is added to the loss."},
    {"lambda", VALUE_REAL, "0", 0, 1, NULL, "Its strength."},
    {"A", VALUE_REAL, "1.5", 0, 10, NULL, "A scale, and a name in one capital letter."},
    {"seed", VALUE_INT, "0", 0, 1e9, NULL, "Replicate."},
    {"order", VALUE_TEXT, "it's", 0, 0, NULL, "A word of SQL, with a quote in its default."},
    {NULL, 0, NULL, 0, 0, NULL, NULL}};
static const struct metric sample_metrics[] = {
    {"error", VALUE_REAL, "1", LOWER_IS_BETTER, "One minus accuracy."},
    {"active_neurons", VALUE_INT, "neurons", LOWER_IS_BETTER, "Neurons in use."},
    {"wiring_length", VALUE_REAL, "1", LOWER_IS_BETTER, "Length of wire."},
    {NULL, 0, NULL, 0, NULL}};
static const struct column sample_curve[] = {{"step", VALUE_INT, "Step."},
                                             {"loss", VALUE_REAL, "Loss."},
                                             {"phase", VALUE_TEXT, "What was going on."},
                                             {NULL, 0, NULL}};
static const struct column sample_note[] = {{"text", VALUE_TEXT, "A remark."}, {NULL, 0, NULL}};
static const struct table sample_tables[] = {
    {"curve", sample_curve, 1, "The loss as training goes on.", 0},
    {"note", sample_note, 0, "One row a job.", 0},
    {NULL, NULL, 0, NULL, 0}};
static const struct plane sample_planes[] = {{"neurons", "error", "active_neurons", NULL},
                                             {"wiring", "error", "wiring_length", NULL},
                                             {NULL, NULL, NULL, NULL}};
const struct experiment sample = {.name = "sample",
                                  .help = "A small experiment.",
                                  .parameters = sample_parameters,
                                  .metrics = sample_metrics,
                                  .tables = sample_tables,
                                  .planes = sample_planes,
                                  .group = "regularizer",
                                  .replicate = "seed"};

static int sample_fill(struct result *r, int k, struct err *e)
{
    float weights[6];
    for (int i = 0; i < 6; i++)
        weights[i] = (float)(k + 1) / (float)(i + 3);
    r->seconds = 0.25 * k;
    r->steps = 10 * k;
    result_set(r, "error", value_real(1.0 / (k + 2)));
    result_set(r, "active_neurons", value_int(k % 7));
    for (int step = 0; step < 3; step++) {
        const struct value row[] = {value_int(100 * step), value_real(k + 0.1 * step),
                                    value_text(step ? "caf\303\251" : "")};
        int code = result_add_row(r, "curve", row, e);
        if (code)
            return code;
    }
    int code = result_add_row(r, "note", (const struct value[]){value_null()}, e);
    if (!code)
        code = result_add_array(r, "weights", 2, 3, weights, e);
    if (!code)
        code = result_add_array(r, "empty", 0, 3, weights, e);
    return code;
}

int sample_result(struct result **result, int k, struct err *e)
{
    int code = result_new(result, &sample, e);
    if (!code && (code = sample_fill(*result, k, e))) {
        result_free(*result);
        *result = NULL;
    }
    return code;
}

struct spec *sample_spec(int k)
{
    struct spec *s;
    char text[32];
    ck_assert_int_eq(spec_new(&s, &sample, NULL), 0);
    ck_assert_int_eq(spec_set(s, "regularizer", sample_regularizers[k % 3], NULL), 0);
    snprintf(text, sizeof text, "%d", k / 3);
    ck_assert_int_eq(spec_set(s, "seed", text, NULL), 0);
    if (k % 3)
        ck_assert_int_eq(spec_set(s, "lambda", k % 2 ? "1e-5" : "1e-4", NULL), 0);
    return s;
}
