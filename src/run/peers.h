/*
 * peers - what rank 0 knows of the workers: the state of each, and which jobs it has been given.
 *
 * No MPI here.  A worker runs the jobs that it has been given in their order; the first is running.
 */
#ifndef BRAINSWEEP_PEERS_H
#define BRAINSWEEP_PEERS_H

#include "base/err.h"
#include "run/lookahead.h"
#include "store/store.h"

enum peer_state {
    PEER_ABSENT,    /* has not spoken yet */
    PEER_WAITING,   /* waits for a job or its dismissal */
    PEER_BUSY,      /* has a job, or one that was taken from it */
    PEER_DISMISSED, /* has been told to go */
    PEER_GONE,      /* has said goodbye */
    PEER_LOST,      /* has been silent for too long */
    PEER_STATES
};

struct peer_job {
    const struct store_job *job;
    double seconds; /* that it is expected to take */
};

struct peer {
    enum peer_state state;         /* use peers_set */
    char *host, *blas, *processor; /* owned; NULL until it has spoken */
    double heard;                  /* when its last message came, by the coordinator's clock */
    int dead;                      /* lost, and its process has surely ended */
    int unanswered;                /* that message needs a reply */
    int listed;                    /* it is on the list below */
    struct peer_job *jobs;         /* (room), a ring; use peer_* */
    int first, count, room;
    int unsent; /* the last so many of its jobs are still to be sent to it, once committed */
};

struct peers {
    struct peer *peer; /* (size), by rank; [0] is not used */
    int size;          /* ranks, this one included */
    int count[PEER_STATES];
    int *list; /* (size) ranks to be served: checking all of thousands would cost more than a job */
    int listed;
};

/* All are absent, and were heard at 0. */
int peers_open(struct peers *peers, int size, struct err *e) __attribute__((warn_unused_result));
void peers_close(struct peers *peers);

void peers_set(struct peers *peers, int rank, enum peer_state state);

/* Puts a rank on the list, unless it is there; empties the list. */
void peers_list(struct peers *peers, int rank);
void peers_unlist(struct peers *peers);

/* Every worker is gone or lost. */
int peers_is_over(const struct peers *peers);

/* Adds a job at the end, as one to be sent. */
int peers_add(struct peer *peer, const struct store_job *job, double seconds, struct err *e)
    __attribute__((warn_unused_result));

/* The i-th job of a worker, 0 being the one that it runs; NULL when there is none. */
const struct peer_job *peers_at(const struct peer *peer, int i);

void peers_drop_first(struct peer *peer);
void peers_empty(struct peer *peer);

/* How much work the worker has, for ledger_next. */
struct lookahead peers_load(const struct peer *peer);

#endif
