#include "run/coordinator.h"

#include "base/clock.h"
#include "base/environment.h"
#include "base/log.h"
#include "base/mem.h"
#include "jobs/job.h"
#include "mpi/heartbeat.h"
#include "mpi/message.h"
#include "mpi/transport.h"
#include "run/awake_clock.h"
#include "run/build.h"
#include "run/crash_file.h"
#include "run/exit_code.h"
#include "run/peers.h"

#include <stdio.h>

struct coordinator {
    struct ledger *ledger;
    struct progress *progress;
    const struct stop_policy *policy;
    struct peers peers;
    int closing;              /* no more jobs are given out */
    int exit_code;            /* that dismissed workers receive */
    double slowest;           /* seconds of the slowest checkpoint so far */
    double fresh;             /* a worker heard less than so many seconds ago counts as alive */
    double patience;          /* seconds of silence after which a worker is given up */
    double looked;            /* last check for silent workers, by the clock below */
    double missed;            /* when the last worker was lost, by that clock; 0 = some are left */
    struct awake_clock clock; /* measures silence; stops while nobody listens */
    long received[MESSAGE_COUNT];
};

/* The coordinator counts as listening if it looks for messages at least this often, in seconds. */
static const double ATTENTION = 0.5;

/* Messages that are handled in a row before anything else is done. */
enum { MESSAGES_MOST = 1000 };

static int exit_code_of(const struct coordinator *c)
{
    struct ledger_counts counts = ledger_counts(c->ledger);
    if (counts.waiting + counts.running + counts.queued > 0)
        return EXIT_DRAINED;
    return counts.failed ? EXIT_JOBS : EXIT_DONE;
}

/* Tells a worker to stop and which exit code to return. */
static int send_dismissal(struct peers *peers, int rank, int exit_code, struct err *e)
{
    struct bytes_writer w = {0};
    message_write_code(&w, exit_code);
    peers_set(peers, rank, PEER_DISMISSED);
    peers->peer[rank].unanswered = 0;
    return transport_send(rank, MESSAGE_STOP, &w, e);
}

static int dismiss(struct coordinator *c, int rank, struct err *e)
{
    return send_dismissal(&c->peers, rank, c->exit_code, e);
}

/* ---- the jobs of workers ---- */

/* The worker begins the next of its jobs, if it has one. */
static void begin_next(struct coordinator *c, int rank)
{
    const struct peer_job *next = peers_at(&c->peers.peer[rank], 0);
    progress_idle(c->progress, rank - 1);
    if (next) {
        ledger_start(c->ledger, next->job);
        progress_begin(c->progress, rank - 1, next->job, next->seconds);
    }
}

/* Takes back the jobs of the worker from the i-th on.  They had not begun.  Afterwards the worker
   has no job. */
static int take_back(struct coordinator *c, int rank, int i, struct err *e)
{
    const struct peer_job *left;
    int code = 0;
    for (; !code && (left = peers_at(&c->peers.peer[rank], i)); i++)
        code = ledger_return(c->ledger, left->job, e);
    peers_empty(&c->peers.peer[rank]);
    return code;
}

static const char *host_of(const struct peer *peer)
{
    return peer->host ? peer->host : "an unknown host";
}

/* Whether the worker is running this job, as far as the coordinator knows. */
static int is_at(const struct peer *peer, int64_t job)
{
    const struct peer_job *first = peers_at(peer, 0);
    return first && first->job->id == job;
}

/* ---- messages of workers: a table ---- */

static int on_ask(struct coordinator *c, int from, struct bytes_reader *r, struct err *e)
{
    struct message_ask m;
    struct peer *peer = &c->peers.peer[from];
    int code = message_read_ask(r, &m, e);
    if (code)
        return code;
    if (peer->host) { /* repeats that it waits */
        mem_free(m.host);
        mem_free(m.blas);
        mem_free(m.processor);
    } else {
        peer->host = m.host;
        peer->blas = m.blas;
        peer->processor = m.processor;
    }
    if (peer->state != PEER_DISMISSED && !peer->count)
        peers_set(&c->peers, from, PEER_WAITING);
    return 0;
}

/* Tells a worker to drop a job that was taken from it while it was silent. */
static int take_from(struct coordinator *c, int rank, int64_t job, struct err *e)
{
    struct peer *peer = &c->peers.peer[rank];
    struct bytes_writer w = {0};
    message_write_drop(&w, &(struct message_drop){job, peer->count > peer->unsent});
    peer->unanswered = 0;
    return transport_send(rank, MESSAGE_DROP, &w, e);
}

static int on_progress(struct coordinator *c, int from, struct bytes_reader *r, struct err *e)
{
    struct message_progress m;
    struct peer *peer = &c->peers.peer[from];
    int code = message_read_progress(r, &m, e);
    if (code)
        return code;
    if (m.saving > c->slowest)
        c->slowest = m.saving;
    if (peer->state == PEER_DISMISSED)
        return 0;
    if (c->closing)
        return dismiss(c, from, e);
    if (!is_at(peer, m.job))
        return take_from(c, from, m.job, e);
    progress_worker(c->progress, from - 1, m.done, m.total, m.seconds, m.loss);
    return 0;
}

static int on_result(struct coordinator *c, int from, struct bytes_reader *r, struct err *e)
{
    struct message_result m;
    struct peer *peer = &c->peers.peer[from];
    int code = message_read_result(r, job_experiments(), &m, e);
    if (code)
        return code;
    if (is_at(peer, m.job)) {
        peers_drop_first(peer);
        progress_result(c->progress, from - 1, m.result);
        code = ledger_record(c->ledger, m.job, m.result, m.log, m.saved, e);
        begin_next(c, from);
    } else {
        result_free(m.result); /* the job was given to another worker, whose result is the same */
    }
    mem_free(m.log);
    if (peer->state != PEER_DISMISSED && !peer->count)
        peers_set(&c->peers, from, PEER_WAITING);
    return code;
}

/* A worker that leaves has begun at most one of its jobs: the one that it had to stop. */
static int on_bye(struct coordinator *c, int from, struct bytes_reader *r, struct err *e)
{
    struct message_bye m;
    struct peer *peer = &c->peers.peer[from];
    int code = message_read_bye(r, &m, e);
    peers_set(&c->peers, from, PEER_GONE);
    peer->unanswered = 0;
    if (code || !is_at(peer, m.job))
        return code ? code : take_back(c, from, 0, e);
    code = ledger_stop(c->ledger, m.job, &(struct effort){m.steps, m.seconds}, e);
    return code ? code : take_back(c, from, 1, e);
}

static int (*const handlers[MESSAGE_COUNT])(struct coordinator *, int from, struct bytes_reader *,
                                            struct err *) = {
    [MESSAGE_ASK] = on_ask,
    [MESSAGE_PROGRESS] = on_progress,
    [MESSAGE_RESULT] = on_result,
    [MESSAGE_BYE] = on_bye,
};

static void hear(struct coordinator *c, int from)
{
    struct peer *peer = &c->peers.peer[from];
    peer->heard = c->clock.seconds;
    peer->unanswered = 1;
    peer->dead = 0;
    peers_list(&c->peers, from);
    if (peer->state != PEER_LOST)
        return;
    log_info("rank %d on %s speaks again", from, host_of(peer));
    peers_set(&c->peers, from, PEER_BUSY);
}

static int handle(struct coordinator *c, const struct packet *packet, struct err *e)
{
    if (packet->tag < 0 || packet->tag >= MESSAGE_COUNT || !handlers[packet->tag])
        return err_set(e, ERR_FORMAT, "rank %d sent an unexpected message, tag %d", packet->from,
                       packet->tag);
    c->received[packet->tag]++;
    hear(c, packet->from);
    struct bytes_reader r = {.bytes = packet->bytes, .size = packet->size};
    return handlers[packet->tag](c, packet->from, &r, e);
}

/* Handles all messages that have arrived, so that one commit serves them all. */
static int take_in(struct coordinator *c, int *handled, struct err *e)
{
    for (*handled = 0; *handled < MESSAGES_MOST; ++*handled) {
        struct packet packet;
        int came, code = transport_poll(&packet, &came, e);
        if (code || !came)
            return code;
        code = handle(c, &packet, e);
        transport_drop(&packet);
        if (code)
            return code;
    }
    return 0;
}

/* ---- silent workers ---- */

/* Gives up the job that the worker was running, and takes back the jobs that it had not begun. */
static int lose(struct coordinator *c, int rank, const char *why, struct err *e)
{
    struct peer *peer = &c->peers.peer[rank];
    peers_set(&c->peers, rank, PEER_LOST);
    peer->unanswered = 0;
    progress_idle(c->progress, rank - 1);
    const struct peer_job *first = peers_at(peer, 0);
    if (!first)
        log_warning("rank %d on %s is given up: %s", rank, host_of(peer), why);
    int code = first ? ledger_lose(c->ledger, first->job->id, why, e) : 0;
    return code ? code : take_back(c, rank, 1, e);
}

static int lose_silent_rank(struct coordinator *c, int rank, struct err *e)
{
    char why[160];
    snprintf(why, sizeof why, "its worker, rank %d on %.60s, was silent for %.0f s", rank,
             host_of(&c->peers.peer[rank]), c->patience);
    return lose(c, rank, why, e);
}

/* The rank that is running this job; 0 = none. */
static int rank_at(const struct coordinator *c, int64_t job)
{
    for (int rank = 1; rank < c->peers.size; rank++)
        if (is_at(&c->peers.peer[rank], job))
            return rank;
    return 0;
}

/* A worker whose process ended alone has left a crash file, so its silence need not time out. */
static int lose_crashed(struct coordinator *c, struct err *e)
{
    enum { MOST = 64 };
    int64_t jobs[MOST];
    size_t n = crash_file_list(ledger_checkpoints(c->ledger)->directory, jobs, MOST);
    int code = 0;
    for (size_t i = 0; !code && i < n; i++) {
        int rank = rank_at(c, jobs[i]);
        if (!rank || !ledger_has_evidence(c->ledger, peers_at(&c->peers.peer[rank], 0)->job))
            continue;
        code = lose(c, rank, "its process ended", e);
        c->peers.peer[rank].dead = 1;
    }
    return code;
}

/* MPI does not report a dead rank, and a rank that hangs sends nothing, so silence is the only
   sign. */
static int lose_silent(struct coordinator *c, struct err *e)
{
    double now = c->clock.seconds;
    if (now - c->looked < 0.5)
        return 0;
    c->looked = now;
    int code = lose_crashed(c, e);
    for (int rank = 1; !code && rank < c->peers.size; rank++) {
        const struct peer *peer = &c->peers.peer[rank];
        if (peer->state != PEER_GONE && peer->state != PEER_LOST &&
            now - peer->heard >= c->patience)
            code = lose_silent_rank(c, rank, e);
    }
    return code;
}

/* Whether every worker has gone or is lost.  If workers were lost only by silence, the run waits
   for them once more, for the same time: all of them may have been suspended. */
static int is_over(struct coordinator *c)
{
    double now = c->clock.seconds;
    int dead = 0;
    for (int rank = 1; rank < c->peers.size && c->peers.count[PEER_LOST]; rank++)
        dead += c->peers.peer[rank].state == PEER_LOST && c->peers.peer[rank].dead;
    int over = peers_is_over(&c->peers);
    if (!over || c->closing || dead == c->peers.count[PEER_LOST]) {
        c->missed = 0;
        return over;
    }
    if (c->missed == 0)
        c->missed = now;
    return now - c->missed >= c->patience;
}

/* ---- giving out jobs ---- */

static struct attempt attempt_of(int rank, const struct peer *peer)
{
    return (struct attempt){.host = peer->host,
                            .rank = rank,
                            .slurm_job = environment_slurm_job(),
                            .build = build_text(),
                            .blas = peer->blas,
                            .mpi = transport_library(),
                            .processor = peer->processor};
}

/* Only a worker that was heard lately is given a job, because another one may have died since. */
static int may_be_given(const struct coordinator *c, const struct peer *peer, double now)
{
    if (now - peer->heard > c->fresh)
        return 0;
    return peer->state == PEER_WAITING || (peer->state == PEER_BUSY && peer->count > 0 &&
                                           !ledger_is_suspect(c->ledger, peers_at(peer, 0)->job));
}

/* Gives a worker one more job, if it may have one; *given says whether it got one. */
static int deal(struct coordinator *c, int rank, double now, double left, int *given, struct err *e)
{
    struct peer *peer = &c->peers.peer[rank];
    const struct store_job *job;
    *given = 0;
    if (!may_be_given(c, peer, now))
        return 0;
    const struct attempt attempt = attempt_of(rank, peer);
    int code = ledger_next(c->ledger, &attempt, peers_load(peer), left, &job, e);
    if (!code && job)
        code = peers_add(peer, job, ledger_expected(c->ledger, job), e);
    if (code || !job)
        return code;
    peers_set(&c->peers, rank, PEER_BUSY);
    peers_list(&c->peers, rank);
    *given = 1;
    return 0;
}

/* Gives jobs in rounds to the workers that sent a message, so that each has enough before any has
   many.  Then gives jobs to the other waiting ranks, for which there may have been none before. */
static int choose_jobs(struct coordinator *c, struct err *e)
{
    double now = c->clock.seconds, left = stop_policy_seconds_left(c->policy, c->slowest);
    int code = 0, given, any = 1;
    while (any && !code) {
        any = 0;
        for (int i = 0, n = c->peers.listed; i < n && !code; i++) {
            code = deal(c, c->peers.list[i], now, left, &given, e);
            any |= given;
        }
    }
    for (int rank = 1; rank < c->peers.size && !code; rank++) {
        if (!c->peers.count[PEER_WAITING] || !ledger_has_next(c->ledger))
            break;
        if (c->peers.peer[rank].state == PEER_WAITING)
            code = deal(c, rank, now, left, &given, e);
    }
    return code;
}

static int send_jobs(struct coordinator *c, int rank, struct err *e)
{
    struct peer *peer = &c->peers.peer[rank];
    char file[PATH_MAX];
    struct bytes_writer w = {0};
    if (peer->unsent == peer->count)
        progress_begin(c->progress, rank - 1, peers_at(peer, 0)->job, peers_at(peer, 0)->seconds);
    for (; peer->unsent; peer->unsent--) {
        const struct store_job *job = peers_at(peer, peer->count - peer->unsent)->job;
        const struct message_job m = {
            .job = job->id,
            .attempt = job->attempts,
            .spec = job->spec,
            .checkpoint = checkpoint_dir_file(ledger_checkpoints(c->ledger), job->id, file),
            .anew = peer->unsent == peer->count};
        message_write_job(&w, &m);
    }
    return transport_send(rank, MESSAGE_JOB, &w, e);
}

/* Answers every worker that sent a message, if only to show that the coordinator is alive. */
static int answer(struct coordinator *c, struct err *e)
{
    int code = 0;
    for (int i = 0; i < c->peers.listed && !code; i++) {
        int rank = c->peers.list[i];
        struct peer *peer = &c->peers.peer[rank];
        struct bytes_writer w = {0};
        if (peer->unsent)
            code = send_jobs(c, rank, e);
        else if (peer->unanswered)
            code = transport_send(rank, MESSAGE_HERE, &w, e);
        peer->unanswered = 0;
    }
    peers_unlist(&c->peers);
    return code;
}

/* Results are committed before their senders get an answer.  Attempts are committed before they
   start, so that the database knows a job that kills its rank.  A commit costs as much as some jobs
   do, so it is put off while every worker has something to do. */
static int serve_waiting(struct coordinator *c, struct err *e)
{
    if (ledger_is_pending(c->ledger) && !ledger_is_due(c->ledger) &&
        !c->peers.count[PEER_WAITING] && !c->closing)
        return 0;
    int code = c->closing ? 0 : choose_jobs(c, e);
    if (!code)
        code = ledger_commit(c->ledger, e);
    if (!code)
        code = answer(c, e);
    return code;
}

/* Dismisses the workers when all jobs are done, when no remaining job fits into the remaining time,
   or when the run ends early.  A worker that is running a job saves it first. */
static int send_home(struct coordinator *c, struct err *e)
{
    struct ledger_counts counts = ledger_counts(c->ledger);
    if (!c->closing && counts.running + counts.queued == 0 && !ledger_has_next(c->ledger)) {
        stop_policy_explain(c->policy, counts);
        c->closing = 1;
        c->exit_code = exit_code_of(c);
    }
    for (int rank = 1; rank < c->peers.size && c->closing; rank++) {
        enum peer_state state = c->peers.peer[rank].state;
        int code = state == PEER_WAITING || state == PEER_BUSY ? dismiss(c, rank, e) : 0;
        if (code)
            return code;
    }
    return 0;
}

static void close_when_over(struct coordinator *c)
{
    if (!c->closing)
        c->closing =
            stop_policy_is_over(c->policy, ledger_counts(c->ledger), c->slowest, &c->exit_code);
}

static int serve_once(struct coordinator *c, int *idle, struct err *e)
{
    awake_clock_tick(&c->clock);
    int handled, code = take_in(c, &handled, e);
    close_when_over(c);
    if (!code)
        code = lose_silent(c, e);
    if (!code && (handled || ledger_is_due(c->ledger) || ledger_has_news(c->ledger)))
        code = serve_waiting(c, e);
    if (!code)
        code = send_home(c, e);
    progress_tick(c->progress, c->ledger);
    *idle = !handled ? *idle + 1 : c->peers.count[PEER_WAITING] ? 0 : TRANSPORT_REST_EASY;
    if (!code && *idle)
        transport_rest(*idle);
    return code;
}

/* ---- the end ---- */

static int answer_dismissed(struct peers *peers, const struct packet *packet, double now,
                            int exit_code, struct err *e)
{
    struct peer *peer = &peers->peer[packet->from];
    peer->heard = now;
    if (packet->tag == MESSAGE_BYE) {
        peers_set(peers, packet->from, PEER_GONE);
        return 0;
    }
    return peer->state == PEER_DISMISSED ? 0 : send_dismissal(peers, packet->from, exit_code, e);
}

/* Waiting workers are dismissed before they send a message; silent workers are given up. */
static int dismiss_silent(struct peers *peers, double now, int exit_code, double timeout,
                          struct err *e)
{
    int code = 0;
    for (int rank = 1; !code && rank < peers->size; rank++) {
        const struct peer *peer = &peers->peer[rank];
        if (peer->state == PEER_WAITING)
            code = send_dismissal(peers, rank, exit_code, e);
        else if (peer->state != PEER_GONE && peer->state != PEER_LOST &&
                 now - peer->heard > timeout)
            peers_set(peers, rank, PEER_LOST);
    }
    return code;
}

/* Ends the run when nothing can be recorded any more, or when there was nothing to do.  Each worker
   is dismissed when it sends a message, and is given up after `timeout` seconds of silence. */
static void dismiss_all(struct peers *peers, struct awake_clock *clock, int exit_code,
                        double timeout)
{
    for (int idle = 0; !peers_is_over(peers); idle++) {
        struct packet packet;
        struct err e;
        double now = awake_clock_tick(clock);
        int came, code = transport_poll(&packet, &came, &e);
        if (!code && came) {
            idle = 0;
            code = answer_dismissed(peers, &packet, now, exit_code, &e);
            transport_drop(&packet);
        }
        if (!code)
            code = dismiss_silent(peers, now, exit_code, timeout, &e);
        if (code)
            transport_abort(exit_code);
        transport_rest(idle);
    }
}

static void count_messages(const struct coordinator *c)
{
    for (int tag = 0; tag < MESSAGE_COUNT; tag++)
        log_debug("received %ld messages \"%s\"", c->received[tag], message_name(tag));
}

int coordinator_serve(struct ledger *ledger, struct progress *progress,
                      const struct stop_policy *policy, struct run_end *end, struct err *e)
{
    struct coordinator c = {.ledger = ledger,
                            .progress = progress,
                            .policy = policy,
                            .fresh = heartbeat_fresh(transport_size(), policy->worker_timeout),
                            .patience =
                                heartbeat_patience(transport_size(), policy->worker_timeout),
                            .clock = awake_clock_start(ATTENTION)};
    int code = peers_open(&c.peers, transport_size(), e);
    if (code)
        transport_abort(EXIT_STORE);
    for (int idle = 0; !code && !is_over(&c);)
        code = serve_once(&c, &idle, e);
    if (!code && !c.closing)
        log_error("no worker is left; the same command goes on");
    if (code)
        dismiss_all(&c.peers, &c.clock, EXIT_STORE, c.patience); /* nothing can be recorded */
    else
        code = ledger_release(ledger, e);
    end->exit_code = code ? EXIT_STORE : c.exit_code == EXIT_JOBS ? EXIT_JOBS : exit_code_of(&c);
    end->lost = c.peers.count[PEER_LOST];
    count_messages(&c);
    peers_close(&c.peers);
    return code;
}

int coordinator_dismiss(int exit_code)
{
    enum { TIMEOUT = 60 }; /* waiting workers have only to answer */
    struct err e = {0};
    struct peers peers;
    struct awake_clock clock = awake_clock_start(ATTENTION);
    if (transport_size() == 1)
        return 0;
    if (peers_open(&peers, transport_size(), &e))
        transport_abort(exit_code);
    dismiss_all(&peers, &clock, exit_code, TIMEOUT);
    int lost = peers.count[PEER_LOST];
    peers_close(&peers);
    return lost;
}

void coordinator_end(int exit_code)
{
    enum { SECONDS = 5 }; /* a message that is still unsent then is for a dead rank */
    for (int rank = 1; rank < transport_size(); rank++) {
        struct bytes_writer w = {0};
        message_write_code(&w, exit_code);
        if (transport_send(rank, MESSAGE_END, &w, NULL))
            transport_abort(exit_code);
    }
    transport_flush(SECONDS);
}
