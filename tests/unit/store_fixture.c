#define _XOPEN_SOURCE 700 /* nftw, mkdtemp, open_memstream */

#include "store_fixture.h"

#include "base/mem.h"

#include <check.h>

#include <ftw.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct experiment *const fixture_experiments[] = {&sample, NULL};

static char directory[PATH_MAX / 2];

void fixture_setup(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/brainsweep-XXXXXX", base && *base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

void fixture_teardown(void)
{
    ck_assert_int_eq(nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *fixture_path(const char *name)
{
    static char paths[8][PATH_MAX];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, PATH_MAX, "%s%s%s", directory, *name ? "/" : "", name);
    return path;
}

TCase *fixture_case(const char *name, const TTest *const *tests, size_t n)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    return tcase;
}

struct store *fixture_open(const char *path, enum store_access access)
{
    struct store *store;
    struct err e = {0, ""};
    int code = store_open(&store, path, access, fixture_experiments, &e);
    ck_assert_msg(code == 0, "%s", e.text);
    return store;
}

void fixture_close(struct store *store)
{
    struct err e = {0, ""};
    int code = store_close(store, &e);
    ck_assert_msg(code == 0, "%s", e.text);
}

void fixture_refused(const char *path, enum store_access access, int code, const char *sentence)
{
    struct store *store;
    struct err e = {0, ""};
    char expected[PATH_MAX + 512];
    const char *mark = strstr(sentence, "%s");
    snprintf(expected, sizeof expected, "%.*s%s%s", (int)(mark - sentence), sentence, path,
             mark + 2);
    int got = store_open(&store, path, access, fixture_experiments, &e);
    ck_assert_ptr_null(store);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(got, code);
}

struct range {
    struct spec **specs;
};

static const struct spec *point_at(size_t i, const void *data)
{
    const struct range *range = data;
    return range->specs[i];
}

int fixture_enter(struct store *store, const char *name, const char *text, int first, int last,
                  struct err *e)
{
    size_t count = (size_t)(last - first);
    struct range range = {mem_array(count, sizeof(struct spec *))};
    for (size_t i = 0; i < count; i++)
        range.specs[i] = sample_spec(first + (int)i);
    int code = store_enter_sweep(store, name, text, &sample, point_at, &range, count, e);
    for (size_t i = 0; i < count; i++)
        spec_free(range.specs[i]);
    mem_free(range.specs);
    return code;
}

int fixture_do_job(struct store *store, int64_t id, int k, enum outcome outcome, struct err *e)
{
    static const struct attempt attempt = {"node1", 3, "", "test build", "Generic", "MPI 1", "CPU"};
    struct result *result;
    struct spec *spec = sample_spec(k);
    int code = store_begin(store, id, &attempt, e);
    if (!code) {
        ck_assert_int_eq(sample_result(&result, k, e), 0);
        result->outcome = outcome;
        if (outcome != OUTCOME_DONE)
            snprintf(result->message, sizeof result->message, "it %s", outcome_name(outcome));
        code = store_finish(store, id, spec, result, e);
        result_free(result);
    }
    spec_free(spec);
    return code;
}

char *fixture_query(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    const char *rest = sql;
    while (*rest) {
        int code = sqlite3_prepare_v2(db, rest, -1, &s, &rest);
        ck_assert_msg(code == SQLITE_OK, "%s", sqlite3_errmsg(db));
        while (s && (code = sqlite3_step(s)) == SQLITE_ROW)
            for (int c = 0, n = sqlite3_column_count(s); c < n; c++)
                fprintf(out, "%s%s",
                        sqlite3_column_text(s, c) ? (const char *)sqlite3_column_text(s, c) : "",
                        c + 1 < n ? "|" : "\n");
        ck_assert_msg(!s || code == SQLITE_DONE, "%s", sqlite3_errmsg(db));
        sqlite3_finalize(s);
    }
    sqlite3_close(db);
    fclose(out);
    return text;
}

long fixture_query_int(const char *path, const char *sql)
{
    char *text = fixture_query(path, sql);
    long answer = strtol(text, NULL, 10);
    free(text);
    return answer;
}

void fixture_assert(const char *path, const char *sql, const char *expected)
{
    char *got = fixture_query(path, sql);
    ck_assert_str_eq(got, expected);
    free(got);
}

struct store *fixture_with_jobs(const char *path, int count)
{
    struct store *store = fixture_open(path, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, count, NULL), 0);
    return store;
}
