/* checkpoint: a file is complete or absent, and a job that resumes from one ends with the same bits
   as an uninterrupted job. */
#include "base/mem.h"
#include "jobs/job.h"
#include "math/rng.h"
#include "record/checkpoint.h"
#include "record/codec.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- files ---- */

static char directory[256], file[300];

static void setup(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/check_checkpoint.XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/17", directory);
}

static void teardown(void)
{
    unlink(file);
    ck_assert_int_eq(rmdir(directory), 0); /* no temporary file remained */
}

static unsigned char payload[] = "what the job saved";

static struct checkpoint sample(void)
{
    return (struct checkpoint){(char *)"probe seed=17", 3, 40, 1.5, payload, sizeof payload};
}

static void write_sample(void)
{
    struct checkpoint checkpoint = sample();
    ck_assert_int_eq(checkpoint_write(file, &checkpoint, NULL), 0);
}

START_TEST(what_was_written_is_read)
{
    struct checkpoint got;
    write_sample();
    write_sample(); /* replaces the first */
    ck_assert_int_eq(checkpoint_read(file, "probe seed=17", &got, NULL), 0);
    ck_assert_str_eq(got.spec, "probe seed=17");
    ck_assert_int_eq(got.attempt, 3);
    ck_assert_int_eq(got.steps, 40);
    ck_assert_double_eq(got.seconds, 1.5);
    ck_assert_uint_eq(got.size, sizeof payload);
    ck_assert_mem_eq(got.bytes, payload, sizeof payload);
    checkpoint_free(&got);
    checkpoint_remove(file);
    ck_assert_int_eq(checkpoint_read(file, "probe seed=17", &got, NULL), 0);
    ck_assert_ptr_null(got.bytes);
}
END_TEST

START_TEST(another_jobs_file_is_refused)
{
    struct checkpoint got;
    struct err e = {0};
    write_sample();
    ck_assert_int_eq(checkpoint_read(file, "probe seed=18", &got, &e), ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(e.text, "this is another job's checkpoint"));
    ck_assert_ptr_null(got.bytes);
}
END_TEST

static size_t load(unsigned char *bytes, size_t size)
{
    FILE *f = fopen(file, "rb");
    size = fread(bytes, 1, size, f);
    fclose(f);
    return size;
}

static void store(const unsigned char *bytes, size_t size)
{
    FILE *f = fopen(file, "wb");
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

/* Any flipped bit and every other length are detected. */
START_TEST(damage_is_noticed)
{
    unsigned char bytes[256];
    struct checkpoint got;
    write_sample();
    size_t size = load(bytes, sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        store(bytes, size);
        bytes[i] ^= 0x10;
        ck_assert_int_eq(checkpoint_read(file, "probe seed=17", &got, NULL), ERR_FORMAT);
    }
    for (size_t length = 0; length <= size + 1; length++) {
        store(bytes, length);
        ck_assert_int_eq(checkpoint_read(file, "probe seed=17", &got, NULL),
                         length == size ? 0 : ERR_FORMAT);
        checkpoint_free(&got);
    }
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_an_error)
{
    struct err e = {0};
    struct checkpoint checkpoint = sample();
    ck_assert_int_eq(checkpoint_write("/nowhere/at/all", &checkpoint, &e), ERR_FILE);
    ck_assert_ptr_nonnull(strstr(e.text, "/nowhere/at/all: it cannot be written"));
    struct checkpoint got;
    ck_assert_int_eq(checkpoint_read("/nowhere/at/all", "x", &got, &e), 0);
    ck_assert_int_eq(checkpoint_read(directory, "x", &got, &e), ERR_FILE);
}
END_TEST

START_TEST(no_memory_leaves_the_old_file)
{
    int writing = ERR_MEMORY, reading = ERR_MEMORY;
    struct checkpoint checkpoint = sample(), got;
    for (long n = 0; writing; n++) {
        mem_fail_at(n);
        writing = checkpoint_write(file, &checkpoint, NULL);
    }
    for (long n = 0; reading; n++) {
        mem_fail_at(n);
        reading = checkpoint_read(file, "probe seed=17", &got, NULL);
        ck_assert(!reading || reading == ERR_MEMORY);
    }
    mem_fail_at(-1);
    ck_assert_mem_eq(got.bytes, payload, sizeof payload);
    checkpoint_free(&got);
}
END_TEST

static TCase *files(void)
{
    const TTest *const tests[] = {what_was_written_is_read, another_jobs_file_is_refused,
                                  damage_is_noticed, a_file_that_cannot_be_written_is_an_error,
                                  no_memory_leaves_the_old_file};
    TCase *tcase = suite_case("files", tests, sizeof tests / sizeof tests[0]);
    tcase_add_checked_fixture(tcase, setup, teardown);
    return tcase;
}

/* ---- jobs that are interrupted ---- */

/* Stops at one step, and keeps the state that the job saves. */
struct interruption {
    int64_t at; /* 0 = never */
    int64_t seen;
    struct bytes_writer saved;
};

static enum job_wish on_progress(int64_t done, int64_t total, const struct result *so_far,
                                 void *data)
{
    (void)total, (void)so_far;
    struct interruption *i = data;
    i->seen = done;
    return done == i->at ? JOB_STOP : done % 5 == 0 ? JOB_SAVE : JOB_GO_ON;
}

static void on_save(const void *bytes, size_t size, void *data)
{
    struct interruption *i = data;
    bytes_writer_free(&i->saved);
    bytes_write_bytes(&i->saved, bytes, size);
}

/* Runs a job from the state `saved` up to step `at`; the state that it saves replaces `saved`. */
static struct result *run_until(const char *text, int64_t at, struct bytes_writer *saved)
{
    struct spec *spec;
    struct result *result;
    struct interruption interruption = {.at = at};
    struct job_context context = {.progress = on_progress,
                                  .save = on_save,
                                  .saved = saved->bytes,
                                  .saved_size = saved->size,
                                  .data = &interruption};
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    int code = job_run(spec, &context, &result, NULL);
    ck_assert_int_eq(code, at ? ERR_STOPPED : 0);
    spec_free(spec);
    bytes_writer_free(saved);
    *saved = interruption.saved;
    return result;
}

/* The bytes of a result without its time; frees the result. */
static struct bytes_writer bytes_of(struct result *result)
{
    struct bytes_writer w = {0};
    result->seconds = 0;
    codec_write_result(&w, result);
    result_free(result);
    return w;
}

static void assert_same(struct result *result, const struct bytes_writer *expected)
{
    struct bytes_writer got = bytes_of(result);
    ck_assert_uint_eq(got.size, expected->size);
    ck_assert_mem_eq(got.bytes, expected->bytes, got.size);
    bytes_writer_free(&got);
}

#define SMALL                                                                                      \
    " task_list=go,dm1 grid=5 steps=40 batch=4 steps_per_sequence=20 eval_trials=5"                \
    " curve_trials=3 curve_points=7 "

/* Each regularizer with each treatment and schedule, with relocation every few steps, and with
   communicability, which is computed less often after the first 100 steps. */
static const char *const ways[] = {
    "cogtasks" SMALL,
    "cogtasks regularizer=l1 lambda=1e-3" SMALL "treatment=subgradient",
    "cogtasks regularizer=l1 lambda=1e-3" SMALL "lambda_schedule=staged",
    "cogtasks regularizer=bimt lambda=1e-3" SMALL "swap_every=7",
    "cogtasks regularizer=bimt lambda=1e-2" SMALL "lambda_schedule=staged swap_every=3",
    "cogtasks regularizer=bimt lambda=1e-3" SMALL
    "activation=tanh init=orthogonal treatment=subgradient lambda_schedule=staged swap_every=5"
    " swap_units=6",
    "cogtasks regularizer=local lambda=1e-3" SMALL "activation=softplus clip=0.5",
    "cogtasks regularizer=bimt lambda=1e-1" SMALL "swap_every=4", /* most weights become zero */
    "cogtasks regularizer=sernn lambda=3e-3" SMALL "steps=130 communicability_every=9",
    "cogtasks regularizer=sernn_frozen lambda=1e-3" SMALL
    "steps=120 communicability_every=50 rest=1 treatment=subgradient lambda_schedule=staged",
    "cogtasks regularizer=mask" SMALL "mask_radius=0.4",
};

/* Puts the words of a spec into the order that spec_parse requires. */
static char *canonical(const char *words)
{
    char copy[512], *rest = copy;
    struct spec *spec;
    snprintf(copy, sizeof copy, "%s", words);
    const char *name = strsep(&rest, " ");
    ck_assert_int_eq(spec_parse(&spec, name, job_experiments(), NULL), 0);
    for (char *word; (word = strsep(&rest, " "));) {
        char *value = strchr(word, '=');
        if (!value)
            continue;
        *value = '\0';
        ck_assert_int_eq(spec_set(spec, word, value + 1, NULL), 0);
    }
    char *text = spec_canonical(spec);
    spec_free(spec);
    return text;
}

static int64_t steps_of(const char *text)
{
    struct spec *spec;
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    int64_t steps = spec_int(spec, "steps");
    spec_free(spec);
    return steps;
}

START_TEST(an_interrupted_job_ends_with_the_same_bits)
{
    int rounds = getenv("BIGCHECK") ? 30 : 3;
    char *text = canonical(ways[_i]);
    int64_t steps = steps_of(text);
    struct rng rng = rng_at(11, RNG_TEST, (uint64_t)_i);
    struct bytes_writer none = {0};
    struct bytes_writer expected = bytes_of(run_until(text, 0, &none));
    bytes_writer_free(&none);
    for (int round = 0; round < rounds; round++) {
        struct bytes_writer saved = {0};
        int64_t at = 0;
        /* up to three interruptions, each later than the last */
        for (int k = 0; k < 3 && at < steps; k++) {
            at += 1 + rng_below(&rng, (unsigned)(steps - at));
            ck_assert_ptr_null(run_until(text, at, &saved));
        }
        assert_same(run_until(text, 0, &saved), &expected);
        bytes_writer_free(&saved);
    }
    bytes_writer_free(&expected);
    mem_free(text);
}
END_TEST

/* Stops at the n-th progress report of the measurements. */
struct late_stop {
    int at, reports;
    int64_t least_done; /* minimum over all reports */
    struct bytes_writer saved;
};

static enum job_wish on_late_progress(int64_t done, int64_t total, const struct result *so_far,
                                      void *data)
{
    struct late_stop *stop = data;
    if (done < stop->least_done)
        stop->least_done = done;
    ck_assert(so_far || done == total);
    return !so_far && ++stop->reports == stop->at ? JOB_STOP : JOB_GO_ON;
}

static void on_late_save(const void *bytes, size_t size, void *data)
{
    struct late_stop *stop = data;
    bytes_writer_free(&stop->saved);
    bytes_write_bytes(&stop->saved, bytes, size);
}

/* Whichever measurement is interrupted, the job resumes after its last step and ends with the same
   bits. */
START_TEST(a_job_stops_while_it_is_measured)
{
    enum { STEPS = 40, LEAST = 10 };
    char *text = canonical(ways[3]);
    struct spec *spec;
    struct bytes_writer none = {0};
    struct bytes_writer expected = bytes_of(run_until(text, 0, &none));
    bytes_writer_free(&none);
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    int at = 1, code = ERR_STOPPED;
    for (; code; at++) {
        struct result *result;
        struct late_stop stop = {.at = at, .least_done = STEPS};
        struct job_context context = {
            .progress = on_late_progress, .save = on_late_save, .data = &stop};
        code = job_run(spec, &context, &result, NULL);
        if (code) {
            ck_assert_int_eq(code, ERR_STOPPED);
            ck_assert_int_eq(stop.least_done, 1);
            struct late_stop again = {.least_done = STEPS};
            context = (struct job_context){.progress = on_late_progress,
                                           .saved = stop.saved.bytes,
                                           .saved_size = stop.saved.size,
                                           .data = &again};
            ck_assert_int_eq(job_run(spec, &context, &result, NULL), 0);
            ck_assert_int_eq(again.least_done, STEPS); /* no step is repeated */
        }
        assert_same(result, &expected);
        bytes_writer_free(&stop.saved);
    }
    ck_assert_int_gt(at, LEAST);
    spec_free(spec);
    bytes_writer_free(&expected);
    mem_free(text);
}
END_TEST

/* A job that cannot read its saved state starts again, and ends with the same result. */
START_TEST(bytes_of_no_use_cost_time_only)
{
    char *text = canonical(ways[3]);
    struct bytes_writer saved = {0};
    ck_assert_ptr_null(run_until(text, 23, &saved));
    struct bytes_writer none = {0};
    struct bytes_writer expected = bytes_of(run_until(text, 0, &none));
    bytes_writer_free(&none);
    const size_t sizes[] = {1, 4, 40, saved.size / 2, saved.size - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bytes_writer part = {0};
        bytes_write_bytes(&part, saved.bytes, sizes[i]);
        assert_same(run_until(text, 0, &part), &expected);
        bytes_writer_free(&part);
    }
    char *other = canonical("cogtasks" SMALL "grid=6"); /* another size of network */
    struct bytes_writer copy = {0};
    bytes_write_bytes(&copy, saved.bytes, saved.size);
    result_free(run_until(other, 0, &copy));
    bytes_writer_free(&copy);
    mem_free(other);
    bytes_writer_free(&saved);
    bytes_writer_free(&expected);
    mem_free(text);
}
END_TEST

/* It does not start again: the steps done are not repeated. */
START_TEST(a_job_goes_on_where_it_was)
{
    char *text = canonical(ways[3]);
    struct bytes_writer saved = {0};
    ck_assert_ptr_null(run_until(text, 23, &saved));
    struct spec *spec;
    struct result *result;
    struct interruption first = {.at = 24};
    struct job_context context = {
        .progress = on_progress, .saved = saved.bytes, .saved_size = saved.size, .data = &first};
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    ck_assert_int_eq(job_run(spec, &context, &result, NULL), ERR_STOPPED);
    ck_assert_int_eq(first.seen, 24);
    spec_free(spec);
    bytes_writer_free(&saved);
    mem_free(text);
}
END_TEST

START_TEST(a_probe_goes_on_sleeping)
{
    struct bytes_writer saved = {0};
    ck_assert_ptr_null(run_until("probe ms=100 seed=1", 60, &saved));
    ck_assert_uint_gt(saved.size, 0);
    struct result *result = run_until("probe ms=100 seed=1", 0, &saved);
    ck_assert_double_lt(result->seconds, 10);
    ck_assert_int_eq(result->outcome, OUTCOME_DONE);
    result_free(result);
    bytes_writer_free(&saved);
}
END_TEST

static TCase *jobs(void)
{
    const TTest *const tests[] = {bytes_of_no_use_cost_time_only, a_job_goes_on_where_it_was,
                                  a_job_stops_while_it_is_measured, a_probe_goes_on_sleeping};
    TCase *tcase = suite_case("jobs", tests, sizeof tests / sizeof tests[0]);
    tcase_add_loop_test(tcase, an_interrupted_job_ends_with_the_same_bits, 0,
                        sizeof ways / sizeof ways[0]);
    return tcase;
}

SUITE_MAIN("checkpoint", files, jobs)
