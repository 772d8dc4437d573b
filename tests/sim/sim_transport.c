/* src/mpi/transport for the simulation.  As with MPI, a message between two living ranks arrives,
   and messages from one rank to another arrive in order.  The time of arrival is random.  Nothing
   else is guaranteed. */
#include "mpi/transport.h"

#include "base/mem.h"
#include "mpi/message.h"
#include "sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct letter {
    double at;       /* when it arrives */
    int64_t attempt; /* the sender's last one */
    int tag;
    size_t size;
    unsigned char *bytes;
    struct letter *next;
};

static struct letter *channels[SIM_RANKS][SIM_RANKS]; /* [from][to], in order */

static int64_t attempts[SIM_RANKS]; /* the attempt of that result */
static int64_t results[SIM_RANKS];  /* the job of each rank's last result; 0 = answered */

static void drop_from(struct letter **at)
{
    while (*at) {
        struct letter *letter = *at;
        *at = letter->next;
        free(letter->bytes);
        free(letter);
    }
}

void sim_transport_reset(void)
{
    memset(results, 0, sizeof results);
    for (int from = 0; from < SIM_RANKS; from++)
        for (int to = 0; to < SIM_RANKS; to++)
            drop_from(&channels[from][to]);
}

void sim_transport_lose(int rank)
{
    for (int to = 0; to < SIM_RANKS; to++) {
        struct letter **at = &channels[rank][to];
        while (*at && sim_chance(0.7))
            at = &(*at)->next;
        drop_from(at);
        drop_from(&channels[to][rank]);
    }
}

/* A message on a cut connection is delayed until the cut ends. */
static double arrival(const struct letter *letter, int from, int to)
{
    return fmax(letter->at, fmax(sim_run.cut_until[from], sim_run.cut_until[to]));
}

double sim_transport_next(int rank)
{
    double next = INFINITY;
    for (int from = 0; from < SIM_RANKS; from++)
        if (channels[from][rank])
            next = fmin(next, arrival(channels[from][rank], from, rank));
    return next;
}

/* What rank 0 tells a worker must already be in the database. */
static void check_promises(int to, int tag, const struct bytes_writer *w)
{
    struct bytes_reader r = {.bytes = w->bytes, .size = w->size};
    while (tag == MESSAGE_JOB && r.at < r.size) {
        struct message_job m;
        if (message_read_job(&r, &m, NULL))
            sim_fail("a message cannot be read");
        sim_disk_check_begun(m.job, m.attempt);
        mem_free(m.spec);
        mem_free(m.checkpoint);
    }
    if ((tag == MESSAGE_JOB || tag == MESSAGE_HERE) && results[to] &&
        !sim_disk_generation(results[to]))
        sim_disk_check_answered(results[to], attempts[to], to);
    results[to] = 0;
}

int transport_send(int to, int tag, struct bytes_writer *w, struct err *e)
{
    (void)e;
    if (sim_rank() == 0)
        check_promises(to, tag, w);
    struct letter *letter = calloc(1, sizeof *letter), **at = &channels[sim_rank()][to];
    double delay = sim_chance(0.02) ? sim_uniform(0, 3) : sim_uniform(1e-4, 0.02);
    letter->at = sim_now() + delay;
    letter->tag = tag;
    letter->attempt = sim_attempt();
    letter->size = w->size;
    letter->bytes = malloc(w->size + 1);
    if (w->size)
        memcpy(letter->bytes, w->bytes, w->size);
    bytes_writer_free(w);
    *w = (struct bytes_writer){0};
    for (; *at; at = &(*at)->next)
        letter->at = fmax(letter->at, (*at)->at);
    *at = letter;
    return 0;
}

int transport_poll(struct packet *packet, int *came, struct err *e)
{
    (void)e;
    int rank = sim_rank(), from = -1;
    double first = INFINITY;
    *packet = (struct packet){0};
    for (int i = 0; i < SIM_RANKS; i++)
        if (channels[i][rank] && arrival(channels[i][rank], i, rank) < first) {
            first = arrival(channels[i][rank], i, rank);
            from = i;
        }
    *came = first <= sim_now();
    if (!*came)
        return 0;
    struct letter *letter = channels[from][rank];
    channels[from][rank] = letter->next;
    packet->from = from;
    packet->tag = letter->tag;
    packet->size = letter->size;
    packet->bytes = mem_array(letter->size + 1, 1);
    memcpy(packet->bytes, letter->bytes, letter->size);
    attempts[from] = letter->attempt;
    free(letter->bytes);
    free(letter);
    struct bytes_reader r = {.bytes = packet->bytes, .size = packet->size};
    if (packet->tag == MESSAGE_RESULT)
        results[from] = (int64_t)bytes_read_u64(&r);
    return 0;
}

void transport_drop(struct packet *packet)
{
    mem_free(packet->bytes);
    packet->bytes = NULL;
}

void transport_rest(int idle)
{
    sim_wait_for_message(idle < 3 ? 0.005 : 0.2);
}

int transport_flush(double seconds)
{
    (void)seconds;
    sim_sleep(0.01);
    return 1;
}

int transport_rank(void)
{
    return sim_rank();
}

const char *transport_library(void)
{
    return "none";
}

int transport_size(void)
{
    return sim_run.ranks;
}

void transport_abort(int exit_code)
{
    sim_abort(exit_code);
}
