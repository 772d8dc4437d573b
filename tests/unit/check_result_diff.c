/* result_diff: equal results compare as equal, and every change is found and named. */
#include "record/result_diff.h"

#include "base/mem.h"
#include "sample.h"
#include "suite.h"

#include <math.h>
#include <string.h>

static struct result *result_of(int k)
{
    struct result *r;
    ck_assert_int_eq(sample_result(&r, k, NULL), 0);
    return r;
}

static struct result_difference compare(const struct result *a, const struct result *b)
{
    struct result_difference d;
    ck_assert_int_eq(result_diff(a, b, &d, NULL), 0);
    return d;
}

START_TEST(equal_results_are_equal_whatever_time_and_message_say)
{
    struct result *a = result_of(3), *b = result_of(3);
    a->seconds = 99;
    strcpy(a->message, "later");
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 0);
    ck_assert_double_eq(d.largest, 0);
    ck_assert_str_eq(d.where, "");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(rows_are_compared_in_the_order_of_their_keys)
{
    struct result *a = result_of(3), *b = result_of(3);
    struct result_row row = b->rows[0]; /* steps 0 and 100 of table curve */
    b->rows[0] = b->rows[1];
    b->rows[1] = row;
    ck_assert_int_eq(compare(a, b).values, 0);
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(one_bit_of_a_metric)
{
    struct result *a = result_of(0), *b = result_of(0); /* error is 0.5 */
    b->metrics[0].as.x = nextafter(0.5, 1);
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 1);
    ck_assert_double_eq_tol(d.largest, 0x1p-52, 1e-20); /* 2^-53 of 0.5 */
    ck_assert_str_eq(d.where, "error");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(one_bit_of_an_array)
{
    struct result *a = result_of(2), *b = result_of(2);
    b->arrays[0].data[5] = nextafterf(b->arrays[0].data[5], 0);
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 1);
    ck_assert(d.largest > 0 && d.largest < 1e-7);
    ck_assert_str_eq(d.where, "array weights");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(the_largest_difference_is_the_one_that_is_named)
{
    struct result *a = result_of(0), *b = result_of(0);
    b->metrics[0].as.x = 0.5001;
    b->rows[1].values[1].as.x = 0.2; /* curve, step 100, loss was 0.1 */
    b->steps = 1;                    /* was 0: the largest possible difference */
    a->steps = 2;
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 3);
    ck_assert_double_eq_tol(d.largest, 0.5, 1e-12);
    ck_assert_str_eq(d.where, "steps");
    a->steps = b->steps;
    d = compare(a, b);
    ck_assert_str_eq(d.where, "curve 100 loss");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(what_one_of_them_lacks_is_infinitely_far)
{
    struct result *a = result_of(1), *b = result_of(1);
    const struct value row[] = {value_int(50), value_real(1), value_text("")};
    ck_assert_int_eq(result_add_row(b, "curve", row, NULL), 0);
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 1);
    ck_assert(isinf(d.largest));
    ck_assert_str_eq(d.where, "a row of curve");
    ck_assert_int_eq(compare(b, a).values, 1);

    const float x = 1;
    ck_assert_int_eq(result_add_array(a, "more", 1, 1, &x, NULL), 0);
    ck_assert_int_eq(compare(a, b).values, 2);
    ck_assert_int_eq(compare(b, a).values, 2);
    result_set(a, "wiring_length", value_real(1)); /* NULL in b */
    ck_assert_int_eq(compare(a, b).values, 3);
    a->outcome = OUTCOME_DIVERGED;
    ck_assert_int_eq(compare(a, b).values, 4);
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(texts_differ_or_not)
{
    struct result *a = result_of(1), *b = result_of(1);
    char *other = mem_text("cafe");
    mem_free((char *)b->rows[1].values[2].as.text);
    b->rows[1].values[2].as.text = other;
    struct result_difference d = compare(a, b);
    ck_assert_int_eq(d.values, 1);
    ck_assert_str_eq(d.where, "curve 100 phase");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(an_array_of_another_shape)
{
    struct result *a = result_of(1), *b = result_of(1);
    b->arrays[0].rows = 3;
    b->arrays[0].cols = 2;
    ck_assert_str_eq(compare(a, b).where, "array weights");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    struct result *a = result_of(1), *b = result_of(1);
    struct result_difference d;
    int code = ERR_MEMORY, n = 0;
    for (; code; n++) {
        mem_fail_at(n);
        code = result_diff(a, b, &d, NULL);
        mem_fail_at(-1);
        ck_assert(code == 0 || code == ERR_MEMORY);
    }
    ck_assert_int_gt(n, 2);
    result_free(a);
    result_free(b);
}
END_TEST

SUITE_CASE(all, "result_compare", equal_results_are_equal_whatever_time_and_message_say,
           rows_are_compared_in_the_order_of_their_keys, one_bit_of_a_metric, one_bit_of_an_array,
           the_largest_difference_is_the_one_that_is_named,
           what_one_of_them_lacks_is_infinitely_far, texts_differ_or_not, an_array_of_another_shape,
           out_of_memory_is_an_error)

SUITE_MAIN("result_compare", all)
