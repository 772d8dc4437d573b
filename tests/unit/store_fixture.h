/*
 * store_fixture - a separate directory for every test, and common steps of the store tests.
 *
 * Everything asserts that it succeeds.
 */
#ifndef BRAINSWEEP_TESTS_STORE_FIXTURE_H
#define BRAINSWEEP_TESTS_STORE_FIXTURE_H

#include "sample.h"
#include "store/store.h"

#include <check.h>

extern const struct experiment *const fixture_experiments[]; /* sample; ends with NULL */

/* A fixture for tcase_add_checked_fixture: an empty directory under TMPDIR, removed afterwards. */
void fixture_setup(void);
void fixture_teardown(void);

/* The path of a file in that directory; the results of the last 8 calls are valid. */
const char *fixture_path(const char *name);

/* A test case in which each test has such a directory. */
TCase *fixture_case(const char *name, const TTest *const *tests, size_t n);
#define FIXTURE_CASE(function, title, ...)                                                         \
    static TCase *function(void)                                                                   \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return fixture_case(title, tests, sizeof tests / sizeof tests[0]);                         \
    }

struct store *fixture_open(const char *path, enum store_access access);
void fixture_close(struct store *store);

/* Opening fails with this code and this sentence, in which %s is the path. */
void fixture_refused(const char *path, enum store_access access, int code, const char *sentence);

/* Enters the points first..last-1 of sample_spec under that name and text; returns the code. */
int fixture_enter(struct store *store, const char *name, const char *text, int first, int last,
                  struct err *e);

/* Begins and finishes job `id`, as point k with the result of sample_result(k); not committed. */
int fixture_do_job(struct store *store, int64_t id, int k, enum outcome outcome, struct err *e);

/* Runs a query on the file through an independent connection of the sqlite3 library.  Returns all
   columns of all rows, joined by '|' and newlines, in a new string (free). */
char *fixture_query(const char *path, const char *sql);
long fixture_query_int(const char *path, const char *sql);

/* Asserts that the query's rows, as fixture_query gives them, are these. */
void fixture_assert(const char *path, const char *sql, const char *expected);

/* A new database with a sweep of the sample's points 0..count-1. */
struct store *fixture_with_jobs(const char *path, int count);

#endif
