/*
 * transport - sends and receives whole messages; the only file that calls MPI.
 *
 * A rank waits by probing and sleeping, the longer the more often nothing came (up to 4 ms), so
 * that an idle rank leaves its core to others.
 */
#ifndef BRAINSWEEP_TRANSPORT_H
#define BRAINSWEEP_TRANSPORT_H

#include "base/err.h"
#include "record/codec.h"

/* For launcher.h.  Starts MPI where a launcher started this process; otherwise there is one rank,
 * this one. */
void transport_start(int *argc, char ***argv);
void transport_end(void);

int transport_rank(void);
int transport_size(void);

/* "Open MPI 4.1.4" or the like. */
const char *transport_library(void);

/* A message that came: its bytes are owned by whoever received it (transport_drop). */
struct packet {
    int from;
    int tag;
    unsigned char *bytes;
    size_t size;
};

/* Sends what is in w, and empties it; ERR_MEMORY when w had failed.  Never waits. */
int transport_send(int to, int tag, struct bytes_writer *w, struct err *e)
    __attribute__((warn_unused_result));

/* Waits until everything sent has left, or so many seconds; returns whether it has. */
int transport_flush(double seconds);

/* Takes in one message if one is there: *came says so. */
int transport_poll(struct packet *packet, int *came, struct err *e)
    __attribute__((warn_unused_result));

void transport_drop(struct packet *packet);

/* Waits a moment, the `idle`-th time in a row.  A caller that is in no hurry begins with
   TRANSPORT_REST_EASY, a wait of one millisecond. */
enum { TRANSPORT_REST_EASY = 80 };
void transport_rest(int idle);

/* Ends all ranks at once; only where they cannot be ended in order. */
void transport_abort(int exit_code);

#endif
