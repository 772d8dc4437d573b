/*
 * sim - a whole sweep in one process.  Coordinator, ledger, durable writer and workers run as
 * coroutines over a simulated clock, transport, disk and database.  A seed decides everything that
 * happens: delays, pauses, cut connections, kills, a full disk, the end of the time limit.
 *
 * The sources of the engine are linked unchanged.  sim_*.c define the layers below them (clock,
 * memory, transport, store, files), and the linker uses these definitions.
 *
 * A seed is one database and the runs on it, one after the other, until all jobs are done.  The
 * invariants are checked on the way; a violation ends the seed (sim_fail).
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
int sim_rank(void);                        /* of the running task; -1 outside of all tasks */
void sim_sleep(double seconds);            /* lets the other tasks run */
void sim_wait_for_message(double seconds); /* until one has arrived, at most so many seconds */
_Noreturn void sim_die_alone(void);        /* the job takes its process down */
_Noreturn void sim_end_all(void);          /* the job takes the whole run down */
_Noreturn void sim_abort(int exit_code);   /* MPI_Abort */

/* Properties of the current run. */
struct sim_run {
    int ranks;
    int survives_deaths; /* --enable-recovery */
    int asked;           /* a signal has asked it to stop */
    double disk_full_until;
    int file_gone; /* the database has lost its name */
    double cut_until[SIM_RANKS];
    int had_fault; /* a fault other than a pause */
};
extern struct sim_run sim_run;

/* Runs the scenario of a seed; returns the violated invariant, or NULL. */
const char *sim_world_try(uint64_t seed, int verbose, void (*scenario)(void));

/* Reports a violation; the seed ends. */
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

/* sim_world_run runs one task per rank until all have ended, and returns how they ended. */
struct sim_end {
    int killed;               /* the whole run ended without notice */
    int aborted;              /* a rank ended all ranks, */
    int aborted_by;           /* this one */
    int exit_code[SIM_RANKS]; /* of the ranks that returned; -1 for the others */
};
typedef int sim_main(int rank);
struct sim_end sim_world_run(sim_main *main, int ranks, const struct sim_fault *faults,
                             size_t count);

/* ---- the transport (sim_transport.c) ---- */

void sim_transport_reset(void);
void sim_transport_lose(int rank);   /* a rank died: its last messages may never arrive */
double sim_transport_next(int rank); /* when the next message for it arrives; infinite */

/* ---- memory, one list per rank (sim_memory.c) ---- */

size_t sim_memory_free(int rank); /* frees all its memory; returns the number of blocks */

/* ---- the database and the files beside it (sim_disk.c) ---- */

struct store;
enum sim_kind {
    SIM_OK,
    SIM_FAIL,
    SIM_DIVERGE,
    SIM_CRASH,
    SIM_HANG,
    SIM_DOOM /* it ends the whole run */
};
struct sim_job_plan {
    enum sim_kind kind;
    int steps;
    double step_seconds;
    int bad_step; /* at which it crashes, hangs, or ends the run */
};
struct store *sim_disk_new(const struct sim_job_plan *plans, int count);
void sim_disk_new_run(void); /* what was not committed is lost */
void sim_disk_note_lone_death(int64_t job, int64_t attempt, int evidence);
void sim_disk_note_end(int64_t job, int64_t attempt, int is_only); /* of a run, without notice */
void sim_disk_note_idle_end(void); /* likewise, when no job that was handed out had begun */
int sim_disk_evidence(int64_t job, int64_t attempt, const char *how);
void sim_disk_check_begun(int64_t job, int64_t attempt); /* before a worker is told */
void sim_disk_check_answered(int64_t job, int64_t attempt,
                             int rank); /* before it gets the acknowledgement */
int sim_disk_generation(int64_t job);   /* how often an attempt at it was withdrawn: its number is
                                           given again */
void sim_disk_check_end(int exit_code); /* after a run that ended in order */
void sim_disk_check_all_done(int undisturbed); /* after the last */
int sim_disk_pending(void);
int sim_disk_take_copy(void); /* the user renames the copy to the database's name */

/* ---- jobs (sim_job.c) ---- */

extern const struct experiment sim_experiment;
const struct sim_job_plan *sim_disk_plan(int64_t seed);
double sim_job_answer(int64_t seed); /* what the job finds */

/* ---- the supervisor (sim_world.c) ---- */

void sim_beat(void);
void sim_expect_life(double seconds, int kills);
void sim_begin_job(int64_t job, int64_t attempt);
void sim_end_job(void);
int64_t sim_attempt(void); /* the last one of this task */

#endif
