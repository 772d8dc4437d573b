#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/options.h"
#include "compare/comparison.h"
#include "compare/job_table.h"
#include "jobs/job.h"
#include "stats/bootstrap.h"
#include "store/store.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum {
    COMPARE_SCHEMA = 1,
    GROUPS_MOST = 32, /* and as many again placed */
    EXPERIMENTS_MOST = 15,
    RESAMPLES_LEAST = 100,
    RESAMPLES_MOST = 1000000
};

/* ---- what was asked for ---- */

struct request {
    const struct options *options;
    double limits[COMPARISON_LIMITS];
    struct comparison_options how;
    const struct experiment *finished[EXPERIMENTS_MOST + 1]; /* ends with NULL */
};

static int read_errors(char *list, struct request *request, struct err *e)
{
    for (char *word = list, *comma; word; word = comma) {
        struct value v;
        if ((comma = strchr(word, ',')))
            *comma++ = '\0';
        if (value_parse(VALUE_REAL, word, &v, NULL))
            return err_set(e, ERR_USAGE, "--errors %s: expected numbers, such as 0.05,0.1", word);
        if (request->how.n_limits == COMPARISON_LIMITS)
            return err_set(e, ERR_USAGE, "--errors: at most %d of them", COMPARISON_LIMITS);
        request->limits[request->how.n_limits++] = v.as.x;
    }
    return 0;
}

static int read_request(const struct options *options, struct request *request, struct err *e)
{
    static const double usual[] = {0.05, 0.1, 0.2, 0.3};
    struct value v = value_int(RESAMPLE_DEFAULT);
    *request = (struct request){.options = options, .how = {.limits = request->limits}};
    if (options->resamples && (value_parse(VALUE_INT, options->resamples, &v, NULL) ||
                               v.as.i < RESAMPLES_LEAST || v.as.i > RESAMPLES_MOST))
        return err_set(e, ERR_USAGE, "--resamples %s: expected a number from %d to %d",
                       options->resamples, RESAMPLES_LEAST, RESAMPLES_MOST);
    request->how.resamples = (int)v.as.i;
    if (options->errors)
        return read_errors(options->errors, request, e);
    memcpy(request->limits, usual, sizeof usual);
    request->how.n_limits = sizeof usual / sizeof usual[0];
    return 0;
}

/* ---- which experiments ---- */

/* Finds the experiments that have finished jobs and replicates. */
static int find_finished(struct store *store, struct request *request, struct err *e)
{
    int n = 0, code = 0;
    for (int i = 0; !code && job_at(i); i++) {
        const struct experiment *x = &job_at(i)->experiment;
        int64_t results = 0;
        code = store_count_results(store, x, NULL, &results, e);
        if (results && x->replicate && n < EXPERIMENTS_MOST)
            request->finished[n++] = x;
    }
    return code;
}

/* The parameter whose values are the groups, or -1: the experiment is not compared. */
static int group_of(const struct experiment *x, const struct options *options)
{
    const char *name = options->by ? options->by : x->group;
    return name ? experiment_parameter(x, name) : -1;
}

static const char *parameter_name_at(int i, const void *data)
{
    const struct request *request = data;
    for (int k = 0; request->finished[k]; k++) {
        int count = experiment_parameter_count(request->finished[k]);
        if (i < count)
            return request->finished[k]->parameters[i].name;
        i -= count;
    }
    return NULL;
}

/* --by must be a parameter of one of the experiments, and not the replicate. */
static int check_by(const struct request *request, struct err *e)
{
    const char *by = request->options->by;
    int known = 0;
    for (int k = 0; by && request->finished[k]; k++) {
        const struct experiment *x = request->finished[k];
        if (!strcmp(by, x->replicate))
            return err_set(e, ERR_USAGE,
                           "--by %s: its values are the replicates within each group; name another "
                           "parameter",
                           by);
        known |= experiment_parameter(x, by) >= 0;
    }
    if (!by || known || !request->finished[0])
        return 0;
    const char *nearest = suggest_name(by, parameter_name_at, request);
    return err_set(e, ERR_USAGE, "--by %s: the finished jobs have no such parameter%s%s%s", by,
                   nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                   nearest ? "\"?" : "");
}

/* ---- comparing ---- */

static int compare_experiment(struct store *store, const struct experiment *x,
                              const struct request *request, struct json *j, struct err *e)
{
    struct job_table roster;
    struct comparison *comparison = NULL;
    job_table_begin(&roster, x, group_of(x, request->options));
    int code = store_each_result(store, x, job_table_add, &roster, e);
    if (!code)
        code = job_table_number(&roster, e);
    if (!code && roster.groups > GROUPS_MOST)
        code = err_set(e, ERR_USAGE,
                       "%s has %d values in the finished jobs of %s: at most %d can be "
                       "compared; name another parameter by --by",
                       x->parameters[roster.by].name, roster.groups, x->name, GROUPS_MOST);
    if (!code && roster.n) { /* a run may have removed them since they were counted */
        code = comparison_new(&comparison, &roster, &request->how, e);
        if (!code && request->options->json)
            comparison_to_json(comparison, j);
        else if (!code)
            code = comparison_print(comparison, stdout, e);
    }
    comparison_free(comparison);
    job_table_free(&roster);
    return code;
}

static int compare_all(struct store *store, const struct request *request, struct err *e)
{
    struct json j;
    int code = 0, json = request->options->json;
    if (json) {
        json_begin(&j, stdout, COMPARE_SCHEMA);
        json_int(&j, "resamples", request->how.resamples);
        json_text(&j, "interval", "95 %, bootstrap of the mean over replicates");
        json_open_array(&j, "experiments");
    }
    for (int k = 0; !code && request->finished[k]; k++)
        if (group_of(request->finished[k], request->options) >= 0)
            code = compare_experiment(store, request->finished[k], request, &j, e);
    if (json) {
        json_close_array(&j);
        json_end(&j);
    } else if (!request->finished[0]) {
        printf("no finished jobs yet\n");
    }
    return code;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct request request;
    struct store *store = NULL;
    int code = read_request(options, &request, &e);
    if (!code)
        code = db_reader_open(&store, options, &e);
    if (!code)
        code = find_finished(store, &request, &e);
    if (!code)
        code = check_by(&request, &e);
    if (!code)
        code = compare_all(store, &request, &e);
    if (store)
        (void)store_close(store, NULL);
    return code ? command_fail(&e) : EXIT_DONE;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "DB [OPTION]...",
    .summary = "regularizers against each other: frontiers, intervals, tests",
    .help =
        "Compares groups of finished jobs; seeds are the replicates.  Prints how large an area "
        "the\n"
        "frontier of each group dominates, the least cost at given errors, which points are on\n"
        "the frontier for certain, and the metrics of anatomy.  Where jobs were also measured "
        "with\n"
        "their units placed anew, every group appears a second time as placed.\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_BY | OPTION_ERRORS | OPTION_RESAMPLES | OPTION_JSON,
    .run = run,
};
