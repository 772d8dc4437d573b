/* What is read from the file: sweeps, jobs, attempts, results and frontiers, as rows of values. */
#include "base/array.h"
#include "base/mem.h"
#include "store/store_columns.h"
#include "store/store_private.h"
#include "store/store_view.h"

#include <assert.h>
#include <string.h>

/* ---- rows as values ---- */

int store_row_column(const struct store_row *row, const char *name)
{
    int c = row->columns - 1;
    while (c >= 0 && strcmp(row->names[c], name))
        c--;
    return c;
}

/* The row that s is at, with room for its columns; the names are SQLite's. */
struct row_buffer {
    const char **names;
    struct value *values;
    int columns;
};

static int new_row(struct row_buffer *b, const struct sql *s, struct err *e)
{
    b->columns = sqlite3_column_count(s->stmt);
    b->names = mem_array((size_t)b->columns, sizeof *b->names);
    b->values = mem_array((size_t)b->columns, sizeof *b->values);
    int complete = b->names && b->values;
    for (int c = 0; complete && c < b->columns; c++)
        complete = (b->names[c] = sqlite3_column_name(s->stmt, c)) != NULL;
    return complete ? 0 : err_set(e, ERR_MEMORY, "out of memory for %d columns", b->columns);
}

/* Steps s to its end, giving every row to the handler; *stop says that it wants no more. */
static int step_through(struct sql *s, struct row_buffer *b, const char *types,
                        store_row_handler *row, void *data, int *stop, struct err *e)
{
    const struct store_row seen = {b->columns, b->names, b->values};
    int code = 0;
    while (!*stop && (code = store_sql_step(s, e)) == 1) {
        *stop = store_sql_row(s, types, b->values, e);
        if (!*stop)
            *stop = row(&seen, data, e);
        if (*stop < 0)
            store_sql_reset(s);
    }
    return *stop < 0 ? *stop : code == 1 ? 0 : code;
}

/* Likewise, and closes it; code is of the preparation.  With jobs, the statement is run for each of
   them, which is its parameter.  `types` are as store_sql_row has them. */
static int each_of_jobs(int code, struct sql *s, const char *types, const int64_t *jobs,
                        size_t count, store_row_handler *row, void *data, struct err *e)
{
    struct row_buffer b = {NULL, NULL, 0};
    int stop = 0;
    if (!code)
        code = new_row(&b, s, e);
    assert(code || (size_t)b.columns == strlen(types));
    for (size_t i = 0; !code && !stop && i < count; i++) {
        if (jobs)
            store_sql_bind_int(s, 1, jobs[i]);
        code = step_through(s, &b, types, row, data, &stop, e);
    }
    mem_free(b.values);
    mem_free(b.names);
    store_sql_close(s);
    return code;
}

static int each(int code, struct sql *s, const char *types, store_row_handler *row, void *data,
                struct err *e)
{
    return each_of_jobs(code, s, types, NULL, 1, row, data, e);
}

/* The types of job_id and these columns, a new text (mem_free): parameters and the columns of a key
   are never NULL. */
static char *types_of(const struct store_column *columns, int count, int keys)
{
    static const char letters[][3] = {[VALUE_INT] = "Ii", [VALUE_REAL] = "Rr", [VALUE_TEXT] = "Tt"};
    char *types = mem_array((size_t)count + 2, 1);
    if (types)
        types[0] = 'i';
    for (int i = 0; types && i < count; i++)
        types[i + 1] = letters[columns[i].type][i < keys || columns[i].default_text];
    return types;
}

/* The list `"job_id", "column", ...` of a SELECT.  A column that a file of an older description
   lacks is its default, since specs leave out defaults; a metric is NULL. */
static int select_list(struct store *store, const char *table, const struct store_column *columns,
                       int count, char **list, struct err *e)
{
    sqlite3_str *text = sqlite3_str_new(store->db.handle);
    sqlite3_str_appendf(text, "\"job_id\"");
    int code = 0;
    for (int i = 0; !code && i < count; i++) {
        int has;
        code = store_columns_has_column(&store->db, table, columns[i].name, &has, e);
        char *sql = code || has ? NULL : store_columns_default(&columns[i]);
        if (sql) /* a real default may be written as 0, which would be an integer */
            sqlite3_str_appendf(text,
                                columns[i].type == VALUE_REAL ? ", CAST(%s AS REAL) AS \"%w\""
                                                              : ", %s AS \"%w\"",
                                sql, columns[i].name);
        else
            sqlite3_str_appendf(text, ", \"%w\"", columns[i].name);
        sqlite3_free(sql);
    }
    *list = sqlite3_str_finish(text);
    if (!code && !*list)
        code = store_sql_fail(&store->db, SQLITE_NOMEM, e);
    return code;
}

/* The list of an ORDER BY: job_id and the other columns of the key. */
static char *order_list(const struct store_column *columns, int keys)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "\"job_id\"");
    for (int i = 0; i < keys; i++)
        sqlite3_str_appendf(text, ", \"%w\"", columns[i].name);
    return sqlite3_str_finish(text);
}

/* Rows of an experiment's table: of these jobs, or of all when jobs is NULL, in the order of the
   key. */
static int each_of_table(struct store *store, const char *table, const struct store_column *columns,
                         int count, int keys, const int64_t *jobs, size_t job_count,
                         store_row_handler *row, void *data, struct err *e)
{
    struct sql s = {0};
    char *list = NULL;
    int has;
    int code = store_columns_has(&store->db, table, &has, e);
    if (code || !has)
        return code; /* an older file: there is none of it */
    code = select_list(store, table, columns, count, &list, e);
    char *order = order_list(columns, keys), *types = types_of(columns, count, keys);
    if (!code && order && types)
        code = store_sql_prepare(&s, &store->db, e, "SELECT %s FROM \"%w\"%s ORDER BY %s", list,
                                 table, jobs ? " WHERE \"job_id\" = ?1" : "", order);
    else if (!code)
        code = store_sql_fail(&store->db, SQLITE_NOMEM, e);
    sqlite3_free(order);
    sqlite3_free(list);
    code = each_of_jobs(code, &s, types, jobs, jobs ? job_count : 1, row, data, e);
    mem_free(types);
    return code;
}

/* ---- sweeps and jobs ---- */

/* The number of the sweep of that name. */
static int find_sweep(struct store *store, const char *name, int64_t *id, struct err *e)
{
    int code =
        store_sql_ask_int(&store->db, id, e, "SELECT total(id) FROM sweep WHERE name = %Q", name);
    if (!code && !*id)
        code = err_set(e, ERR_USAGE, "%s: there is no sweep %s", store->path, name);
    return code;
}

static int read_state(const char *path, const char *name, enum store_state *state, struct err *e)
{
    int i = 0;
    while (i < STORE_STATES && strcmp(store_states[i], name))
        i++;
    *state = (enum store_state)i;
    return i < STORE_STATES
               ? 0
               : err_set(
                     e, ERR_STORE,
                     "%s: there is a job in the state \"%.32s\", which is none; the database is "
                     "damaged: go back to a copy of it",
                     path, name);
}

struct counting {
    const char *path;
    struct store_counts *counts;
};

static int take_count(const struct store_row *row, void *data, struct err *e)
{
    const struct counting *c = data;
    enum store_state state;
    int code = read_state(c->path, row->values[0].as.text, &state, e);
    if (code)
        return code;
    c->counts->state[state] = row->values[1].as.i;
    c->counts->state[STATE_DONE] -= row->values[1].as.i;
    return 0;
}

/* Most jobs are done, or will be: they are the rest, so that of a million no text is compared. */
int store_count(struct store *store, const char *sweep, struct store_counts *counts, struct err *e)
{
    struct sql s = {0};
    int64_t id = 0;
    memset(counts, 0, sizeof *counts);
    int code = sweep ? find_sweep(store, sweep, &id, e) : 0;
    if (!code)
        code = sweep ? store_sql_ask_int(&store->db, &counts->total, e,
                                         "SELECT count(*) FROM member WHERE sweep_id = %lld",
                                         (long long)id)
                     : store_sql_ask_int(&store->db, &counts->total, e, "SELECT count(*) FROM job");
    if (code)
        return code;
    counts->state[STATE_DONE] = counts->total;
    code = store_sql_prepare(
        &s, &store->db, e, "SELECT state, count(*) FROM %s WHERE state <> 'done' GROUP BY state",
        sweep ? "member JOIN job ON job.id = job_id AND member.sweep_id = ?1" : "job");
    if (!code && sweep)
        store_sql_bind_int(&s, 1, id);
    return each(code, &s, "ti", take_count, &(struct counting){store->path, counts}, e);
}

int store_state_of(struct store *store, const char *spec, enum store_state *state, struct err *e)
{
    struct sql *s = &store->find_state;
    *state = STORE_STATES;
    int code = store_sql_prepare(s, &store->db, e, "SELECT state FROM job WHERE spec = ?1");
    if (code)
        return code;
    store_sql_bind_text(s, 1, spec);
    code = store_sql_step(s, e);
    if (code == 1)
        code = read_state(store->path, store_sql_column_text(s, 0), state, e);
    store_sql_reset(s);
    return code;
}

int store_count_results(struct store *store, const struct experiment *experiment,
                        const struct plane *plane, int64_t *count, struct err *e)
{
    int has;
    *count = 0;
    int code = store_columns_has(&store->db, experiment->name, &has, e);
    if (!code && has && plane)
        code = store_columns_has_column(&store->db, experiment->name, plane->x, &has, e);
    if (!code && has && plane)
        code = store_columns_has_column(&store->db, experiment->name, plane->y, &has, e);
    if (code || !has)
        return code;
    if (!plane)
        return store_sql_ask_int(&store->db, count, e, "SELECT count(*) FROM \"%w\"",
                                 experiment->name);
    return store_sql_ask_int(
        &store->db, count, e,
        "SELECT count(*) FROM \"%w\" WHERE \"%w\" IS NOT NULL AND \"%w\" IS NOT"
        " NULL",
        experiment->name, plane->x, plane->y);
}

int store_each_sweep(struct store *store, store_row_handler *row, void *data, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT sweep, experiment, created, total, pending, running, done,"
                                 " diverged, failed, crashed, quarantined, seconds"
                                 " FROM progress JOIN sweep ON sweep.name = progress.sweep"
                                 " ORDER BY sweep.id");
    return each(code, &s, "tttiiiiiiiir", row, data, e);
}

int store_each_job(struct store *store, const char *state, store_row_handler *row, void *data,
                   struct err *e)
{
    struct sql s = {0};
    int code =
        store_sql_prepare(&s, &store->db, e,
                          "SELECT job.id AS id, sweep.name AS sweep, state, attempts, spec, message"
                          " FROM job JOIN sweep ON sweep.id = job.sweep_id"
                          " LEFT JOIN attempt ON attempt.job_id = job.id AND n = attempts"
                          " WHERE ?1 IS NULL OR state = ?1 ORDER BY job.id");
    if (!code)
        store_sql_bind_text(&s, 1, state);
    return each(code, &s, "ittitT", row, data, e);
}

int store_each_running(struct store *store, store_row_handler *row, void *data, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(
        &s, &store->db, e,
        "SELECT job.id AS job, sweep.name AS sweep, host, rank,"
        " max(0.0, (julianday('now') - julianday(started)) * 86400) AS elapsed, spec"
        " FROM job JOIN sweep ON sweep.id = sweep_id"
        " JOIN attempt ON job_id = job.id AND n = attempts"
        " WHERE state = 'running' ORDER BY host, rank, job.id");
    return each(code, &s, "ittiRt", row, data, e);
}

int store_each_attempt(struct store *store, int64_t job, store_row_handler *row, void *data,
                       struct err *e)
{
    struct sql s = {0};
    int has; /* not in a file of version 2 or older */
    int code = store_columns_has_column(&store->db, "attempt", "processor", &has, e);
    if (!code)
        code = store_sql_prepare(
            &s, &store->db, e,
            "SELECT n, host, rank, slurm_job, started, finished, outcome, message,"
            " build, blas, steps, seconds, %s"
            " FROM attempt WHERE job_id = ?1 ORDER BY n",
            has ? "mpi, processor" : "NULL AS mpi, NULL AS processor");
    if (!code)
        store_sql_bind_int(&s, 1, job);
    return each(code, &s, "itiTtTTTttIRTT", row, data, e);
}

int store_checksum(struct store *store, int64_t job, int64_t *version, uint64_t *sum, struct err *e)
{
    struct sql s = {0};
    int has_sum, has_version = 0;
    *version = 0;
    int code = store_columns_has_column(&store->db, "attempt", "checksum", &has_sum, e);
    if (!code)
        code = store_columns_has_column(&store->db, "attempt", "checksum_version", &has_version, e);
    if (code || !has_sum)
        return code;
    code = store_sql_prepare(&s, &store->db, e,
                             "SELECT checksum, %s FROM attempt JOIN job ON id = job_id"
                             " AND n = attempts WHERE job_id = ?1 AND checksum IS NOT NULL",
                             has_version ? "ifnull(checksum_version, 1)" : "1");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        code = store_sql_step(&s, e);
    }
    if (code == 1) {
        *sum = (uint64_t)store_sql_column_int(&s, 0);
        *version = store_sql_column_int(&s, 1);
    }
    store_sql_close(&s);
    return code < 0 ? code : 0;
}

int store_each_log(struct store *store, int64_t job, store_row_handler *row, void *data,
                   struct err *e)
{
    struct sql s = {0};
    int has;
    int code = store_columns_has(&store->db, "log", &has, e);
    if (code || !has)
        return code; /* a file of version 1 */
    code = store_sql_prepare(&s, &store->db, e,
                             "SELECT n, text FROM log WHERE job_id = ?1 ORDER BY n");
    if (!code)
        store_sql_bind_int(&s, 1, job);
    return each(code, &s, "it", row, data, e);
}

int store_each_time(struct store *store, const struct experiment *experiment, int64_t most,
                    store_row_handler *row, void *data, struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(
        &s, &store->db, e,
        "SELECT spec, " STORE_SECONDS("job.id") " FROM job"
                                                " WHERE experiment = ?1 AND state = 'done'"
                                                " ORDER BY id DESC LIMIT ?2");
    if (!code) {
        store_sql_bind_text(&s, 1, experiment->name);
        store_sql_bind_int(&s, 2, most);
    }
    return each(code, &s, "tr", row, data, e);
}

int store_job(struct store *store, int64_t job, const struct experiment **experiment, char **spec,
              const char **state, struct err *e)
{
    struct sql s = {0};
    *spec = NULL;
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT experiment, spec, state FROM job WHERE id = ?1");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        code = store_sql_step(&s, e);
    }
    if (code == 1) {
        enum store_state found;
        *experiment = store_experiment(store, store_sql_column_text(&s, 0));
        *spec = mem_text(store_sql_column_text(&s, 1));
        if (!*experiment)
            code =
                err_set(e, ERR_STORE, "%s: job %lld is of experiment %s, which is not known here",
                        store->path, (long long)job, store_sql_column_text(&s, 0));
        else if (!*spec)
            code = err_set(e, ERR_MEMORY, "out of memory for job %lld", (long long)job);
        else
            code = read_state(store->path, store_sql_column_text(&s, 2), &found, e);
        *state = code ? "" : store_states[found];
    } else if (code == 0) {
        code = err_set(e, ERR_USAGE, "%s: there is no job %lld", store->path, (long long)job);
    }
    store_sql_close(&s);
    if (code) {
        mem_free(*spec);
        *spec = NULL;
    }
    return code;
}

/* ---- results ---- */

/* Those jobs in this order; all, in their own, when jobs is NULL. */
static int each_listed(struct store *store, const struct experiment *x, const int64_t *jobs,
                       size_t job_count, store_row_handler *row, void *data, struct err *e)
{
    struct store_column *columns;
    int count;
    int code = store_columns_of_result(x, &columns, &count, e);
    if (!code)
        code = each_of_table(store, x->name, columns, count, 0, jobs, job_count, row, data, e);
    mem_free(columns);
    return code;
}

int store_each_result(struct store *store, const struct experiment *experiment,
                      store_row_handler *row, void *data, struct err *e)
{
    return each_listed(store, experiment, NULL, 0, row, data, e);
}

int store_result(struct store *store, const struct experiment *experiment, int64_t job,
                 store_row_handler *row, void *data, struct err *e)
{
    return each_listed(store, experiment, &job, 1, row, data, e);
}

int store_each_row(struct store *store, const struct experiment *experiment,
                   const struct table *table, int64_t job, store_row_handler *row, void *data,
                   struct err *e)
{
    assert(experiment_table(experiment, table->name) >= 0);
    (void)experiment;
    struct store_column *columns;
    int count;
    int code = store_columns_of_table(table, &columns, &count, e);
    if (!code)
        code =
            each_of_table(store, table->name, columns, count, table->keys, &job, 1, row, data, e);
    mem_free(columns);
    return code;
}

static int is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names))
            return 1;
    return 0;
}

int store_each_place(struct store *store, const struct experiment *experiment,
                     const char *const *names, store_row_handler *row, void *data, struct err *e)
{
    struct store_column *columns;
    int count, kept = 0;
    int code = store_columns_of_result(experiment, &columns, &count, e);
    for (int i = 0; !code && i < count; i++)
        if (is_among(columns[i].name, names))
            columns[kept++] = columns[i];
    if (!code)
        code = each_of_table(store, experiment->name, columns, kept, 0, NULL, 0, row, data, e);
    mem_free(columns);
    return code;
}

/* ---- frontiers ---- */

/* What has been seen of the jobs in the order of group, x and y: who is on the frontier. */
struct walk {
    int64_t *jobs; /* on it; owned */
    size_t count;
    char group[VALUE_TEXT_SIZE];
    double x, y; /* the last of them */
    int begun;   /* there is one, in this group */
};

static int keep_job(struct walk *w, int64_t job, struct err *e)
{
    int64_t *grown = array_room(w->jobs, w->count, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for a frontier of %zu jobs", w->count);
    w->jobs = grown;
    w->jobs[w->count++] = job;
    return 0;
}

/* A row: job_id, x, y, group.  On the frontier is whoever has less y than all before, and whoever
   equals such a one. */
static int take_step(const struct store_row *row, void *data, struct err *e)
{
    struct walk *w = data;
    char group[VALUE_TEXT_SIZE];
    double x = value_number(row->values[1]), y = value_number(row->values[2]);
    if (strcmp(w->group, value_format(row->values[3], group))) {
        strcpy(w->group, group);
        w->begun = 0;
    }
    if (w->begun && y >= w->y && (x != w->x || y != w->y))
        return 0;
    w->begun = 1;
    w->x = x;
    w->y = y;
    return keep_job(w, row->values[0].as.i, e);
}

static char letter_of(enum value_type type)
{
    return type == VALUE_INT ? 'i' : type == VALUE_REAL ? 'r' : 't';
}

static char metric_letter(const struct experiment *x, const char *name)
{
    return letter_of(x->metrics[experiment_metric(x, name)].type);
}

static char group_letter(const struct experiment *x)
{
    return letter_of(x->parameters[experiment_parameter(x, x->group)].type);
}

/* The view of a frontier, for a tenth of the time that SQLite's window functions take over it. */
static int find_frontier(struct store *store, const struct experiment *x, const struct plane *plane,
                         int by_group, struct walk *walk, struct err *e)
{
    struct sql s = {0};
    char *group = by_group ? sqlite3_mprintf("\"%w\"", x->group) : sqlite3_mprintf("NULL");
    int code = !group ? store_sql_fail(&store->db, SQLITE_NOMEM, e)
                      : store_sql_prepare(&s, &store->db, e,
                                          "SELECT \"job_id\", \"%w\", \"%w\", %s FROM \"%w\""
                                          " WHERE \"%w\" IS NOT NULL AND \"%w\" IS NOT NULL"
                                          " ORDER BY %s2, 3, 1",
                                          plane->x, plane->y, group, x->name, plane->x, plane->y,
                                          by_group ? "4, " : "");
    sqlite3_free(group);
    char types[] = "iRRT";
    types[1] = metric_letter(x, plane->x);
    types[2] = metric_letter(x, plane->y);
    types[3] = by_group ? group_letter(x) : 'T';
    return each(code, &s, types, take_step, walk, e);
}

int store_each_pareto(struct store *store, const struct experiment *experiment,
                      const struct plane *plane, int by_group, store_row_handler *row, void *data,
                      struct err *e)
{
    assert(!by_group || experiment->group);
    struct walk walk = {0};
    int has = 0;
    char *name = store_view_frontier(experiment, plane, by_group);
    int code = name ? store_columns_has(&store->db, name, &has, e)
                    : store_sql_fail(&store->db, SQLITE_NOMEM, e);
    sqlite3_free(name);
    if (!code && has) /* an older file may lack the view, and its columns */
        code = find_frontier(store, experiment, plane, by_group, &walk, e);
    if (!code && walk.count)
        code = each_listed(store, experiment, walk.jobs, walk.count, row, data, e);
    mem_free(walk.jobs);
    return code;
}

/* ---- arrays ---- */

int store_each_array(struct store *store, int64_t job, store_row_handler *row, void *data,
                     struct err *e)
{
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT name, rows, cols, dtype, length(data) AS bytes FROM array"
                                 " WHERE job_id = ?1 ORDER BY name");
    if (!code)
        store_sql_bind_int(&s, 1, job);
    return each(code, &s, "tiiti", row, data, e);
}
