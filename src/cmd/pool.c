#include "cmd/pool.h"

#include "base/mem.h"
#include "run/signals.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child process reports on one piece.  All children write to the same pipe, where a write of
   up to PIPE_BUF bytes is atomic (POSIX, write). */
struct note {
    struct err e; /* code 0: the record is valid */
    max_align_t record[POOL_RECORD_MOST / sizeof(max_align_t)];
};
_Static_assert(sizeof(struct note) <= PIPE_BUF, "a note must go through a pipe in one piece");

struct pool {
    const struct pool_work *work;
    pid_t *pids; /* (processes) */
    int processes;
    atomic_size_t *next; /* the next piece; in shared memory */
    int pipe[2];
};

static int do_piece(const struct pool_work *w, size_t piece, struct note *note)
{
    memset(note, 0, sizeof *note); /* every byte that is sent must be defined */
    int code = w->work(piece, note->record, w->data, &note->e);
    note->e.code = code;
    return code;
}

static int stopped(const struct pool_work *w, size_t taken, struct err *e)
{
    return err_set(e, ERR_STOPPED, "asked to stop after %zu of %zu", taken, w->pieces);
}

static int run_alone(const struct pool_work *w, struct err *e)
{
    struct note note;
    for (size_t piece = 0; piece < w->pieces; piece++) {
        if (signals_asked())
            return stopped(w, piece, e);
        if (do_piece(w, piece, &note))
            return err_set(e, note.e.code, "%s", note.e.text);
        w->take(note.record, w->data);
    }
    return 0;
}

/* ---- several processes ---- */

/* Runs in a child process, and ends that process. */
static void serve(struct pool *pool)
{
    struct note note;
    close(pool->pipe[0]);
    for (size_t piece; (piece = atomic_fetch_add(pool->next, 1)) < pool->work->pieces;) {
        int code = do_piece(pool->work, piece, &note);
        if (write(pool->pipe[1], &note, sizeof note) != sizeof note || code)
            break;
    }
    _exit(0);
}

static int start(struct pool *pool, int processes, struct err *e)
{
    fflush(NULL); /* otherwise each child would write the buffered output again */
    for (; pool->processes < processes; pool->processes++) {
        pid_t pid = fork();
        if (pid == 0)
            serve(pool);
        if (pid < 0)
            return err_set(e, ERR_ENVIRONMENT, "process %d of %d cannot be made: %s",
                           pool->processes + 1, processes, strerror(errno));
        pool->pids[pool->processes] = pid;
    }
    return 0;
}

/* Starts no new pieces, and asks the children to stop. */
static void stop_all(struct pool *pool)
{
    atomic_store(pool->next, pool->work->pieces);
    for (int i = 0; i < pool->processes; i++)
        kill(pool->pids[i], SIGTERM);
}

static int take_notes(struct pool *pool, struct err *e)
{
    struct note note;
    size_t taken = 0;
    int code = 0, told = 0;
    for (;;) {
        ssize_t n = read(pool->pipe[0], &note, sizeof note);
        if (signals_asked() && !told++)
            stop_all(pool);
        if (n < 0 && errno == EINTR)
            continue;
        if (n != sizeof note)
            break; /* all children have ended */
        if (!note.e.code) {
            taken++;
            pool->work->take(note.record, pool->work->data);
        } else if (!code) {
            code = err_set(e, note.e.code, "%s", note.e.text);
            stop_all(pool);
        }
    }
    /* A child that was between two pieces when it was asked to stop has sent no report. */
    return !code && signals_asked() && taken < pool->work->pieces ? stopped(pool->work, taken, e)
                                                                  : code;
}

static int end(struct pool *pool, int code, struct err *e)
{
    for (int i = 0; i < pool->processes; i++) {
        int status = 0;
        while (waitpid(pool->pids[i], &status, 0) < 0 && errno == EINTR)
            continue;
        if (WIFSIGNALED(status) && !code)
            code = err_set(e, ERR_ENVIRONMENT, "a process was killed by signal %d (%s)",
                           WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return code;
}

static int run_pool(struct pool *pool, int processes, struct err *e)
{
    if (pipe(pool->pipe))
        return err_set(e, ERR_ENVIRONMENT, "no pipe can be made: %s", strerror(errno));
    int code = start(pool, processes, e);
    close(pool->pipe[1]);
    if (code)
        stop_all(pool);
    else
        code = take_notes(pool, e);
    close(pool->pipe[0]);
    return end(pool, code, e);
}

int pool_run(const struct pool_work *work, int processes, struct err *e)
{
    assert(work->record_size <= POOL_RECORD_MOST);
    if ((size_t)processes > work->pieces)
        processes = (int)work->pieces;
    if (processes <= 1)
        return run_alone(work, e);
    struct pool pool = {.work = work, .pids = mem_array((size_t)processes, sizeof *pool.pids)};
    pool.next =
        mmap(NULL, sizeof *pool.next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int code = pool.pids && pool.next != MAP_FAILED
                   ? run_pool(&pool, processes, e)
                   : err_set(e, ERR_MEMORY, "no memory for %d processes", processes);
    if (pool.next != MAP_FAILED)
        munmap(pool.next, sizeof *pool.next);
    mem_free(pool.pids);
    return code;
}
