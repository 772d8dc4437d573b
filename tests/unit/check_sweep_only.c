/* sweep_only: which jobs a choice contains, and which texts are invalid. */
#include "base/mem.h"
#include "jobs/job.h"
#include "suite.h"
#include "sweep/sweep_only.h"

#include <string.h>

static int has(const char *choice, const char *text)
{
    struct sweep_only *only;
    struct spec *spec;
    ck_assert_int_eq(sweep_only_read(&only, choice, &job_at(0)->experiment, NULL), 0);
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    int answer = sweep_only_has(only, spec);
    spec_free(spec);
    sweep_only_free(only);
    return answer;
}

START_TEST(every_parameter_has_one_of_its_values)
{
    static const char bimt[] = "cogtasks regularizer=bimt lambda=1e-5 seed=2";
    ck_assert(has("regularizer=bimt", bimt));
    ck_assert(has("regularizer=bimt,seed=0..2", bimt));
    ck_assert(!has("regularizer=bimt,seed=0..1", bimt));
    ck_assert(has("seed=0,2,regularizer=l1,bimt", bimt));
    ck_assert(has("lambda=1e-6:1e-4:log:3", bimt));
    ck_assert(!has("lambda=1e-6,1e-4", bimt));
    ck_assert(has("regularizer=l1,regularizer=bimt", bimt));
    ck_assert(has("steps=20000", bimt)); /* a default */
    ck_assert(!has("regularizer=none", bimt));
    ck_assert(!has("seed=0", "probe"));
}
END_TEST

START_TEST(what_is_no_choice_is_refused)
{
    static const struct {
        const char *text;
        int code;
        const char *sentence;
    } wrong[] = {
        {"bimt", ERR_USAGE, "\"bimt\": expected parameters and values"},
        {"", ERR_USAGE, "expected parameters and values"},
        {"sed=1", ERR_USAGE, "no parameter \"sed\"; did you mean seed?"},
        {"seed=a", ERR_VALUE, "a"},
        {"regularizer=l3", ERR_VALUE, "l3"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct sweep_only *only;
        struct err e = {0};
        ck_assert_int_eq(sweep_only_read(&only, wrong[i].text, &job_at(0)->experiment, &e),
                         wrong[i].code);
        ck_assert_ptr_null(only);
        ck_assert_ptr_nonnull(strstr(e.text, wrong[i].sentence));
    }
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    struct sweep_only *only;
    int code = ERR_MEMORY;
    for (long n = 0; code; n++) {
        mem_fail_at(n);
        code = sweep_only_read(&only, "seed=0..2,regularizer=bimt", &job_at(0)->experiment, NULL);
        ck_assert(!code || code == ERR_MEMORY);
    }
    mem_fail_at(-1);
    sweep_only_free(only);
}
END_TEST

SUITE_CASE(choices, "choices", every_parameter_has_one_of_its_values, what_is_no_choice_is_refused,
           no_memory_is_an_error)

SUITE_MAIN("sweep_only", choices)
