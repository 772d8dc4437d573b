/* What attempts leave in the file: their beginning, their result, their log. */
#include "base/mem.h"
#include "record/array_codec.h"
#include "record/result_sum.h"
#include "store/store_columns.h"
#include "store/store_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- the statements, made once ---- */

int store_writers_open(struct store *store, struct err *e)
{
    size_t count = 0;
    while (store->experiments[count])
        count++;
    store->writers = mem_array(count + 1, sizeof *store->writers); /* ends with an empty one */
    if (!store->writers)
        return err_set(e, ERR_MEMORY, "out of memory for %s", store->path);
    for (size_t i = 0; i < count; i++) {
        const struct experiment *x = store->experiments[i];
        size_t tables = 0;
        while (x->tables && x->tables[tables].name)
            tables++;
        store->writers[i].experiment = x;
        store->writers[i].tables = mem_array(tables, sizeof *store->writers[i].tables);
        if (!store->writers[i].tables)
            return err_set(e, ERR_MEMORY, "out of memory for %s", store->path);
    }
    return 0;
}

void store_writers_close(struct store *store)
{
    struct sql *const fixed[] = {&store->begin_job,      &store->begin_attempt,
                                 &store->withdraw_job,   &store->withdraw_attempt,
                                 &store->find_attempt,   &store->finish_job,
                                 &store->finish_attempt, &store->add_array,
                                 &store->find_state,     &store->add_checksum};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        store_sql_close(fixed[i]);
    for (struct store_writer *w = store->writers; w && w->experiment; w++) {
        store_sql_close(&w->result);
        for (int t = 0; w->tables && w->experiment->tables && w->experiment->tables[t].name; t++)
            store_sql_close(&w->tables[t]);
        mem_free(w->tables);
    }
    mem_free(store->writers);
    store->writers = NULL;
}

static struct store_writer *find_writer(struct store *store, const struct experiment *x)
{
    struct store_writer *w = store->writers;
    while (w->experiment && w->experiment != x)
        w++;
    assert(w->experiment);
    return w;
}

/* INSERT INTO table (job_id, columns) VALUES (?1, ?2, ...). */
static int prepare_insert(struct sql *s, const struct db *db, const char *table,
                          const struct store_column *columns, int count, struct err *e)
{
    sqlite3_str *names = sqlite3_str_new(db->handle), *marks = sqlite3_str_new(db->handle);
    for (int i = 0; i < count; i++) {
        sqlite3_str_appendf(names, ", \"%w\"", columns[i].name);
        sqlite3_str_appendf(marks, ", ?%d", i + 2);
    }
    char *name_list = sqlite3_str_finish(names), *mark_list = sqlite3_str_finish(marks);
    int code = store_sql_prepare(s, db, e, "INSERT INTO \"%w\" (\"job_id\"%s) VALUES (?1%s)", table,
                                 name_list ? name_list : "", mark_list ? mark_list : "");
    sqlite3_free(name_list);
    sqlite3_free(mark_list);
    return code;
}

/* ---- attempts ---- */

enum { CLOCK_SIZE = 32 };

/* The time as the database has it, but to the microsecond: of the attempts that a rank was given,
   it is at the one with the earliest. */
static char *clock_text(char *out)
{
    struct timespec now;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    size_t used = strftime(out, CLOCK_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + used, CLOCK_SIZE - used, ".%06dZ", (int)(now.tv_nsec / 1000));
    return out;
}

static int begin(struct store *store, int64_t job, const struct attempt *attempt, struct err *e)
{
    const struct db *db = &store->db;
    int code = store_sql_prepare(&store->begin_job, db, e,
                                 "UPDATE job SET state = 'running', attempts = attempts + 1"
                                 " WHERE id = ?1 AND state = 'pending'");
    if (!code)
        code =
            store_sql_prepare(&store->begin_attempt, db, e,
                              "INSERT INTO attempt"
                              " (job_id, n, host, rank, slurm_job, build, blas, started, mpi,"
                              " processor) SELECT id, attempts, ?2, ?3, nullif(?4, ''), ?5, ?6, ?7,"
                              " nullif(?8, ''), nullif(?9, '')"
                              " FROM job WHERE id = ?1");
    if (code)
        return code;
    store_sql_bind_int(&store->begin_job, 1, job);
    code = store_sql_run(&store->begin_job, e);
    if (!code && sqlite3_changes(db->handle) == 0)
        code =
            err_set(e, ERR_USAGE, "%s: there is no pending job %lld", store->path, (long long)job);
    if (code)
        return code;
    struct sql *s = &store->begin_attempt;
    store_sql_bind_int(s, 1, job);
    store_sql_bind_text(s, 2, attempt->host);
    store_sql_bind_int(s, 3, attempt->rank);
    store_sql_bind_text(s, 4, attempt->slurm_job);
    store_sql_bind_text(s, 5, attempt->build);
    store_sql_bind_text(s, 6, attempt->blas);
    char now[CLOCK_SIZE];
    store_sql_bind_text(s, 7, clock_text(now));
    store_sql_bind_text(s, 8, attempt->mpi);
    store_sql_bind_text(s, 9, attempt->processor);
    return store_sql_run(s, e);
}

int store_begin(struct store *store, int64_t job, const struct attempt *attempt, struct err *e)
{
    int code = store_transaction_begin(store, e);
    return store_transaction_settle(store, code ? code : begin(store, job, attempt, e));
}

static int withdraw(struct store *store, int64_t job, struct err *e)
{
    struct sql *attempt = &store->withdraw_attempt, *row = &store->withdraw_job;
    int code = store_sql_prepare(attempt, &store->db, e,
                                 "DELETE FROM attempt WHERE job_id = ?1 AND outcome IS NULL AND n ="
                                 " (SELECT attempts FROM job WHERE id = ?1 AND state = 'running')");
    if (!code)
        code = store_sql_prepare(row, &store->db, e,
                                 "UPDATE job SET state = 'pending', attempts = attempts - 1"
                                 " WHERE id = ?1");
    if (code)
        return code;
    store_sql_bind_int(attempt, 1, job);
    code = store_sql_run(attempt, e);
    if (!code && sqlite3_changes(store->db.handle) == 0)
        code =
            err_set(e, ERR_USAGE, "%s: there is no running job %lld", store->path, (long long)job);
    if (code)
        return code;
    store_sql_bind_int(row, 1, job);
    return store_sql_run(row, e);
}

int store_withdraw(struct store *store, int64_t job, struct err *e)
{
    int code = store_transaction_begin(store, e);
    return store_transaction_settle(store, code ? code : withdraw(store, job, e));
}

/* ---- results ---- */

/* The number of the attempt at a running job. */
static int find_attempt(struct store *store, int64_t job, int64_t *attempt, struct err *e)
{
    struct sql *s = &store->find_attempt;
    int code = store_sql_prepare(s, &store->db, e,
                                 "SELECT attempts FROM job WHERE id = ?1 AND state = 'running'");
    if (code)
        return code;
    store_sql_bind_int(s, 1, job);
    code = store_sql_step(s, e);
    if (code == 0)
        return err_set(e, ERR_USAGE, "%s: there is no running job %lld", store->path,
                       (long long)job);
    if (code < 0)
        return code;
    *attempt = store_sql_column_int(s, 0);
    store_sql_reset(s);
    return 0;
}

/* The job leaves the state `running`; *attempt is the number of the attempt that ends.  Not by
   UPDATE ... RETURNING, for which SQLite opens a table of its own: that costs as much as all the
   rest. */
static int finish_job(struct store *store, int64_t job, const char *outcome, int64_t *attempt,
                      struct err *e)
{
    struct sql *s = &store->finish_job;
    int code = find_attempt(store, job, attempt, e);
    if (!code)
        code = store_sql_prepare(s, &store->db, e, "UPDATE job SET state = ?2 WHERE id = ?1");
    if (code)
        return code;
    store_sql_bind_int(s, 1, job);
    store_sql_bind_text(s, 2, outcome);
    return store_sql_run(s, e);
}

/* A clock that was set back in between would have the attempt end before it began. */
static int finish_attempt(struct store *store, int64_t job, int64_t n, const struct result *result,
                          struct err *e)
{
    struct sql *s = &store->finish_attempt;
    int code = store_sql_prepare(s, &store->db, e,
                                 "UPDATE attempt SET finished = max(started, ?7), outcome = ?3,"
                                 " message = nullif(?4, ''), steps = ?5, seconds = ?6"
                                 " WHERE job_id = ?1 AND n = ?2");
    if (code)
        return code;
    store_sql_bind_int(s, 1, job);
    store_sql_bind_int(s, 2, n);
    store_sql_bind_text(s, 3, result_outcome_name(result->outcome));
    store_sql_bind_text(s, 4, result->message);
    store_sql_bind_int(s, 5, result->steps);
    store_sql_bind_value(s, 6, value_real(result->seconds));
    char now[CLOCK_SIZE];
    store_sql_bind_text(s, 7, clock_text(now));
    return store_sql_run(s, e);
}

/* What an earlier attempt may have left: a failed one keeps its rows and arrays until the next. */
static int clear_rows(struct store *store, int64_t job, const struct experiment *x, struct err *e)
{
    int code =
        store_sql_run_text(&store->db, e, "DELETE FROM array WHERE job_id = %lld", (long long)job);
    for (const struct table *t = x->tables; !code && t && t->name; t++)
        code = store_sql_run_text(&store->db, e, "DELETE FROM \"%w\" WHERE job_id = %lld", t->name,
                                  (long long)job);
    return code;
}

static int add_result(struct store *store, struct store_writer *w, int64_t job,
                      const struct spec *spec, const struct result *result, struct err *e)
{
    const struct experiment *x = w->experiment;
    if (!w->result.stmt) {
        struct store_column *columns;
        int count;
        int code = store_columns_of_result(x, &columns, &count, e);
        if (!code)
            code = prepare_insert(&w->result, &store->db, x->name, columns, count, e);
        mem_free(columns);
        if (code)
            return code;
    }
    int parameters = experiment_parameter_count(x), metrics = experiment_metric_count(x);
    store_sql_bind_int(&w->result, 1, job);
    for (int p = 0; p < parameters; p++)
        store_sql_bind_value(&w->result, 2 + p, spec->values[p]);
    for (int m = 0; m < metrics; m++)
        store_sql_bind_value(&w->result, 2 + parameters + m, result->metrics[m]);
    return store_sql_run(&w->result, e);
}

static int add_row(struct store *store, struct store_writer *w, int64_t job,
                   const struct result_row *row, struct err *e)
{
    const struct table *table = &w->experiment->tables[row->table];
    struct sql *s = &w->tables[row->table];
    if (!s->stmt) {
        struct store_column *columns;
        int count;
        int code = store_columns_of_table(table, &columns, &count, e);
        if (!code)
            code = prepare_insert(s, &store->db, table->name, columns, count, e);
        mem_free(columns);
        if (code)
            return code;
    }
    int count = experiment_column_count(table);
    store_sql_bind_int(s, 1, job);
    for (int c = 0; c < count; c++)
        store_sql_bind_value(s, 2 + c, row->values[c]);
    return store_sql_run(s, e);
}

/* Adds its part to the checksum. */
static int add_array(struct store *store, int64_t job, const struct result_array *array,
                     uint64_t *sum, struct err *e)
{
    struct sql *s = &store->add_array;
    unsigned char *own = NULL; /* a result that came by message is packed already */
    size_t size = array->packed_size;
    int code = store_sql_prepare(s, &store->db, e,
                                 "INSERT INTO array (job_id, name, rows, cols, dtype, data)"
                                 " VALUES (?1, ?2, ?3, ?4, 'float32', ?5)");
    if (!code && !array->packed)
        code = array_codec_pack(array, &own, &size, e);
    if (code)
        return code;
    store_sql_bind_int(s, 1, job);
    store_sql_bind_text(s, 2, array->name);
    store_sql_bind_int(s, 3, array->rows);
    store_sql_bind_int(s, 4, array->cols);
    const unsigned char *packed = own ? own : array->packed;
    store_sql_bind_bytes(s, 5, packed, size);
    *sum += result_sum_packed(array->name, array->rows, array->cols, packed, size);
    code = store_sql_run(s, e);
    mem_free(own);
    return code;
}

/* The checksum of a result, with the attempt that made it. */
static int add_checksum(struct store *store, int64_t job, uint64_t sum, struct err *e)
{
    struct sql *s = &store->add_checksum;
    int code = store_sql_prepare(s, &store->db, e,
                                 "UPDATE attempt SET checksum = ?2, checksum_version = ?3"
                                 " WHERE job_id = ?1"
                                 " AND n = (SELECT attempts FROM job WHERE id = ?1)");
    if (code)
        return code;
    store_sql_bind_int(s, 1, job);
    store_sql_bind_int(s, 2, (int64_t)sum);
    store_sql_bind_int(s, 3, RESULT_SUM_PACKED);
    return store_sql_run(s, e);
}

/* All that a result is made of, but for its message and time. */
static int add_all(struct store *store, int64_t job, const struct spec *spec,
                   const struct result *result, struct err *e)
{
    struct store_writer *w = find_writer(store, spec->experiment);
    char *text = spec_canonical(spec);
    if (!text)
        return err_set(e, ERR_MEMORY, "out of memory for the result of job %lld", (long long)job);
    uint64_t sum = result_sum_values(text, result);
    mem_free(text);
    int code = 0;
    if (result->outcome == OUTCOME_DONE)
        code = add_result(store, w, job, spec, result, e);
    for (size_t i = 0; !code && i < result->row_count; i++)
        code = add_row(store, w, job, &result->rows[i], e);
    for (size_t i = 0; !code && i < result->array_count; i++)
        code = add_array(store, job, &result->arrays[i], &sum, e);
    return code ? code : add_checksum(store, job, sum, e);
}

static int finish(struct store *store, int64_t job, const struct spec *spec,
                  const struct result *result, struct err *e)
{
    int64_t n = 0;
    int code = finish_job(store, job, result_outcome_name(result->outcome), &n, e);
    if (!code)
        code = finish_attempt(store, job, n, result, e);
    if (!code && n > 1)
        code = clear_rows(store, job, spec->experiment, e);
    return code ? code : add_all(store, job, spec, result, e);
}

int store_finish(struct store *store, int64_t job, const struct spec *spec,
                 const struct result *result, struct err *e)
{
    assert(spec->experiment == result->experiment);
    int code = store_transaction_begin(store, e);
    return store_transaction_settle(store, code ? code : finish(store, job, spec, result, e));
}

static int replace(struct store *store, int64_t job, const struct spec *spec,
                   const struct result *result, struct err *e)
{
    const char *name = spec->experiment->name;
    int code = clear_rows(store, job, spec->experiment, e);
    if (!code)
        code = store_sql_run_text(&store->db, e, "DELETE FROM \"%w\" WHERE job_id = %lld", name,
                                  (long long)job);
    if (!code && sqlite3_changes(store->db.handle) == 0)
        code = err_set(e, ERR_USAGE, "%s: job %lld of %s is not done", store->path, (long long)job,
                       name);
    return code ? code : add_all(store, job, spec, result, e);
}

int store_replace(struct store *store, int64_t job, const struct spec *spec,
                  const struct result *result, struct err *e)
{
    assert(spec->experiment == result->experiment && result->outcome == OUTCOME_DONE);
    int code = store_transaction_begin(store, e);
    return store_transaction_settle(store, code ? code : replace(store, job, spec, result, e));
}

int store_keep_log(struct store *store, int64_t job, const char *text, struct err *e)
{
    struct sql s = {0};
    int code = store_transaction_begin(store, e);
    if (!code)
        code = store_sql_prepare(&s, &store->db, e,
                                 "INSERT OR REPLACE INTO log (job_id, n, text)"
                                 " SELECT id, attempts, ?2 FROM job WHERE id = ?1");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        store_sql_bind_text(&s, 2, text);
        code = store_sql_run(&s, e);
    }
    store_sql_close(&s);
    return store_transaction_settle(store, code);
}
