/* sweep: errors in a sweep file, each reported in one sentence with its line. */
#include "sweep_toy.h"

#include <sys/stat.h>

#define TOP "name = \"a\" experiment = \"toy\"\n"

struct bad {
    const char *text, *sentence;
};

static void assert_bad(const struct bad *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct sweep *sweep;
        struct err e = {0};
        int code = read_bytes(&sweep, rows[i].text, strlen(rows[i].text), NULL, 0, &e);
        ck_assert_str_eq(e.text, rows[i].sentence);
        ck_assert_int_eq(code, ERR_SWEEP);
        ck_assert_int_eq(e.code, ERR_SWEEP);
        ck_assert_ptr_null(sweep);
        ck_assert_int_eq(read_bytes(&sweep, rows[i].text, strlen(rows[i].text), NULL, 0, NULL),
                         ERR_SWEEP);
    }
}

#define ASSERT_BAD(...)                                                                            \
    do {                                                                                           \
        const struct bad rows[] = {__VA_ARGS__};                                                   \
        assert_bad(rows, sizeof rows / sizeof rows[0]);                                            \
    } while (0)

START_TEST(what_is_missing)
{
    ASSERT_BAD(
        {"", "x.sweep: name = \"...\" is missing"},
        {"experiment = toy axes { seed = 1 }", "x.sweep: name = \"...\" is missing"},
        {"\n name = '' experiment = toy axes { seed = 1 }", "x.sweep:2: the name is empty"},
        {"name = a axes { seed = 1 }", "x.sweep: experiment = \"...\" is missing"},
        {TOP, "x.sweep: an axes block is missing"},
        {TOP "fixed { seed = 1 }", "x.sweep: an axes block is missing"},
        {TOP "axes {\n}", "x.sweep:3: an axes block needs at least one axis"},
        {TOP "axes {\nseed = {}\n}", "x.sweep:3: seed = {}: an axis needs at least one value"},
        {TOP "axes {\nseed =\n{ # none\n}\n}",
         "x.sweep:3: seed = {}: an axis needs at least one value"},
        {TOP "axes { seed = }", "x.sweep:2: unexpected token '}'"});
}
END_TEST

START_TEST(unknown_names)
{
    ASSERT_BAD(
        {"nmae = a", "x.sweep:1: nmae: no such key; did you mean name?"},
        {TOP "\nwehre = ''", "x.sweep:3: wehre: no such key; did you mean where?"},
        {TOP "speed = 3",
         "x.sweep:2: speed: no such key; expected name, experiment, fixed, axes or where"},
        {TOP "seed = 3", "x.sweep:2: seed: a parameter must stand in a fixed or an axes block"},
        {TOP "axes {\n\n grdi = 3 }", "x.sweep:4: grdi: no such parameter; did you mean grid?"},
        {"/* a\n * b */ name = a // c\n# d\n\n/* e */ axes { sede = 3 }",
         "x.sweep:5: sede: no such parameter; did you mean seed?"},
        {TOP "fixed { sedd = 3 }", "x.sweep:2: sedd: no such parameter; did you mean seed?"},
        {TOP "fixed { dropout = 3 }", "x.sweep:2: dropout: no such parameter of toy"},
        {"axes { dropout = 3 }", "x.sweep:1: dropout: no such parameter of any experiment"},
        {TOP "fixed { where = '' }",
         "x.sweep:2: where: no parameter; it must stand outside the blocks"},
        {TOP "axes { seed = 1\n seconds = 2 }", "x.sweep:3: seconds: no such parameter of toy"},
        {"axes { seed = 1 }\nname = a experiment = tiny",
         "x.sweep:1: seed: no such parameter of tiny"},
        {"name = a experiment = toyy axes { seed = 1 }",
         "x.sweep:1: experiment = \"toyy\": no such experiment; did you mean toy?"},
        {"name = a\nexperiment = cognition axes { seed = 1 }",
         "x.sweep:2: experiment = \"cognition\": expected one of toy, tiny"});
}
END_TEST

START_TEST(what_is_given_twice)
{
    ASSERT_BAD(
        {TOP "name = b", "x.sweep:2: name is given twice, first in line 1"},
        {TOP "axes { seed = 1\n seed = {2, 3} }",
         "x.sweep:3: seed is given twice, first in line 2"},
        {TOP "fixed { grid = 3\n\ngrid = 3 }", "x.sweep:4: grid is given twice, first in line 2"},
        {TOP "where = ''\nwhere = ''", "x.sweep:3: where is given twice, first in line 2"},
        {TOP "fixed { }\nfixed { }", "x.sweep:3: there may be only one fixed block"},
        {TOP "fixed { grid = 3 }\nfixed { grid = 3 }",
         "x.sweep:3: grid is given twice, first in line 2"},
        {"name = {a, b}", "x.sweep:1: name: expected one value, not a list"},
        {TOP "fixed { grid = {1,\n2} }", "x.sweep:3: grid: expected one value, not a list"});
}
END_TEST

START_TEST(wrong_values)
{
    ASSERT_BAD(
        {TOP "axes { lambda = {1,\n-1} }",
         "x.sweep:3: lambda = -1: expected a number from 0 to 1e6"},
        {TOP "axes { lambda = nan }", "x.sweep:2: lambda = nan: expected a number from 0 to 1e6"},
        {TOP "axes { lambda = 1e400 }",
         "x.sweep:2: lambda = 1e400: expected a number from 0 to 1e6"},
        {TOP "axes { lambda = '' }", "x.sweep:2: lambda = \"\": expected a number from 0 to 1e6"},
        {TOP "axes { grid = 0 }", "x.sweep:2: grid = 0: expected a whole number from 1 to 1000"},
        {TOP "fixed { grid = 1e6 } axes { seed = 1 }",
         "x.sweep:2: grid = 1000000: expected a whole number from 1 to 1000"},
        {TOP "fixed { grid = big } axes { seed = 1 }",
         "x.sweep:2: grid = big: expected a whole number from 1 to 1000"},
        {TOP "axes { seed = 1.5 }",
         "x.sweep:2: seed = 1.5: expected a whole number from 0 to 1000000000"},
        {TOP "axes { regularizer = bmit }",
         "x.sweep:2: regularizer = \"bmit\": expected one of none, "
         "l1, bimt, local; did you mean bimt?"},
        {TOP "axes { tasks = 'go anti' }",
         "x.sweep:2: tasks = \"go anti\": expected a text without blanks"},
        {TOP "axes { seed = -1..3 }",
         "x.sweep:2: seed = -1: expected a whole number from 0 to 1000000000"});
}
END_TEST

#define INTERVAL "expected first..last, whole numbers in rising order"
#define SPACING                                                                                    \
    "expected first:last:lin:count or first:last:log:count, count at least 2, the ends of log "    \
    "above 0"

START_TEST(wrong_ranges)
{
    ASSERT_BAD(
        {TOP "axes { seed = 3..1 }", "x.sweep:2: seed = 3..1: " INTERVAL},
        {TOP "axes { seed = 1.. }", "x.sweep:2: seed = 1..: " INTERVAL},
        {TOP "axes { seed = 1..2..3 }", "x.sweep:2: seed = 1..2..3: " INTERVAL},
        {TOP "axes { seed = 0..0.5 }", "x.sweep:2: seed = 0..0.5: " INTERVAL},
        {TOP "axes { seed = -9e18..9e18 }", "x.sweep:2: seed = -9e18..9e18: " INTERVAL},
        {TOP "axes { lambda = 1:2:log }", "x.sweep:2: lambda = 1:2:log: " SPACING},
        {TOP "axes { lambda = 1:2:log:3:4 }", "x.sweep:2: lambda = 1:2:log:3:4: " SPACING},
        {TOP "axes { lambda = 0:1:log:3 }", "x.sweep:2: lambda = 0:1:log:3: " SPACING},
        {TOP "axes { lambda = 1:2:exp:3 }", "x.sweep:2: lambda = 1:2:exp:3: " SPACING},
        {TOP "axes { lambda = 1:2:lin:1 }", "x.sweep:2: lambda = 1:2:lin:1: " SPACING},
        {TOP "axes { lambda = 1:x:lin:2 }", "x.sweep:2: lambda = 1:x:lin:2: " SPACING},
        {TOP "axes { lambda = 1:1e400:lin:2 }", "x.sweep:2: lambda = 1:1e400:lin:2: " SPACING},
        {TOP "axes { lambda = -1:1:lin:3 }",
         "x.sweep:2: lambda = -1: expected a number from 0 to 1e6"},
        {TOP "axes { grid = 1:2:lin:3 }",
         "x.sweep:2: grid = 1:2:lin:3: 1.5 is in this range but no whole number"},
        {TOP "fixed { grid = 1..3 } axes { seed = 1 }",
         "x.sweep:2: grid = 1..3: a fixed parameter has one value, an axis many"},
        {TOP "axes { seed = 0..99999999 }",
         "x.sweep:2: seed = 0..99999999: more values than the 10000000 points of a sweep"},
        {TOP "axes { seed = {0..5000000, 5000001..10000000} }",
         "x.sweep:2: seed = 5000001..10000000: more values than the 10000000 points of a sweep"},
        {TOP "axes { seed = 0..99999 grid = 1..101 }",
         "x.sweep: the axes make more than 10000000 points"});
}
END_TEST

START_TEST(wrong_points)
{
    ASSERT_BAD(
        {TOP "axes { seed = 1\n tasks = yang20 }", "x.sweep:3: tasks = yang20: no such task set"},
        {TOP "axes { seed = 1..2\n tasks = {yang19, yang20} }",
         "x.sweep:3: point toy seed=1 tasks=yang20: tasks = yang20: no such task set"},
        {TOP "axes { grid = {3, 999} }",
         "x.sweep: point toy grid=999: a network that large needs 4 TB of memory"},
        /* contradictions between single values are errors; in a grid such points are merged */
        {TOP "fixed { regularizer = none\n lambda = 1e-5 }\naxes { seed = 0..3 }",
         "x.sweep:3: lambda = 1e-05: regularizer none has lambda = 0"},
        {TOP "fixed { regularizer = none }\naxes { seed = 0..3 lambda = 1 }",
         "x.sweep:3: lambda = 1: regularizer none has lambda = 0"});
}
END_TEST

START_TEST(wrong_grammar)
{
    ASSERT_BAD(
        {TOP "\naxes\n{ seed = {1,", "x.sweep:4: the brace that opens here is never closed"},
        {TOP "axes { seed = 1", "x.sweep:2: the brace that opens here is never closed"},
        {TOP "axes { seed = 1 } where =", "x.sweep:2: premature end of file"},
        {TOP "}", "x.sweep:2: unexpected closing brace"},
        {TOP "axes = 3", "x.sweep:2: missing opening brace for section 'axes'"},
        {"name \"a\"", "x.sweep:1: missing equal sign after option 'name'"},
        {TOP "axes { seed = {1 2} }", "x.sweep:2: unexpected token '2'"},
        {TOP "axes { seed = {1, {2}} }", "x.sweep:2: unexpected token '{'"},
        {TOP "where = seed < 3",
         "x.sweep:2: <: no such key; expected name, experiment, fixed, axes "
         "or where"},
        {TOP "\n\nwhere = \"seed",
         "x.sweep:4: the text that begins here has no closing quote on its line"},
        {TOP "where = 'seed\n'",
         "x.sweep:2: the text that begins here has no closing quote on its line"},
        {TOP "/* axes\n{ seed = 1 }", "x.sweep:2: the comment that begins here has no end"},
        {"/* a\n * b */ name = a // c\n# d\n seed | 3", "x.sweep:4: unexpected '|' outside quotes"},
        {TOP "axes|seed = 1", "x.sweep:2: unexpected '|' outside quotes"},
        {TOP "axes { lambda = 1e+5 }", "x.sweep:2: unexpected '+' outside quotes"},
        {TOP "axes { seed = 1; }", "x.sweep:2: unexpected ';' outside quotes"},
        {TOP "axes { tasks = \"yang19\\n\" }",
         "x.sweep:2: a backslash has no meaning in a sweep file"},
        {TOP "axes { tasks = \"${HOME}\" }",
         "x.sweep:2: a sweep file takes nothing from the environment (${...})"},
        {TOP "axes { tasks = $HOME }", "x.sweep:2: unexpected '$' outside quotes"},
        {TOP "# \x01", "x.sweep:2: control character 0x01 in a sweep file"},
        {TOP "\n# caf\xE9", "x.sweep:3: a sweep file must be UTF-8 text; this line is not"});
    /* the reader works normally after a text without end */
    struct sweep *sweep;
    static const char good[] = TOP "axes { seed = 1 }";
    ck_assert_int_eq(read_bytes(&sweep, good, strlen(good), NULL, 0, NULL), 0);
    sweep_free(sweep);
    ck_assert_int_eq(read_bytes(&sweep, "name\0= a", 8, NULL, 0, NULL), ERR_SWEEP);
}
END_TEST

START_TEST(wrong_filters)
{
#define WHERE(expression, sentence)                                                                \
    {TOP "axes { seed = 1..2 }\nwhere = \"" expression "\"", "x.sweep:3: where" sentence}
    ASSERT_BAD(
        WHERE("seed > 3", " leaves none of the 2 points"),
        WHERE("sede > 3",
              ": column 1: expected a parameter of toy (did you mean seed?) at \"sede > 3\""),
        WHERE("seed > 1 and width = 3",
              ": column 14: expected a parameter of toy at \"width = 3\""),
        WHERE("seed", ": column 5: expected <, <=, >, >=, == or !=, found the end"),
        WHERE("seed ~ 3", ": column 6: expected <, <=, >, >=, == or != at \"~ 3\""),
        WHERE("seed <", ": column 7: expected a value, found the end"),
        WHERE("seed < l1", ": column 8: expected a number to compare seed with at \"l1\""),
        WHERE("seed < nan", ": column 8: expected a number to compare seed with at \"nan\""),
        WHERE("regularizer = l2",
              ": column 15: expected a text to compare regularizer with at \"l2\""),
        WHERE("regularizer < l1",
              ": column 13: expected == or != after a text parameter at \"< l1\""),
        WHERE("seed < 1 seed < 2", ": column 10: expected and, or, or the end at \"seed < 2\""),
        WHERE("(seed < 1",
              ": column 10: expected and, or, or a closing parenthesis, found the end"),
        WHERE("seed < 1)", ": column 9: expected and, or, or the end at \")\""),
        WHERE("seed < 1 and", ": column 13: expected a parameter, found the end"),
        WHERE("()", ": column 2: expected a parameter at \")\""),
        WHERE("tasks = 'go", ": column 9: expected a text with a closing quote at \"'go\""));
#undef WHERE

    char text[1024] = TOP "axes { seed = 1 } where = \"";
    for (int i = 0; i < 200; i++)
        strcat(text, "(");
    strcat(text, "\"");
    const struct bad deep = {text, "x.sweep:2: where: column 101: expected less nesting at "
                                   "\"((((((((((((((((((((((((\""};
    assert_bad(&deep, 1);
}
END_TEST

START_TEST(wrong_settings)
{
    static const struct {
        struct override override[2];
        const char *sentence;
        int code;
    } rows[] = {
        {{{"grdi", "3"}}, "--set grdi=3: no such parameter; did you mean grid?", ERR_USAGE},
        {{{"dropout", "3"}}, "--set dropout=3: no such parameter of toy", ERR_USAGE},
        {{{"grid", "0"}}, "--set: grid = 0: expected a whole number from 1 to 1000", ERR_USAGE},
        {{{"grid", "1,x"}}, "--set: grid = x: expected a whole number from 1 to 1000", ERR_USAGE},
        {{{"grid", ""}}, "--set: grid = \"\": expected a whole number from 1 to 1000", ERR_USAGE},
        {{{"seed", "3..1"}}, "--set: seed = 3..1: " INTERVAL, ERR_USAGE},
        {{{"seed", "1"}, {"seed", "2"}}, "--set seed=2: seed is set twice", ERR_USAGE},
        {{{"tasks", "go"}}, "--set: tasks = go: no such task set", ERR_USAGE},
        {{{"seed", "7"}}, "x.sweep:2: where leaves none of the 1 points", ERR_SWEEP},
    };
    static const char text[] = TOP "axes { seed = 1 } where = \"seed < 3\"";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sweep *sweep;
        struct err e = {0};
        size_t n = rows[i].override[1].key ? 2 : 1;
        ck_assert_int_eq(read_bytes(&sweep, text, strlen(text), rows[i].override, n, &e),
                         rows[i].code);
        ck_assert_str_eq(e.text, rows[i].sentence);
        ck_assert_int_eq(e.code, rows[i].code);
        ck_assert_ptr_null(sweep);
    }
}
END_TEST

static void assert_path(const char *path, const char *sentence)
{
    struct sweep *sweep;
    struct err e = {0};
    ck_assert_int_eq(sweep_read(&sweep, path, NULL, 0, toy_experiments, &e), ERR_SWEEP);
    ck_assert_str_eq(e.text, sentence);
    ck_assert_ptr_null(sweep);
}

START_TEST(files_that_cannot_be_read)
{
    assert_path("nowhere/x.sweep", "nowhere/x.sweep: No such file or directory");
    assert_path("/", "/: a directory, where a sweep file was expected");

    struct sweep *sweep;
    size_t size = 10 << 20;
    char *bytes = mem_array(size, 1);
    memset(bytes, '\n', size);
    struct err e = {0};
    ck_assert_int_eq(read_bytes(&sweep, bytes, size, NULL, 0, &e), ERR_SWEEP);
    ck_assert_str_eq(e.text, "x.sweep: larger than 1 MiB, the most a sweep file may be");
    /* a whole MiB is fine, and its last line counts */
    static const char last[] = TOP "seed = 1";
    memcpy(bytes + (1 << 20) - (sizeof last - 1), last, sizeof last - 1);
    ck_assert_int_eq(read_bytes(&sweep, bytes, 1 << 20, NULL, 0, &e), ERR_SWEEP);
    ck_assert_str_eq(e.text,
                     "x.sweep:1048540: seed: a parameter must stand in a fixed or an axes block");
    mem_free(bytes);
}
END_TEST

/* root may read everything, so the test does not apply to root */
START_TEST(files_without_permission)
{
    char path[] = "/tmp/check_sweep.XXXXXX", sentence[128];
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    ck_assert_int_eq(chmod(path, 0), 0);
    snprintf(sentence, sizeof sentence, "%s: Permission denied", path);
    if (geteuid() != 0)
        assert_path(path, sentence);
    ck_assert_int_eq(remove(path), 0);
}
END_TEST

SUITE_CASE(keys, "keys", what_is_missing, unknown_names, what_is_given_twice)
SUITE_CASE(values, "values", wrong_values, wrong_ranges, wrong_points)
SUITE_CASE(grammar, "grammar", wrong_grammar, wrong_filters, wrong_settings)
SUITE_CASE(files, "files", files_that_cannot_be_read, files_without_permission)

SUITE_MAIN("sweep errors", keys, values, grammar, files)
