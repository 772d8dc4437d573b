/*
 * sweep_toy - for the tests of sweeps: an experiment with contradictions and redundant points as
 * cogtasks has them, and sweep files made from text.
 */
#ifndef BRAINSWEEP_TESTS_SWEEP_TOY_H
#define BRAINSWEEP_TESTS_SWEEP_TOY_H

#include "base/mem.h"
#include "suite.h"
#include "sweep/sweep.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const toy_regularizers[] = {"none", "l1", "bimt", "local", NULL};

static const struct parameter toy_parameters[] = {
    {.name = "regularizer",
     .type = VALUE_TEXT,
     .default_text = "bimt",
     .choices = toy_regularizers},
    {.name = "lambda", .type = VALUE_REAL, .default_text = "1e-5", .max = 1e6},
    {.name = "A", .type = VALUE_REAL, .default_text = "1", .max = 1e6},
    {.name = "seed", .type = VALUE_INT, .default_text = "0", .max = 1e9},
    {.name = "tasks", .type = VALUE_TEXT, .default_text = "yang19"},
    {.name = "grid", .type = VALUE_INT, .default_text = "20", .min = 1, .max = 1000},
    {.name = NULL},
};
static const struct parameter tiny_parameters[] = {
    {.name = "seconds", .type = VALUE_REAL, .default_text = "1", .max = 1e6},
    {.name = NULL},
};

static int toy_check(const struct spec *spec, const unsigned char *given, struct err *e)
{
    const char *regularizer = spec_text(spec, "regularizer"), *tasks = spec_text(spec, "tasks");
    double lambda = spec_real(spec, "lambda");
    if (strncmp(tasks, "yang19", 6) != 0)
        return err_set(e, ERR_VALUE, "tasks = %s: no such task set", tasks);
    if (spec_int(spec, "grid") == 999)
        return err_set(e, ERR_VALUE, "a network that large needs 4 TB of memory");
    if (given[0] && given[1] && strcmp(regularizer, "none") == 0 && lambda > 0)
        return err_set(e, ERR_VALUE, "lambda = %g: regularizer none has lambda = 0", lambda);
    return 0;
}

/* none: lambda = 0, A = 0; l1: A = 0 */
static void toy_canonicalise(struct spec *spec)
{
    const char *regularizer = spec_text(spec, "regularizer");
    int is_none = strcmp(regularizer, "none") == 0;
    if (is_none)
        spec_put_real(spec, "lambda", 0);
    if (is_none || strcmp(regularizer, "l1") == 0)
        spec_put_real(spec, "A", 0);
}

static const struct experiment toy = {.name = "toy",
                                      .parameters = toy_parameters,
                                      .check = toy_check,
                                      .canonicalise = toy_canonicalise};
static const struct experiment tiny = {.name = "tiny", .parameters = tiny_parameters};
static const struct experiment *const toy_experiments[] = {&toy, &tiny, NULL};

/* One file, "x.sweep" in a separate directory, which exists until the process ends. */
static char toy_directory[] = "/tmp/check_sweep.XXXXXX";
static int toy_file = -1;

static inline void remove_toy_file(void)
{
    unlink("x.sweep");
    rmdir(toy_directory);
}

/* Reads a sweep file of these bytes, with n overrides; the path in messages is "x.sweep". */
static inline int read_bytes(struct sweep **sweep, const char *bytes, size_t size,
                             const struct override *overrides, size_t n, struct err *e)
{
    if (toy_file < 0) {
        ck_assert_ptr_nonnull(mkdtemp(toy_directory));
        ck_assert_int_eq(chdir(toy_directory), 0);
        toy_file = open("x.sweep", O_CREAT | O_RDWR, 0600);
        ck_assert_int_eq(atexit(remove_toy_file), 0);
    }
    ck_assert_int_eq(ftruncate(toy_file, 0), 0);
    ck_assert_int_eq(pwrite(toy_file, bytes, size, 0), (ssize_t)size);
    return sweep_read(sweep, "x.sweep", overrides, n, toy_experiments, e);
}

#endif
