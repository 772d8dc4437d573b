#include "run/dismissal.h"

#include "base/clock.h"
#include "mpi/message.h"
#include "mpi/transport.h"

int dismissal_send(struct peers *peers, int rank, int exit_code, struct err *e)
{
    struct bytes_writer w = {0};
    message_write_stop(&w, exit_code);
    peers_set(peers, rank, PEER_DISMISSED);
    peers->peer[rank].unanswered = 0;
    return transport_send(rank, MESSAGE_STOP, &w, e);
}

static int answer(struct peers *peers, const struct packet *packet, int exit_code, struct err *e)
{
    struct peer *peer = &peers->peer[packet->from];
    peer->heard = clock_now();
    if (packet->tag == MESSAGE_BYE) {
        peers_set(peers, packet->from, PEER_GONE);
        return 0;
    }
    return peer->state == PEER_DISMISSED ? 0 : dismissal_send(peers, packet->from, exit_code, e);
}

/* Those who wait need not speak first; those who are silent are not waited for. */
static int look_around(struct peers *peers, int exit_code, double timeout, struct err *e)
{
    for (int rank = 1; rank < peers->size; rank++) {
        const struct peer *peer = &peers->peer[rank];
        int code = 0;
        if (peer->state == PEER_WAITING)
            code = dismissal_send(peers, rank, exit_code, e);
        else if (peer->state != PEER_GONE && clock_now() - peer->heard > timeout)
            peers_set(peers, rank, PEER_LOST);
        if (code)
            return code;
    }
    return 0;
}

void dismissal_of_all(struct peers *peers, int exit_code, double timeout)
{
    for (int idle = 0; !peers_is_over(peers); idle++) {
        struct packet packet;
        struct err e;
        int came, code = transport_poll(&packet, &came, &e);
        if (!code && came) {
            idle = 0;
            code = answer(peers, &packet, exit_code, &e);
            transport_drop(&packet);
        }
        if (!code)
            code = look_around(peers, exit_code, timeout, &e);
        if (code)
            transport_abort(exit_code);
        transport_rest(idle);
    }
}
