/* Stand-ins for jobs/job and for the engine's view of its machine, for the simulation. */
#include "base/clock.h"
#include "base/environment.h"
#include "jobs/job.h"
#include "math/mat.h"
#include "run/build.h"
#include "run/progress.h"
#include "run/signals.h"
#include "run/supervisor.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

static double work(const struct spec *spec)
{
    const struct sim_job_plan *plan = sim_disk_plan(spec_int(spec, "seed"));
    return 1 + 1e9 * plan->steps * plan->step_seconds;
}

static double memory(const struct spec *spec)
{
    (void)spec;
    return 1;
}

static const struct parameter parameters[] = {
    {.name = "seed",
     .type = VALUE_INT,
     .default_text = "0",
     .max = 9e15,
     .help = "number of the job"},
    {0},
};
static const struct metric metrics[] = {
    {.name = "answer",
     .type = VALUE_REAL,
     .unit = "1",
     .direction = NEITHER,
     .help = "what it finds"},
    {0},
};
const struct experiment sim_experiment = {
    .name = "sim",
    .help = "a job of the simulation",
    .parameters = parameters,
    .metrics = metrics,
    .replicate = "seed",
    .headline = 1,
    .work = work,
    .memory = memory,
};

const struct experiment *const *job_experiments(void)
{
    static const struct experiment *const all[] = {&sim_experiment, NULL};
    return all;
}

double sim_job_answer(int64_t seed)
{
    return (double)((uint64_t)(seed + 1) * 0x9E3779B97F4A7C15u >> 40);
}

/* Runs step after step, as a training does; it saves the number of steps done. */
static int do_steps(const struct sim_job_plan *plan, const struct job_context *context,
                    const struct result *r, struct err *e)
{
    int64_t step = 0;
    if (context->saved && context->saved_size == sizeof step)
        memcpy(&step, context->saved, sizeof step);
    while (step < plan->steps) {
        sim_sleep(plan->step_seconds * sim_uniform(0.8, 1.2));
        step++;
        if (step == plan->bad_step && plan->kind == SIM_CRASH)
            sim_die_alone();
        if (step == plan->bad_step && plan->kind == SIM_DOOM)
            sim_end_all();
        while (step == plan->bad_step && plan->kind == SIM_HANG)
            sim_sleep(1e6);
        enum job_wish wish = context->progress(step, plan->steps, r, context->data);
        if (wish != JOB_GO_ON)
            context->save(&step, sizeof step, context->data);
        if (wish == JOB_STOP)
            return err_set(e, ERR_STOPPED, "asked to stop");
    }
    return 0;
}

int job_run(const struct spec *spec, const struct job_context *context, struct result **result,
            struct err *e)
{
    int64_t seed = spec_int(spec, "seed");
    const struct sim_job_plan *plan = sim_disk_plan(seed);
    struct result *r;
    double start = clock_now();
    *result = NULL;
    int code = result_new(&r, spec->experiment, e);
    if (!code)
        code = do_steps(plan, context, r, e);
    if (code) {
        result_free(r);
        return code;
    }
    r->outcome = plan->kind == SIM_FAIL      ? OUTCOME_FAILED
                 : plan->kind == SIM_DIVERGE ? OUTCOME_DIVERGED
                                             : OUTCOME_DONE;
    snprintf(r->message, sizeof r->message, "%s", plan->kind == SIM_OK ? "" : "as planned");
    result_set(r, "answer", value_real(sim_job_answer(seed)));
    r->steps = plan->steps;
    r->seconds = clock_now() - start;
    *result = r;
    return 0;
}

/* ---- the supervisor ---- */

void supervisor_expect_life(double seconds, int kills)
{
    sim_expect_life(seconds, kills);
}

void supervisor_beat(void)
{
    sim_beat();
}

void supervisor_begin_job(const char *checkpoint, int64_t attempt)
{
    sim_begin_job(strtoll(checkpoint, NULL, 10), attempt);
}

void supervisor_end_job(void)
{
    sim_end_job();
}

/* ---- the machine ---- */

int signals_asked(void)
{
    return sim_run.asked;
}

void signals_ignore(void)
{
}

struct launcher environment_launcher(void)
{
    return (struct launcher){"none", 1, 0, 0};
}

int environment_local_size(void)
{
    return 1;
}

int environment_is_under_mpirun(void)
{
    return 0;
}

const char *environment_host(void)
{
    return sim_rank() < 3 ? "a" : "b";
}

const char *environment_slurm_job(void)
{
    return "";
}

double environment_slurm_end(void)
{
    return 0;
}

int environment_is_dumb_terminal(void)
{
    return 1;
}

int environment_forbids_color(void)
{
    return 1;
}

int environment_columns(void)
{
    return 80;
}

int environment_survives_deaths(void)
{
    return sim_run.survives_deaths;
}

const char *build_text(void)
{
    return "sim";
}

const char *build_processor(void)
{
    return "none";
}

char *build_kernels(size_t size, char *text)
{
    snprintf(text, size, "none");
    return text;
}

void mat_single_thread(void)
{
}

/* ---- output is discarded ---- */

void progress_begin(struct progress *progress, int worker, const struct store_job *job,
                    double expected)
{
    (void)progress, (void)worker, (void)job, (void)expected;
}

void progress_worker(struct progress *progress, int worker, int64_t done, int64_t total,
                     double seconds, double loss)
{
    (void)progress, (void)worker, (void)done, (void)total, (void)seconds, (void)loss;
}

void progress_result(struct progress *progress, int worker, const struct result *result)
{
    (void)progress, (void)worker, (void)result;
}

void progress_idle(struct progress *progress, int worker)
{
    (void)progress, (void)worker;
}

void progress_tick(struct progress *progress, const struct ledger *ledger)
{
    (void)progress, (void)ledger;
}
