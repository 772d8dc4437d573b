#include "channel.h"

#include "mem.h"
#include "moment.h"

#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

static int started; /* MPI is; the launcher decides it once */

/* What launchers tell a process of itself, before MPI is started: Open MPI's mpirun, then PMIx
   (srun --mpi=pmix), then PMI. */
static const char *const rank_names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", NULL};

static const char *first_set(const char *const *names)
{
    for (; *names; names++)
        if (getenv(*names))
            return getenv(*names);
    return NULL;
}

int channel_is_launched(void)
{
    return first_set(rank_names) != NULL;
}

int channel_launch_rank(void)
{
    const char *rank = first_set(rank_names);
    return rank ? atoi(rank) : 0;
}

int channel_local_size(void)
{
    const char *size = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    int n = size ? atoi(size) : 1;
    return n > 0 ? n : 1;
}

/* What MPI says of itself begins with its name and version, followed by a comma or a line's end. */
const char *channel_library(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    MPI_Get_library_version(text, &length);
    text[strcspn(text, ",\n")] = '\0';
    return text;
}

void channel_start(int *argc, char ***argv)
{
    if (!channel_is_launched())
        return;
    MPI_Init(argc, argv);
    started = 1;
}

void channel_end(void)
{
    if (started)
        MPI_Finalize();
    started = 0;
}

int channel_rank(void)
{
    int rank = 0;
    if (started)
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int channel_size(void)
{
    int size = 1;
    if (started)
        MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

/* ---- sending ----
 *
 * Messages on their way.  Over shared memory a plain send to a process that has died
 * may wait for ever; these only stay here.
 */

struct outgoing {
    MPI_Request request;
    unsigned char *bytes;
    struct outgoing *next;
};
static struct outgoing *on_their_way;

/* Lets go of what has left. */
static void sweep_out(void)
{
    for (struct outgoing **at = &on_their_way; *at;) {
        struct outgoing *o = *at;
        int left;
        MPI_Test(&o->request, &left, MPI_STATUS_IGNORE);
        if (!left) {
            at = &o->next;
            continue;
        }
        *at = o->next;
        mem_free(o->bytes);
        mem_free(o);
    }
}

int channel_send(int to, int tag, struct writer *w, struct err *e)
{
    struct outgoing *o = w->failed || w->size > INT_MAX ? NULL : mem_array(1, sizeof *o);
    if (!o) {
        writer_free(w);
        return err_set(e, ERR_MEMORY, "no memory for a message");
    }
    o->bytes = w->bytes;
    MPI_Isend(o->bytes, (int)w->size, MPI_BYTE, to, tag, MPI_COMM_WORLD, &o->request);
    *w = (struct writer){0};
    o->next = on_their_way;
    on_their_way = o;
    sweep_out();
    return 0;
}

int channel_flush(double seconds)
{
    double until = moment_now() + seconds;
    for (int idle = 0; on_their_way && moment_now() < until; idle++) {
        sweep_out();
        channel_rest(idle);
    }
    return on_their_way == NULL;
}

/* ---- receiving ---- */

int channel_poll(struct packet *packet, int *came, struct err *e)
{
    *packet = (struct packet){0};
    if (on_their_way)
        sweep_out();
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, came, &status);
    if (!*came)
        return 0;
    int size;
    MPI_Get_count(&status, MPI_BYTE, &size);
    packet->from = status.MPI_SOURCE;
    packet->tag = status.MPI_TAG;
    packet->size = (size_t)size;
    packet->bytes = mem_array((size_t)size, 1);
    if (!packet->bytes)
        return err_set(e, ERR_MEMORY, "no memory for a message of %d bytes", size);
    MPI_Recv(packet->bytes, size, MPI_BYTE, packet->from, packet->tag, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return 0;
}

void channel_drop(struct packet *packet)
{
    mem_free(packet->bytes);
    packet->bytes = NULL;
}

/* Probing is cheap at first, when an answer is likely under way.  Then sleep takes over, a
   sixteenth longer each time: whatever comes has waited for at most a sixteenth of what we have. */
void channel_rest(int idle)
{
    enum { SPIN = 20 };
    const double first = 20e-6, growth = 1 + 1. / 16, longest = 4e-3;
    if (idle >= SPIN)
        moment_sleep(fmin(first * pow(growth, idle - SPIN), longest));
}

int channel_survives_deaths(void)
{
    const char *recovery = getenv("OMPI_MCA_orte_enable_recovery");
    return recovery && strcmp(recovery, "0");
}

void channel_abort(int exit_code)
{
    if (started)
        MPI_Abort(MPI_COMM_WORLD, exit_code);
    exit(exit_code);
}
