/*
 * Databases that were changed by somebody who knows their schema.  The bytes are a list of changes
 * to a valid database: a column of a row gets a value of any type, a row is deleted, a byte of a
 * page changes.  Then all code that reads databases reads it, and a run starts on it.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "jobs/job.h"
#include "store/store.h"
#include "store/store_load.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a valid database ---- */

enum { JOBS = 3 };

static unsigned char *good;
static size_t good_size;

static void free_good(void)
{
    mem_free(good);
}

static const struct spec *spec_at(size_t i, const void *data)
{
    return ((struct spec *const *)data)[i];
}

static void do_job(struct store *store, int64_t id, const struct spec *spec)
{
    static const float numbers[] = {1, 2, 3, 4, 5, 6};
    static const struct attempt attempt = {"node", 1, "", "build", "blas", "mpi", "processor"};
    const struct value row[] = {value_int(0), value_real(0.5)};
    struct result *result;
    if (result_new(&result, spec->experiment, NULL) ||
        result_add_row(result, "probe_row", row, NULL) ||
        result_add_array(result, "noise", 2, 3, numbers, NULL))
        abort();
    result_set(result, "cost", value_real(0.25));
    result_set(result, "length", value_real(1.0 / (double)id));
    if (store_begin(store, id, &attempt, NULL) || store_keep_log(store, id, "a line\n", NULL) ||
        store_finish(store, id, spec, result, NULL))
        abort();
    result_free(result);
}

static void make_good(void)
{
    const char *path = fuzz_file("good.db");
    const struct experiment *x = NULL;
    struct spec *specs[JOBS];
    struct store *store;
    for (int i = 0; job_experiments()[i]; i++)
        x = strcmp(job_experiments()[i]->name, "probe") ? x : job_experiments()[i];
    for (int i = 0; i < JOBS; i++) {
        char seed[16];
        snprintf(seed, sizeof seed, "%d", i);
        if (spec_new(&specs[i], x, NULL) || spec_set(specs[i], "seed", seed, NULL))
            abort();
    }
    if (store_open(&store, path, STORE_CREATE, job_experiments(), NULL) ||
        store_enter_sweep(store, "s", "text", x, spec_at, specs, JOBS, NULL))
        abort();
    for (int i = 0; i + 1 < JOBS; i++)
        do_job(store, i + 1, specs[i]);
    for (int i = 0; i < JOBS; i++)
        spec_free(specs[i]);
    if (store_close(store, NULL))
        abort();
    FILE *in = fopen(path, "rb");
    good = mem_array(1 << 20, 1);
    if (!in || !good || !(good_size = fread(good, 1, 1 << 20, in)) || fclose(in) ||
        atexit(free_good))
        abort();
}

/* ---- changes ---- */

static const char *const columns[][2] = {
    {"job", "state"},       {"job", "spec"},        {"job", "experiment"}, {"job", "attempts"},
    {"job", "sweep_id"},    {"sweep", "name"},      {"sweep", "text"},     {"sweep", "created"},
    {"attempt", "n"},       {"attempt", "host"},    {"attempt", "rank"},   {"attempt", "outcome"},
    {"attempt", "message"}, {"attempt", "seconds"}, {"attempt", "steps"},  {"attempt", "checksum"},
    {"attempt", "started"}, {"log", "text"},        {"array", "name"},     {"array", "rows"},
    {"array", "cols"},      {"array", "data"},      {"array", "dtype"},    {"member", "job_id"},
    {"probe", "action"},    {"probe", "seed"},      {"probe", "cost"},     {"probe", "length"},
    {"probe", "ms"},        {"probe_row", "i"},     {"probe_row", "x"}};

static const char *const values[] = {
    "NULL",    "0",        "-1",          "9223372036854775807", "0.5",      "1e308", "''",
    "'done'",  "'x'",      "x'00ff00ff'", "zeroblob(100000)",    "char(27)", "x'c3'", "2147483648",
    "'probe'", "'running'"};

enum { CHANGE = 4 }; /* bytes per change */

static void change(sqlite3 *db, const unsigned char *b)
{
    const char *const *c = columns[b[1] % (sizeof columns / sizeof columns[0])];
    const char *value = values[b[2] % (sizeof values / sizeof values[0])];
    int row = b[3] % 4;
    char *sql =
        b[0] % 8 == 0
            ? sqlite3_mprintf("DELETE FROM \"%w\" WHERE \"%w\" IN (SELECT \"%w\" FROM \"%w\""
                              " LIMIT 1 OFFSET %d)",
                              c[0], c[1], c[1], c[0], row)
            : sqlite3_mprintf("UPDATE OR IGNORE \"%w\" SET \"%w\" = %s WHERE \"%w\" IN"
                              " (SELECT \"%w\" FROM \"%w\" LIMIT 1 OFFSET %d)",
                              c[0], c[1], value, c[1], c[1], c[0], row);
    sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
}

/* The first byte decides whether pages or rows are changed. */
static void make_bad(const char *path, const unsigned char *bytes, size_t size)
{
    int of_pages = size && bytes[0] % 4 == 0;
    unsigned char *copy = mem_array(good_size, 1);
    if (!copy)
        abort();
    memcpy(copy, good, good_size);
    for (size_t i = 1; of_pages && i + CHANGE <= size; i += CHANGE)
        copy[(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]) % good_size] = bytes[i + 3];
    fuzz_write(path, copy, good_size);
    mem_free(copy);
    sqlite3 *db;
    if (of_pages)
        return;
    if (sqlite3_open(path, &db))
        abort();
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF", NULL, NULL,
                 NULL);
    for (size_t i = 1; i + CHANGE <= size; i += CHANGE)
        change(db, bytes + i);
    sqlite3_close(db);
}

/* ---- reading it ---- */

/* Reads every byte of a row. */
static int look(const struct store_row *row, void *data, struct err *e)
{
    size_t *bytes = data;
    (void)e;
    for (int c = 0; c < row->columns; c++)
        *bytes += row->values[c].type == VALUE_TEXT ? strlen(row->values[c].as.text) : 1;
    return 0;
}

static void read_job(struct store *store, int64_t job, size_t *bytes)
{
    struct store_loaded loaded;
    const struct experiment *x;
    const char *state;
    char *spec;
    if (store_job(store, job, &x, &spec, &state, NULL))
        return;
    for (const struct table *t = x->tables; t && t->name; t++)
        (void)!store_each_row(store, x, t, job, look, bytes, NULL);
    mem_free(spec);
    (void)!store_each_attempt(store, job, look, bytes, NULL);
    (void)!store_each_log(store, job, look, bytes, NULL);
    (void)!store_each_array(store, job, look, bytes, NULL);
    if (!store_load(store, job, &loaded, NULL))
        store_loaded_free(&loaded);
}

static void read_all(struct store *store)
{
    struct store_counts counts;
    size_t bytes = 0;
    char complaint[256];
    (void)!store_count(store, NULL, &counts, NULL);
    (void)!store_each_sweep(store, look, &bytes, NULL);
    (void)!store_each_job(store, NULL, look, &bytes, NULL);
    for (int i = 0; job_experiments()[i]; i++) {
        const struct experiment *x = job_experiments()[i];
        (void)!store_each_result(store, x, look, &bytes, NULL);
        (void)!store_each_time(store, x, 10, look, &bytes, NULL);
        for (const struct plane *p = x->planes; p && p->name; p++)
            (void)!store_each_pareto(store, x, p, x->group != NULL, look, &bytes, NULL);
    }
    for (int64_t job = 1; job <= JOBS; job++)
        read_job(store, job, &bytes);
    (void)!store_check(store, complaint, sizeof complaint, NULL);
}

static void write_some(struct store *store)
{
    struct store_job *jobs;
    size_t count;
    if (!store_reset(store, 1, NULL) && !store_pending(store, "s", &jobs, &count, NULL))
        store_jobs_free(jobs, count);
}

void fuzz_database_run(const unsigned char *bytes, size_t size)
{
    const char *path = fuzz_file("bad.db");
    struct store *store;
    if (!good)
        make_good();
    make_bad(path, bytes, size);
    if (!store_open(&store, path, STORE_READ, job_experiments(), NULL)) {
        read_all(store);
        (void)!store_close(store, NULL);
    }
    if (!store_open(&store, path, STORE_WRITE, job_experiments(), NULL)) {
        write_some(store);
        (void)!store_close(store, NULL);
    }
}

int fuzz_database_seed(struct bytes_writer *w, int k)
{
    bytes_write_u8(w, (unsigned)k);
    for (unsigned i = 0; i < 4; i++)
        bytes_write_u32(w, 0x01020301u * (unsigned)(k + 1) + 0x01010100u * i);
    return k < 6;
}
