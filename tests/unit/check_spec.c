/* value, experiment, spec: typed values, nearest names, and the canonical text of a job. */
#include "base/mem.h"
#include "base/utf8.h"
#include "math/rng.h"
#include "record/experiment.h"
#include "record/spec.h"
#include "record/value.h"
#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const regularizers[] = {"none", "l1", "bimt", "local", NULL};

static const struct parameter parameters[] = {
    {.name = "regularizer", .type = VALUE_TEXT, .default_text = "none", .choices = regularizers},
    {.name = "lambda", .type = VALUE_REAL, .default_text = "0", .max = 1e6},
    {.name = "tasks", .type = VALUE_TEXT, .default_text = "yang19"},
    {.name = "grid", .type = VALUE_INT, .default_text = "20", .min = 1, .max = 1000},
    {.name = "shift", .type = VALUE_REAL, .default_text = "0.5", .min = -DBL_MAX, .max = DBL_MAX},
    {.name = "seed", .type = VALUE_INT, .default_text = "0", .min = -9e18, .max = 9e18},
    {.name = NULL},
};
static const struct metric metrics[] = {{.name = "error"}, {.name = "loss"}, {.name = NULL}};
static const struct column columns[] = {{.name = "step"}, {.name = "loss"}, {.name = NULL}};
static const struct table tables[] = {{.name = "curve", .columns = columns}, {.name = NULL}};

static const struct experiment toy = {
    .name = "toy", .parameters = parameters, .metrics = metrics, .tables = tables};
static const struct experiment bare = {.name = "bare", .parameters = parameters + 6};
static const struct experiment *const experiments[] = {&bare, &toy, NULL};

enum { PARAMETERS = sizeof parameters / sizeof parameters[0] - 1 };

/* ---- values ---- */

static void assert_format(struct value v, const char *expected)
{
    char text[VALUE_TEXT_SIZE];
    ck_assert_str_eq(value_format(v, text), expected);
}

START_TEST(reals_have_one_shortest_text)
{
    static const struct {
        double x;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.01, "0.01"},
        {0.001, "1e-3"},
        {0.015, "0.015"},
        {0.00015, "1.5e-4"},
        {1e-5, "1e-5"},
        {-3e-7, "-3e-7"},
        {100, "100"},
        {1000, "1e3"},
        {1024, "1024"},
        {20000, "2e4"},
        {123.456, "123.456"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {1e22, "1e22"},
        {9007199254740993.0, "9007199254740992"},
        {DBL_MAX, "1.7976931348623157e308"},
        {DBL_MIN, "2.2250738585072014e-308"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_format(value_real(rows[i].x), rows[i].text);
}
END_TEST

START_TEST(other_values_have_a_text)
{
    assert_format(value_null(), "null");
    assert_format(value_int(INT64_MIN), "-9223372036854775808");
    assert_format(value_text("bimt"), "bimt");
    ck_assert_int_eq(value_real(NAN).type, VALUE_NULL);
    ck_assert_int_eq(value_real(-INFINITY).type, VALUE_NULL);
    ck_assert_int_eq(signbit(value_real(-0.0).as.x), 0);
}
END_TEST

/* The text of any finite normal double gives the same double again. */
START_TEST(reals_round_trip)
{
    struct rng r = rng_at(1, RNG_TEST, 0);
    char text[VALUE_TEXT_SIZE], again[VALUE_TEXT_SIZE];
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = (uint64_t)rng_bits(&r) << 32 | rng_bits(&r);
        if (i % 2) /* half of them with few digits, which random bits never have */
            bits &= UINT64_MAX << 40;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (!isnormal(x))
            continue;
        struct value v;
        value_format(value_real(x), text);
        ck_assert_int_eq(value_parse(VALUE_REAL, text, &v, NULL), 0);
        ck_assert_double_eq(v.as.x, x);
        ck_assert_str_eq(value_format(v, again), text);
    }
}
END_TEST

START_TEST(parsing_takes_the_whole_text)
{
    struct value v;
    ck_assert_int_eq(value_parse(VALUE_INT, "20", &v, NULL), 0);
    ck_assert(value_equal(v, value_int(20)));
    ck_assert_int_eq(value_parse(VALUE_INT, "1e3", &v, NULL), 0);
    ck_assert(value_equal(v, value_int(1000)));
    ck_assert_int_eq(value_parse(VALUE_INT, "-9223372036854775808", &v, NULL), 0);
    ck_assert(value_equal(v, value_int(INT64_MIN)));
    ck_assert_int_eq(value_parse(VALUE_REAL, "-0.0", &v, NULL), 0);
    ck_assert(value_equal(v, value_real(0)));
    ck_assert_int_eq(value_parse(VALUE_NULL, "null", &v, NULL), 0);
    ck_assert(value_equal(v, value_null()));

    static const char *const not_int[] = {"",     " 1",   "1 ", "1x",    "2.5",
                                          "1e-1", "0x10", "-",  "1e400", "9223372036854775808"};
    for (size_t i = 0; i < sizeof not_int / sizeof not_int[0]; i++)
        ck_assert_int_eq(value_parse(VALUE_INT, not_int[i], &v, NULL), ERR_VALUE);
    static const char *const not_real[] = {"",       " 1",     "1,5",    "nan",    "inf", "1e400",
                                           "-1e400", "1e-400", "1e-310", "0x1p-3", "1e",  "."};
    for (size_t i = 0; i < sizeof not_real / sizeof not_real[0]; i++)
        ck_assert_int_eq(value_parse(VALUE_REAL, not_real[i], &v, NULL), ERR_VALUE);

    struct err e;
    ck_assert_int_eq(value_parse(VALUE_REAL, "1e400", &v, &e), ERR_VALUE);
    ck_assert_str_eq(e.text, "\"1e400\": expected a finite decimal number");
    ck_assert_int_eq(value_parse(VALUE_INT, "2.5", &v, &e), ERR_VALUE);
    ck_assert_str_eq(e.text, "\"2.5\": expected a whole number");
    ck_assert_int_eq(value_parse(VALUE_NULL, "nil", &v, &e), ERR_VALUE);

    char text[VALUE_TEXT_SIZE + 1] = "";
    memset(text, 'x', VALUE_TEXT_SIZE);
    ck_assert_int_eq(value_parse(VALUE_TEXT, text, &v, &e), ERR_VALUE);
    ck_assert_int_eq(value_parse(VALUE_TEXT, text + 1, &v, &e), 0);
    assert_format(v, text + 1);
}
END_TEST

START_TEST(equality_minds_the_type)
{
    ck_assert(!value_equal(value_int(1), value_real(1)));
    ck_assert(!value_equal(value_int(1), value_int(2)));
    ck_assert(value_equal(value_text("a"), value_text("a")));
    ck_assert(!value_equal(value_text("a"), value_text("b")));
    ck_assert(!value_equal(value_null(), value_int(0)));
}
END_TEST

START_TEST(utf8_is_told_from_other_bytes)
{
    static const struct {
        const char *bytes;
        size_t span;
    } rows[] = {
        {"", 0},
        {"plain", 5},
        {"caf\xc3\xa9", 5},
        {"\xe2\x82\xac\xf0\x9f\xa7\xa0", 7},
        {"\xf4\x8f\xbf\xbf", 4},
        {"caf\xe9", 3},          /* Latin-1 */
        {"ab\xc3", 2},           /* cut short */
        {"a\xc0\xaf", 1},        /* overlong */
        {"a\xe0\x9f\xbf", 1},    /* overlong */
        {"\xed\xa0\x80", 0},     /* a surrogate */
        {"\xf4\x90\x80\x80", 0}, /* beyond U+10FFFF */
        {"\x80", 0},
        {"\xe2\x82"
         "a",
         0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_uint_eq(utf8_span(rows[i].bytes, strlen(rows[i].bytes)), rows[i].span);
    ck_assert_uint_eq(utf8_span("a\0b", 3), 3);
}
END_TEST

/* ---- experiments ---- */

START_TEST(tables_are_searched_and_counted)
{
    ck_assert_int_eq(experiment_parameter_count(&toy), PARAMETERS);
    ck_assert_int_eq(experiment_parameter(&toy, "seed"), 5);
    ck_assert_int_eq(experiment_parameter(&toy, "see"), -1);
    ck_assert_int_eq(experiment_metric_count(&toy), 2);
    ck_assert_int_eq(experiment_metric(&toy, "loss"), 1);
    ck_assert_int_eq(experiment_table(&toy, "curve"), 0);
    ck_assert_int_eq(experiment_column_count(tables), 2);
    ck_assert_int_eq(experiment_metric_count(&bare), 0);
    ck_assert_int_eq(experiment_table(&bare, "curve"), -1);
}
END_TEST

static const char *name_at(int i, const void *data)
{
    (void)data;
    return i < PARAMETERS ? parameters[i].name : NULL;
}

START_TEST(nearest_name_forgives_a_third)
{
    static const struct {
        const char *mistyped, *nearest;
    } rows[] = {
        {"grdi", "grid"},
        {"gird", "grid"},
        {"gri", "grid"},
        {"LAMBDA", "lambda"},
        {"lamda", "lambda"},
        {"lmabad", "lambda"},
        {"regulariser", "regularizer"},
        {"seeds", "seed"},
        {"steps", NULL},
        {"g", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *nearest = suggest_name(rows[i].mistyped, name_at, NULL);
        ck_assert_pstr_eq(nearest, rows[i].nearest);
        char phrase[SUGGEST_SIZE], expected[SUGGEST_SIZE] = "";
        ck_assert_int_eq(suggest_phrase(phrase, rows[i].mistyped, name_at, NULL), nearest != NULL);
        if (nearest)
            snprintf(expected, sizeof expected, "; did you mean %s?", nearest);
        ck_assert_str_eq(phrase, expected);
    }
    char name[200] = "";
    memset(name, 'g', sizeof name - 1);
    ck_assert_ptr_null(suggest_name(name, name_at, NULL));
}
END_TEST

/* ---- specs ---- */

static struct spec *new_toy(void)
{
    struct spec *spec;
    ck_assert_int_eq(spec_new(&spec, &toy, NULL), 0);
    return spec;
}

static void set(struct spec *spec, const char *name, const char *text)
{
    struct err e = {0};
    ck_assert_msg(spec_set(spec, name, text, &e) == 0, "%s", e.text);
}

static void assert_canonical(const struct spec *spec, const char *expected)
{
    char *text = spec_canonical(spec);
    ck_assert_str_eq(text, expected);
    mem_free(text);
}

START_TEST(defaults_are_left_out)
{
    struct spec *spec = new_toy();
    assert_canonical(spec, "toy");
    set(spec, "seed", "2");
    set(spec, "regularizer", "bimt");
    set(spec, "lambda", "0.00001");
    assert_canonical(spec, "toy regularizer=bimt lambda=1e-5 seed=2");
    ck_assert_str_eq(spec_text(spec, "regularizer"), "bimt");
    ck_assert_double_eq(spec_real(spec, "lambda"), 1e-5);
    ck_assert_int_eq(spec_int(spec, "seed"), 2);
    set(spec, "seed", "0e1");
    set(spec, "lambda", "-0");
    set(spec, "tasks", "dm1");
    set(spec, "tasks", "go");
    assert_canonical(spec, "toy regularizer=bimt tasks=go");
    set(spec, "tasks", "yang19");
    set(spec, "regularizer", "none");
    assert_canonical(spec, "toy");
    spec_free(spec);
    spec_free(NULL);
}
END_TEST

START_TEST(copies_are_equal_and_their_own)
{
    struct spec *spec = new_toy(), *copy;
    set(spec, "tasks", "go");
    ck_assert_int_eq(spec_copy(&copy, spec, NULL), 0);
    ck_assert(spec_equal(spec, copy));
    set(spec, "tasks", "anti");
    ck_assert(!spec_equal(spec, copy));
    assert_canonical(copy, "toy tasks=go");
    spec_free(spec);

    ck_assert_int_eq(spec_new(&spec, &bare, NULL), 0);
    ck_assert(!spec_equal(spec, copy));
    spec_free(spec);
    spec_free(copy);
}
END_TEST

START_TEST(canonicalise_may_overwrite)
{
    struct spec *spec = new_toy();
    set(spec, "lambda", "1");
    set(spec, "tasks", "go");
    set(spec, "regularizer", "l1");
    spec_put_real(spec, "lambda", 0);
    spec_put_real(spec, "grid", 7);
    ck_assert_int_eq(spec_put_text(spec, "tasks", "yang19"), 0);
    ck_assert_int_eq(spec_put_text(spec, "regularizer", "none"), 0);
    assert_canonical(spec, "toy grid=7");
    spec_free(spec);
}
END_TEST

START_TEST(wrong_settings_say_what_was_expected)
{
    static const struct {
        const char *name, *text;
        int code;
        const char *sentence;
    } rows[] = {
        {"lambda", "-1", ERR_VALUE, "lambda = -1: expected a number from 0 to 1e6"},
        {"lambda", "nan", ERR_VALUE, "lambda = nan: expected a number from 0 to 1e6"},
        {"lambda", "1e400", ERR_VALUE, "lambda = 1e400: expected a number from 0 to 1e6"},
        {"grid", "0", ERR_VALUE, "grid = 0: expected a whole number from 1 to 1000"},
        {"grid", "", ERR_VALUE, "grid = \"\": expected a whole number from 1 to 1000"},
        {"grid", "2.5", ERR_VALUE, "grid = 2.5: expected a whole number from 1 to 1000"},
        {"shift", "x", ERR_VALUE, "shift = x: expected a number"},
        {"regularizer", "bmit", ERR_VALUE,
         "regularizer = \"bmit\": expected one of none, l1, bimt, local; did you mean bimt?"},
        {"regularizer", "dropout", ERR_VALUE,
         "regularizer = \"dropout\": expected one of none, l1, bimt, local"},
        {"tasks", "go anti", ERR_VALUE, "tasks = \"go anti\": expected a text without blanks"},
        {"tasks", "go\n", ERR_VALUE, "tasks = \"go\n\": expected a text without blanks"},
        {"tasks", "caf\xe9", ERR_VALUE, "tasks: expected a text in UTF-8"},
        {"grdi", "3", ERR_USAGE, "grdi: toy has no such parameter; did you mean grid?"},
        {"width", "3", ERR_USAGE, "width: toy has no such parameter"},
    };
    struct spec *spec = new_toy();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        ck_assert_int_eq(spec_set(spec, rows[i].name, rows[i].text, &e), rows[i].code);
        ck_assert_str_eq(e.text, rows[i].sentence);
    }
    assert_canonical(spec, "toy");

    char text[VALUE_TEXT_SIZE + 1] = "";
    memset(text, 'x', VALUE_TEXT_SIZE);
    ck_assert_int_eq(spec_set(spec, "tasks", text, NULL), ERR_VALUE);
    set(spec, "tasks", text + 1);
    spec_free(spec);
    ck_assert_int_eq(spec_parameter_check(&parameters[1], value_int(1), NULL), ERR_VALUE);
}
END_TEST

/* One-sided ranges, and more choices than a sentence holds. */
START_TEST(ranges_and_choices_of_any_length)
{
    static const char *many[100];
    for (int i = 0; i < 99; i++)
        many[i] = "alternative";
    const struct parameter rows[] = {
        {.name = "a", .type = VALUE_REAL, .min = 0.5, .max = DBL_MAX},
        {.name = "b", .type = VALUE_REAL, .min = -INFINITY, .max = -0.5},
        {.name = "c", .type = VALUE_TEXT, .choices = many},
    };
    struct err e;
    struct value v;
    ck_assert_int_eq(spec_parameter_parse(&rows[0], "0", &v, &e), ERR_VALUE);
    ck_assert_str_eq(e.text, "a = 0: expected a number of at least 0.5");
    ck_assert_int_eq(spec_parameter_parse(&rows[1], "0", &v, &e), ERR_VALUE);
    ck_assert_str_eq(e.text, "b = 0: expected a number of at most -0.5");
    ck_assert_int_eq(spec_parameter_parse(&rows[2], "alternate", &v, &e), ERR_VALUE);
    ck_assert_ptr_nonnull(strstr(e.text, "...; did you mean alternative?"));
}
END_TEST

START_TEST(parsing_is_strict)
{
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"", "there is no experiment \"\""},
        {"tory", "there is no experiment \"tory\""},
        {"toy ", "\"\": expected name=value"},
        {"toy  seed=1", "\"\": expected name=value"},
        {"toy seed", "\"seed\": expected name=value"},
        {"toy width=1", "toy has no parameter \"width\""},
        {"bare seed=1", "bare has no parameter \"seed\""},
        {"toy seed=1 seed=1", "seed is given twice"},
        {"toy seed=1 grid=3", "grid must come before seed"},
        {"toy grid=2e1", "grid=2e1: the canonical text is 20"},
        {"toy lambda=0.00001", "lambda=0.00001: the canonical text is 1e-5"},
        {"toy lambda=-1", "lambda = -1: expected a number from 0 to 1e6"},
        {"toy grid=20", "grid=20 is the default, which is left out"},
        {"toy regularizer=bmt",
         "regularizer = \"bmt\": expected one of none, l1, bimt, local; did you mean bimt?"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct spec *spec;
        ck_assert_int_eq(spec_parse(&spec, rows[i].text, experiments, &e), ERR_FORMAT);
        ck_assert_str_eq(e.text, rows[i].sentence);
        ck_assert_int_eq(e.code, ERR_FORMAT);
        ck_assert_ptr_null(spec);
        ck_assert_int_eq(spec_parse(&spec, rows[i].text, experiments, NULL), ERR_FORMAT);
    }
}
END_TEST

/* A value of parameter p at random, as a person might write it. */
static void random_value(struct rng *r, int p, char *text, size_t size)
{
    static const char letters[] = "abc=:,;\"'{}#\\%";
    double exponent = 12 * (double)rng_uniform(r) - 6;
    if (parameters[p].choices) {
        snprintf(text, size, "%s", parameters[p].choices[rng_below(r, 4)]);
    } else if (parameters[p].type == VALUE_TEXT) {
        size_t n = rng_below(r, 12);
        text[n] = '\0';
        while (n--)
            text[n] = letters[rng_below(r, sizeof letters - 1)];
    } else if (parameters[p].type == VALUE_INT) {
        snprintf(text, size, "%u", 1 + rng_below(r, 1000));
    } else {
        snprintf(text, size, "%.*g", 1 + (int)rng_below(r, 17), pow(10, exponent));
    }
}

/* The canonical text of any spec gives the same spec again, and every spec has only one text. */
START_TEST(specs_round_trip)
{
    struct rng r = rng_at(2, RNG_TEST, 0);
    for (int i = 0; i < 5000; i++) {
        struct spec *spec = new_toy(), *again;
        struct err e = {0};
        for (int p = 0; p < PARAMETERS; p++) {
            char text[64];
            random_value(&r, p, text, sizeof text);
            if (rng_below(&r, 2))
                set(spec, parameters[p].name, text);
        }
        char *text = spec_canonical(spec);
        ck_assert_msg(spec_parse(&again, text, experiments, &e) == 0, "%s: %s", text, e.text);
        ck_assert(spec_equal(spec, again));
        assert_canonical(again, text);
        mem_free(text);
        spec_free(spec);
        spec_free(again);
    }
}
END_TEST

/* A damaged text is either refused or is the canonical text of another spec. */
START_TEST(damaged_texts_do_no_harm)
{
    static const char whole[] = "toy regularizer=bimt lambda=1.5e-4 tasks=go grid=7 seed=-2";
    struct rng r = rng_at(3, RNG_TEST, 0);
    for (int i = 0; i < 20000; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        for (uint32_t n = 1 + rng_below(&r, 3); n; n--)
            text[rng_below(&r, sizeof whole - 1)] = (char)rng_below(&r, 256);
        struct spec *spec;
        if (spec_parse(&spec, text, experiments, NULL) == 0)
            assert_canonical(spec, text);
        spec_free(spec);
    }
}
END_TEST

START_TEST(out_of_memory_is_an_error)
{
    static const char text[] = "toy tasks=go seed=2";
    struct err e = {0};
    int code = ERR_MEMORY, n = 0;
    for (; code; n++) {
        struct spec *spec = NULL, *copy = NULL;
        char *again = NULL;
        mem_fail_at(n);
        code = spec_parse(&spec, text, experiments, &e);
        if (!code)
            code = spec_copy(&copy, spec, &e);
        if (!code)
            code = spec_set(copy, "tasks", "anti", &e);
        if (!code && !(again = spec_canonical(copy)))
            code = ERR_MEMORY;
        mem_fail_at(-1);
        ck_assert(code == 0 || code == ERR_MEMORY);
        ck_assert(code == 0 || copy || !spec || e.code == ERR_MEMORY);
        spec_free(spec);
        spec_free(copy);
        mem_free(again);
    }
    ck_assert_int_eq(n, 8); /* text, spec, its task; copy, its task; task; text; and the success */

    mem_fail_at(0);
    struct spec *spec;
    ck_assert_int_eq(spec_new(&spec, &toy, NULL), ERR_MEMORY);
    ck_assert_ptr_null(spec);
}
END_TEST

SUITE_CASE(values, "value", reals_have_one_shortest_text, other_values_have_a_text,
           reals_round_trip, parsing_takes_the_whole_text, equality_minds_the_type,
           utf8_is_told_from_other_bytes)
SUITE_CASE(tables_case, "experiment", tables_are_searched_and_counted,
           nearest_name_forgives_a_third)
SUITE_CASE(specs, "spec", defaults_are_left_out, copies_are_equal_and_their_own,
           canonicalise_may_overwrite, wrong_settings_say_what_was_expected,
           ranges_and_choices_of_any_length)
SUITE_CASE(texts, "canonical text", parsing_is_strict, specs_round_trip, damaged_texts_do_no_harm,
           out_of_memory_is_an_error)

SUITE_MAIN("spec", values, tables_case, specs, texts)
