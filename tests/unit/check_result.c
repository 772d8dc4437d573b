/* result: the outcome of a job, as values. */
#include "base/mem.h"
#include "sample.h"
#include "suite.h"

#include <math.h>
#include <string.h>

START_TEST(outcomes_have_names)
{
    ck_assert_str_eq(result_outcome_name(OUTCOME_DONE), "done");
    ck_assert_str_eq(result_outcome_name(OUTCOME_DIVERGED), "diverged");
    ck_assert_str_eq(result_outcome_name(OUTCOME_FAILED), "failed");
}
END_TEST

START_TEST(metrics_begin_undefined_and_are_never_nan)
{
    struct result *r;
    ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
    for (int m = 0; m < 3; m++)
        ck_assert_int_eq(r->metrics[m].type, VALUE_NULL);
    result_set(r, "error", value_real(0.5));
    result_set(r, "active_neurons", value_int(12));
    /* bypasses value_real, which already refuses it */
    result_set(r, "wiring_length", (struct value){VALUE_REAL, {.x = NAN}});
    ck_assert_double_eq(r->metrics[0].as.x, 0.5);
    ck_assert_int_eq(r->metrics[1].as.i, 12);
    ck_assert_int_eq(r->metrics[2].type, VALUE_NULL);
    result_set(r, "error", (struct value){VALUE_REAL, {.x = -INFINITY}});
    ck_assert_int_eq(r->metrics[0].type, VALUE_NULL);
    result_free(r);
    result_free(NULL);
}
END_TEST

START_TEST(rows_and_arrays_are_copies)
{
    struct result *r;
    char phase[] = "warm";
    float data[] = {1, 2, 3, 4, 5, 6};
    ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
    struct value row[] = {value_int(0), value_null(), value_text(phase)};
    for (int i = 0; i < 100; i++) {
        row[0] = value_int(i);
        ck_assert_int_eq(result_add_row(r, "curve", row, NULL), 0);
    }
    ck_assert_int_eq(result_add_array(r, "w", 2, 3, data, NULL), 0);
    memset(phase, 'x', 4);
    memset(data, 0, sizeof data);

    ck_assert_uint_eq(r->row_count, 100);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(r->rows[i].table, 0);
        ck_assert_int_eq(r->rows[i].values[0].as.i, i);
        ck_assert_int_eq(r->rows[i].values[1].type, VALUE_NULL);
        ck_assert_str_eq(r->rows[i].values[2].as.text, "warm");
    }
    const struct result_array *w = result_array(r, "w");
    ck_assert_ptr_nonnull(w);
    ck_assert(w->rows == 2 && w->cols == 3);
    for (int i = 0; i < 6; i++)
        ck_assert_float_eq(w->data[i], (float)(i + 1));
    ck_assert_ptr_null(result_array(r, "v"));
    result_free(r);
}
END_TEST

/* Every allocation of a result fails in turn; AddressSanitizer would report leaks. */
START_TEST(running_out_of_memory_is_an_error)
{
    struct result *r;
    struct err e;
    long n = 0;
    int code;
    do {
        mem_fail_at(n++);
        code = sample_result(&r, 5, &e);
        mem_fail_at(-1);
        ck_assert(code == 0 || (code == ERR_MEMORY && !r && strstr(e.text, "out of memory")));
    } while (code);
    ck_assert_int_gt(n, 15);
    result_free(r);
}
END_TEST

SUITE_CASE(values, "result", outcomes_have_names, metrics_begin_undefined_and_are_never_nan,
           rows_and_arrays_are_copies, running_out_of_memory_is_an_error)

SUITE_MAIN("result", values)
