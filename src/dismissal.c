#include "dismissal.h"

#include "channel.h"
#include "message.h"
#include "moment.h"

int dismissal_send(struct crew *crew, int rank, int exit_code, struct err *e)
{
    struct writer w = {0};
    message_write_stop(&w, exit_code);
    crew_set(crew, rank, PEER_DISMISSED);
    crew->peers[rank].unanswered = 0;
    return channel_send(rank, MESSAGE_STOP, &w, e);
}

static int answer(struct crew *crew, const struct packet *packet, int exit_code, struct err *e)
{
    struct peer *peer = &crew->peers[packet->from];
    peer->heard = moment_now();
    if (packet->tag == MESSAGE_BYE) {
        crew_set(crew, packet->from, PEER_GONE);
        return 0;
    }
    return peer->state == PEER_DISMISSED ? 0 : dismissal_send(crew, packet->from, exit_code, e);
}

/* Those who wait need not speak first; those who are silent are not waited for. */
static int look_around(struct crew *crew, int exit_code, double timeout, struct err *e)
{
    for (int rank = 1; rank < crew->size; rank++) {
        const struct peer *peer = &crew->peers[rank];
        int code = 0;
        if (peer->state == PEER_WAITING)
            code = dismissal_send(crew, rank, exit_code, e);
        else if (peer->state != PEER_GONE && moment_now() - peer->heard > timeout)
            crew_set(crew, rank, PEER_LOST);
        if (code)
            return code;
    }
    return 0;
}

void dismissal_of_all(struct crew *crew, int exit_code, double timeout)
{
    for (int idle = 0; !crew_is_over(crew); idle++) {
        struct packet packet;
        struct err e;
        int came, code = channel_poll(&packet, &came, &e);
        if (!code && came) {
            idle = 0;
            code = answer(crew, &packet, exit_code, &e);
            channel_drop(&packet);
        }
        if (!code)
            code = look_around(crew, exit_code, timeout, &e);
        if (code)
            channel_abort(exit_code);
        channel_rest(idle);
    }
}
