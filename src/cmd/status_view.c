#include "cmd/status_view.h"

#include "base/mem.h"
#include "cmd/db_reader.h"
#include "record/checkpoint.h"
#include "run/checkpoint_dir.h"
#include "text/console.h"
#include "text/text_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct load {
    struct status_view *view;
    double seconds; /* remaining time of the running jobs, each at least 0 */
};

static int add_running(const struct store_row *row, void *data, struct err *e)
{
    struct load *load = data;
    (void)e;
    double elapsed = value_number(row->values[store_row_column(row, "elapsed")]);
    load->view->running++;
    load->seconds += fmax(0, load->view->pace.mean - elapsed);
    return 0;
}

/* The estimate assumes that the number of workers stays the same.  The interval is two standard
   deviations: of the sum of the remaining jobs, plus the error of their expected mean. */
static void expect(struct status_view *v, double running_seconds)
{
    double workers = v->running, waiting = (double)(v->left - v->running);
    if (!v->held || !v->running || v->pace.jobs < 2 || v->pace.mean <= 0)
        return;
    v->has_eta = 1;
    v->eta = (waiting * v->pace.mean + running_seconds) / workers;
    double spread = 2 * v->pace.sd *
                    (sqrt((double)v->left) + (double)v->left / sqrt((double)v->pace.jobs)) /
                    workers;
    v->eta_low = fmax(0, v->eta - spread);
    v->eta_high = v->eta + spread;
}

int status_view_look(struct status_view *v, struct store *store, struct err *e)
{
    struct store_counts counts;
    *v = (struct status_view){0};
    struct load load = {v, 0};
    v->held = store_held(store, v->holder, sizeof v->holder);
    int code = store_count(store, NULL, &counts, e);
    if (!code)
        code = store_pace(store, &v->pace, e);
    if (!code)
        code = store_each_running(store, add_running, &load, e);
    if (code)
        return code;
    v->left = counts.state[STATE_PENDING] + counts.state[STATE_RUNNING];
    expect(v, load.seconds);
    return 0;
}

static double jobs_per_hour(const struct status_view *v)
{
    return v->pace.mean > 0 ? 3600 * v->running / v->pace.mean : 0;
}

/* ---- printing ---- */

static void print_activity(const struct status_view *v, FILE *out)
{
    char eta[32], low[32], high[32];
    if (!v->held) {
        fprintf(out, "\nnobody works on it");
        if (v->running)
            fprintf(out, ": %d job%s running when the run ended, and the next run goes on with %s",
                    v->running, v->running == 1 ? " was" : "s were",
                    v->running == 1 ? "it" : "them");
        fprintf(out, "\n");
        return;
    }
    fprintf(out, "\nin use by %s: %d job%s running", v->holder, v->running,
            v->running == 1 ? "" : "s");
    if (v->has_eta)
        fprintf(out, ", %.3g jobs/h, ETA %s (%s to %s)", jobs_per_hour(v),
                console_duration(v->eta, eta), console_duration(v->eta_low, low),
                console_duration(v->eta_high, high));
    fprintf(out, "\n");
}

struct listing {
    const struct status_view *view;
    struct text_table *table; /* NULL if no row has come yet */
    struct checkpoint_dir checkpoints;
    int read_checkpoints;
};

enum { CHECKPOINTS_READ = 32 }; /* reading those of more jobs takes too long */

/* The steps that a job had done at its latest checkpoint; NULL if it has none. */
static struct value saved_steps(const struct listing *l, int64_t job, const char *spec)
{
    char file[PATH_MAX];
    struct checkpoint saved = {0};
    struct value steps = value_null();
    if (!l->read_checkpoints || !*checkpoint_dir_file(&l->checkpoints, job, file) ||
        checkpoint_read(file, spec, &saved, NULL))
        return steps;
    if (saved.bytes)
        steps = value_int(saved.steps);
    checkpoint_free(&saved);
    return steps;
}

static int list_running(const struct store_row *row, void *data, struct err *e)
{
    static const char *const names[] = {"job",  "host",        "rank", "elapsed",
                                        "left", "saved_steps", "spec"};
    struct listing *l = data;
    double elapsed = value_number(row->values[store_row_column(row, "elapsed")]);
    const char *spec = row->values[store_row_column(row, "spec")].as.text;
    int64_t job = row->values[store_row_column(row, "job")].as.i;
    char gone[32], left[32];
    double mean = l->view->pace.mean;
    if (!l->table && text_table_new(&l->table, names, sizeof names / sizeof names[0], e))
        return e->code;
    const struct value values[] = {
        value_int(job),
        row->values[store_row_column(row, "host")],
        row->values[store_row_column(row, "rank")],
        value_text(console_duration(elapsed, gone)),
        mean > 0 ? value_text(console_duration(fmax(0, mean - elapsed), left)) : value_null(),
        saved_steps(l, job, spec),
        value_text(spec),
    };
    return text_table_add(l->table, values, e);
}

static int print_running(const struct status_view *v, struct store *store, FILE *out, struct err *e)
{
    struct listing l = {.view = v, .read_checkpoints = v->running <= CHECKPOINTS_READ};
    snprintf(l.checkpoints.directory, sizeof l.checkpoints.directory, "%.4000s.ckpt",
             store_file_name(store));
    int code = v->held && v->running ? store_each_running(store, list_running, &l, e) : 0;
    if (!code && l.table) {
        fprintf(out, "\nrunning:\n");
        text_table_print(l.table, out, 2);
    }
    text_table_free(l.table);
    return code;
}

static int print_table(FILE *out, const char *title, struct db_reader_table *table, int code)
{
    if (!code && table->report && text_table_rows(table->report)) {
        fprintf(out, "%s\n", title);
        text_table_print(table->report, out, 2);
    }
    text_table_free(table->report);
    return code;
}

/* Prints the jobs in that state, if there are any. */
static int print_jobs(struct store *store, const char *state, FILE *out, struct err *e)
{
    struct db_reader_table table = {0};
    char title[64];
    snprintf(title, sizeof title, "\n%s:", state);
    return print_table(out, title, &table,
                       store_each_job(store, state, db_reader_to_table, &table, e));
}

int status_view_print(const struct status_view *v, struct store *store, const char *state,
                      int least, FILE *out, struct err *e)
{
    static const char *const bad[] = {"diverged", "failed", "crashed", "quarantined"};
    struct db_reader_table sweeps = {0};
    int code = print_table(out, "sweeps:", &sweeps,
                           store_each_sweep(store, db_reader_to_table, &sweeps, e));
    if (!code)
        print_activity(v, out);
    if (!code && !state)
        code = print_running(v, store, out, e);
    if (!code && state)
        return print_jobs(store, state, out, e);
    for (size_t i = 0; !code && !least && i < sizeof bad / sizeof bad[0]; i++)
        code = print_jobs(store, bad[i], out, e);
    return code;
}

int status_view_json(const struct status_view *v, struct store *store, struct json *j,
                     struct err *e)
{
    if (v->held)
        json_text(j, "in_use_by", v->holder);
    else
        json_value(j, "in_use_by", value_null());
    json_value(j, "jobs_per_hour", v->has_eta ? value_real(jobs_per_hour(v)) : value_null());
    json_value(j, "eta_seconds", v->has_eta ? value_real(v->eta) : value_null());
    json_value(j, "eta_low", v->has_eta ? value_real(v->eta_low) : value_null());
    json_value(j, "eta_high", v->has_eta ? value_real(v->eta_high) : value_null());
    json_open_array(j, "running");
    int code = v->held ? store_each_running(store, db_reader_to_json, j, e) : 0;
    json_close_array(j);
    return code;
}
