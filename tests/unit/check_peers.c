/* peers: the jobs that workers hold, in order after any additions and removals; how many workers
   are in which state. */
#include "base/mem.h"
#include "run/peers.h"
#include "suite.h"

START_TEST(a_hand_is_in_order)
{
    struct peers peers;
    static const struct store_job jobs[100];
    ck_assert_int_eq(peers_open(&peers, 2, NULL), 0);
    struct peer *peer = &peers.peer[1];
    ck_assert_ptr_null(peers_at(peer, 0));
    int first = 0, last = 0;
    for (int step = 0; step < 200; step++) { /* two in, one out, then one in, one out */
        for (int i = 0; i < 1 + (step < 50) && last < 100; i++)
            ck_assert_int_eq(peers_add(peer, &jobs[last++], 0.5, NULL), 0);
        peer->unsent = 0;
        ck_assert_int_eq(peer->count, last - first);
        for (int i = 0; i < peer->count; i++)
            ck_assert_ptr_eq(peers_at(peer, i)->job, &jobs[first + i]);
        ck_assert_ptr_null(peers_at(peer, peer->count));
        ck_assert_int_eq(peers_load(peer).jobs, peer->count);
        ck_assert_double_eq(peers_load(peer).seconds, 0.5 * peer->count);
        if (!peer->count)
            break;
        peers_drop_first(peer);
        first++;
    }
    ck_assert_int_eq(first, 100);
    ck_assert_int_eq(peers_add(peer, jobs, 1, NULL), 0);
    ck_assert_int_eq(peer->unsent, 1);
    peers_empty(peer);
    ck_assert_int_eq(peer->unsent + peer->count, 0);
    peers_close(&peers);
}
END_TEST

START_TEST(states_are_counted)
{
    struct peers peers;
    ck_assert_int_eq(peers_open(&peers, 4, NULL), 0);
    ck_assert_int_eq(peers.count[PEER_ABSENT], 3);
    peers_set(&peers, 1, PEER_WAITING);
    peers_set(&peers, 1, PEER_WAITING);
    peers_set(&peers, 2, PEER_LOST);
    ck_assert_int_eq(peers.count[PEER_WAITING], 1);
    ck_assert_int_eq(peers.count[PEER_ABSENT], 1);
    ck_assert(!peers_is_over(&peers));
    peers_set(&peers, 1, PEER_GONE);
    peers_set(&peers, 3, PEER_GONE);
    ck_assert(peers_is_over(&peers));
    peers_close(&peers);
}
END_TEST

START_TEST(a_rank_is_listed_once)
{
    struct peers peers;
    ck_assert_int_eq(peers_open(&peers, 4, NULL), 0);
    for (int round = 0; round < 2; round++) {
        peers_list(&peers, 3);
        peers_list(&peers, 1);
        peers_list(&peers, 3);
        ck_assert_int_eq(peers.listed, 2);
        ck_assert_int_eq(peers.list[0], 3);
        ck_assert_int_eq(peers.list[1], 1);
        peers_unlist(&peers);
        ck_assert_int_eq(peers.listed, 0);
    }
    peers_close(&peers);
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    struct peers peers;
    static const struct store_job jobs[2];
    for (long n = 0; n < 2; n++) {
        mem_fail_at(n);
        ck_assert_int_eq(peers_open(&peers, 4, NULL), ERR_MEMORY);
        peers_close(&peers);
    }
    mem_fail_at(-1);
    ck_assert_int_eq(peers_open(&peers, 4, NULL), 0);
    ck_assert_int_eq(peers_add(&peers.peer[1], &jobs[0], 1, NULL), 0);
    mem_fail_at(0);
    ck_assert_int_eq(peers_add(&peers.peer[1], &jobs[1], 1, NULL), ERR_MEMORY);
    mem_fail_at(-1);
    ck_assert_int_eq(peers.peer[1].count, 1);
    ck_assert_ptr_eq(peers_at(&peers.peer[1], 0)->job, &jobs[0]);
    peers_close(&peers);
}
END_TEST

SUITE_CASE(all_peers, "all_peers", a_hand_is_in_order, states_are_counted, a_rank_is_listed_once,
           no_memory_is_an_error)

SUITE_MAIN("peers", all_peers)
