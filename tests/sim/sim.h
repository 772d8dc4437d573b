/*
 * sim - a whole sweep in one process: coordinator, ledger, durable writer and workers run as
 * coroutines over a clock, a transport, a disk and a database that are made up, and a seed decides
 * everything that happens: delays, pauses, cut connections, kills, a full disk, the end of the
 * time.
 *
 * The engine's own sources are linked, as the program has them; sim_*.c define what lies beneath
 * them (clock, memory, transport, store, files), so that the linker takes these.
 *
 * A seed is one database and the runs into it, one after the other, until all is done.  What must
 * hold is checked on the way; what does not ends the seed (sim_fail).
 */
#ifndef BRAINSWEEP_TESTS_SIM_H
#define BRAINSWEEP_TESTS_SIM_H

#include "record/spec.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { SIM_RANKS = 5, SIM_JOBS = 40, SIM_ATTEMPTS = 64 };

/* ---- chance ---- */

uint64_t sim_random(uint64_t below); /* 0 .. below-1 */
double sim_uniform(double least, double most);
int sim_chance(double p);

/* ---- time and tasks (sim_world.c) ---- */

double sim_now(void);
double sim_listening(void);                /* seconds for which rank 0 was not suspended */
int sim_rank(void);                        /* of the task that runs; -1 outside of all */
void sim_sleep(double seconds);            /* lets the others run */
void sim_wait_for_message(double seconds); /* until one is there, or so many seconds */
_Noreturn void sim_die_alone(void);        /* the job takes its process down */
_Noreturn void sim_end_all(void);          /* the job takes the whole run down */
_Noreturn void sim_abort(int exit_code);   /* MPI_Abort */

/* What the run that is under way is like. */
struct sim_run {
    int ranks;
    int survives_deaths; /* --enable-recovery */
    int asked;           /* to stop, by a signal */
    double disk_full_until;
    int file_gone; /* the database has lost its name */
    double cut_until[SIM_RANKS];
    int had_fault; /* other than a pause */
};
extern struct sim_run sim_run;

/* Runs the scenario of a seed; returns what does not hold, or NULL. */
const char *sim_world_try(uint64_t seed, int verbose, void (*scenario)(void));

/* Says what does not hold; the seed ends. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sim_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Things that happen to a run. */
enum sim_fault_kind {
    FAULT_KILL_RUN,
    FAULT_KILL_RANK,
    FAULT_SIGNAL,
    FAULT_PAUSE_RANK,
    FAULT_PAUSE_ALL,
    FAULT_DISK_FULL,
    FAULT_CUT,
    FAULT_FILE_GONE,
    FAULT_KINDS
};
struct sim_fault {
    enum sim_fault_kind kind;
    double at, seconds;
    int rank;
};

/* Runs one task a rank until all have ended; then how. */
struct sim_end {
    int killed;               /* the run ended as a whole, without a word */
    int aborted;              /* a rank ended all of them, */
    int aborted_by;           /* this one */
    int exit_code[SIM_RANKS]; /* of those that returned; -1 of the others */
};
typedef int sim_main(int rank);
struct sim_end sim_world_run(sim_main *main, int ranks, const struct sim_fault *faults,
                             size_t count);

/* ---- the transport (sim_transport.c) ---- */

void sim_transport_reset(void);
void sim_transport_lose(int rank);   /* a rank died: what it had sent last may never arrive */
double sim_transport_next(int rank); /* when the next message for it arrives; infinite */

/* ---- memory, one list a rank (sim_memory.c) ---- */

size_t sim_memory_free(int rank); /* gives back all it has; returns how many blocks these were */

/* ---- the database and the files beside it (sim_disk.c) ---- */

struct store;
enum sim_kind {
    SIM_OK,
    SIM_FAIL,
    SIM_DIVERGE,
    SIM_CRASH,
    SIM_HANG,
    SIM_DOOM /* everything is gone with it */
};
struct sim_job_plan {
    enum sim_kind kind;
    int steps;
    double step_seconds;
    int bad_step; /* at which it crashes, hangs, or ends the run */
};
struct store *sim_disk_new(const struct sim_job_plan *plans, int count);
void sim_disk_new_run(void); /* what was not committed is gone */
void sim_disk_note_lone_death(int64_t job, int64_t attempt, int evidence);
void sim_disk_note_end(int64_t job, int64_t attempt, int is_only); /* of a run, without a word */
void sim_disk_note_idle_end(void); /* likewise, when what was handed out had not been begun */
int sim_disk_evidence(int64_t job, int64_t attempt, const char *how);
void sim_disk_check_begun(int64_t job, int64_t attempt); /* before a worker hears of it */
void sim_disk_check_answered(int64_t job, int64_t attempt,
                             int rank); /* before it hears that its result came */
int sim_disk_generation(int64_t job);   /* how often an attempt at it was withdrawn: its number is
                                           given again */
void sim_disk_check_end(int exit_code); /* after a run that ended in order */
void sim_disk_check_all_done(int undisturbed); /* after the last */
int sim_disk_pending(void);
int sim_disk_take_copy(void); /* the user gives the copy the database's name */

/* ---- jobs (sim_job.c) ---- */

extern const struct experiment sim_experiment;
const struct sim_job_plan *sim_disk_plan(int64_t seed);
double sim_job_answer(int64_t seed); /* what the job finds */

/* ---- the supervisor (sim_world.c) ---- */

void sim_beat(void);
void sim_expect_life(double seconds, int kills);
void sim_begin_job(int64_t job, int64_t attempt);
void sim_end_job(void);
int64_t sim_attempt(void); /* that this task has run last */

#endif
