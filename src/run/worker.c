#include "run/worker.h"

#include "base/clock.h"
#include "base/environment.h"
#include "base/log.h"
#include "base/mem.h"
#include "mpi/heartbeat.h"
#include "mpi/message.h"
#include "mpi/transport.h"
#include "run/awake_clock.h"
#include "run/build.h"
#include "run/exit_code.h"
#include "run/runner.h"
#include "run/signals.h"
#include "run/supervisor.h"

#include <math.h>

enum { COORDINATOR = 0 };

struct handed {
    struct message_job job;
    struct handed *next;
};

struct worker {
    double timeout;          /* seconds of silence after which the coordinator counts as lost */
    double heartbeat;        /* seconds between messages of this worker */
    double checkpoint_every; /* seconds */
    struct runner *runner;
    struct handed *first;     /* jobs that were received and have not begun, in order */
    struct handed **end;      /* where to link the next one */
    int64_t job;              /* current or last stopped job; 0 = none */
    double told;              /* when the last message was sent to the coordinator */
    double heard;             /* when the last message came from it, by this clock, */
    struct awake_clock clock; /* which stops while the process is suspended */
    int dropped;              /* MESSAGE_DROP came: the current job was taken away */
    int stopped;              /* MESSAGE_STOP came */
    int ended;                /* MESSAGE_END came */
    int exit_code;            /* from the latest of these two messages */
    struct err error;         /* why the worker cannot continue */
};

static int say(struct worker *worker, int tag, struct bytes_writer *w)
{
    worker->told = clock_now();
    supervisor_beat();
    return transport_send(COORDINATOR, tag, w, &worker->error);
}

/* Asks for a job.  The worker repeats this while it waits, to show that it is alive. */
static int say_ask(struct worker *worker)
{
    char kernels[64];
    build_kernels(sizeof kernels, kernels);
    struct bytes_writer w = {0};
    message_write_ask(
        &w, &(struct message_ask){(char *)environment_host(), kernels, (char *)build_processor()});
    return say(worker, MESSAGE_ASK, &w);
}

static int check_coordinator(struct worker *worker)
{
    if (worker->clock.seconds - worker->heard < worker->timeout)
        return 0;
    return err_set(&worker->error, ERR_ENVIRONMENT,
                   "rank 0 was silent for %.0f s; run the same command again", worker->timeout);
}

/* ---- jobs to do ---- */

static struct handed *take_first(struct worker *worker)
{
    struct handed *first = worker->first;
    worker->first = first->next;
    if (!worker->first)
        worker->end = &worker->first;
    return first;
}

static void free_handed(struct handed *handed)
{
    mem_free(handed->job.spec);
    mem_free(handed->job.checkpoint);
    mem_free(handed);
}

static void drop_all(struct worker *worker)
{
    while (worker->first)
        free_handed(take_first(worker));
}

static int add_last(struct worker *worker, struct bytes_reader *r)
{
    struct handed *handed = mem_array(1, sizeof *handed);
    if (!handed)
        return err_set(&worker->error, ERR_MEMORY, "no memory for a job");
    int code = message_read_job(r, &handed->job, &worker->error);
    if (code) {
        mem_free(handed);
        return code;
    }
    if (handed->job.anew)
        drop_all(worker);
    *worker->end = handed;
    worker->end = &handed->next;
    return 0;
}

/* ---- messages of the coordinator: a table ---- */

static int on_job(struct worker *worker, struct bytes_reader *r)
{
    int code;
    do
        code = add_last(worker, r);
    while (!code && r->at < r->size);
    return code;
}

static int on_here(struct worker *worker, struct bytes_reader *r)
{
    (void)worker, (void)r;
    return 0;
}

static int on_drop(struct worker *worker, struct bytes_reader *r)
{
    struct message_drop m;
    int code = message_read_drop(r, &m, &worker->error);
    if (code)
        return code;
    worker->dropped |= worker->job != 0 && worker->job == m.job;
    if (!m.keeps)
        drop_all(worker);
    return 0;
}

static int on_stop(struct worker *worker, struct bytes_reader *r)
{
    worker->stopped = 1;
    return message_read_code(r, MESSAGE_STOP, &worker->exit_code, &worker->error);
}

static int on_end(struct worker *worker, struct bytes_reader *r)
{
    worker->stopped = worker->ended = 1;
    return message_read_code(r, MESSAGE_END, &worker->exit_code, &worker->error);
}

static int (*const handlers[MESSAGE_COUNT])(struct worker *, struct bytes_reader *) = {
    [MESSAGE_JOB] = on_job,   [MESSAGE_HERE] = on_here, [MESSAGE_DROP] = on_drop,
    [MESSAGE_STOP] = on_stop, [MESSAGE_END] = on_end,
};

static int handle(struct worker *worker, const struct packet *packet)
{
    struct bytes_reader r = {.bytes = packet->bytes, .size = packet->size};
    worker->heard = worker->clock.seconds;
    if (packet->tag < 0 || packet->tag >= MESSAGE_COUNT || !handlers[packet->tag])
        return err_set(&worker->error, ERR_FORMAT, "an unexpected message, tag %d", packet->tag);
    return handlers[packet->tag](worker, &r);
}

/* Handles all messages that have arrived; *came says whether there were any.  Fails if the
   coordinator has been silent for too long. */
static int listen(struct worker *worker, int *came)
{
    awake_clock_tick(&worker->clock);
    for (*came = 0;; *came = 1) {
        struct packet packet;
        int more, code = transport_poll(&packet, &more, &worker->error);
        if (code || !more)
            return code ? code : check_coordinator(worker);
        code = handle(worker, &packet);
        transport_drop(&packet);
        if (code)
            return code;
    }
}

/* ---- while a job runs ---- */

/* Sends heartbeats and listens for `stop`. If the coordinator is lost, the job is saved as if it
   had been stopped. */
static enum job_wish wish(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)so_far;
    struct worker *worker = data;
    if (clock_now() - worker->told >= worker->heartbeat) {
        struct bytes_writer w = {0};
        const struct message_progress m = {worker->job,
                                           done,
                                           total,
                                           runner_seconds(worker->runner),
                                           runner_slowest_save(worker->runner),
                                           runner_loss(worker->runner)};
        message_write_progress(&w, &m);
        if (say(worker, MESSAGE_PROGRESS, &w))
            return JOB_STOP;
    }
    int came;
    return listen(worker, &came) || worker->stopped || worker->dropped ? JOB_STOP : JOB_GO_ON;
}

static int send_result(struct worker *worker, const struct message_job *m, struct result *result)
{
    const struct message_result answer = {m->job, result,
                                          (char *)runner_log(worker->runner, result),
                                          runner_has_saved(worker->runner)};
    struct bytes_writer w = {0};
    message_write_result(&w, &answer);
    return say(worker, MESSAGE_RESULT, &w);
}

static int run_job(struct worker *worker, const struct message_job *m)
{
    const struct runner_job job = {.id = m->job,
                                   .attempt = m->attempt,
                                   .spec = m->spec,
                                   .checkpoint = m->checkpoint,
                                   .checkpoint_every = worker->checkpoint_every,
                                   .wish = wish,
                                   .data = worker};
    struct result *result;
    struct err why = {0};
    worker->job = m->job;
    worker->dropped = 0;
    int code = runner_run(worker->runner, &job, &result, &why);
    if (code == ERR_STOPPED && worker->stopped && !worker->error.code)
        return 0;
    worker->job = 0;
    if (code == ERR_STOPPED && worker->dropped && !worker->error.code) {
        return worker->first ? 0 : say_ask(worker);
    }
    if (code) /* the error that stopped the job has priority */
        return worker->error.code ? worker->error.code
                                  : err_set(&worker->error, code, "%s", why.text);
    code = send_result(worker, m, result);
    result_free(result);
    return code;
}

/* ---- the life of a worker ---- */

static int wait_for_work(struct worker *worker)
{
    for (int idle = 0;; idle++) {
        int came, code = listen(worker, &came);
        if (!code && !came && clock_now() - worker->told >= worker->heartbeat)
            code = say_ask(worker);
        if (code || came)
            return code;
        transport_rest(idle);
    }
}

static int run_first(struct worker *worker)
{
    struct handed *handed = take_first(worker);
    int code = run_job(worker, &handed->job);
    free_handed(handed);
    return code;
}

static int serve(struct worker *worker)
{
    int code = say_ask(worker);
    while (!code && !worker->stopped) {
        int came;
        code = worker->first ? listen(worker, &came) : wait_for_work(worker);
        if (!code && !worker->stopped && worker->first)
            code = run_first(worker);
    }
    drop_all(worker);
    if (code)
        return code;
    struct bytes_writer w = {0};
    const struct effort effort = worker->job ? runner_effort(worker->runner) : (struct effort){0};
    message_write_bye(&w, &(struct message_bye){worker->job, effort.steps, effort.seconds});
    return say(worker, MESSAGE_BYE, &w);
}

/* Waits after the worker's last message until the coordinator tells how the run ended, so that all
   ranks end alike.  The coordinator may be writing results, or be suspended.  Where its death ends
   this process anyway, the wait has no limit.  Under recovery it has one, and after that the
   earlier exit code is used. */
static void wait_for_end(struct worker *worker)
{
    int came;
    worker->heard = worker->clock.seconds;
    /* the coordinator may wait for a full disk more than once */
    worker->timeout = environment_survives_deaths() ? 3 * worker->timeout : INFINITY;
    for (int idle = 0; !worker->ended && !listen(worker, &came); idle++) {
        supervisor_beat();
        transport_rest(idle);
    }
}

int worker_serve(const struct run_config *config)
{
    enum { PATIENCE = 3, LOOKS = 12, GOODBYE_SECONDS = 60 };
    struct worker worker = {.checkpoint_every = config->checkpoint_every};
    worker.end = &worker.first;
    worker.heartbeat = heartbeat_seconds(transport_size(), config->worker_timeout);
    worker.timeout = PATIENCE * config->worker_timeout; /* it may be waiting for a disk */
    /* a job may compute for a while before the worker listens again */
    worker.clock = awake_clock_start(worker.timeout / LOOKS);
    /* where other ranks survive a rank's death, nothing else ends a rank that hangs */
    supervisor_expect_life(config->worker_timeout, environment_survives_deaths());
    signals_ignore();
    int code = runner_new(&worker.runner, &worker.error);
    if (!code)
        code = serve(&worker);
    runner_free(worker.runner);
    if (code) { /* errors without an orderly recovery: no memory for a message, or a broken peer */
        log_error("%s", worker.error.text);
        transport_abort(code == ERR_ENVIRONMENT ? EXIT_DRAINED : EXIT_STORE);
    }
    if (!transport_flush(GOODBYE_SECONDS))
        transport_abort(worker.exit_code);
    wait_for_end(&worker);
    return worker.exit_code;
}
