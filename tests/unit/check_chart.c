/* The axes of a figure: what they show of the items, where their ticks are, and bars that begin at
 * 0. */
#include "suite.h"

#include "report/chart.h"

#include <math.h>

enum { MOST = 20 };

static struct chart *new_chart(void)
{
    struct chart *chart = chart_new("figure", "A figure", "What it shows");
    ck_assert_ptr_nonnull(chart);
    return chart;
}

static void add(struct chart *chart, int layer, double a, double b, double c)
{
    chart_add(chart, layer, (struct chart_item){.v = {a, b, c}});
}

static void ticks_are(const struct chart_axis *axis, const double *expected, int count)
{
    double ticks[MOST];
    ck_assert_int_eq(chart_ticks(axis, ticks, MOST), count);
    for (int i = 0; i < count; i++)
        ck_assert_double_eq_tol(ticks[i], expected[i], 1e-12 * fabs(expected[i]) + 1e-300);
}

START_TEST(ticks_are_round_numbers)
{
    const struct chart_axis unit = {.low = 0, .high = 1};
    const struct chart_axis around_zero = {.low = -1.1, .high = 1.1};
    const struct chart_axis thousands = {.low = 950, .high = 4100};
    ticks_are(&unit, (double[]){0, .2, .4, .6, .8, 1}, 6);
    ticks_are(&around_zero, (double[]){-1, -.5, 0, .5, 1}, 5);
    ticks_are(&thousands, (double[]){1000, 1500, 2000, 2500, 3000, 3500, 4000}, 7);
}
END_TEST

START_TEST(ticks_of_a_logarithmic_axis_are_decades_or_one_two_five)
{
    const struct chart_axis wide = {.is_log = 1, .low = 1e-6, .high = 1e-2};
    const struct chart_axis narrow = {.is_log = 1, .low = 9, .high = 110};
    ticks_are(&wide, (double[]){1e-6, 1e-5, 1e-4, 1e-3, 1e-2}, 5);
    ticks_are(&narrow, (double[]){10, 20, 50, 100}, 4);
}
END_TEST

START_TEST(no_more_ticks_than_there_is_room_for)
{
    const struct chart_axis log = {.is_log = 1, .low = 1e-6, .high = 1e-2};
    const struct chart_axis plain = {.low = 0, .high = 1};
    double ticks[3] = {0, 0, 7};
    ck_assert_int_eq(chart_ticks(&log, ticks, 2), 2);
    ck_assert_int_eq(chart_ticks(&plain, ticks, 2), 2);
    ck_assert_double_eq(ticks[2], 7);
}
END_TEST

START_TEST(positions_run_from_0_to_1)
{
    const struct chart_axis plain = {.low = 2, .high = 4};
    const struct chart_axis log = {.is_log = 1, .low = 1, .high = 100};
    ck_assert_double_eq(chart_position(&plain, 2), 0);
    ck_assert_double_eq(chart_position(&plain, 3.5), .75);
    ck_assert_double_eq_tol(chart_position(&log, 10), .5, 1e-12);
    ck_assert_double_eq_tol(chart_position(&log, 100), 1, 1e-12);
    ck_assert(isnan(chart_position(&log, 0)));
    ck_assert(isnan(chart_position(&log, -1)));
}
END_TEST

START_TEST(axes_hold_every_point)
{
    struct chart *chart = new_chart();
    int layer = chart_layer(chart, CHART_POINTS, 1, "");
    add(chart, layer, 10, -3, 0);
    add(chart, layer, 11, 5, 0);
    ck_assert_int_eq(chart_fit(chart), 1);
    ck_assert(chart->x.low < 10 && chart->x.high > 11);
    ck_assert(chart->y.low < -3 && chart->y.high > 5);
    ck_assert(chart->x.low > 9 && chart->x.high < 12);
    chart_free(chart);
}
END_TEST

START_TEST(bars_begin_at_0)
{
    struct chart *chart = new_chart();
    int layer = chart_layer(chart, CHART_BARS, 1, "");
    add(chart, layer, 0, 1, 70);
    add(chart, layer, 1, 2, 60); /* without the rule for bars the axis would begin near 60 */
    ck_assert_int_eq(chart_fit(chart), 1);
    ck_assert_double_eq(chart->y.low, 0);
    ck_assert(chart->y.high > 70);
    ck_assert(chart->x.low <= 0 && chart->x.high >= 2);
    chart_free(chart);
}
END_TEST

START_TEST(a_logarithmic_axis_leaves_out_what_is_not_positive)
{
    struct chart *chart = new_chart();
    int layer = chart_layer(chart, CHART_POINTS, 1, "");
    chart->x.is_log = 1;
    add(chart, layer, 0, 1, 0);
    add(chart, layer, 1e-5, 1, 0);
    add(chart, layer, 1e-3, 2, 0);
    ck_assert_int_eq(chart_fit(chart), 1);
    ck_assert(chart->x.low > 5e-6 && chart->x.low <= 1e-5);
    ck_assert(chart->x.high >= 1e-3 && chart->x.high < 2e-3);
    chart_free(chart);
}
END_TEST

START_TEST(one_value_still_has_an_axis)
{
    struct chart *chart = new_chart();
    int layer = chart_layer(chart, CHART_POINTS, 1, "");
    add(chart, layer, 0, 3, 0);
    ck_assert_int_eq(chart_fit(chart), 1);
    ck_assert(chart->x.low < 0 && chart->x.high > 0);
    ck_assert(chart->y.low < 3 && chart->y.high > 3);
    chart_free(chart);
}
END_TEST

START_TEST(nothing_to_show)
{
    struct chart *chart = new_chart();
    ck_assert_int_eq(chart_has_items(chart), 0);
    ck_assert_int_eq(chart_fit(chart), 0);
    int layer = chart_layer(chart, CHART_POINTS, 1, "");
    add(chart, layer, NAN, 1, 0);
    ck_assert_int_eq(chart_has_items(chart), 1);
    ck_assert_int_eq(chart_fit(chart), 0);
    chart_free(chart);
    chart_free(NULL);
}
END_TEST

START_TEST(names_have_places)
{
    struct chart *chart = new_chart();
    ck_assert_int_eq(chart_place(chart, &chart->x, "none"), 0);
    ck_assert_int_eq(chart_place(chart, &chart->x, "l1"), 1);
    ck_assert_int_eq(chart_place(chart, &chart->x, "none"), 0);
    int layer = chart_layer(chart, CHART_POINTS, 1, "");
    add(chart, layer, 0, 1, 0);
    ck_assert_int_eq(chart_fit(chart), 1);
    ck_assert_double_eq(chart->x.low, -.5);
    ck_assert_double_eq(chart->x.high, 1.5);
    chart_free(chart);
}
END_TEST

SUITE_CASE(ticks, "ticks", ticks_are_round_numbers,
           ticks_of_a_logarithmic_axis_are_decades_or_one_two_five,
           no_more_ticks_than_there_is_room_for, positions_run_from_0_to_1)
SUITE_CASE(axes, "axes", axes_hold_every_point, bars_begin_at_0,
           a_logarithmic_axis_leaves_out_what_is_not_positive, one_value_still_has_an_axis,
           nothing_to_show, names_have_places)

SUITE_MAIN("chart", ticks, axes)
