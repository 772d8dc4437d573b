/* sweep: the contents of sweep files, their points and the order of the points. */
#include "math/rng.h"
#include "sweep_toy.h"

#define TOP "name = \"a\" experiment = \"toy\"\n"

static struct sweep *read_text(const char *text, const struct override *overrides, size_t n)
{
    struct sweep *sweep;
    struct err e = {0};
    int code = read_bytes(&sweep, text, strlen(text), overrides, n, &e);
    ck_assert_msg(code == 0, "%s", e.text);
    return sweep;
}

/* The points of the sweep, without the experiment's name, one after the other with "; " between. */
static void assert_sweep(struct sweep *sweep, const char *points, size_t merged)
{
    char all[4096] = "";
    for (size_t i = 0; i < sweep_count(sweep); i++) {
        char *text = spec_canonical(sweep_spec(sweep, i));
        size_t length = strlen(all);
        const char *rest = strchr(text, ' ');
        snprintf(all + length, sizeof all - length, "%s%s", i ? "; " : "", rest ? rest + 1 : "-");
        mem_free(text);
    }
    ck_assert_str_eq(all, points);
    ck_assert_uint_eq(sweep_merged(sweep), merged);
    sweep_free(sweep);
}

static void assert_points(const char *text, const char *points, size_t merged)
{
    assert_sweep(read_text(text, NULL, 0), points, merged);
}

static void assert_axis(const char *axis, const char *points)
{
    char text[512];
    snprintf(text, sizeof text, TOP "axes { %s }", axis);
    assert_points(text, points, 0);
}

/* ---- forms of a value ---- */

START_TEST(a_whole_file)
{
    static const char text[] = "# a comment\n"
                               "name        = \"paper 1\"\n"
                               "experiment  = 'toy'   // another\n"
                               "fixed { tasks = \"yang19:go\"  grid = 7 }\n"
                               "axes  { regularizer = {\"none\", l1, 'bimt'}\r\n"
                               "        lambda      = {\"1e-6:1e-4:log:3\"} /* a third */\n"
                               "        seed        = {\"0..1\"} }\n"
                               "where = \"\"\n";
    struct sweep *sweep = read_text(text, NULL, 0);
    ck_assert_str_eq(sweep_name(sweep), "paper 1");
    ck_assert_ptr_eq(sweep_experiment(sweep), &toy);
    ck_assert_str_eq(sweep_text(sweep), text);
    ck_assert_uint_eq(sweep_count(sweep), 2 + 6 + 6);
    ck_assert_uint_eq(sweep_merged(sweep), 4); /* none is one job per seed */
    ck_assert(sweep_varies(sweep, "lambda"));
    ck_assert(sweep_varies(sweep, "seed"));
    ck_assert(!sweep_varies(sweep, "grid"));
    ck_assert(!sweep_varies(sweep, "tasks"));
    ck_assert_int_eq(spec_int(sweep_spec(sweep, 13), "grid"), 7);
    sweep_drop_points(sweep);
    ck_assert_uint_eq(sweep_count(sweep), 0);
    ck_assert_str_eq(sweep_name(sweep), "paper 1");
    sweep_free(sweep);
    sweep_free(NULL);
}
END_TEST

START_TEST(single_values_and_lists)
{
    assert_axis("seed = 3", "seed=3");
    assert_axis("seed = {3}", "seed=3");
    assert_axis("seed = {1e2, \"2\", 4,}", "seed=100; seed=2; seed=4");
    assert_axis("lambda = {1e-6, 1e-5, 0.5}", "lambda=1e-6; -; lambda=0.5");
    assert_axis("regularizer = local", "regularizer=local");
    assert_axis("tasks = {yang19, \"yang19-v2.1:go,dm1\"}", "-; tasks=yang19-v2.1:go,dm1");
    assert_axis("seed =\n{ 1 # one\n, 2 /* {} */ }", "seed=1; seed=2");
}
END_TEST

START_TEST(ranges)
{
    assert_axis("seed = 0..3", "-; seed=1; seed=2; seed=3");
    assert_axis("seed = {\"7..7\", 1, 3..4}", "seed=7; seed=1; seed=3; seed=4");
    assert_axis("A = 2..4", "A=2; A=3; A=4");
    assert_axis("A = 0:1:lin:5", "A=0; A=0.25; A=0.5; A=0.75; -");
    assert_axis("A = {3:2:lin:3}", "A=3; A=2.5; A=2");
    assert_axis("A = \"0.1:0.3:lin:3\"", "A=0.1; A=0.2; A=0.3");
    assert_axis("grid = 16:256:log:5", "grid=16; grid=32; grid=64; grid=128; grid=256");
    assert_axis("grid = 10:30:lin:3", "grid=10; -; grid=30");
    assert_axis("lambda = 1e-7:1e-3:log:5",
                "lambda=1e-7; lambda=1e-6; -; lambda=1e-4; lambda=1e-3");
    assert_axis("lambda = \"1e-6:1e-5:log:3\"", "lambda=1e-6; lambda=3.16227766017e-6; -");
    assert_axis("lambda = \"0.3:0.30000000000000004:lin:2\"",
                "lambda=0.3; lambda=0.30000000000000004");
}
END_TEST

/* In a range of any decades, the powers of ten are the doubles that a person would write. */
START_TEST(logarithmic_ranges_hit_the_powers_of_ten)
{
    for (int first = -30; first <= 0; first++) {
        char text[128], expected[32];
        snprintf(text, sizeof text, TOP "axes { lambda = 1e%d:1e5:log:%d }", first,
                 2 * (5 - first) + 1);
        struct sweep *sweep = read_text(text, NULL, 0);
        for (int exponent = first; exponent <= 5; exponent++) {
            size_t i = 2 * (size_t)(exponent - first);
            snprintf(expected, sizeof expected, "1e%d", exponent);
            ck_assert_double_eq(spec_real(sweep_spec(sweep, i), "lambda"), strtod(expected, NULL));
        }
        sweep_free(sweep);
    }
}
END_TEST

/* ---- points ---- */

START_TEST(the_last_axis_runs_fastest)
{
    assert_points(TOP "axes { seed = 1..2 A = {2, 3} }",
                  "A=2 seed=1; A=3 seed=1; A=2 seed=2; A=3 seed=2", 0);
    assert_points(TOP "axes { A = {2, 3} seed = 1..2 }",
                  "A=2 seed=1; A=2 seed=2; A=3 seed=1; A=3 seed=2", 0);
}
END_TEST

START_TEST(blocks_are_a_union)
{
    assert_points(TOP "axes { seed = 1..2 } axes { A = 3 } axes { seed = 2..3 A = 1 }",
                  "seed=1; seed=2; A=3; seed=3", 1);
    assert_points(TOP "fixed { seed = 9 grid = 3 } axes { A = 3 } axes { grid = {3, 4} A = 1 }",
                  "A=3 seed=9 grid=3; seed=9 grid=3; seed=9 grid=4", 0);
    /* the place of the fixed block does not matter */
    assert_points(TOP "axes { A = 3 } fixed { seed = 9 }", "A=3 seed=9", 0);
    assert_points(TOP "fixed { } axes { seed = {1, 1, 1} }", "seed=1", 2);
}
END_TEST

/* 3 regularizers, 3 lambdas, 2 As, 2 seeds: none 2, l1 3*2, bimt 3*2*2. */
START_TEST(redundant_points_are_merged)
{
    struct sweep *sweep = read_text(TOP "axes { regularizer = {none, l1, bimt} lambda = {1, 2, 3} "
                                        "A = {1, 2} seed = 0..1 }",
                                    NULL, 0);
    ck_assert_uint_eq(sweep_count(sweep), 2 + 6 + 12);
    ck_assert_uint_eq(sweep_merged(sweep), 36 - 20);
    for (size_t i = 0; i < sweep_count(sweep); i++)
        for (size_t j = 0; j < i; j++)
            ck_assert(!spec_equal(sweep_spec(sweep, i), sweep_spec(sweep, j)));
    sweep_free(sweep);
}
END_TEST

START_TEST(contradictions_of_a_grid_collapse)
{
    assert_points(TOP "fixed { lambda = 1 } axes { regularizer = {none, bimt} }",
                  "regularizer=none lambda=0 A=0; lambda=1", 0);
    assert_points(TOP "axes { regularizer = none lambda = {1, 2} }",
                  "regularizer=none lambda=0 A=0", 1);
    assert_points(TOP "fixed { lambda = 0 } axes { regularizer = none }",
                  "regularizer=none lambda=0 A=0", 0);
}
END_TEST

START_TEST(a_hundred_thousand_points)
{
    struct sweep *sweep = read_text(TOP "axes { regularizer = {none, bimt} lambda = 1e-6:1:log:10 "
                                        "seed = 0..9999 }",
                                    NULL, 0);
    ck_assert_uint_eq(sweep_count(sweep), 110000);
    ck_assert_uint_eq(sweep_merged(sweep), 90000);
    sweep_free(sweep);
}
END_TEST

START_TEST(an_experiment_without_hooks)
{
    struct sweep *sweep =
        read_text("experiment = tiny name = b axes { seconds = {1, 2} }", NULL, 0);
    ck_assert_ptr_eq(sweep_experiment(sweep), &tiny);
    assert_sweep(sweep, "-; seconds=2", 0);
    assert_points("\xEF\xBB\xBFname = caf\xC3\xA9 experiment = toy axes { seed = 1 }", "seed=1", 0);
}
END_TEST

/* ---- where ---- */

static void assert_where(const char *where, const char *points)
{
    char text[512];
    snprintf(text, sizeof text,
             TOP "axes { regularizer = {l1, bimt} lambda = {1, 2} seed = 0..1 }\nwhere = \"%s\"",
             where);
    assert_points(text, points, 0);
}

START_TEST(where_keeps_what_holds)
{
    assert_where("seed = 1 and lambda == 2", "regularizer=l1 lambda=2 A=0 seed=1; lambda=2 seed=1");
    assert_where("regularizer != l1 and (lambda < 2 or seed < 1)",
                 "lambda=1; lambda=1 seed=1; lambda=2");
    assert_where("regularizer='bimt' and not seed>0", "lambda=1; lambda=2");
    assert_where("not (regularizer == l1 or lambda <= 1) and seed >= 0.5", "lambda=2 seed=1");
    assert_where("not not lambda = 2e0 and regularizer = bimt and seed <= 0", "lambda=2");
    /* `and` binds more tightly than `or` */
    assert_where("seed = 1 and lambda = 2 and regularizer = l1 or seed = 0 and lambda = 1",
                 "regularizer=l1 lambda=1 A=0; regularizer=l1 lambda=2 A=0 seed=1; lambda=1");
    assert_where("(((seed = 1)) and (lambda = 1 or (seed = 0)) and regularizer = bimt)",
                 "lambda=1 seed=1");
    /* a parameter that no axis varies */
    assert_where("grid > 20 or seed = 0 and lambda = 1 and tasks = yang19",
                 "regularizer=l1 lambda=1 A=0; lambda=1");
}
END_TEST

/* The filter sees lambda = 1, the grid's value, although the job will have lambda = 0. */
START_TEST(where_sees_the_grid_as_written)
{
    assert_points(TOP "axes { regularizer = {none, bimt} lambda = {1, 2} } where = \"lambda = 1\"",
                  "regularizer=none lambda=0 A=0; lambda=1", 0);
}
END_TEST

/* ---- overrides ---- */

#define ASSERT_SET(text, points, merged, ...)                                                      \
    do {                                                                                           \
        const struct override overrides[] = {__VA_ARGS__};                                         \
        assert_sweep(read_text(text, overrides, sizeof overrides / sizeof overrides[0]), points,   \
                     merged);                                                                      \
    } while (0)

START_TEST(set_takes_the_place_of_the_file)
{
    static const char text[] = TOP "fixed { grid = 5 } axes { A = {2, 3} seed = 1..2 }";
    ASSERT_SET(text, "A=2 seed=7 grid=5; A=3 seed=7 grid=5", 0, {"seed", "7"});
    ASSERT_SET(text, "A=4 seed=1 grid=5; A=4 seed=2 grid=5", 0, {"A", "4"});
    ASSERT_SET(text, "A=4 seed=9 grid=6", 0, {"grid", "6"}, {"A", "4"}, {"seed", "9"});
    /* an axis keeps its place; a parameter that was fixed or absent varies fastest */
    ASSERT_SET(text, "A=4 seed=1 grid=5; A=4 seed=2 grid=5; A=5 seed=1 grid=5; A=5 seed=2 grid=5",
               0, {"A", "4,5"});
    ASSERT_SET(text, "A=2 seed=8 grid=6; A=2 seed=8 grid=7; A=3 seed=8 grid=6; A=3 seed=8 grid=7",
               0, {"grid", "6..7"}, {"seed", "8"});
    ASSERT_SET(text, "lambda=1 A=2 seed=8 grid=5; A=2 seed=8 grid=5", 0, {"lambda", "1,1e-5"},
               {"seed", "8"}, {"A", "2"});
    ASSERT_SET(TOP "axes { seed = 1..2 } axes { A = {2, 3} }",
               "lambda=1 seed=1; lambda=1 seed=2; lambda=1 A=2; lambda=1 A=3", 0, {"lambda", "1"});
    ASSERT_SET(TOP "axes { seed = {1, 2} tasks = {yang19, yang19b} }",
               "seed=1 tasks=yang19x; seed=2 tasks=yang19x", 0, {"tasks", "yang19x"});
    /* `where` may use it */
    ASSERT_SET(TOP "axes { seed = 1..2 } where = \"grid > 5\"", "seed=1 grid=6; seed=2 grid=6", 0,
               {"grid", "6"});
}
END_TEST

/* ---- damage ---- */

static const char whole[] = TOP "fixed { tasks = yang19 grid = 7 }\n"
                                "axes { regularizer = {none, 'l1', \"bimt\"} # comment\n"
                                "  lambda = {\"1e-6:1e-3:log:3\", 0.5} seed = 0..1 }\n"
                                "axes { A = 0:1:lin:3 /* x */ }\n"
                                "where = \"not (seed > 0 and lambda < 1e-4) or A == 0\"\n";

/* Cuts, doubles, or overwrites a piece. */
static size_t damage(struct rng *r, char *text, size_t n)
{
    static const char marks[] = "{}=,\"'#/*()|+$\\\n\r\t .:-0123456789eaAxnotd<>!\xC3\x80\x01";
    size_t at = rng_below(r, (uint32_t)n), length = rng_below(r, 12);
    if (length > n - at)
        length = n - at;
    switch (rng_below(r, 4)) {
    case 0:
        memmove(text + at, text + at + length, n - at - length);
        return n - length;
    case 1:
        memmove(text + at + length, text + at, n - at);
        return n + length;
    default:
        text[at] = marks[rng_below(r, sizeof marks)];
        return n;
    }
}

START_TEST(damaged_files_do_no_harm)
{
    struct rng r = rng_at(1, RNG_TEST, 0);
    char text[sizeof whole + 64];
    int whole_ones = 0;
    for (int i = 0; i < 10000; i++) {
        struct sweep *sweep;
        struct err e = {0};
        size_t n = sizeof whole - 1;
        memcpy(text, whole, sizeof whole);
        for (uint32_t k = 1 + rng_below(&r, 4); k; k--)
            n = damage(&r, text, n);
        int code = read_bytes(&sweep, text, n, NULL, 0, &e);
        whole_ones += code == 0;
        ck_assert((code == 0) == (sweep != NULL));
        ck_assert_int_eq(e.code, code);
        if (code) {
            ck_assert_int_eq(code, ERR_SWEEP);
            ck_assert_msg(strncmp(e.text, "x.sweep:", 8) == 0, "%s", e.text);
        }
        sweep_free(sweep);
    }
    ck_assert_int_gt(whole_ones, 100);
}
END_TEST

/* The memory of libconfuse itself is not counted. */
START_TEST(out_of_memory_is_an_error)
{
    static const struct override overrides[] = {{"tasks", "yang19b,yang19c"}};
    int code = ERR_MEMORY, n = 0;
    for (; code; n++) {
        struct sweep *sweep;
        struct err e = {0};
        mem_fail_at(n);
        code = read_bytes(&sweep, whole, sizeof whole - 1, overrides, 1, &e);
        mem_fail_at(-1);
        if (code) {
            ck_assert_int_eq(code, ERR_MEMORY);
            ck_assert_int_eq(e.code, ERR_MEMORY);
            ck_assert_ptr_null(sweep);
        }
        sweep_free(sweep);
    }
    ck_assert_int_gt(n, 100);
}
END_TEST

SUITE_CASE(forms, "forms", a_whole_file, single_values_and_lists, ranges,
           logarithmic_ranges_hit_the_powers_of_ten)
SUITE_CASE(points_case, "points", the_last_axis_runs_fastest, blocks_are_a_union,
           redundant_points_are_merged, contradictions_of_a_grid_collapse,
           a_hundred_thousand_points, an_experiment_without_hooks)
SUITE_CASE(choice, "where and set", where_keeps_what_holds, where_sees_the_grid_as_written,
           set_takes_the_place_of_the_file)
SUITE_CASE(harm, "damage", damaged_files_do_no_harm, out_of_memory_is_an_error)

SUITE_MAIN("sweep", forms, points_case, choice, harm)
