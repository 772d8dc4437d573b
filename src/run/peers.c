#include "run/peers.h"

#include "base/mem.h"

#include <assert.h>

int peers_open(struct peers *peers, int size, struct err *e)
{
    *peers = (struct peers){.size = size};
    peers->peer = mem_array((size_t)size, sizeof *peers->peer);
    peers->list = mem_array((size_t)size, sizeof *peers->list);
    if (!peers->peer || !peers->list)
        return err_set(e, ERR_MEMORY, "no memory for %d ranks", size);
    peers->count[PEER_ABSENT] = size - 1;
    return 0;
}

void peers_close(struct peers *peers)
{
    for (int rank = 0; peers->peer && rank < peers->size; rank++) {
        mem_free(peers->peer[rank].host);
        mem_free(peers->peer[rank].blas);
        mem_free(peers->peer[rank].processor);
        mem_free(peers->peer[rank].jobs);
    }
    mem_free(peers->peer);
    mem_free(peers->list);
    *peers = (struct peers){0};
}

void peers_set(struct peers *peers, int rank, enum peer_state state)
{
    peers->count[peers->peer[rank].state]--;
    peers->count[state]++;
    peers->peer[rank].state = state;
}

void peers_list(struct peers *peers, int rank)
{
    if (!peers->peer[rank].listed)
        peers->list[peers->listed++] = rank;
    peers->peer[rank].listed = 1;
}

void peers_unlist(struct peers *peers)
{
    for (int i = 0; i < peers->listed; i++)
        peers->peer[peers->list[i]].listed = 0;
    peers->listed = 0;
}

int peers_is_over(const struct peers *peers)
{
    return peers->count[PEER_GONE] + peers->count[PEER_LOST] == peers->size - 1;
}

/* ---- the jobs of a worker ---- */

static struct peer_job *at(const struct peer *peer, int i)
{
    return &peer->jobs[(peer->first + i) % peer->room];
}

static int grow(struct peer *peer)
{
    int room = peer->room ? 2 * peer->room : 1;
    struct peer_job *jobs = mem_array((size_t)room, sizeof *jobs);
    for (int i = 0; jobs && i < peer->count; i++)
        jobs[i] = *at(peer, i);
    if (!jobs)
        return 0;
    mem_free(peer->jobs);
    peer->jobs = jobs;
    peer->room = room;
    peer->first = 0;
    return 1;
}

int peer_add(struct peer *peer, const struct store_job *job, double seconds, struct err *e)
{
    if (peer->count == peer->room && !grow(peer))
        return err_set(e, ERR_MEMORY, "no memory for the jobs of a worker");
    *at(peer, peer->count++) = (struct peer_job){job, seconds};
    peer->unsent++;
    return 0;
}

const struct peer_job *peer_at(const struct peer *peer, int i)
{
    return i < peer->count ? at(peer, i) : NULL;
}

void peer_drop_first(struct peer *peer)
{
    assert(peer->count > peer->unsent);
    peer->first = (peer->first + 1) % peer->room;
    peer->count--;
}

void peer_empty(struct peer *peer)
{
    peer->first = peer->count = peer->unsent = 0;
}

struct lookahead peer_load(const struct peer *peer)
{
    struct lookahead load = {.jobs = peer->count};
    for (int i = 0; i < peer->count; i++)
        load.seconds += at(peer, i)->seconds;
    return load;
}
