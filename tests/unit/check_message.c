/* Messages of coordinator and workers: round trips, and invalid bytes. */
#include "base/mem.h"
#include "jobs/job.h"
#include "math/rng.h"
#include "mpi/message.h"
#include "suite.h"

#include <string.h>

static struct bytes_reader reader_of(const struct bytes_writer *w)
{
    ck_assert_int_eq(w->failed, 0);
    return (struct bytes_reader){.bytes = w->bytes, .size = w->size};
}

START_TEST(every_message_reads_back)
{
    char host[] = "node7", blas[] = "SkylakeX", processor[] = "Xeon";
    struct bytes_writer w = {0};
    message_write_ask(&w, &(struct message_ask){host, blas, processor});
    struct bytes_reader r = reader_of(&w);
    struct message_ask ask;
    ck_assert_int_eq(message_read_ask(&r, &ask, NULL), 0);
    ck_assert_str_eq(ask.host, "node7");
    ck_assert_str_eq(ask.blas, "SkylakeX");
    ck_assert_str_eq(ask.processor, "Xeon");
    mem_free(ask.host);
    mem_free(ask.blas), mem_free(ask.processor);
    bytes_writer_free(&w);

    w = (struct bytes_writer){0};
    message_write_progress(&w, &(struct message_progress){12, 300, 1000, 1.5, 0.25, 0.75});
    r = reader_of(&w);
    struct message_progress progress;
    ck_assert_int_eq(message_read_progress(&r, &progress, NULL), 0);
    ck_assert_int_eq(progress.job, 12);
    ck_assert_int_eq(progress.done, 300);
    ck_assert_int_eq(progress.total, 1000);
    ck_assert_double_eq(progress.seconds, 1.5);
    ck_assert_double_eq(progress.saving, 0.25);
    ck_assert_double_eq(progress.loss, 0.75);
    bytes_writer_free(&w);

    w = (struct bytes_writer){0};
    message_write_bye(&w, &(struct message_bye){12, 300, 1.5});
    r = reader_of(&w);
    struct message_bye bye;
    ck_assert_int_eq(message_read_bye(&r, &bye, NULL), 0);
    ck_assert_int_eq(bye.job, 12);
    ck_assert_int_eq(bye.steps, 300);
    ck_assert_double_eq(bye.seconds, 1.5);
    bytes_writer_free(&w);

    w = (struct bytes_writer){0};
    message_write_drop(&w, &(struct message_drop){12, 1});
    r = reader_of(&w);
    struct message_drop drop;
    ck_assert_int_eq(message_read_drop(&r, &drop, NULL), 0);
    ck_assert_int_eq(drop.job, 12);
    ck_assert_int_eq(drop.keeps, 1);
    bytes_writer_free(&w);

    w = (struct bytes_writer){0};
    message_write_code(&w, 75);
    r = reader_of(&w);
    int exit_code;
    ck_assert_int_eq(message_read_code(&r, MESSAGE_STOP, &exit_code, NULL), 0);
    ck_assert_int_eq(exit_code, 75);
    bytes_writer_free(&w);
}
END_TEST

START_TEST(several_jobs_are_one_message)
{
    char spec[] = "probe seed=4", file[] = "/s.db.ckpt/3";
    struct bytes_writer w = {0};
    for (int i = 0; i < 3; i++)
        message_write_job(&w, &(struct message_job){3 + i, 2, spec, file, i == 0});
    struct bytes_reader r = reader_of(&w);
    for (int i = 0; i < 3; i++) {
        struct message_job job;
        ck_assert_uint_lt(r.at, r.size);
        ck_assert_int_eq(message_read_job(&r, &job, NULL), 0);
        ck_assert_int_eq(job.job, 3 + i);
        ck_assert_str_eq(job.spec, "probe seed=4");
        ck_assert_int_eq(job.attempt, 2);
        ck_assert_str_eq(job.checkpoint, "/s.db.ckpt/3");
        ck_assert_int_eq(job.anew, i == 0);
        mem_free(job.spec);
        mem_free(job.checkpoint);
    }
    ck_assert_uint_eq(r.at, r.size);
    struct message_job none;
    ck_assert_int_eq(message_read_job(&r, &none, NULL), ERR_FORMAT);
    ck_assert_ptr_null(none.spec);
    bytes_writer_free(&w);
}
END_TEST

static struct result *probe_result(const char *text)
{
    struct spec *spec;
    struct result *result;
    ck_assert_int_eq(spec_parse(&spec, text, job_experiments(), NULL), 0);
    ck_assert_int_eq(job_run(spec, NULL, &result, NULL), 0);
    spec_free(spec);
    return result;
}

START_TEST(a_result_travels_whole)
{
    struct message_result sent = {77, probe_result("probe seed=9 floats=5"), (char *)"a line\n", 1},
                          came;
    struct bytes_writer w = {0}, again = {0};
    message_write_result(&w, &sent);
    struct bytes_reader r = reader_of(&w);
    ck_assert_int_eq(message_read_result(&r, job_experiments(), &came, NULL), 0);
    ck_assert_int_eq(came.job, 77);
    ck_assert_str_eq(came.log, "a line\n");
    message_write_result(&again, &came);
    ck_assert_uint_eq(w.size, again.size);
    ck_assert_mem_eq(w.bytes, again.bytes, w.size);
    bytes_writer_free(&w);
    bytes_writer_free(&again);
    result_free(sent.result);
    result_free(came.result);
    mem_free(came.log);
}
END_TEST

/* Every prefix of a message, and every message with an extra byte, is refused. */
START_TEST(a_message_is_whole_or_none)
{
    struct message_result sent = {77, probe_result("probe seed=9 floats=5"), (char *)"", 0};
    struct bytes_writer w = {0};
    message_write_result(&w, &sent);
    result_free(sent.result);
    bytes_write_u32(&w, 0); /* surplus */
    for (size_t size = 0; size <= w.size; size++) {
        if (size == w.size - 4)
            continue;
        struct bytes_reader r = {.bytes = w.bytes, .size = size};
        struct err e = {0};
        struct message_result came;
        ck_assert_int_eq(message_read_result(&r, job_experiments(), &came, &e), ERR_FORMAT);
        ck_assert_ptr_null(came.result);
    }
    bytes_writer_free(&w);
}
END_TEST

START_TEST(random_bytes_never_harm)
{
    struct rng rng = rng_at(3, RNG_TEST, 0);
    for (int round = 0; round < 5000; round++) {
        unsigned char bytes[64];
        size_t size = rng_below(&rng, sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (unsigned char)(rng_below(&rng, 3) ? 0 : rng_bits(&rng));
        struct message_ask ask;
        struct message_job job;
        struct bytes_reader r = {.bytes = bytes, .size = size};
        if (!message_read_ask(&r, &ask, NULL)) {
            mem_free(ask.host);
            mem_free(ask.blas), mem_free(ask.processor);
        }
        r = (struct bytes_reader){.bytes = bytes, .size = size};
        if (!message_read_job(&r, &job, NULL)) {
            mem_free(job.spec);
            mem_free(job.checkpoint);
        }
        r = (struct bytes_reader){.bytes = bytes, .size = size};
        struct message_result result;
        if (!message_read_result(&r, job_experiments(), &result, NULL)) {
            result_free(result.result);
            mem_free(result.log);
        }
    }
}
END_TEST

START_TEST(tags_have_names)
{
    ck_assert_str_eq(message_name(MESSAGE_ASK), "ask");
    ck_assert_str_eq(message_name(MESSAGE_STOP), "stop");
    ck_assert_ptr_null(message_name(MESSAGE_COUNT));
    ck_assert_ptr_null(message_name(-1));
}
END_TEST

SUITE_CASE(messages, "messages", every_message_reads_back, several_jobs_are_one_message,
           a_result_travels_whole, a_message_is_whole_or_none, random_bytes_never_harm,
           tags_have_names)

SUITE_MAIN("message", messages)
