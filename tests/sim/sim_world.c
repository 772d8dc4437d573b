/* Tasks, time and faults of the simulation.  A task is a coroutine with its own stack.  It runs
   until it sleeps or waits for a message; then the time jumps to the next event. */
#include "base/clock.h"
#include "sim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { STACK_SIZE = 512 * 1024 };
enum state { NONE, ALIVE, RETURNED, DEAD };

struct task {
    ucontext_t context;
    enum state state;
    double wake;    /* when it continues */
    int listens;    /* or earlier, on a message */
    double stopped; /* it is suspended until then */
    int exit_code;
    /* its supervisor */
    double limit, last_beat;
    int kills;
    int has_told;         /* it has reported a hang */
    int64_t job, attempt; /* job 0 = none */
};

static struct task tasks[SIM_RANKS];
static char stacks[SIM_RANKS][STACK_SIZE] __attribute__((aligned(64)));
static ucontext_t scheduler;
static int current = -1, verbose, ended, abort_code, aborter;
static double now;
static long events;
static sim_main *main_of_run;
static uint64_t state;
static jmp_buf failure;
static char failure_text[400];
struct sim_run sim_run;

/* The suspensions of rank 0: total seconds before the latest one, and begin and end of the
   latest. */
static struct {
    double before, begin, end;
} paused;

/* Limits of a run, in simulated seconds and in events. */
static const double most_seconds = 20000;
enum { EVENTS_MOST = 2000000 };

/* ---- chance: splitmix64 (Steele, Lea and Flood 2014) ---- */

static uint64_t next_random(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t sim_random(uint64_t below)
{
    return next_random() % below;
}

double sim_uniform(double least, double most)
{
    return least + (most - least) * (double)(next_random() >> 11) * 0x1p-53;
}

int sim_chance(double p)
{
    return sim_uniform(0, 1) < p;
}

/* ---- messages ---- */

void sim_trace(const char *format, ...)
{
    if (!verbose)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("%10.4f  %d  ", now, current);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

void sim_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure_text, sizeof failure_text, format, arguments);
    va_end(arguments);
    sim_trace("FAILS: %s", failure_text);
    longjmp(failure, 1);
}

const char *sim_world_try(uint64_t seed, int is_verbose, void (*scenario)(void))
{
    static uint64_t first;
    first = seed;
    verbose = is_verbose;
    current = -1;
    now = 1000;
    events = 0;
    memset(&paused, 0, sizeof paused);
    state = first * 0x2545F4914F6CDD1Du;
    if (!setjmp(failure)) {
        scenario();
        failure_text[0] = '\0';
    }
    current = -1;
    for (int rank = -1; rank < SIM_RANKS; rank++)
        sim_memory_free(rank);
    sim_transport_reset();
    return failure_text[0] ? failure_text : NULL;
}

/* ---- tasks ---- */

double sim_now(void)
{
    return now;
}

double clock_now(void)
{
    return now;
}

void clock_sleep(double seconds)
{
    sim_sleep(seconds);
}

int sim_rank(void)
{
    return current;
}

static void yield(void)
{
    swapcontext(&tasks[current].context, &scheduler);
}

void sim_sleep(double seconds)
{
    tasks[current].wake = now + seconds;
    tasks[current].listens = 0;
    yield();
}

void sim_wait_for_message(double seconds)
{
    tasks[current].wake = now + seconds;
    tasks[current].listens = 1;
    yield();
}

static void start_task(void)
{
    tasks[current].exit_code = main_of_run(current);
    tasks[current].state = RETURNED;
    sim_trace("returns %d", tasks[current].exit_code);
    yield();
}

static void kill_task(int rank)
{
    if (tasks[rank].state != ALIVE)
        return;
    tasks[rank].state = DEAD;
    tasks[rank].exit_code = -1;
    sim_transport_lose(rank);
}

static void kill_all(void)
{
    for (int rank = 0; rank < SIM_RANKS; rank++)
        kill_task(rank);
}

/* ---- faults ---- */

static struct sim_fault plan[32];
static size_t planned;
static int run_killed;

static void add_fault(struct sim_fault fault)
{
    if (planned < sizeof plan / sizeof plan[0])
        plan[planned++] = fault;
}

/* Any job that was at work when all ranks ended may have caused the end. */
static void note_end(void)
{
    int at_work = 0;
    for (int rank = 0; rank < SIM_RANKS; rank++)
        at_work += tasks[rank].state == ALIVE && tasks[rank].job;
    for (int rank = 0; rank < SIM_RANKS; rank++)
        if (tasks[rank].state == ALIVE && tasks[rank].job)
            sim_disk_note_end(tasks[rank].job, tasks[rank].attempt, at_work == 1);
    if (!at_work)
        sim_disk_note_idle_end();
}

/* One process has ended alone.  Its supervisor leaves evidence unless the file system fails.
   Without recovery the launcher then ends all others; rank 0 may be told first. */
static void end_alone(int rank, const char *how)
{
    struct task *t = &tasks[rank];
    if (rank == 0)
        note_end();
    if (t->job) {
        int evidence = sim_chance(0.9) && sim_disk_evidence(t->job, t->attempt, how);
        sim_disk_note_lone_death(t->job, t->attempt, evidence);
    }
    t->job = 0;
    kill_task(rank);
    sim_run.had_fault = 1;
    if (sim_run.survives_deaths)
        return;
    sim_run.asked |= sim_chance(0.5);
    add_fault((struct sim_fault){.kind = FAULT_KILL_RUN, .at = now + sim_uniform(0.01, 1.5)});
}

void sim_die_alone(void)
{
    sim_trace("the job crashes");
    end_alone(current, "crashed");
    yield();
    abort();
}

static void end_without_a_word(void)
{
    note_end();
    run_killed = 1;
    kill_all();
}

void sim_end_all(void)
{
    sim_trace("the job takes everything down");
    sim_run.had_fault = 1;
    end_without_a_word();
    yield();
    abort();
}

void sim_abort(int exit_code)
{
    sim_trace("aborts with %d", exit_code);
    ended = 1;
    abort_code = exit_code;
    aborter = current;
    if (current) /* rank 0, which keeps the account, was silent */
        note_end();
    kill_all();
    yield();
    abort();
}

double sim_listening(void)
{
    return now - paused.before - (fmin(now, paused.end) - paused.begin);
}

static void suspend(int rank, double seconds)
{
    struct task *t = &tasks[rank];
    if (rank == 0 && now >= paused.end) {
        paused.before += paused.end - paused.begin;
        paused.begin = now;
    }
    if (rank == 0)
        paused.end = fmax(paused.end, now + seconds);
    t->stopped = fmax(t->stopped, now + seconds);
    t->last_beat += seconds; /* its supervisor does not count that */
}

static void on_kill_run(const struct sim_fault *f)
{
    (void)f;
    end_without_a_word();
}

static void on_kill_rank(const struct sim_fault *f)
{
    if (tasks[f->rank].state == ALIVE)
        end_alone(f->rank, "killed");
}

static void on_signal(const struct sim_fault *f)
{
    (void)f;
    sim_run.asked = 1;
}

static void on_pause_rank(const struct sim_fault *f)
{
    suspend(f->rank, f->seconds);
}

static void on_pause_all(const struct sim_fault *f)
{
    for (int rank = 0; rank < SIM_RANKS; rank++)
        suspend(rank, f->seconds);
}

static void on_disk_full(const struct sim_fault *f)
{
    sim_run.disk_full_until = now + f->seconds;
}

static void on_cut(const struct sim_fault *f)
{
    sim_run.cut_until[f->rank] = now + f->seconds;
}

static void on_file_gone(const struct sim_fault *f)
{
    (void)f;
    sim_run.file_gone = 1;
}

static const struct {
    const char *name;
    void (*act)(const struct sim_fault *);
    int is_pause;
} fault_kinds[FAULT_KINDS] = {
    [FAULT_KILL_RUN] = {"the run is killed", on_kill_run, 0},
    [FAULT_KILL_RANK] = {"a rank is killed", on_kill_rank, 0},
    [FAULT_SIGNAL] = {"a signal asks to stop", on_signal, 0},
    [FAULT_PAUSE_RANK] = {"a rank is suspended", on_pause_rank, 1},
    [FAULT_PAUSE_ALL] = {"all ranks are suspended", on_pause_all, 1},
    [FAULT_DISK_FULL] = {"the disk is full", on_disk_full, 0},
    [FAULT_CUT] = {"a rank is cut off", on_cut, 0},
    [FAULT_FILE_GONE] = {"the database is renamed", on_file_gone, 0},
};

static void happen(size_t i)
{
    struct sim_fault f = plan[i];
    plan[i].at = INFINITY;
    sim_trace("%s (rank %d, %.2f s)", fault_kinds[f.kind].name, f.rank, f.seconds);
    sim_run.had_fault |= !fault_kinds[f.kind].is_pause;
    fault_kinds[f.kind].act(&f);
}

/* ---- supervisors ---- */

void sim_beat(void)
{
    tasks[current].last_beat = now;
    tasks[current].has_told = 0;
}

void sim_expect_life(double seconds, int kills)
{
    tasks[current].limit = seconds;
    tasks[current].kills = kills;
    sim_beat();
}

void sim_begin_job(int64_t job, int64_t attempt)
{
    tasks[current].job = job;
    tasks[current].attempt = attempt;
    sim_beat();
}

void sim_end_job(void)
{
    tasks[current].job = 0;
}

int64_t sim_attempt(void)
{
    return tasks[current].attempt;
}

static double alarm_of(const struct task *t)
{
    return t->limit > 0 && !t->has_told ? fmax(t->last_beat + t->limit, t->stopped) : INFINITY;
}

static void supervise(int rank)
{
    struct task *t = &tasks[rank];
    t->has_told = 1;
    if (!t->job && t->kills)
        sim_fail("rank %d is killed for its silence, and had no job", rank);
    if (!t->job)
        return;
    sim_trace("rank %d hangs", rank);
    if (t->kills) {
        end_alone(rank, "hung");
    } else {
        int evidence = sim_disk_evidence(t->job, t->attempt, "hung");
        sim_disk_note_lone_death(t->job, t->attempt, evidence);
    }
}

/* ---- the run ---- */

static double moment_of(int rank)
{
    const struct task *t = &tasks[rank];
    double wake = t->listens ? fmin(t->wake, sim_transport_next(rank)) : t->wake;
    return fmax(fmax(wake, t->stopped), now);
}

/* Runs the next event; returns 0 when no task is left. */
static int step(void)
{
    double next = INFINITY;
    int rank = -1, alarmed = -1, fault = -1;
    for (int r = 0; r < SIM_RANKS; r++) {
        if (tasks[r].state != ALIVE)
            continue;
        if (moment_of(r) < next) {
            next = moment_of(r);
            rank = r;
            alarmed = fault = -1;
        }
        if (alarm_of(&tasks[r]) < next) {
            next = alarm_of(&tasks[r]);
            alarmed = r;
        }
    }
    if (rank < 0)
        return 0;
    for (size_t i = 0; i < planned; i++)
        if (plan[i].at < next) {
            next = plan[i].at;
            fault = (int)i;
        }
    now = fmax(now, next);
    if (fault >= 0) {
        happen((size_t)fault);
    } else if (alarmed >= 0) {
        supervise(alarmed);
    } else {
        current = rank;
        swapcontext(&scheduler, &tasks[rank].context);
        current = -1;
    }
    return 1;
}

static void make_task(int rank, int takes_part)
{
    struct task *t = &tasks[rank];
    memset(t, 0, sizeof *t);
    if (!takes_part)
        return;
    getcontext(&t->context);
    t->context.uc_stack.ss_sp = stacks[rank];
    t->context.uc_stack.ss_size = STACK_SIZE;
    t->state = ALIVE;
    t->exit_code = -1;
    t->wake = now + sim_uniform(0, 0.2);
    makecontext(&t->context, start_task, 0);
}

struct sim_end sim_world_run(sim_main *main, int ranks, const struct sim_fault *faults,
                             size_t count)
{
    double start = now;
    struct sim_end end;
    main_of_run = main;
    planned = 0;
    ended = run_killed = 0;
    paused.end = fmin(paused.end, now);
    for (size_t i = 0; i < count; i++)
        add_fault(faults[i]);
    for (int rank = 0; rank < SIM_RANKS; rank++)
        make_task(rank, rank < ranks);
    while (step())
        if (now - start > most_seconds || ++events > EVENTS_MOST)
            sim_fail("the run does not end");
    end =
        (struct sim_end){.killed = run_killed, .aborted = ended, .aborted_by = ended ? aborter : 0};
    for (int rank = 0; rank < SIM_RANKS; rank++) {
        end.exit_code[rank] =
            rank < ranks ? ended && tasks[rank].state == DEAD ? abort_code : tasks[rank].exit_code
                         : -1;
        int returned = rank < ranks && tasks[rank].state == RETURNED;
        size_t left = sim_memory_free(rank);
        if (returned && !run_killed && !ended && left)
            sim_fail("rank %d ended and had %zu blocks of memory left", rank, left);
    }
    sim_transport_reset();
    return end;
}
