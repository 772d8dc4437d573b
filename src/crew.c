#include "crew.h"

#include "mem.h"
#include "moment.h"

#include <assert.h>

int crew_open(struct crew *crew, int size, struct err *e)
{
    *crew = (struct crew){.size = size};
    crew->peers = mem_array((size_t)size, sizeof *crew->peers);
    crew->list = mem_array((size_t)size, sizeof *crew->list);
    if (!crew->peers || !crew->list)
        return err_set(e, ERR_MEMORY, "no memory for %d ranks", size);
    crew->count[PEER_ABSENT] = size - 1;
    for (int rank = 0; rank < size; rank++)
        crew->peers[rank].heard = moment_now();
    return 0;
}

void crew_close(struct crew *crew)
{
    for (int rank = 0; crew->peers && rank < crew->size; rank++) {
        mem_free(crew->peers[rank].host);
        mem_free(crew->peers[rank].blas);
        mem_free(crew->peers[rank].hand);
    }
    mem_free(crew->peers);
    mem_free(crew->list);
    *crew = (struct crew){0};
}

void crew_set(struct crew *crew, int rank, enum peer_state state)
{
    crew->count[crew->peers[rank].state]--;
    crew->count[state]++;
    crew->peers[rank].state = state;
}

void crew_list(struct crew *crew, int rank)
{
    if (!crew->peers[rank].listed)
        crew->list[crew->listed++] = rank;
    crew->peers[rank].listed = 1;
}

void crew_unlist(struct crew *crew)
{
    for (int i = 0; i < crew->listed; i++)
        crew->peers[crew->list[i]].listed = 0;
    crew->listed = 0;
}

int crew_is_over(const struct crew *crew)
{
    return crew->count[PEER_GONE] + crew->count[PEER_LOST] == crew->size - 1;
}

/* ---- hands ---- */

static struct in_hand *at(const struct peer *peer, int i)
{
    return &peer->hand[(peer->first + i) % peer->room];
}

static int grow(struct peer *peer)
{
    int room = peer->room ? 2 * peer->room : 1;
    struct in_hand *hand = mem_array((size_t)room, sizeof *hand);
    for (int i = 0; hand && i < peer->count; i++)
        hand[i] = *at(peer, i);
    if (!hand)
        return 0;
    mem_free(peer->hand);
    peer->hand = hand;
    peer->room = room;
    peer->first = 0;
    return 1;
}

int hand_add(struct peer *peer, const struct store_job *job, double seconds, struct err *e)
{
    if (peer->count == peer->room && !grow(peer))
        return err_set(e, ERR_MEMORY, "no memory for the jobs of a worker");
    *at(peer, peer->count++) = (struct in_hand){job, seconds};
    peer->unsent++;
    return 0;
}

const struct in_hand *hand_at(const struct peer *peer, int i)
{
    return i < peer->count ? at(peer, i) : NULL;
}

void hand_drop_first(struct peer *peer)
{
    assert(peer->count > peer->unsent);
    peer->first = (peer->first + 1) % peer->room;
    peer->count--;
}

void hand_empty(struct peer *peer)
{
    peer->first = peer->count = peer->unsent = 0;
}

struct ahead hand_load(const struct peer *peer)
{
    struct ahead load = {.jobs = peer->count};
    for (int i = 0; i < peer->count; i++)
        load.seconds += at(peer, i)->seconds;
    return load;
}
