/* result_fill: missing values are copied, existing values stay and are counted where they
   differ. */
#include "record/result_fill.h"

#include "base/mem.h"
#include "record/result_diff.h"
#include "sample.h"
#include "suite.h"

#include <string.h>

static struct result *result_of(int k)
{
    struct result *r;
    ck_assert_int_eq(sample_result(&r, k, NULL), 0);
    return r;
}

/* All columns except the keys are NULL, one row and one array are missing: after filling, the
   result is complete. */
START_TEST(what_is_missing_is_filled_in)
{
    struct result *whole = result_of(3), *part = result_of(3);
    struct result_filled filled;
    struct result_difference d;
    part->metrics[0] = value_null();
    part->rows[0].values[1] = value_null();
    mem_free((char *)part->rows[1].values[2].as.text);
    part->rows[1].values[2] = value_null();
    mem_free((char *)part->rows[2].values[2].as.text);
    mem_free(part->rows[2].values);
    part->rows[2] = part->rows[3];
    part->row_count = 3;
    mem_free(part->arrays[1].name);
    mem_free(part->arrays[1].data);
    part->array_count = 1;
    ck_assert_int_eq(result_fill(part, whole, &filled, NULL), 0);
    ck_assert_int_eq(filled.added, 5);
    ck_assert_int_eq(filled.differing, 0);
    ck_assert_int_eq(result_diff(part, whole, &d, NULL), 0);
    ck_assert_int_eq(d.values, 0);
    result_free(part);
    result_free(whole);
}
END_TEST

START_TEST(what_is_there_stays)
{
    struct result *kept = result_of(2), *stored = result_of(2), *other = result_of(5);
    struct result_filled filled;
    struct result_difference d;
    ck_assert_int_eq(result_fill(stored, other, &filled, NULL), 0);
    ck_assert_int_eq(filled.added, 0);
    /* two metrics, the losses of three rows, the array of weights */
    ck_assert_int_eq(filled.differing, 6);
    ck_assert_int_eq(result_diff(stored, kept, &d, NULL), 0);
    ck_assert_int_eq(d.values, 0);

    /* a stored value where the new result has none counts as different, too */
    other->metrics[0] = value_null();
    ck_assert_int_eq(result_fill(stored, other, &filled, NULL), 0);
    ck_assert_int_eq(filled.differing, 6);
    result_free(kept);
    result_free(stored);
    result_free(other);
}
END_TEST

START_TEST(no_memory)
{
    struct result *whole = result_of(1), *part = result_of(1);
    struct result_filled filled;
    mem_free((char *)part->rows[1].values[2].as.text);
    part->rows[1].values[2] = value_null();
    mem_fail_at(0);
    ck_assert_int_eq(result_fill(part, whole, &filled, NULL), ERR_MEMORY);
    mem_fail_at(-1);
    result_free(whole);
    result_free(part);
}
END_TEST

SUITE_CASE(fill, "fill", what_is_missing_is_filled_in, what_is_there_stays, no_memory)

SUITE_MAIN("result_fill", fill)
