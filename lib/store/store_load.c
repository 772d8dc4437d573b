#include "store/store_load.h"

#include "base/mem.h"
#include "record/result_sum.h"
#include "store/store_columns.h"
#include "store/store_private.h"

#include <stdio.h>
#include <string.h>

/* Where rows go while they are read; an error ends the reading. */
struct load {
    struct store_loaded *to;
    const struct table *table; /* whose rows are coming */
    struct store *store;
    int64_t job;
    uint64_t arrays; /* their part of the checksum */
};

/* The value of a column, if it is there and not NULL; else NULL. */
static struct value typed(const struct store_row *row, const char *name, enum value_type type)
{
    int c = store_row_column(row, name);
    return c >= 0 && row->values[c].type == type ? row->values[c] : value_null();
}

static int keep_text(char **kept, const struct store_row *row, const char *name, struct err *e)
{
    struct value v = typed(row, name, VALUE_TEXT);
    mem_free(*kept);
    *kept = mem_text(v.type == VALUE_TEXT ? v.as.text : "");
    return *kept ? 0 : err_set(e, ERR_MEMORY, "out of memory for an attempt");
}

/* Attempts come in order: what the last one says stays. */
static int take_attempt(const struct store_row *row, void *data, struct err *e)
{
    struct load *load = data;
    struct result *result = load->to->result;
    struct value steps = typed(row, "steps", VALUE_INT);
    struct value seconds = typed(row, "seconds", VALUE_REAL);
    struct value message = typed(row, "message", VALUE_TEXT);
    result->steps = steps.type == VALUE_INT ? steps.as.i : 0;
    result->seconds = seconds.type == VALUE_REAL ? seconds.as.x : 0;
    snprintf(result->message, sizeof result->message, "%s",
             message.type == VALUE_TEXT ? message.as.text : "");
    int code = keep_text(&load->to->build, row, "build", e);
    return code ? code : keep_text(&load->to->blas, row, "blas", e);
}

static int take_metrics(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct load *load = data;
    const struct metric *metrics = load->to->experiment->metrics;
    for (int m = 0; metrics[m].name; m++)
        result_set(load->to->result, metrics[m].name, typed(row, metrics[m].name, metrics[m].type));
    return 0;
}

static int take_row(const struct store_row *row, void *data, struct err *e)
{
    struct load *load = data;
    const struct table *table = load->table;
    struct value *values = mem_array((size_t)experiment_column_count(table), sizeof *values);
    if (!values)
        return err_set(e, ERR_MEMORY, "out of memory for a row of %s", table->name);
    for (int c = 0; table->columns[c].name; c++)
        values[c] = typed(row, table->columns[c].name, table->columns[c].type);
    int code = result_add_row(load->to->result, table->name, values, e);
    mem_free(values);
    return code;
}

static int take_array(const struct store_row *row, void *data, struct err *e)
{
    struct load *load = data;
    const char *name = typed(row, "name", VALUE_TEXT).as.text;
    int rows, cols;
    float *numbers;
    int code =
        store_array_summed(load->store, load->job, name, &rows, &cols, &numbers, &load->arrays, e);
    if (!code)
        code = result_add_array(load->to->result, name, rows, cols, numbers, e);
    mem_free(numbers);
    return code;
}

/* By whichever version it was made; one that a newer program has made is left to that. */
static int sum_agrees(const struct load *load, int64_t version, uint64_t sum, const char *spec)
{
    if (version == RESULT_SUM_UNPACKED)
        return sum == result_sum_unpacked(spec, load->to->result);
    return version != RESULT_SUM_PACKED ||
           sum == result_sum_values(spec, load->to->result) + load->arrays;
}

/* What came out is what went in: no byte of it has changed since. */
static int check_sum(const struct load *load, const char *spec, struct err *e)
{
    int lost = 0;
    int64_t version;
    uint64_t sum = 0;
    int code = store_checksum(load->store, load->job, &version, &sum, e);
    if (code || !version || sum_agrees(load, version, sum, spec))
        return code;
    /* what is not in the description any more was not read, but it was summed */
    code = store_columns_lost(&load->store->db, load->to->experiment, &lost, e);
    if (!code && !lost)
        code = err_set(e, ERR_STORE,
                       "%s: the result of job %lld is not what was stored (its checksum differs); "
                       "go back to a copy of the database, or run the job again in another",
                       load->store->path, (long long)load->job);
    return code;
}

static int load_result(struct load *load, struct err *e)
{
    const struct experiment *x = load->to->experiment;
    int code = store_each_attempt(load->store, load->job, take_attempt, load, e);
    if (!code)
        code = store_result(load->store, x, load->job, take_metrics, load, e);
    for (load->table = x->tables; !code && load->table && load->table->name; load->table++)
        code = store_each_row(load->store, x, load->table, load->job, take_row, load, e);
    if (!code)
        code = store_each_array(load->store, load->job, take_array, load, e);
    return code;
}

int store_load(struct store *store, int64_t job, struct store_loaded *loaded, struct err *e)
{
    *loaded = (struct store_loaded){0};
    struct load load = {.to = loaded, .store = store, .job = job};
    char *spec;
    const char *state;
    int code = store_job(store, job, &loaded->experiment, &spec, &state, e);
    if (code)
        return code;
    const struct experiment *const experiments[] = {loaded->experiment, NULL};
    int done = strcmp(state, store_states[STATE_DONE]) == 0;
    if (!done && strcmp(state, store_states[STATE_DIVERGED]))
        code = err_set(e, ERR_USAGE, "job %lld is %s: it has no result", (long long)job, state);
    if (!code)
        code = spec_parse(&loaded->spec, spec, experiments, e);
    if (!code)
        code = result_new(&loaded->result, loaded->experiment, e);
    if (!code) {
        loaded->result->outcome = done ? OUTCOME_DONE : OUTCOME_DIVERGED;
        code = load_result(&load, e);
    }
    if (!code)
        code = check_sum(&load, spec, e);
    mem_free(spec);
    if (code)
        store_loaded_free(loaded);
    return code;
}

void store_loaded_free(struct store_loaded *loaded)
{
    spec_free(loaded->spec);
    result_free(loaded->result);
    mem_free(loaded->build);
    mem_free(loaded->blas);
    *loaded = (struct store_loaded){0};
}
