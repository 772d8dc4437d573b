#include "worker.h"

#include "build.h"
#include "channel.h"
#include "command.h"
#include "job.h"
#include "log.h"
#include "mat.h"
#include "mem.h"
#include "message.h"
#include "stop.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COORDINATOR = 0 };

struct worker {
    int64_t job;      /* the one it is at */
    double started;   /* when it began */
    double told;      /* when the coordinator last heard of it */
    int stopped;      /* MESSAGE_STOP has come */
    int exit_code;    /* and said this */
    struct err error; /* why it cannot go on */
};

static const double heartbeat_seconds = 1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int say(int tag, struct writer *w, struct err *e)
{
    return channel_send(COORDINATOR, tag, w, e);
}

static int say_ask(struct err *e)
{
    char host[256] = "", kernels[64];
    gethostname(host, sizeof host - 1);
    build_kernels(sizeof kernels, kernels);
    struct writer w = {0};
    message_write_ask(&w, &(struct message_ask){host, kernels});
    return say(MESSAGE_ASK, &w, e);
}

/* ---- while a job runs ---- */

/* The coordinator answers a progress message only to say stop. */
static int look_for_stop(struct worker *worker)
{
    struct packet packet;
    int came, code = channel_poll(&packet, &came, &worker->error);
    if (code || !came)
        return code;
    struct reader r = {.bytes = packet.bytes, .size = packet.size};
    code = message_read_stop(&r, &worker->exit_code, &worker->error);
    worker->stopped = !code;
    channel_drop(&packet);
    return code;
}

/* The job's progress hook: a heartbeat now and then, and an ear for `stop`. */
static int on_progress(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    (void)so_far;
    struct worker *worker = data;
    double time = now();
    if (time - worker->told < heartbeat_seconds)
        return 0;
    worker->told = time;
    struct writer w = {0};
    struct message_progress m = {worker->job, done, total, time - worker->started};
    message_write_progress(&w, &m);
    if (say(MESSAGE_PROGRESS, &w, &worker->error) || look_for_stop(worker))
        return 1;
    return worker->stopped;
}

static int run_job(struct worker *worker, const struct message_job *m)
{
    worker->job = m->job;
    worker->started = worker->told = now();
    struct spec *spec;
    struct err *e = &worker->error;
    int code = spec_parse(&spec, m->spec, job_experiments(), e);
    if (code)
        return code;
    struct job_context context = {on_progress, worker};
    struct result *result;
    code = job_run(spec, &context, &result, e);
    spec_free(spec);
    if (code == ERR_STOPPED && worker->stopped)
        return 0;
    if (code)
        return code;
    struct writer w = {0};
    message_write_result(&w, m->job, result);
    result_free(result);
    return say(MESSAGE_RESULT, &w, e);
}

/* ---- what the coordinator says: a table ---- */

static int on_job(struct worker *worker, struct reader *r)
{
    struct message_job m;
    int code = message_read_job(r, &m, &worker->error);
    if (code)
        return code;
    code = run_job(worker, &m);
    mem_free(m.spec);
    return code;
}

static int on_stop(struct worker *worker, struct reader *r)
{
    worker->stopped = 1;
    return message_read_stop(r, &worker->exit_code, &worker->error);
}

static int (*const handlers[MESSAGE_COUNT])(struct worker *, struct reader *) = {
    [MESSAGE_JOB] = on_job,
    [MESSAGE_STOP] = on_stop,
};

static int listen(struct worker *worker)
{
    struct packet packet;
    for (int idle = 0;; idle++) {
        int came, code = channel_poll(&packet, &came, &worker->error);
        if (code)
            return code;
        if (came)
            break;
        channel_rest(idle);
    }
    struct reader r = {.bytes = packet.bytes, .size = packet.size};
    int code =
        packet.tag >= 0 && packet.tag < MESSAGE_COUNT && handlers[packet.tag]
            ? handlers[packet.tag](worker, &r)
            : err_set(&worker->error, ERR_FORMAT, "an unexpected message, tag %d", packet.tag);
    channel_drop(&packet);
    return code;
}

int worker_serve(void)
{
    struct worker worker = {0};
    mat_single_thread();
    stop_ignore();
    int code = say_ask(&worker.error);
    while (!code && !worker.stopped)
        code = listen(&worker);
    if (code) { /* nothing a sweep could survive orderly: memory for a message, or a broken peer */
        log_error("%s", worker.error.text);
        channel_abort(EXIT_STORE);
    }
    struct writer w = {0};
    if (say(MESSAGE_BYE, &w, &worker.error))
        channel_abort(EXIT_STORE);
    return worker.exit_code;
}
