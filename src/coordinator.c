#include "coordinator.h"

#include "build.h"
#include "channel.h"
#include "command.h"
#include "job.h"
#include "log.h"
#include "mem.h"
#include "message.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

/* What rank 0 knows of a worker. */
struct peer {
    char *host, *blas;
    int waiting;                 /* wants a job or its dismissal */
    int busy;                    /* has a job */
    int dismissed;               /* has been told to go */
    int gone;                    /* has said goodbye */
    const struct store_job *job; /* about to be sent to it, once committed */
};

struct coordinator {
    struct ledger *ledger;
    struct progress *progress;
    struct peer *peers; /* (size), by rank; [0] is not used */
    int size;           /* ranks, this one included */
    int gone;           /* workers that have said goodbye */
    int closing;        /* nothing is handed out any more */
    int exit_code;      /* what workers are told when they are dismissed */
    long received[MESSAGE_COUNT];
};

static int exit_code_of(const struct coordinator *c)
{
    struct ledger_counts counts = ledger_counts(c->ledger);
    if (counts.waiting + counts.running > 0)
        return EXIT_DRAINED;
    return counts.failed ? EXIT_JOBS : EXIT_DONE;
}

static int dismiss(struct coordinator *c, int rank, struct err *e)
{
    struct peer *peer = &c->peers[rank];
    if (peer->dismissed)
        return 0;
    struct writer w = {0};
    message_write_stop(&w, c->exit_code);
    peer->dismissed = 1;
    peer->waiting = 0;
    return channel_send(rank, MESSAGE_STOP, &w, e);
}

/* ---- what workers say: a table ---- */

static int on_ask(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_ask m;
    int code = message_read_ask(r, &m, e);
    if (code)
        return code;
    struct peer *peer = &c->peers[from];
    mem_free(peer->host);
    mem_free(peer->blas);
    peer->host = m.host;
    peer->blas = m.blas;
    peer->waiting = 1;
    return 0;
}

static int on_progress(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    struct message_progress m;
    int code = message_read_progress(r, &m, e);
    if (code)
        return code;
    progress_worker(c->progress, from - 1, m.done, m.total, m.seconds);
    return c->closing ? dismiss(c, from, e) : 0;
}

static int on_result(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    int64_t job;
    struct result *result;
    int code = message_read_result(r, job_experiments(), &job, &result, e);
    if (code)
        return code;
    code = ledger_record(c->ledger, job, result, e);
    result_free(result);
    c->peers[from].busy = 0;
    c->peers[from].waiting = !c->peers[from].dismissed;
    progress_idle(c->progress, from - 1);
    return code;
}

static int on_bye(struct coordinator *c, int from, struct reader *r, struct err *e)
{
    (void)r, (void)e;
    c->peers[from].gone = 1;
    c->gone++;
    return 0;
}

static int (*const handlers[MESSAGE_COUNT])(struct coordinator *, int from, struct reader *,
                                            struct err *) = {
    [MESSAGE_ASK] = on_ask,
    [MESSAGE_PROGRESS] = on_progress,
    [MESSAGE_RESULT] = on_result,
    [MESSAGE_BYE] = on_bye,
};

static int handle(struct coordinator *c, const struct packet *packet, struct err *e)
{
    if (packet->tag < 0 || packet->tag >= MESSAGE_COUNT || !handlers[packet->tag])
        return err_set(e, ERR_FORMAT, "rank %d sent an unexpected message, tag %d", packet->from,
                       packet->tag);
    c->received[packet->tag]++;
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

/* ---- handing out ---- */

static int choose_jobs(struct coordinator *c, struct err *e)
{
    const char *slurm_job = getenv("SLURM_JOB_ID");
    for (int rank = 1; rank < c->size && !c->closing; rank++) {
        struct peer *peer = &c->peers[rank];
        if (!peer->waiting)
            continue;
        const struct attempt attempt = {.host = peer->host,
                                        .rank = rank,
                                        .slurm_job = slurm_job ? slurm_job : "",
                                        .build = build_text(),
                                        .blas = peer->blas};
        int code = ledger_next(c->ledger, &attempt, &peer->job, e);
        if (code)
            return code;
    }
    return 0;
}

static int send_jobs(struct coordinator *c, struct err *e)
{
    for (int rank = 1; rank < c->size; rank++) {
        struct peer *peer = &c->peers[rank];
        if (!peer->job)
            continue;
        struct writer w = {0};
        message_write_job(&w, &(struct message_job){peer->job->id, peer->job->spec});
        int code = channel_send(rank, MESSAGE_JOB, &w, e);
        if (code)
            return code;
        peer->job = NULL;
        peer->waiting = 0;
        peer->busy = 1;
    }
    return 0;
}

/* Results are committed before their senders hear of it, and attempts before they are made: a job
   that takes its rank down with it is known by then. */
static int serve_waiting(struct coordinator *c, struct err *e)
{
    int code = choose_jobs(c, e);
    if (!code)
        code = ledger_commit(c->ledger, e);
    if (!code)
        code = send_jobs(c, e);
    return code;
}

/* Whoever still waits has nothing to wait for: either all is done, or the run is closing. */
static int send_home(struct coordinator *c, struct err *e)
{
    struct ledger_counts counts = ledger_counts(c->ledger);
    if (!c->closing && counts.waiting + counts.running == 0) {
        c->closing = 1;
        c->exit_code = exit_code_of(c);
    }
    for (int rank = 1; rank < c->size && c->closing; rank++) {
        int code = c->peers[rank].waiting ? dismiss(c, rank, e) : 0;
        if (code)
            return code;
    }
    return 0;
}

static void close_on_signal(struct coordinator *c)
{
    if (c->closing || !stop_asked())
        return;
    log_info("asked to stop: running jobs are given back, results are kept");
    c->closing = 1;
    c->exit_code = EXIT_DRAINED;
}

static int serve_once(struct coordinator *c, int *idle, struct err *e)
{
    int handled, code = take_in(c, &handled, e);
    close_on_signal(c);
    if (!code && handled)
        code = serve_waiting(c, e);
    if (!code)
        code = send_home(c, e);
    progress_tick(c->progress, ledger_counts(c->ledger));
    *idle = handled ? 0 : *idle + 1;
    if (!code && *idle)
        channel_rest(*idle);
    return code;
}

/* After an error of the store nothing can be recorded: everyone is sent home as they speak. */
static void send_all_home(struct coordinator *c, int exit_code)
{
    c->closing = 1;
    c->exit_code = exit_code;
    for (int idle = 0; c->gone < c->size - 1; idle++) {
        struct packet packet;
        struct err e;
        int came;
        if (channel_poll(&packet, &came, &e))
            channel_abort(exit_code);
        if (came) {
            idle = 0;
            if (packet.tag == MESSAGE_BYE)
                c->gone++;
            else if (dismiss(c, packet.from, &e))
                channel_abort(exit_code);
            channel_drop(&packet);
        }
        for (int rank = 1; rank < c->size; rank++)
            if (c->peers[rank].waiting && dismiss(c, rank, &e))
                channel_abort(exit_code);
        channel_rest(idle);
    }
}

static int open_coordinator(struct coordinator *c, struct err *e)
{
    c->size = channel_size();
    c->peers = mem_array((size_t)c->size, sizeof *c->peers);
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

int coordinator_serve(struct ledger *ledger, struct progress *progress, int *exit_code,
                      struct err *e)
{
    struct coordinator c = {.ledger = ledger, .progress = progress};
    int code = open_coordinator(&c, e);
    if (code)
        channel_abort(EXIT_STORE);
    stop_listen();
    for (int idle = 0; !code && c.gone < c.size - 1;)
        code = serve_once(&c, &idle, e);
    if (code)
        send_all_home(&c, EXIT_STORE);
    else if (c.closing)
        code = ledger_release(ledger, e);
    *exit_code = code ? EXIT_STORE : c.exit_code;
    close_coordinator(&c);
    return code;
}

void coordinator_dismiss(int exit_code)
{
    struct err e = {0};
    struct coordinator c = {0};
    if (channel_size() == 1)
        return;
    if (open_coordinator(&c, &e))
        channel_abort(exit_code);
    send_all_home(&c, exit_code);
    close_coordinator(&c);
}
