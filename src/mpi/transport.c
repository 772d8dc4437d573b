#include "mpi/transport.h"

#include "base/clock.h"
#include "base/environment.h"
#include "base/mem.h"

#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

static int started; /* whether MPI runs; set once, from the launcher */

/* Sends that are not complete yet.  Over shared memory, a blocking send to a dead process may never
   return; a nonblocking one only stays in this list. */
static struct {
    MPI_Request *requests; /* (room) */
    unsigned char **bytes; /* (room) */
    int *left;             /* (room), scratch space */
    int count, room;
} on_their_way;

/* Announced messages in order of announcement, until they have arrived completely.  There are few
   at a time. */
static struct arrival {
    MPI_Request request;
    struct packet packet;
    struct arrival *next;
} * arrivals;

/* The text from MPI begins with its name and version, followed by a comma or the end of the line:
   "Open MPI v4.1.4, ...", "MPICH Version:      4.0.2". */
const char *transport_library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    char *filler = strstr(text, " Version:");
    if (filler) {
        const char *version = filler + strlen(" Version:");
        version += strspn(version, " \t");
        memmove(filler + 1, version, strlen(version) + 1);
    }
    return text;
}

void transport_start(int *argc, char ***argv)
{
    if (!environment_launcher().joins)
        return;
    MPI_Init(argc, argv);
    started = 1;
}

void transport_end(void)
{
    if (started)
        MPI_Finalize();
    started = 0;
    mem_free(on_their_way.requests);
    mem_free(on_their_way.bytes);
    mem_free(on_their_way.left);
    memset(&on_their_way, 0, sizeof on_their_way);
}

int transport_rank(void)
{
    int rank = 0;
    if (started)
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int transport_size(void)
{
    int size = 1;
    if (started)
        MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

/* ---- sending ---- */

/* Frees the messages whose sends are complete. */
static void sweep_out(void)
{
    int n, kept = 0;
    if (!on_their_way.count)
        return;
    MPI_Testsome(on_their_way.count, on_their_way.requests, &n, on_their_way.left,
                 MPI_STATUSES_IGNORE);
    if (n <= 0)
        return;
    for (int i = 0; i < on_their_way.count; i++) {
        if (on_their_way.requests[i] == MPI_REQUEST_NULL) {
            mem_free(on_their_way.bytes[i]);
            continue;
        }
        on_their_way.requests[kept] = on_their_way.requests[i];
        on_their_way.bytes[kept++] = on_their_way.bytes[i];
    }
    on_their_way.count = kept;
}

/* Makes room for one more message.  If one allocation fails, the others are kept, and the next call
   tries again. */
static int make_room(void)
{
    if (on_their_way.count < on_their_way.room)
        return 1;
    size_t old = (size_t)on_their_way.room, room = 2 * old + 16;
    MPI_Request *requests =
        mem_grow(on_their_way.requests, old * sizeof *requests, room * sizeof *requests);
    on_their_way.requests = requests ? requests : on_their_way.requests;
    unsigned char **bytes = mem_grow(on_their_way.bytes, old * sizeof *bytes, room * sizeof *bytes);
    on_their_way.bytes = bytes ? bytes : on_their_way.bytes;
    int *left = mem_grow(on_their_way.left, old * sizeof *left, room * sizeof *left);
    on_their_way.left = left ? left : on_their_way.left;
    if (!requests || !bytes || !left)
        return 0;
    on_their_way.room = (int)room;
    return 1;
}

int transport_send(int to, int tag, struct bytes_writer *w, struct err *e)
{
    if (w->failed || w->size > INT_MAX || !make_room()) {
        bytes_writer_free(w);
        return err_set(e, ERR_MEMORY, "no memory for a message");
    }
    int i = on_their_way.count++;
    on_their_way.bytes[i] = w->bytes;
    MPI_Isend(w->bytes, (int)w->size, MPI_BYTE, to, tag, MPI_COMM_WORLD, &on_their_way.requests[i]);
    *w = (struct bytes_writer){0};
    sweep_out();
    return 0;
}

int transport_flush(double seconds)
{
    double until = clock_now() + seconds;
    for (int idle = 0; on_their_way.count && clock_now() < until; idle++) {
        sweep_out();
        transport_rest(idle);
    }
    return on_their_way.count == 0;
}

/* ---- receiving ---- */

/* Posts a receive for an announced message.  A long message is fetched from its sender.  If the
   sender has died meanwhile, the message never arrives, and nothing waits for it. */
static int expect(const MPI_Status *status, struct err *e)
{
    int size;
    MPI_Get_count(status, MPI_BYTE, &size);
    struct arrival *a = mem_array(1, sizeof *a);
    if (a)
        a->packet.bytes = mem_array((size_t)size, 1);
    if (!a || !a->packet.bytes) {
        mem_free(a);
        return err_set(e, ERR_MEMORY, "no memory for a message of %d bytes", size);
    }
    a->packet.from = status->MPI_SOURCE;
    a->packet.tag = status->MPI_TAG;
    a->packet.size = (size_t)size;
    MPI_Irecv(a->packet.bytes, size, MPI_BYTE, a->packet.from, a->packet.tag, MPI_COMM_WORLD,
              &a->request);
    struct arrival **end = &arrivals;
    while (*end)
        end = &(*end)->next;
    *end = a;
    return 0;
}

/* Whether an earlier message of the same rank has not arrived yet.  The messages of a rank keep
   their order. */
static int must_wait(const struct arrival *a)
{
    for (const struct arrival *b = arrivals; b != a; b = b->next)
        if (b->packet.from == a->packet.from)
            return 1;
    return 0;
}

/* Takes the first message that has arrived completely. */
static int take_arrival(struct packet *packet)
{
    for (struct arrival **at = &arrivals; *at; at = &(*at)->next) {
        struct arrival *a = *at;
        int done = 0;
        if (!must_wait(a))
            MPI_Test(&a->request, &done, MPI_STATUS_IGNORE);
        if (!done)
            continue;
        *packet = a->packet;
        *at = a->next;
        mem_free(a);
        return 1;
    }
    return 0;
}

int transport_poll(struct packet *packet, int *came, struct err *e)
{
    *packet = (struct packet){0};
    MPI_Status status;
    int announced;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &announced, &status);
    int code = announced ? expect(&status, e) : 0;
    if (code)
        return code;
    *came = take_arrival(packet);
    if (!*came)
        sweep_out();
    return 0;
}

void transport_drop(struct packet *packet)
{
    mem_free(packet->bytes);
    packet->bytes = NULL;
}

/* At first the caller polls without a pause, because an answer is probably on its way.  After that
   it sleeps, each time a sixteenth longer, so that a message waits for at most a sixteenth of the
   time spent waiting before. */
void transport_rest(int idle)
{
    enum { SPIN = 20 };
    const double first = 20e-6, growth = 1 + 1. / 16, longest = 4e-3;
    if (idle >= SPIN)
        clock_sleep(fmin(first * pow(growth, idle - SPIN), longest));
}

void transport_abort(int exit_code)
{
    if (started)
        MPI_Abort(MPI_COMM_WORLD, exit_code);
    exit(exit_code);
}
