#include "command.h"
#include "console.h"
#include "job.h"
#include "json.h"
#include "mem.h"
#include "options.h"
#include "report.h"
#include "request.h"
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

enum { PLAN_SCHEMA = 1, RANKS_MOST = 16 };

/* Work that one core is taken to do when nothing has been measured: a plan is a guess, and says so.
 */
static const double assumed_rate = 30e9;

struct plan {
    const struct sweep *sweep;
    double work;    /* of all jobs, floating-point operations */
    double largest; /* of one job */
    double memory;  /* of the largest worker */
    int ranks[RANKS_MOST];
    int rank_count;
};

static int read_ranks(struct plan *plan, const char *text, struct err *e)
{
    for (const char *at = text; *at;) {
        char *end;
        long n = strtol(at, &end, 10);
        if (end == at || n < 1 || n > 1000000 || (*end && *end != ','))
            return err_set(e, ERR_USAGE, "--ranks %s: expected numbers of ranks, such as 2,32,128",
                           text);
        if (plan->rank_count == RANKS_MOST)
            return err_set(e, ERR_USAGE, "--ranks: at most %d of them", RANKS_MOST);
        plan->ranks[plan->rank_count++] = (int)n;
        at = *end ? end + 1 : end;
    }
    return 0;
}

/* Rank 0 of several only coordinates.  No schedule is shorter than the mean load or the longest
 * job. */
static double makespan(const struct plan *plan, int ranks)
{
    int workers = ranks > 1 ? ranks - 1 : 1;
    double mean = plan->work / workers;
    return (mean > plan->largest ? mean : plan->largest) / assumed_rate;
}

static void measure(struct plan *plan)
{
    const struct experiment *experiment = sweep_experiment(plan->sweep);
    plan->memory = request_memory(plan->sweep);
    for (size_t i = 0; i < sweep_count(plan->sweep); i++) {
        double work = experiment->work(sweep_spec(plan->sweep, i));
        plan->work += work;
        plan->largest = work > plan->largest ? work : plan->largest;
    }
}

static void print_json(const struct plan *plan)
{
    struct json j;
    json_begin(&j, stdout, PLAN_SCHEMA);
    json_text(&j, "sweep", sweep_name(plan->sweep));
    json_text(&j, "experiment", sweep_experiment(plan->sweep)->name);
    json_int(&j, "jobs", (long long)sweep_count(plan->sweep));
    json_int(&j, "merged", (long long)sweep_merged(plan->sweep));
    json_real(&j, "work_flop", plan->work);
    json_real(&j, "memory_bytes_per_worker", plan->memory);
    json_real(&j, "assumed_flop_per_second_per_core", assumed_rate);
    json_open_array(&j, "makespans");
    for (int i = 0; i < plan->rank_count; i++) {
        json_open_object(&j, NULL);
        json_int(&j, "ranks", plan->ranks[i]);
        json_real(&j, "seconds", makespan(plan, plan->ranks[i]));
        json_close_object(&j);
    }
    json_close_array(&j);
    json_open_array(&j, "specs");
    for (size_t i = 0; i < sweep_count(plan->sweep); i++) {
        char *spec = spec_canonical(sweep_spec(plan->sweep, i));
        json_text(&j, NULL, spec ? spec : "");
        mem_free(spec);
    }
    json_close_array(&j);
    json_end(&j);
}

static void print_axes(const struct plan *plan)
{
    const struct experiment *experiment = sweep_experiment(plan->sweep);
    for (int p = 0; experiment->parameters[p].name; p++)
        if (sweep_varies(plan->sweep, experiment->parameters[p].name))
            printf(" %s", experiment->parameters[p].name);
}

static void print_jobs(const struct plan *plan)
{
    enum { SHOWN = 10 };
    size_t n = sweep_count(plan->sweep);
    for (size_t i = 0; i < n && (i < SHOWN || n == SHOWN + 1); i++) {
        char *spec = spec_canonical(sweep_spec(plan->sweep, i));
        printf("  %s\n", spec ? spec : "");
        mem_free(spec);
    }
    if (n > SHOWN + 1)
        printf("  ... and %zu more\n", n - SHOWN);
}

static void print_plan(const struct plan *plan)
{
    const struct sweep *sweep = plan->sweep;
    char text[32];
    printf("sweep %s: %zu job%s of %s", sweep_name(sweep), sweep_count(sweep),
           sweep_count(sweep) == 1 ? "" : "s", sweep_experiment(sweep)->name);
    if (sweep_merged(sweep))
        printf(" (%zu point%s of the grid would be another again)", sweep_merged(sweep),
               sweep_merged(sweep) == 1 ? "" : "s");
    printf("\nvarying:");
    print_axes(plan);
    printf("\nwork: %.3g floating-point operations, about %s on one core at %.0f GFLOP/s\n",
           plan->work, console_duration(plan->work / assumed_rate, text), assumed_rate / 1e9);
    printf("memory: %s a worker, besides MPI\n", console_bytes(plan->memory, text));
    for (int i = 0; i < plan->rank_count; i++)
        printf("with %d rank%s: about %s\n", plan->ranks[i], plan->ranks[i] == 1 ? "" : "s",
               console_duration(makespan(plan, plan->ranks[i]), text));
    print_jobs(plan);
}

static int run(int argc, char **argv)
{
    struct err e = {0};
    struct options options;
    struct sweep *sweep = NULL;
    struct plan plan = {0};
    int code = options_read(&command_plan, argc, argv, 1, 1, &options, &e);
    if (code || options.help)
        return code ? command_fail(&e) : EXIT_DONE;
    code = read_ranks(&plan, options.ranks ? options.ranks : "1,3,33", &e);
    if (!code)
        code = request_sweep(&sweep, &options, 1, &e);
    if (code)
        return command_fail(&e);
    plan.sweep = sweep;
    measure(&plan);
    (options.json ? print_json : print_plan)(&plan);
    sweep_free(sweep);
    return EXIT_DONE;
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "SWEEP [OPTION]...",
    .summary = "count a sweep's jobs and guess their cost; writes nothing",
    .help = "Reads a sweep file as run would and tells how many jobs it makes, what they need, and "
            "how\n"
            "long they take, roughly, on so many ranks.\n",
    .options = OPTION_SET | OPTION_SHARD | OPTION_RANKS | OPTION_JSON,
    .run = run,
};
