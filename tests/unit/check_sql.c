/* Every query of brainsweep-sql(5), on a reproducible database, gives its rows in
   tests/fixtures/sql/expected.txt.  A query is an example of the page that begins with SELECT or
   WITH; its title is the paragraph before it. */
#include "store_fixture.h"
#include "suite.h"
#include "synthetic.h"

#include <stdio.h>
#include <string.h>

enum { QUERY = 4000, LEAST_QUERIES = 20 };

static FILE *open_source(const char *name)
{
    const char *dir = getenv("srcdir");
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "no %s", path);
    return file;
}

/* A line of the page as rendered: \(aq, \(dq and \- become ', " and -. */
static void plain(const char *from, char *to)
{
    for (; *from; from++)
        if (!strncmp(from, "\\(aq", 4) || !strncmp(from, "\\(dq", 4)) {
            *to++ = from[2] == 'a' ? '\'' : '"';
            from += 3;
        } else if (*from != '\\') {
            *to++ = *from;
        }
    *to = '\0';
}

/* The next query of the page; 0 when there is none. */
static int next_query(FILE *page, char *query)
{
    char line[512], text[512];
    int inside = 0;
    *query = '\0';
    while (fgets(line, sizeof line, page)) {
        if (!strncmp(line, ".EX", 3)) {
            inside = 1;
            *query = '\0';
        } else if (!strncmp(line, ".EE", 3)) {
            inside = 0;
            if (!strncmp(query, "SELECT ", 7) || !strncmp(query, "WITH ", 5))
                return 1;
        } else if (inside) {
            plain(line, text);
            ck_assert_uint_lt(strlen(query) + strlen(text), QUERY);
            strcat(query, text);
        }
    }
    return 0;
}

static char *whole_file(FILE *file)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (int c; (c = fgetc(file)) != EOF;)
        fputc(c, out);
    fclose(out);
    return text;
}

/* Durations and times of day depend on the machine: the queries see fixed ones. */
static const char fixed[] = "UPDATE attempt SET started = '2026-01-01T00:00:00.000Z',"
                            " finished = '2026-01-01T00:00:10.000Z';"
                            "UPDATE sweep SET created = '2026-01-01T00:00:00.000Z';";

START_TEST(queries_give_what_is_expected)
{
    static const struct synthetic size = {.lambdas = 4, .seeds = 4, .arrays = 2, .rows = 60};
    struct err e = {0};
    const char *path = fixture_path("sql.db");
    ck_assert_msg(!synthetic_make(path, &size, &e), "%s", e.text);
    free(fixture_query(path, fixed));
    char query[QUERY], *got = NULL;
    size_t bytes;
    int count = 0;
    FILE *page = open_source("src/man/brainsweep-sql.5"), *out = open_memstream(&got, &bytes);
    while (next_query(page, query)) {
        char *rows = fixture_query(path, query);
        ck_assert_msg(*rows, "no rows: %s", query);
        fprintf(out, "-- query %d\n%s%s", ++count, query, rows);
        free(rows);
    }
    fclose(page);
    fclose(out);
    ck_assert_int_ge(count, LEAST_QUERIES);
    FILE *file = open_source("tests/fixtures/sql/expected.txt");
    char *expected = whole_file(file);
    fclose(file);
    const char *dump = getenv("SQL_EXPECTED_OUT"); /* to generate the file again, for review */
    if (dump && (file = fopen(dump, "w"))) {
        fputs(got, file);
        fclose(file);
    }
    size_t same = 0;
    while (got[same] && got[same] == expected[same])
        same++;
    ck_assert_msg(!got[same] && !expected[same],
                  "differs at byte %zu: got \"%.200s\", not \"%.200s\"", same, got + same,
                  expected + same);
    free(expected);
    free(got);
}
END_TEST

FIXTURE_CASE(sql_case, "brainsweep-sql(5)", queries_give_what_is_expected)

SUITE_MAIN("sql", sql_case)
