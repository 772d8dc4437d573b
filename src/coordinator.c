#include "coordinator.h"

#include "build.h"
#include "channel.h"
#include "command.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "message.h"
#include "moment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum peer_state {
    PEER_ABSENT,    /* has not spoken yet */
    PEER_WAITING,   /* wants a job or its dismissal */
    PEER_BUSY,      /* has a job, or one that was taken from it */
    PEER_DISMISSED, /* has been told to go */
    PEER_GONE,      /* has said goodbye */
    PEER_LOST       /* has been silent for too long */
};

/* What rank 0 knows of a worker. */
struct peer {
    enum peer_state state;
    char *host, *blas;
    double heard;                 /* the moment of its last message */
    int unanswered;               /* that message wants a word */
    int64_t job;                  /* that it is at, 0 = none */
    const struct store_job *next; /* about to be sent to it, once committed */
};

struct coordinator {
    struct ledger *ledger;
    struct progress *progress;
    const struct terms *terms;
    struct peer *peers; /* (size), by rank; [0] is not used */
    int size;           /* ranks, this one included */
    int closing;        /* nothing is handed out any more */
    int exit_code;      /* what workers are told when they are dismissed */
    double slowest;     /* seconds that the slowest checkpoint took so far */
    double looked;      /* the moment at which silent workers were last looked for */
    long received[MESSAGE_COUNT];
};

/* A worker that waits was heard lately, or it is not given a job: it may have died meanwhile. */
static const double fresh_seconds = 5;

static int exit_code_of(const struct coordinator *c)
{
    struct ledger_counts counts = ledger_counts(c->ledger);
    if (counts.waiting + counts.running > 0)
        return EXIT_DRAINED;
    return counts.failed ? EXIT_JOBS : EXIT_DONE;
}

static int count_peers(const struct coordinator *c, enum peer_state state)
{
    int n = 0;
    for (int rank = 1; rank < c->size; rank++)
        n += c->peers[rank].state == state;
    return n;
}

/* Nobody is left to talk to. */
static int is_over(const struct coordinator *c)
{
    return count_peers(c, PEER_GONE) + count_peers(c, PEER_LOST) == c->size - 1;
}

static int dismiss(struct coordinator *c, int rank, struct err *e)
{
    struct peer *peer = &c->peers[rank];
    struct writer w = {0};
    message_write_stop(&w, c->exit_code);
    peer->state = PEER_DISMISSED;
    peer->unanswered = 0;
    return channel_send(rank, MESSAGE_STOP, &w, e);
}

/* ---- what workers say: a table ---- */

static int on_ask(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_ask m;
    struct peer *peer = &c->peers[from];
    int code = message_read_ask(r, &m, e);
    if (code)
        return code;
    if (peer->host) { /* says again that it waits */
        mem_free(m.host);
        mem_free(m.blas);
    } else {
        peer->host = m.host;
        peer->blas = m.blas;
    }
    if (peer->state != PEER_DISMISSED && !peer->job)
        peer->state = PEER_WAITING;
    return 0;
}

static int on_progress(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_progress m;
    struct peer *peer = &c->peers[from];
    int code = message_read_progress(r, &m, e);
    if (code)
        return code;
    if (m.saving > c->slowest)
        c->slowest = m.saving;
    if (peer->state == PEER_DISMISSED)
        return 0;
    if (c->closing || m.job != peer->job) /* the latter was given to somebody else meanwhile */
        return dismiss(c, from, e);
    progress_worker(c->progress, from - 1, m.done, m.total, m.seconds);
    return 0;
}

static int on_result(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_result m;
    struct peer *peer = &c->peers[from];
    int code = message_read_result(r, job_experiments(), &m, e);
    if (code)
        return code;
    if (m.job == peer->job)
        code = ledger_record(c->ledger, m.job, m.result, m.log, e);
    else
        result_free(m.result); /* was given to somebody else meanwhile, and comes to the same */
    mem_free(m.log);
    peer->job = 0;
    if (peer->state != PEER_DISMISSED)
        peer->state = PEER_WAITING;
    progress_idle(c->progress, from - 1);
    return code;
}

static int on_bye(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_bye m;
    struct peer *peer = &c->peers[from];
    int code = message_read_bye(r, &m, e);
    peer->state = PEER_GONE;
    peer->unanswered = 0;
    if (code || !m.job || m.job != peer->job)
        return code;
    peer->job = 0;
    return ledger_stop(c->ledger, m.job, &(struct effort){m.steps, m.seconds}, e);
}

static int (*const handlers[MESSAGE_COUNT])(struct coordinator *, int from, struct reader *,
                                            struct err *) = {
    [MESSAGE_ASK] = on_ask,
    [MESSAGE_PROGRESS] = on_progress,
    [MESSAGE_RESULT] = on_result,
    [MESSAGE_BYE] = on_bye,
};

static void hear(struct coordinator *c, int from)
{
    struct peer *peer = &c->peers[from];
    peer->heard = moment_now();
    peer->unanswered = 1;
    if (peer->state != PEER_LOST)
        return;
    log_info("rank %d on %s speaks again", from, peer->host ? peer->host : "an unknown host");
    peer->state = PEER_BUSY;
}

static int handle(struct coordinator *c, const struct packet *packet, struct err *e)
{
    if (packet->tag < 0 || packet->tag >= MESSAGE_COUNT || !handlers[packet->tag])
        return err_set(e, ERR_FORMAT, "rank %d sent an unexpected message, tag %d", packet->from,
                       packet->tag);
    c->received[packet->tag]++;
    hear(c, packet->from);
    struct reader r = {.bytes = packet->bytes, .size = packet->size};
    return handlers[packet->tag](c, packet->from, &r, e);
}

/* Takes in what has come, up to one message a worker, so that a commit serves them all. */
static int take_in(struct coordinator *c, int *handled, struct err *e)
{
    for (*handled = 0; *handled < c->size; ++*handled) {
        struct packet packet;
        int came, code = channel_poll(&packet, &came, e);
        if (code || !came)
            return code;
        code = handle(c, &packet, e);
        channel_drop(&packet);
        if (code)
            return code;
    }
    return 0;
}

/* ---- who is silent ---- */

static int lose(struct coordinator *c, int rank, struct err *e)
{
    struct peer *peer = &c->peers[rank];
    char why[160];
    snprintf(why, sizeof why, "its worker, rank %d on %.60s, was silent for %.0f s", rank,
             peer->host ? peer->host : "an unknown host", c->terms->worker_timeout);
    peer->state = PEER_LOST;
    peer->unanswered = 0;
    progress_idle(c->progress, rank - 1);
    int64_t job = peer->job;
    peer->job = 0;
    if (job)
        return ledger_lose(c->ledger, job, why, e);
    log_warning("rank %d is given up after %.0f s of silence", rank, c->terms->worker_timeout);
    return 0;
}

/* Nobody is told of a dead rank, and one that hangs says nothing either. */
static int lose_silent(struct coordinator *c, struct err *e)
{
    double now = moment_now();
    if (now - c->looked < 0.1)
        return 0;
    c->looked = now;
    for (int rank = 1; rank < c->size; rank++) {
        struct peer *peer = &c->peers[rank];
        if (peer->state == PEER_GONE || peer->state == PEER_LOST ||
            now - peer->heard < c->terms->worker_timeout)
            continue;
        int code = lose(c, rank, e);
        if (code)
            return code;
    }
    return 0;
}

/* While results could not be written nobody was listened to. */
static void forgive_silence(struct coordinator *c, double pause)
{
    for (int rank = 1; rank < c->size; rank++)
        c->peers[rank].heard += pause;
}

/* ---- handing out ---- */

static int choose_jobs(struct coordinator *c, struct err *e)
{
    const char *slurm_job = getenv("SLURM_JOB_ID");
    double now = moment_now(), left = terms_seconds_left(c->terms, c->slowest);
    for (int rank = 1; rank < c->size && !c->closing; rank++) {
        struct peer *peer = &c->peers[rank];
        if (peer->state != PEER_WAITING || now - peer->heard > fresh_seconds)
            continue;
        const struct attempt attempt = {.host = peer->host,
                                        .rank = rank,
                                        .slurm_job = slurm_job ? slurm_job : "",
                                        .build = build_text(),
                                        .blas = peer->blas};
        int code = ledger_next(c->ledger, &attempt, left, &peer->next, e);
        if (code || !peer->next)
            return code;
    }
    return 0;
}

static int send_job(struct coordinator *c, int rank, struct err *e)
{
    struct peer *peer = &c->peers[rank];
    char file[PATH_MAX];
    struct writer w = {0};
    const struct message_job m = {peer->next->id, peer->next->attempts, peer->next->spec,
                                  shelf_file(ledger_shelf(c->ledger), peer->next->id, file)};
    message_write_job(&w, &m);
    progress_begin(c->progress, rank - 1, ledger_expected(c->ledger, peer->next));
    peer->job = peer->next->id;
    peer->next = NULL;
    peer->state = PEER_BUSY;
    peer->unanswered = 0;
    return channel_send(rank, MESSAGE_JOB, &w, e);
}

/* Whoever spoke hears something, if only that somebody is here. */
static int answer(struct coordinator *c, struct err *e)
{
    for (int rank = 1; rank < c->size; rank++) {
        struct peer *peer = &c->peers[rank];
        struct writer w = {0};
        int code = 0;
        if (peer->next)
            code = send_job(c, rank, e);
        else if (peer->unanswered)
            code = channel_send(rank, MESSAGE_HERE, &w, e);
        peer->unanswered = 0;
        if (code)
            return code;
    }
    return 0;
}

/* Results are committed before their senders hear of it, and attempts before they are made: a job
   that takes its rank down with it is known by then. */
static int serve_waiting(struct coordinator *c, struct err *e)
{
    double start = moment_now();
    int code = choose_jobs(c, e);
    if (!code)
        code = ledger_commit(c->ledger, e);
    forgive_silence(c, moment_now() - start);
    if (!code)
        code = answer(c, e);
    return code;
}

/* When all is done, or what is left does not fit into the time that is left, whoever waits has
   nothing to wait for; when the run ends early, whoever is at a job saves it. */
static int send_home(struct coordinator *c, struct err *e)
{
    if (!c->closing && ledger_counts(c->ledger).running == 0 && !ledger_has_next(c->ledger)) {
        c->closing = 1;
        c->exit_code = exit_code_of(c);
    }
    for (int rank = 1; rank < c->size && c->closing; rank++) {
        enum peer_state state = c->peers[rank].state;
        int code = state == PEER_WAITING || state == PEER_BUSY ? dismiss(c, rank, e) : 0;
        if (code)
            return code;
    }
    return 0;
}

static void close_on_terms(struct coordinator *c)
{
    if (!c->closing)
        c->closing = terms_are_over(c->terms, ledger_counts(c->ledger), c->slowest, &c->exit_code);
}

static int serve_once(struct coordinator *c, int *idle, struct err *e)
{
    int handled, code = take_in(c, &handled, e);
    close_on_terms(c);
    if (!code)
        code = lose_silent(c, e);
    if (!code && handled)
        code = serve_waiting(c, e);
    if (!code)
        code = send_home(c, e);
    progress_tick(c->progress, c->ledger);
    *idle = handled ? 0 : *idle + 1;
    if (!code && *idle)
        channel_rest(*idle);
    return code;
}

/* ---- the end ---- */

static int tell_to_go(struct coordinator *c, const struct packet *packet, struct err *e)
{
    hear(c, packet->from);
    if (packet->tag == MESSAGE_BYE) {
        c->peers[packet->from].state = PEER_GONE;
        return 0;
    }
    return c->peers[packet->from].state == PEER_DISMISSED ? 0 : dismiss(c, packet->from, e);
}

/* After an error of the store nothing can be recorded: everyone is sent home as they speak. */
static void send_all_home(struct coordinator *c, int exit_code, double timeout)
{
    c->closing = 1;
    c->exit_code = exit_code;
    for (int idle = 0; !is_over(c); idle++) {
        struct packet packet;
        struct err e;
        int came, code = channel_poll(&packet, &came, &e);
        if (!code && came) {
            idle = 0;
            code = tell_to_go(c, &packet, &e);
            channel_drop(&packet);
        }
        for (int rank = 1; rank < c->size && !code; rank++) {
            struct peer *peer = &c->peers[rank];
            if (peer->state == PEER_WAITING)
                code = dismiss(c, rank, &e);
            else if (peer->state != PEER_GONE && moment_now() - peer->heard > timeout)
                peer->state = PEER_LOST;
        }
        if (code)
            channel_abort(exit_code);
        channel_rest(idle);
    }
}

static int open_coordinator(struct coordinator *c, struct err *e)
{
    c->size = channel_size();
    c->peers = mem_array((size_t)c->size, sizeof *c->peers);
    for (int rank = 0; c->peers && rank < c->size; rank++)
        c->peers[rank].heard = moment_now();
    return c->peers ? 0 : err_set(e, ERR_MEMORY, "no memory for %d ranks", c->size);
}

static void close_coordinator(struct coordinator *c)
{
    for (int rank = 0; c->peers && rank < c->size; rank++) {
        mem_free(c->peers[rank].host);
        mem_free(c->peers[rank].blas);
    }
    mem_free(c->peers);
    for (int tag = 0; tag < MESSAGE_COUNT; tag++)
        log_debug("received %ld messages \"%s\"", c->received[tag], message_name(tag));
}

int coordinator_serve(struct ledger *ledger, struct progress *progress, const struct terms *terms,
                      struct run_end *end, struct err *e)
{
    struct coordinator c = {.ledger = ledger, .progress = progress, .terms = terms};
    int code = open_coordinator(&c, e);
    if (code)
        channel_abort(EXIT_STORE);
    for (int idle = 0; !code && !is_over(&c);)
        code = serve_once(&c, &idle, e);
    if (code)
        send_all_home(&c, EXIT_STORE, terms->worker_timeout);
    else
        code = ledger_release(ledger, e);
    end->exit_code = code ? EXIT_STORE : c.closing ? c.exit_code : exit_code_of(&c);
    end->lost = count_peers(&c, PEER_LOST);
    close_coordinator(&c);
    return code;
}

void coordinator_dismiss(int exit_code)
{
    enum { TIMEOUT = 60 }; /* they have nothing else to do than to answer */
    struct err e = {0};
    struct coordinator c = {0};
    if (channel_size() == 1)
        return;
    if (open_coordinator(&c, &e))
        channel_abort(exit_code);
    send_all_home(&c, exit_code, TIMEOUT);
    int lost = count_peers(&c, PEER_LOST);
    close_coordinator(&c);
    if (lost)
        channel_abort(exit_code);
}
