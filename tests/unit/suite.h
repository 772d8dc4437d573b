/*
 * suite - the main() of a Check program: `SUITE_MAIN(name, case, case ...)` with one
 * `static TCase *name_of_case(void)` each.
 */
#ifndef BRAINSWEEP_TESTS_SUITE_H
#define BRAINSWEEP_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int suite_run(const char *name, TCase *(*const *cases)(void), size_t n)
{
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < n; i++)
        suite_add_tcase(suite, cases[i]());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define SUITE_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        TCase *(*const cases[])(void) = {__VA_ARGS__};                                             \
        return suite_run(name, cases, sizeof cases / sizeof cases[0]);                             \
    }

/* A case of one loopless test after another. */
static inline TCase *suite_case(const char *name, const TTest *const *tests, size_t n)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    return tcase;
}

#define SUITE_CASE(function, title, ...)                                                           \
    static TCase *function(void)                                                                   \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        return suite_case(title, tests, sizeof tests / sizeof tests[0]);                           \
    }

#endif
