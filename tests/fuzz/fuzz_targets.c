/* The targets that need nothing but bytes, and the files into which the bytes are written. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */

#include "fuzz.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "jobs/cogtasks_state.h"
#include "jobs/cogtasks_table.h"
#include "jobs/job.h"
#include "mpi/message.h"
#include "record/checkpoint.h"
#include "record/codec.h"
#include "record/spec.h"
#include "sweep/sweep.h"
#include "sweep/sweep_where.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ---- files ---- */

static char directory[] = "/tmp/brainsweep-fuzz-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static void remove_directory(void)
{
    nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_file(const char *name)
{
    static char path[4][sizeof directory + 64];
    static int made, next;
    if (!made++ && (!mkdtemp(directory) || atexit(remove_directory)))
        abort();
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", directory, name);
    return path[next];
}

void fuzz_write(const char *path, const unsigned char *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
        abort();
}

/* The bytes as a text that ends at the first NUL; free it with mem_free. */
static char *text_of(const unsigned char *bytes, size_t size)
{
    char *text = mem_array(size + 1, 1);
    if (!text)
        abort();
    memcpy(text, bytes, size);
    return text;
}

/* ---- texts ---- */

static void run_sweep(const unsigned char *bytes, size_t size)
{
    const char *path = fuzz_file("x.sweep");
    struct sweep *sweep;
    fuzz_write(path, bytes, size);
    if (size < 4096 && !sweep_read(&sweep, path, NULL, 0, job_experiments(), NULL))
        sweep_free(sweep);
}

static void run_where(const unsigned char *bytes, size_t size)
{
    const struct experiment *x = job_experiments()[0];
    char *text = text_of(bytes, size);
    struct sweep_where *where;
    struct spec *spec;
    if (!spec_new(&spec, x, NULL) && !sweep_where_parse(&where, text, x, NULL)) {
        (void)!sweep_where_holds(where, spec);
        sweep_where_free(where);
    }
    spec_free(spec);
    mem_free(text);
}

/* A text that can be read must be written identically. */
static void run_spec(const unsigned char *bytes, size_t size)
{
    char *text = text_of(bytes, size);
    struct spec *spec;
    if (!spec_parse(&spec, text, job_experiments(), NULL)) {
        char *again = spec_canonical(spec);
        if (!again || strcmp(again, text))
            abort();
        mem_free(again);
        spec_free(spec);
    }
    mem_free(text);
}

static void run_utf8(const unsigned char *bytes, size_t size)
{
    if (utf8_span((const char *)bytes, size) > size)
        abort();
}

/* ---- messages and results ---- */

static void run_message(const unsigned char *bytes, size_t size)
{
    if (!size)
        return;
    struct bytes_reader r = {.bytes = bytes + 1, .size = size - 1};
    struct message_ask ask;
    struct message_job job;
    struct message_result result;
    struct message_progress progress;
    struct message_bye bye;
    struct message_drop drop;
    int code;
    switch (bytes[0] % 7) {
    case 0:
        if (!message_read_ask(&r, &ask, NULL))
            mem_free(ask.host), mem_free(ask.blas), mem_free(ask.processor);
        break;
    case 1:
        if (!message_read_job(&r, &job, NULL))
            mem_free(job.spec), mem_free(job.checkpoint);
        break;
    case 2:
        if (!message_read_result(&r, job_experiments(), &result, NULL))
            result_free(result.result), mem_free(result.log);
        break;
    case 3:
        (void)!message_read_progress(&r, &progress, NULL);
        break;
    case 4:
        (void)!message_read_bye(&r, &bye, NULL);
        break;
    case 5:
        (void)!message_read_drop(&r, &drop, NULL);
        break;
    default:
        (void)!message_read_code(&r, MESSAGE_STOP, &code, NULL);
    }
}

static const struct experiment *probe(void)
{
    const struct experiment *const *x = job_experiments();
    while (strcmp((*x)->name, "probe"))
        x++;
    return *x;
}

static struct result *probe_result(void)
{
    static const float numbers[] = {1, 2, 3, 4};
    struct result *result;
    const struct value row[] = {value_int(0), value_real(0.5)};
    if (result_new(&result, probe(), NULL) || result_add_row(result, "probe_row", row, NULL) ||
        result_add_array(result, "noise", 2, 2, numbers, NULL))
        abort();
    result_set(result, "cost", value_real(0.25));
    return result;
}

static int seed_message(struct bytes_writer *w, int k)
{
    char host[] = "node", blas[] = "avx2", processor[] = "Xeon", spec[] = "probe ms=1", none[] = "";
    struct result *result = probe_result();
    bytes_write_u8(w, (unsigned)k);
    if (k == 0)
        message_write_ask(w, &(struct message_ask){host, blas, processor});
    else if (k == 1)
        message_write_job(w, &(struct message_job){.spec = spec, .checkpoint = none});
    else if (k == 2)
        message_write_result(w, &(struct message_result){.result = result, .log = none});
    else if (k == 3)
        message_write_progress(w, &(struct message_progress){.job = 1, .total = 9});
    else if (k == 4)
        message_write_bye(w, &(struct message_bye){.job = 1});
    result_free(result);
    return k < 5;
}

static void run_result(const unsigned char *bytes, size_t size)
{
    struct bytes_reader r = {.bytes = bytes, .size = size}, again = r;
    struct result *result;
    if (!codec_read_result(&r, probe(), &result, NULL))
        result_free(result);
    if (!codec_read_packed(&again, probe(), &result, NULL))
        result_free(result);
}

static int seed_result(struct bytes_writer *w, int k)
{
    struct result *result = probe_result();
    codec_write_result(w, result);
    result_free(result);
    return k < 1;
}

/* ---- checkpoints ---- */

static const char checkpoint_spec[] = "probe ms=1";

/* Reads the bytes as they are, and again with a correct checksum; without it no later check would
   be reached. */
static void run_checkpoint(const unsigned char *bytes, size_t size)
{
    const char *path = fuzz_file("1");
    struct checkpoint c;
    fuzz_write(path, bytes, size);
    if (!checkpoint_read(path, checkpoint_spec, &c, NULL))
        checkpoint_free(&c);
    if (size < 4)
        return;
    unsigned char *copy = (unsigned char *)text_of(bytes, size);
    uLong sum = crc32_z(0, bytes, size - 4);
    for (size_t i = 0; i < 4; i++)
        copy[size - 4 + i] = (unsigned char)(sum >> 8 * i);
    fuzz_write(path, copy, size);
    mem_free(copy);
    if (!checkpoint_read(path, checkpoint_spec, &c, NULL))
        checkpoint_free(&c);
}

/* Appends the file. */
static void append_file(struct bytes_writer *w, const char *path)
{
    FILE *in = fopen(path, "rb");
    int byte;
    while (in && (byte = getc(in)) != EOF)
        bytes_write_u8(w, (unsigned)byte);
    if (in)
        fclose(in);
}

static int seed_checkpoint(struct bytes_writer *w, int k)
{
    unsigned char bytes[] = "state";
    char spec[] = "probe ms=1";
    const char *path = fuzz_file("seed");
    const struct checkpoint c = {.spec = spec, .attempt = 1, .bytes = bytes, .size = sizeof bytes};
    if (checkpoint_write(path, &c, NULL))
        abort();
    append_file(w, path);
    return k < 1;
}

/* ---- the state of a training job ---- */

static struct {
    struct spec *spec;
    struct task_mix *mix;
    struct train *train;
} training;

static void free_training(void)
{
    train_free(training.train);
    task_mix_free(training.mix);
    spec_free(training.spec);
}

static const struct experiment *begin_training(void)
{
    static const char *const settings[][2] = {
        {"grid", "3"}, {"steps", "4"}, {"batch", "2"}, {"task_list", "go"}};
    const struct experiment *x = job_experiments()[0];
    if (training.train)
        return x;
    int code = spec_new(&training.spec, x, NULL);
    for (size_t i = 0; !code && i < sizeof settings / sizeof settings[0]; i++)
        code = spec_set(training.spec, settings[i][0], settings[i][1], NULL);
    struct train_config config = cogtasks_table_config(training.spec);
    if (!code)
        code = task_mix_new(&training.mix, task_set_find("yang19"), "go", "", 1, NULL);
    config.mix = training.mix;
    if (code || train_new(&training.train, &config, NULL) || atexit(free_training))
        abort();
    return x;
}

static void run_state(const unsigned char *bytes, size_t size)
{
    struct bytes_reader r = {.bytes = bytes, .size = size};
    struct cogtasks_since since = {0};
    struct result *result;
    if (result_new(&result, begin_training(), NULL))
        abort();
    (void)!cogtasks_state_read(&r, training.train, &since, result, NULL);
    result_free(result);
}

static int seed_state(struct bytes_writer *w, int k)
{
    struct result *result;
    if (result_new(&result, begin_training(), NULL))
        abort();
    if (k == 1)
        (void)!train_step(training.train);
    cogtasks_state_write(w, training.train, &(struct cogtasks_since){0}, result);
    result_free(result);
    return k < 2;
}

const struct fuzz_target fuzz_targets[] = {{"sweep", run_sweep, NULL},
                                           {"where", run_where, NULL},
                                           {"spec", run_spec, NULL},
                                           {"utf8", run_utf8, NULL},
                                           {"message", run_message, seed_message},
                                           {"result", run_result, seed_result},
                                           {"checkpoint", run_checkpoint, seed_checkpoint},
                                           {"state", run_state, seed_state},
                                           {"database", fuzz_database_run, fuzz_database_seed},
                                           {NULL, NULL, NULL}};
