/*
 * simulate - runs the simulation of the engine.
 *
 *     simulate FIRST [COUNT]   simulates COUNT seeds; reports which of them fail, and why
 *     simulate -v SEED         simulates one seed and shows each step
 */
#include "base/log.h"
#include "run/coordinator.h"
#include "run/exit_code.h"
#include "run/worker.h"
#include "sim.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- choices of a seed ---- */

enum style { CALM, ONLY_SUSPENDED, ANYTHING, STYLES };

static struct {
    enum style style;
    int jobs, guilty, faulty_runs;
    struct sim_job_plan plans[SIM_JOBS];
    struct run_config config;
    struct store *store;
} sweep;

/* Jobs that take up to eight seconds, or very many that are so short that workers get them in
   advance. */
static void choose_jobs(void)
{
    int short_jobs = sim_chance(0.25);
    sweep.jobs = short_jobs ? 10 + (int)sim_random(SIM_JOBS - 10) : 1 + (int)sim_random(10);
    sweep.guilty = 0;
    for (int i = 0; i < sweep.jobs; i++) {
        struct sim_job_plan *p = &sweep.plans[i];
        p->steps = short_jobs ? 1 + (int)sim_random(3) : 1 + (int)sim_random(12);
        p->step_seconds = short_jobs ? sim_uniform(0.001, 0.02) : sim_uniform(0.02, 0.7);
        p->bad_step = 1 + (int)sim_random((uint64_t)p->steps);
        p->kind = sim_chance(0.1) ? SIM_FAIL + sim_random(2) : SIM_OK;
        if (sweep.style == ANYTHING && sweep.guilty < 2 && sim_chance(0.1)) {
            p->kind = SIM_CRASH + sim_random(3);
            sweep.guilty++;
        }
    }
}

static struct sim_fault make_fault(void)
{
    struct sim_fault f = {.at = sim_now() + sim_uniform(0, 15)};
    if (sweep.style == ONLY_SUSPENDED) {
        f.kind = sim_chance(0.5) ? FAULT_PAUSE_ALL : FAULT_PAUSE_RANK; /* of rank 0 */
        f.seconds = f.kind == FAULT_PAUSE_ALL ? sim_uniform(0, 2000) : sim_uniform(0, 4);
        return f;
    }
    f.kind = (enum sim_fault_kind)sim_random(FAULT_KINDS);
    f.seconds = sim_chance(0.3) ? sim_uniform(0, 60) : sim_uniform(0, 10);
    f.rank = (int)sim_random((uint64_t)sim_run.ranks);
    return f;
}

/* ---- a rank ---- */

static int serve(struct ledger *ledger, const struct stop_policy *policy, struct run_end *end,
                 struct err *e)
{
    return sim_run.ranks > 1 ? coordinator_serve(ledger, NULL, policy, end, e)
                             : serial_run(ledger, NULL, policy, end, e);
}

/* As in cmd_run.c. */
static int coordinate(void)
{
    struct err e = {0};
    struct ledger *ledger = NULL;
    struct stop_policy policy;
    struct run_end end = {.exit_code = EXIT_DONE};
    int dismissed = 0, ranks = sim_run.ranks;
    const struct experiment *const experiments[] = {&sim_experiment, NULL};
    int code = stop_policy_read(&policy, &sweep.config, (size_t)sweep.jobs, &e);
    const struct ledger_terms terms = {
        .sweep = "sim",
        .experiment = &sim_experiment,
        .whole = stop_policy_seconds_left(&policy, 0),
        .workers = ranks > 1 ? ranks - 1 : 1,
        .alone_after = 5,
        .worker_loss_is_isolated = sim_run.survives_deaths,
        .writing = {.snapshot_every = INFINITY, .patience = 2 * sweep.config.worker_timeout}};
    if (!code)
        code = ledger_new(&ledger, sweep.store, experiments, &terms, &e);
    if (!code) {
        dismissed = 1;
        code = serve(ledger, &policy, &end, &e);
    }
    ledger_free(ledger);
    if (code) {
        sim_trace("%s", e.text);
        end.exit_code = EXIT_STORE;
    }
    if (!dismissed)
        end.lost = coordinator_dismiss(end.exit_code);
    coordinator_end(end.exit_code);
    if (end.lost)
        sim_abort(end.exit_code);
    return end.exit_code;
}

static int rank_main(int rank)
{
    return rank ? worker_serve(&sweep.config) : coordinate();
}

/* ---- a seed ---- */

/* All ranks that have ended return the same code; with recovery the others' codes do not matter. */
static void check_codes(const struct sim_end *end)
{
    for (int rank = 1; rank < sim_run.ranks && !sim_run.survives_deaths; rank++)
        if (end->exit_code[rank] >= 0 && end->exit_code[rank] != end->exit_code[0])
            sim_fail("rank 0 returns %d and rank %d returns %d", end->exit_code[0], rank,
                     end->exit_code[rank]);
}

/* Returns whether all jobs are done. */
static int do_run(int is_calm)
{
    struct sim_fault faults[4];
    size_t count = is_calm ? 0 : sim_random(4);
    sim_run = (struct sim_run){.ranks = 1 + (int)sim_random(SIM_RANKS),
                               .survives_deaths = sim_chance(0.5)};
    /* without other ranks nobody notices one that hangs */
    for (int i = 0; i < sweep.jobs && sim_run.ranks == 1; i++)
        if (sweep.plans[i].kind == SIM_HANG)
            sim_run.ranks = 2 + (int)sim_random(SIM_RANKS - 1);
    for (size_t i = 0; i < count; i++)
        faults[i] = make_fault();
    sweep.config.time_limit =
        is_calm || sweep.style != ANYTHING || sim_chance(0.9) ? 0 : sim_uniform(4, 40);
    sim_trace("---- run on %d ranks%s", sim_run.ranks,
              sim_run.survives_deaths ? ", which survive each other" : "");
    sim_disk_new_run();
    struct sim_end end = sim_world_run(rank_main, sim_run.ranks, faults, count);
    sim_trace("---- %s, %d",
              end.killed    ? "killed"
              : end.aborted ? "aborted"
                            : "ended",
              end.exit_code[0]);
    if (end.killed || end.exit_code[0] < 0 || end.aborted_by > 0)
        return 0;
    check_codes(&end);
    sim_disk_check_end(end.exit_code[0]);
    int was_full = sim_run.disk_full_until > 0;
    if (end.exit_code[0] == EXIT_STORE && sim_run.file_gone && !sim_disk_take_copy() && !was_full)
        sim_fail("the database was renamed, and there is no copy of it");
    return !sim_disk_pending();
}

static void scenario(void)
{
    enum { MOST_CALM_RUNS = 30 };
    sweep.style = sim_chance(0.1) ? CALM : sim_chance(0.15) ? ONLY_SUSPENDED : ANYTHING;
    sweep.config =
        (struct run_config){.checkpoint_every = sim_uniform(0.2, 10), .worker_timeout = 6};
    sweep.faulty_runs = sweep.style == CALM ? 0 : 1 + (int)sim_random(8);
    choose_jobs();
    sweep.store = sim_disk_new(sweep.plans, sweep.jobs);
    for (int run = 0; !do_run(run >= sweep.faulty_runs); run++)
        if (run > sweep.faulty_runs + MOST_CALM_RUNS)
            sim_fail("not done after %d runs in which nothing happened", MOST_CALM_RUNS);
    do_run(1); /* it finds nothing to do, and cleans up */
    sim_disk_check_all_done(sweep.style != ANYTHING);
}

static void show_log(enum log_level level, const char *line, void *data)
{
    (void)level, (void)data;
    sim_trace("%s", line);
}

int main(int argc, char **argv)
{
    int verbose = argc > 2 && !strcmp(argv[1], "-v");
    uint64_t first = argc > 1 ? strtoull(argv[1 + verbose], NULL, 10) : 1;
    uint64_t count = verbose ? 1 : argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int failures = 0;
    mallopt(M_TRIM_THRESHOLD, 1 << 28); /* freed memory is soon needed again */
    mallopt(M_TOP_PAD, 1 << 24);
    if (verbose)
        log_set_handler(show_log, NULL);
    for (uint64_t seed = first; seed < first + count && failures < 10; seed++) {
        const char *why = sim_world_try(seed, verbose, scenario);
        if (!why)
            continue;
        printf("seed %llu: %s (simulate -v %llu shows it)\n", (unsigned long long)seed, why,
               (unsigned long long)seed);
        failures++;
    }
    if (!failures)
        printf("%llu seeds from %llu on: all hold\n", (unsigned long long)count,
               (unsigned long long)first);
    return failures != 0;
}
