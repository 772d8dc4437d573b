/* The command `compare`: compares groups of finished jobs: frontiers, intervals and tests. */
#include "cmd/command.h"
#include "cmd/db_reader.h"
#include "cmd/mixture_text.h"
#include "cmd/options.h"
#include "compare/compare_json.h"
#include "compare/compare_text.h"
#include "compare/job_table.h"
#include "compare/selection.h"
#include "jobs/job.h"
#include "stats/bootstrap.h"
#include "store/store.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum {
    COMPARE_SCHEMA = 1,
    GROUPS_MOST = 32, /* trained groups; as many placed ones again */
    EXPERIMENTS_MOST = 15,
    EQUAL_CHOICES = 200, /* random choices of points, for --equal-points */
    RESAMPLES_LEAST = 100,
    RESAMPLES_MOST = 1000000
};

/* ---- the options ---- */

struct request {
    const struct options *options;
    double limits[COMPARISON_LIMITS];
    struct comparison_options how;
    struct planned_contrast contrasts[OPTIONS_OF + 1]; /* from --of; ends with NULL */
    const char *by[JOB_TABLE_BY];                      /* words of --by */
    int by_count;
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

static char *trimmed(char *word)
{
    size_t length;
    word += strspn(word, " ");
    for (length = strlen(word); length && word[length - 1] == ' ';)
        word[--length] = '\0';
    return word;
}

/* Reads "A - B", where A and B name groups. */
static int read_contrasts(const struct options *options, struct request *request, struct err *e)
{
    for (int i = 0; i < options->of_count; i++) {
        char *minus = strstr(options->of[i], " - ");
        if (!minus)
            return err_set(e, ERR_USAGE, "--of %s: expected two groups, as \"bimt - l1, placed\"",
                           options->of[i]);
        *minus = '\0';
        request->contrasts[i].a = trimmed(options->of[i]);
        request->contrasts[i].b = trimmed(minus + 3);
    }
    if (options->of_count)
        request->how.contrasts = request->contrasts;
    return 0;
}

static int read_by(const struct options *options, struct request *request, struct err *e)
{
    for (char *word = options->by, *comma; word; word = comma) {
        if ((comma = strchr(word, ',')))
            *comma++ = '\0';
        for (int i = 0; i < request->by_count; i++)
            if (!strcmp(word, request->by[i]))
                return err_set(e, ERR_USAGE, "--by: %s is named twice", word);
        if (request->by_count == JOB_TABLE_BY)
            return err_set(e, ERR_USAGE, "--by: at most %d parameters", JOB_TABLE_BY);
        request->by[request->by_count++] = word;
    }
    return 0;
}

static int read_max_error(const struct options *options, struct request *request, struct err *e)
{
    struct value v;
    if (!options->max_error)
        return 0;
    if (value_parse(VALUE_REAL, options->max_error, &v, NULL) || v.as.x <= 0)
        return err_set(e, ERR_USAGE, "--max-error %s: expected a number above 0",
                       options->max_error);
    request->how.max_error = v.as.x;
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
    request->how.equal_points = options->equal_points ? EQUAL_CHOICES : 0;
    int code = read_by(options, request, e);
    if (!code)
        code = read_contrasts(options, request, e);
    if (!code)
        code = read_max_error(options, request, e);
    if (code)
        return code;
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

/* Whether the experiment is compared: it must have all parameters that form the groups. */
static int is_compared(const struct experiment *x, const struct request *request)
{
    for (int i = 0; i < request->by_count; i++)
        if (experiment_parameter(x, request->by[i]) < 0)
            return 0;
    return request->by_count || x->group;
}

static void begin_table(struct job_table *table, const struct experiment *x,
                        const struct request *request)
{
    job_table_begin(table, x,
                    experiment_parameter(x, request->by_count ? request->by[0] : x->group));
    for (int i = 1; i < request->by_count; i++)
        job_table_also_by(table, experiment_parameter(x, request->by[i]));
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

/* A word of --by must be a parameter of one of the experiments, other than the replicate. */
static int check_by_word(const struct request *request, const char *by, struct err *e)
{
    int known = 0;
    for (int k = 0; request->finished[k]; k++) {
        const struct experiment *x = request->finished[k];
        if (!strcmp(by, x->replicate))
            return err_set(e, ERR_USAGE,
                           "--by %s: its values are the replicates within each group; name another "
                           "parameter",
                           by);
        known |= experiment_parameter(x, by) >= 0;
    }
    if (known || !request->finished[0])
        return 0;
    char hint[SUGGEST_SIZE];
    suggest_phrase(hint, by, parameter_name_at, request);
    return err_set(e, ERR_USAGE, "--by %s: the finished jobs have no such parameter%s", by, hint);
}

static int check_by(const struct request *request, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && i < request->by_count; i++)
        code = check_by_word(request, request->by[i], e);
    return code;
}

/* Each side of --of must name a group, either as trained or as placed. */
static int check_side(const struct job_table *r, const char *name, struct err *e)
{
    char groups[600] = "", group[VALUE_TEXT_SIZE];
    for (int g = 0; g < r->groups; g++)
        if (comparison_is_named(r, g, 0, name) || comparison_is_named(r, g, 1, name))
            return 0;
    for (int g = 0; g < r->groups; g++) {
        size_t used = strlen(groups);
        snprintf(groups + used, sizeof groups - used, "%s%.60s", g ? ", " : "",
                 job_table_group_name(r, g, group));
    }
    return err_set(e, ERR_USAGE,
                   "--of: no group is called \"%s\"; there are %s, and each with \", placed\"",
                   name, groups);
}

static int check_contrasts(const struct job_table *r, const struct request *request, struct err *e)
{
    int code = 0;
    for (const struct planned_contrast *c = request->how.contrasts; !code && c && c->a; c++) {
        code = check_side(r, c->a, e);
        if (!code)
            code = check_side(r, c->b, e);
    }
    return code;
}

/* ---- comparing ---- */

static int compare_experiment(struct store *store, const struct experiment *x,
                              const struct selection *selection, const struct request *request,
                              struct json *j, struct err *e)
{
    struct job_table roster;
    struct comparison *comparison = NULL;
    begin_table(&roster, x, request);
    int code = selection_each_result(selection, store, job_table_add, &roster, e);
    if (!code)
        code = job_table_number(&roster, e);
    if (!code && roster.groups > GROUPS_MOST)
        code = err_set(e, ERR_USAGE,
                       "%s has %d values in the finished jobs of %s: at most %d can be "
                       "compared; name another parameter by --by",
                       x->parameters[roster.by].name, roster.groups, x->name, GROUPS_MOST);
    if (!code)
        code = roster.n ? check_contrasts(&roster, request, e) : 0;
    if (!code)
        code = job_table_count_lost(&roster, store, e);
    if (!code && roster.n) { /* a run may have removed jobs since they were counted */
        code = comparison_new(&comparison, &roster, &request->how, e);
        if (!code && request->options->json)
            compare_json_write(comparison, j);
        else if (!code)
            code = compare_text_print(comparison, request->options->full, stdout, e);
    }
    comparison_free(comparison);
    job_table_free(&roster);
    return code;
}

static int compare_all(struct store *store, const struct request *request, struct err *e)
{
    struct json j;
    struct selection *selections[EXPERIMENTS_MOST] = {0};
    int64_t jobs[EXPERIMENTS_MOST] = {0}, all = 0;
    int json = request->options->json;
    int code = selection_choose(selections, request->finished, store, request->options->sweep,
                                request->options->where, e);
    if (code)
        return code;
    if (json) {
        json_begin(&j, stdout, COMPARE_SCHEMA);
        json_int(&j, "resamples", request->how.resamples);
        json_text(&j, "interval", "95 %, bootstrap of the mean over replicates");
        json_open_array(&j, "jobs");
    }
    for (int k = 0; !code && request->finished[k]; k++) {
        if (is_compared(request->finished[k], request) && selections[k])
            code = mixture_text_tell(store, request->finished[k], selections[k], json ? &j : NULL,
                                     &jobs[k], e);
        all += jobs[k];
    }
    if (json) {
        json_close_array(&j);
        json_open_array(&j, "experiments");
    }
    for (int k = 0; !code && request->finished[k]; k++)
        if (jobs[k])
            code = compare_experiment(store, request->finished[k], selections[k], request, &j, e);
    if (json) {
        json_close_array(&j);
        json_end(&j);
    } else if (!code && !all) {
        printf("%s\n",
               request->finished[0] ? "no finished job is selected" : "no finished jobs yet");
    }
    for (int k = 0; k < EXPERIMENTS_MOST; k++)
        selection_free(selections[k]);
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
        "Compares groups of finished jobs; seeds are the replicates.  Begins with a verdict:\n"
        "which of the contrasts that the experiment planned, or that --of asks for, are decided\n"
        "at an error, and whether so many seeds can decide them.  Then come the jobs that\n"
        "dropped out, and the contrasts.  --full adds all groups and pairs, the points that are\n"
        "on the frontier for certain, and the metrics of anatomy.  Where jobs were also measured\n"
        "with their units placed anew, every group appears a second time as placed.\n\n"
        "Example: brainsweep compare paper.db --errors 0.05 --of \"bimt - l1, placed\"\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_BY | OPTION_ERRORS | OPTION_OF | OPTION_MAX_ERROR | OPTION_EQUAL_POINTS |
               OPTION_FULL | OPTION_RESAMPLES | OPTION_SWEEP | OPTION_WHERE | OPTION_JSON,
    .run = run,
};
