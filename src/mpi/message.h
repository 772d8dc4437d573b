/*
 * message - what coordinator and workers say to each other, as values and as bytes; no MPI here.
 *
 * A worker sends first, and the coordinator answers every message but the last one, so that the
 * silence of either means that it is gone.  Without being asked the coordinator only sends the
 * request to stop and the end of the run.  One function writes a message's bytes and one reads
 * them; both are tested without MPI.
 */
#ifndef BRAINSWEEP_MESSAGE_H
#define BRAINSWEEP_MESSAGE_H

#include "record/codec.h"
#include "record/experiment.h"
#include "record/result.h"

#include <stdint.h>

/* tag, name for the count at the end of a run */
#define MESSAGE_LIST(ENTRY)                                                                        \
    ENTRY(MESSAGE_ASK, "ask")           /* worker: who I am; I wait for work */                    \
    ENTRY(MESSAGE_PROGRESS, "progress") /* worker: progress of my job */                           \
    ENTRY(MESSAGE_RESULT, "result")     /* worker: what came out; give me more */                  \
    ENTRY(MESSAGE_BYE, "bye")           /* worker: my last message, and progress of my job */      \
    ENTRY(MESSAGE_JOB, "job")           /* coordinator: do this, and then that ... */              \
    ENTRY(MESSAGE_HERE, "here")         /* coordinator: I have heard you */                        \
    ENTRY(MESSAGE_DROP, "drop")         /* coordinator: your job is no longer yours; ask again */  \
    ENTRY(MESSAGE_STOP, "stop") /* coordinator: save your job, say bye, wait for the end */        \
    ENTRY(MESSAGE_END, "end")   /* coordinator: the run's exit code, its last message */

#define MESSAGE_ENUM(tag, name) tag,
enum message_tag { MESSAGE_LIST(MESSAGE_ENUM) MESSAGE_COUNT };
#undef MESSAGE_ENUM

const char *message_name(int tag); /* NULL when there is no such tag */

struct message_ask {
    char *host;      /* owned: mem_free */
    char *blas;      /* owned */
    char *processor; /* its model; owned */
};

struct message_progress {
    int64_t job;
    int64_t done, total; /* units of work */
    double seconds;      /* since the job began */
    double saving;       /* what the slowest checkpoint of this worker took */
    double loss;         /* of its training so far; NAN where it is not known */
};

struct message_job {
    int64_t job;
    int64_t attempt;  /* its number */
    char *spec;       /* canonical text; owned */
    char *checkpoint; /* file for its checkpoints, "" for none; owned */
    int anew;         /* jobs that were sent before and were not begun are withdrawn */
};

/* A result goes with the number of its job, and what the job logged, "" for nothing. */
struct message_result {
    int64_t job;
    struct result *result; /* owned */
    char *log;             /* owned */
    int saved;             /* it has left a checkpoint */
};

struct message_bye {
    int64_t job;    /* that was stopped, 0 = none; what it was given besides was not begun */
    int64_t steps;  /* of it that are done */
    double seconds; /* since the job began */
};

/* Writers append to w; w->failed afterwards means that memory ran out.  Readers return 0, or
   ERR_FORMAT when the bytes are not exactly one such message. */
void message_write_ask(struct bytes_writer *w, const struct message_ask *m);
int message_read_ask(struct bytes_reader *r, struct message_ask *m, struct err *e);

void message_write_progress(struct bytes_writer *w, const struct message_progress *m);
int message_read_progress(struct bytes_reader *r, struct message_progress *m, struct err *e);

/* A message has one job or several, to be read one after the other until the reader is at its end.
 */
void message_write_job(struct bytes_writer *w, const struct message_job *m);
int message_read_job(struct bytes_reader *r, struct message_job *m, struct err *e);

void message_write_result(struct bytes_writer *w, const struct message_result *m);
int message_read_result(struct bytes_reader *r, const struct experiment *const *experiments,
                        struct message_result *m, struct err *e);

void message_write_bye(struct bytes_writer *w, const struct message_bye *m);
int message_read_bye(struct bytes_reader *r, struct message_bye *m, struct err *e);

/* The job that the worker is to leave, if it is at it; keeps: what it has been given since then is
   its own, else it has nothing more to do. */
struct message_drop {
    int64_t job;
    int keeps;
};
void message_write_drop(struct bytes_writer *w, const struct message_drop *m);
int message_read_drop(struct bytes_reader *r, struct message_drop *m, struct err *e);

/* Of a stop, the code that the run will most likely end with; of an end, the one that it does. */
void message_write_code(struct bytes_writer *w, int exit_code);
int message_read_code(struct bytes_reader *r, int tag, int *exit_code, struct err *e);

#endif
